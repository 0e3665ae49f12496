/*
 * state_file.h - what the files of the state under SQLite share; nobody else includes it, but for
 * tests. state_file_schema.c has its tables, state_file_owner.c tells who is there,
 * state_file_run.c has the runs, state_file_job.c the jobs, state_file_keep.c deletes old rows. The
 * file below is that of lib/db.
 *
 * SQL knows gf_alive(owner): whether the process that a row names is there.
 */
#ifndef GF_CRON_STATE_FILE_H
#define GF_CRON_STATE_FILE_H

#include <stddef.h>

#include "cron/state_place.h"

struct gf_state_file {
    struct gf_state base; /* an owner of "": it only reads */
    struct gf_db db;
};

static inline struct gf_state_file *gf_state_file_of(struct gf_state *s)
{
    return (struct gf_state_file *)s;
}

/* The table run, in which what a process that is gone left running is interrupted, before anybody
 * has written so, without what is left to a process that is there. Behind FROM. */
#define GF_STATE_SEEN                                                                              \
    "(SELECT job, due, started, ended,"                                                            \
    " CASE WHEN outcome = 0 AND NOT gf_alive(owner) THEN 6 ELSE outcome END AS outcome,"           \
    " status, signal, times, wait, until FROM run WHERE NOT (wait = 4 AND gf_alive(owner)))"

extern const struct gf_db_kind gf_state_kind;

/* Makes this process an owner: sets its name, and takes the lock that others look for. */
void gf_state_make_owner(struct gf_state_file *s);

/* Whether another owner is there, whoever it is, by a descriptor of the file. */
bool gf_state_has_owner(int file);

/* Adds gf_alive to SQL. SQLITE_OK, or SQLite's code. */
int gf_state_add_words(struct gf_db *d);

/* ---- what the place does, as state.h says --------------------------------------------------- */

int gf_state_file_claim(struct gf_state *state, const char *job, int64_t due, bool again,
                        gf_ns now_wall);
int gf_state_file_runs_elsewhere(struct gf_state *state, const char *job, bool *yes);
int gf_state_file_give_back(struct gf_state *state, const struct gf_run_row *row);
int gf_state_file_wait(struct gf_state *state, const struct gf_run_row *row);
int gf_state_file_end(struct gf_state *state, const struct gf_run_row *row);
int gf_state_file_record(struct gf_state *state, const struct gf_run_row *row);
int gf_state_file_leave(struct gf_state *state, const struct gf_run_row *row, const char *owner);
int gf_state_file_recover(struct gf_state *state, int *n);
int gf_state_file_history(struct gf_state *state, const struct gf_state_filter *f,
                          int (*each)(void *arg, const struct gf_run_row *row), void *arg);

int gf_state_file_job(struct gf_state *state, const char *job, int64_t now, bool again,
                      struct gf_state_found *found);
int gf_state_file_count(struct gf_state *state, const char *job, uint64_t most, uint64_t *starts);
int gf_state_file_schedule(struct gf_state *state, const char *job,
                           const struct gf_state_schedule *w);
int gf_state_file_unschedule(struct gf_state *state);
int gf_state_file_pause(struct gf_state *state, const char *job, bool paused);
int gf_state_file_paused(struct gf_state *state, const char *job, bool *paused);
int gf_state_file_request(struct gf_state *state, const char *job);
int gf_state_file_requested(struct gf_state *state, struct gf_state_name *at);
int gf_state_file_ask_again(struct gf_state *state, const struct gf_run_row *row);
int gf_state_file_take(struct gf_state *state, const char *job, int64_t *due, gf_ns now_wall);
int gf_state_file_status(struct gf_state *state,
                         int (*each)(void *arg, const struct gf_state_status_row *row), void *arg);

int gf_state_file_forget(struct gf_state *state, int64_t before, int most, int *n);
int gf_state_file_due_of(struct gf_state *state, int64_t nth, int64_t *due);
int gf_state_file_shrink(struct gf_state *state, int pages, bool *more);

bool gf_state_file_is_alive(const struct gf_state *state, const char *owner);

#endif
