/*
 * state_db.h - what the files of the state share; nobody else includes it. state_open.c opens it,
 * state_owner.c tells who is there, state_run.c has the runs, state_job.c the jobs.
 *
 * SQL knows gf_alive(owner), whether the process that a row names is there, and `seen`: the table
 * run in which what a process that is gone left running is interrupted, before anybody has written
 * so.
 *
 * A statement is prepared once and kept:
 *
 *     sqlite3_stmt *q = gf_db_get(s, "DELETE FROM request WHERE job = ?");
 *     if (!q)
 *         return -1;
 *     gf_db_text(q, 1, job);
 *     return gf_db_finish(s, q);
 */
#ifndef GF_CRON_STATE_DB_H
#define GF_CRON_STATE_DB_H

#include <sqlite3.h>
#include <stdbool.h>

#include "cron/state.h"

enum {
    GF_DB_KEPT = 32, /* more than there are statements */
};

struct gf_state {
    sqlite3 *db;
    int file;                        /* the state file, open beside SQLite: for locks of owners */
    int code;                        /* SQLite's, of what stopped the opening */
    char owner[GF_STATE_OWNER_SIZE]; /* this process, as rows name it; "": it only reads */
    bool locked;                     /* the last failure: another process has the lock */
    char error[160];
    struct {
        const char *sql; /* told by its address */
        sqlite3_stmt *q;
    } kept[GF_DB_KEPT];
};

/* What a code of SQLite's means, in one line; static. */
const char *gf_db_words(sqlite3 *db, int code);

/* Makes this process an owner: sets s->owner, and takes the lock that others look for. */
void gf_db_make_owner(struct gf_state *s);

/* Whether another owner is there, whoever it is. */
bool gf_db_has_owner(const struct gf_state *s);

/* Adds gf_alive and `seen` to SQL. SQLITE_OK, or SQLite's code. */
int gf_db_add_words(struct gf_state *s);

/* Keeps what SQLite reports as the state's error; -1. */
int gf_db_fail(struct gf_state *s);

/* The statement of this text, a constant. NULL: the state's error says why. */
sqlite3_stmt *gf_db_get(struct gf_state *s, const char *sql);

/* Binds parameter i; NULL is SQL's. */
void gf_db_text(sqlite3_stmt *q, int i, const char *text);

/* Gives a statement back after its rows were read. */
void gf_db_done(sqlite3_stmt *q);

/* Runs a statement that yields no rows and gives it back. */
int gf_db_finish(struct gf_state *s, sqlite3_stmt *q);

#endif
