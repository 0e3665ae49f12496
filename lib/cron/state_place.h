/*
 * state_place.h - what a place of the state has: the functions behind state.h. For lib/cron alone.
 */
#ifndef GF_CRON_STATE_PLACE_H
#define GF_CRON_STATE_PLACE_H

#include "cron/state.h"

/* More than twenty members: it is the interface of state.h. */
struct gf_state_place {
    void (*close)(struct gf_state *s);
    const char *(*error)(const struct gf_state *s);
    int (*trouble)(const struct gf_state *s);
    const char *(*cure)(const struct gf_state *s); /* NULL: there is never one */
    bool (*may_pass)(const struct gf_state *s);
    int (*check)(struct gf_state *s);
    int (*begin)(struct gf_state *s);
    int (*commit)(struct gf_state *s);
    void (*undo)(struct gf_state *s);
    void (*patience)(struct gf_state *s, int ms);
    int (*job)(struct gf_state *s, const char *job, int64_t now, bool again,
               struct gf_state_found *found);
    bool (*is_alive)(const struct gf_state *s, const char *owner);
    int (*schedule)(struct gf_state *s, const char *job, const struct gf_state_schedule *w);
    int (*unschedule)(struct gf_state *s);
    int (*claim)(struct gf_state *s, const char *job, int64_t due, bool again, gf_ns now_wall);
    int (*runs_elsewhere)(struct gf_state *s, const char *job, bool *yes);
    int (*count)(struct gf_state *s, const char *job, uint64_t most, uint64_t *starts);
    int (*give_back)(struct gf_state *s, const struct gf_run_row *row);
    int (*ask_again)(struct gf_state *s, const struct gf_run_row *row);
    int (*wait)(struct gf_state *s, const struct gf_run_row *row);
    int (*end)(struct gf_state *s, const struct gf_run_row *row);
    int (*record)(struct gf_state *s, const struct gf_run_row *row);
    int (*leave)(struct gf_state *s, const struct gf_run_row *row, const char *owner);
    int (*recover)(struct gf_state *s, int *n);
    int (*forget)(struct gf_state *s, int64_t before, int most, int *n);
    int (*due_of)(struct gf_state *s, int64_t nth, int64_t *due);
    int (*shrink)(struct gf_state *s, int pages, bool *more);
    int (*pause)(struct gf_state *s, const char *job, bool paused);
    int (*paused)(struct gf_state *s, const char *job, bool *paused);
    int (*request)(struct gf_state *s, const char *job);
    int (*requested)(struct gf_state *s, struct gf_state_name *at);
    int (*take)(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall);
    int (*watch)(const struct gf_state *s);
    int (*status)(struct gf_state *s, int (*each)(void *arg, const struct gf_state_status_row *row),
                  void *arg);
    int (*history)(struct gf_state *s, const struct gf_state_filter *f,
                   int (*each)(void *arg, const struct gf_run_row *row), void *arg);
    /* Where owners have leases, else NULL: */
    int (*tick)(struct gf_state *s, struct gf_state_tick *t);
    gf_ns (*lease_end)(const struct gf_state *s);
    int (*left)(struct gf_state *s, int (*each)(void *arg, const struct gf_state_left_row *row),
                void *arg);
    int (*goes_by)(struct gf_state *s, const char *digest, const char *zone,
                   struct gf_state_other *other);
};

/* The first member of what a place keeps. */
struct gf_state {
    const struct gf_state_place *place;
    char owner[GF_STATE_OWNER_SIZE]; /* this process, as rows name it */
};

/* Whether a number that was read is an outcome. */
bool gf_state_is_outcome(int outcome);

#endif
