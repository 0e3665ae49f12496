/*
 * redis_state_parts.h - what the files of the state on a server share; nobody else includes it.
 * redis_state.c opens it and has the lease, redis_state_run.c the runs, redis_state_job.c the jobs,
 * redis_state_look.c what is read row by row, redis_state_call.c the way to the server,
 * redis_state_lua.c the scripts.
 */
#ifndef GF_CRON_REDIS_STATE_PARTS_H
#define GF_CRON_REDIS_STATE_PARTS_H

#include "base/random.h"
#include "cron/redis_state.h"
#include "cron/state_place.h"

/* A call that may have been done, for which it has to be known when it comes again. */
struct gf_state_unsure {
    enum {
        GF_UNSURE_CLAIM = 1,
        GF_UNSURE_TAKE,
        GF_UNSURE_COUNT,
    } what; /* 0: none */
    char job[sizeof(struct gf_state_name)];
    int64_t due;
    struct gf_token token;
};

enum {
    GF_STATE_UNSURE = 8,     /* each needs a connection that was lost: the oldest ones go */
    GF_STATE_SETTLED = 1000, /* ms: what one scheduler leaves at once is seen at once */
};

struct gf_state_redis {
    struct gf_state base; /* an owner of "": of no scheduler */
    struct gf_redis_server *server;
    struct gf_redis_request request; /* at hand */
    gf_ns lease, lease_end_boot;
    int64_t now, seen; /* of the last tick, and up to when what was left was told; in ms of the
                          server's clock */
    char why[200];
    const char *cure;
    bool later;
    struct gf_state_unsure unsure[GF_STATE_UNSURE];
    size_t next_unsure;
};

extern const struct gf_redis_script gf_state_lua_tick, gf_state_lua_table, gf_state_lua_job,
    gf_state_lua_claim, gf_state_lua_change, gf_state_lua_take, gf_state_lua_count,
    gf_state_lua_ask, gf_state_lua_hand, gf_state_lua_forget, gf_state_lua_left,
    gf_state_lua_status, gf_state_lua_history;

static inline struct gf_state_redis *gf_state_redis_of(struct gf_state *s)
{
    return (struct gf_state_redis *)s;
}

/* Begins the request with the key and our name. */
struct gf_redis_request *gf_state_redis_ask(struct gf_state_redis *r);

/* Runs the script; the reply is an array of `n` elements at least, or NULL: r->why. *sent (NULL: it
 * is not asked for) is whether it may have been done all the same. */
redisReply *gf_state_redis_run(struct gf_state_redis *r, const struct gf_redis_script *script,
                               size_t n, bool *sent);

/* The same, of which the first element alone counts, a number; -1. */
int64_t gf_state_redis_number(struct gf_state_redis *r, const struct gf_redis_script *script);

/* What a script should not have answered; -1. */
int gf_state_redis_odd(struct gf_state_redis *r);

/* A number, or the text of one; 0 for anything else. */
int64_t gf_state_redis_int(const redisReply *r);

/* Text without a NUL inside; NULL for anything else, or when it is empty. */
const char *gf_state_redis_text(const redisReply *r);

/* The call that may have been done; NULL: there is none. Any due time with `due` of INT64_MIN. */
struct gf_state_unsure *gf_state_redis_unsure(struct gf_state_redis *r, int what, const char *job,
                                              int64_t due);

/* Remembers it; `token` NULL: none. */
void gf_state_redis_note(struct gf_state_redis *r, int what, const char *job, int64_t due,
                         const struct gf_token *token);

/* ---- what the place does, as state.h says ---------------------------------------------------- */

int gf_state_redis_claim(struct gf_state *s, const char *job, int64_t due, bool again,
                         gf_ns now_wall);
int gf_state_redis_runs_elsewhere(struct gf_state *s, const char *job, bool *yes);
int gf_state_redis_give_back(struct gf_state *s, const struct gf_run_row *row);
int gf_state_redis_ask_again(struct gf_state *s, const struct gf_run_row *row);
int gf_state_redis_wait(struct gf_state *s, const struct gf_run_row *row);
int gf_state_redis_end(struct gf_state *s, const struct gf_run_row *row);
int gf_state_redis_record(struct gf_state *s, const struct gf_run_row *row);
int gf_state_redis_leave(struct gf_state *s, const struct gf_run_row *row, const char *owner);
int gf_state_redis_forget(struct gf_state *s, int64_t before, int most, int *n);
int gf_state_redis_due_of(struct gf_state *s, int64_t nth, int64_t *due);

int gf_state_redis_job(struct gf_state *s, const char *job, int64_t now, bool again,
                       struct gf_state_found *found);
int gf_state_redis_count(struct gf_state *s, const char *job, uint64_t most, uint64_t *starts);
int gf_state_redis_schedule(struct gf_state *s, const char *job, const struct gf_state_schedule *w);
int gf_state_redis_pause(struct gf_state *s, const char *job, bool paused);
int gf_state_redis_paused(struct gf_state *s, const char *job, bool *paused);
int gf_state_redis_request(struct gf_state *s, const char *job);
int gf_state_redis_requested(struct gf_state *s, struct gf_state_name *at);
int gf_state_redis_take(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall);

int gf_state_redis_left(struct gf_state *s,
                        int (*each)(void *arg, const struct gf_state_left_row *row), void *arg);
int gf_state_redis_status(struct gf_state *s,
                          int (*each)(void *arg, const struct gf_state_status_row *row), void *arg);
int gf_state_redis_history(struct gf_state *s, const struct gf_state_filter *f,
                           int (*each)(void *arg, const struct gf_run_row *row), void *arg);

#endif
