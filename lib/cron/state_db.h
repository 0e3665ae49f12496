/*
 * state_db.h - what the files of the state share; nobody else includes it. state_place.c finds
 * the file, state_open.c opens it, state_schema.c has its tables, state_owner.c tells who is there,
 * state_run.c has the runs, state_job.c the jobs, state_keep.c deletes old rows.
 *
 * SQL knows gf_alive(owner): whether the process that a row names is there.
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

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "cron/state.h"

enum {
    GF_DB_KEPT = 32, /* more than there are statements */
    GF_DB_BUSY_MS = 5000,
};

struct gf_state {
    sqlite3 *db;
    int file;                        /* the state file, open beside SQLite: for locks of owners */
    int code;                        /* SQLite's, of what stopped the opening */
    int reason;                      /* errno as gf_db_code found it; 0: the system has none */
    char owner[GF_STATE_OWNER_SIZE]; /* this process, as rows name it; "": it only reads */
    int trouble;                     /* of the last failure, as gf_state_trouble */
    char path[PATH_MAX];             /* of the file, without symbolic links in its directory */
    char error[160];
    struct {
        const char *sql; /* told by its address */
        sqlite3_stmt *q;
    } kept[GF_DB_KEPT];
};

/* The table run, in which what a process that is gone left running is interrupted, before anybody
 * has written so, without what is left to a process that is there. Behind FROM. */
#define GF_DB_SEEN                                                                                 \
    "(SELECT job, due, started, ended,"                                                            \
    " CASE WHEN outcome = 0 AND NOT gf_alive(owner) THEN 6 ELSE outcome END AS outcome,"           \
    " status, signal, times, wait, until FROM run WHERE NOT (wait = 4 AND gf_alive(owner)))"

#define GF_DB_ODD_OUTCOME "the database is damaged: an outcome in it is none"

/* SQLite's extended code of what failed last, asked for before anything else is, also before an
 * undo: a page that the disk does not give is SQLITE_IOERR. Keeps the system's reason for it, which
 * the next statement may overwrite. */
int gf_db_code(struct gf_state *s);

/* What the last such code means: *words in one line, static; the refusal of state.h, else -1. */
int gf_db_judge(const struct gf_state *s, int code, const char **words);

/* The same of an errno; -1 where it stands for none of them. */
int gf_db_refusal_of_errno(int code);

/* The errno of the last failure of the file or of its log; 0: there was none. */
int gf_db_errno(sqlite3 *db);

/* Sets *why and returns `refusal`. */
int gf_db_refuse(const char **why, int refusal, const char *what);

/* SQLite cannot go on with the opening: its code says why. */
int gf_db_refuse_code(struct gf_state *s, int code, const char **why);

/* Finds the file and opens it beside SQLite: s->path and s->file. 0, or as gf_state_open. */
int gf_db_open_file(struct gf_state *s, const char *path, enum gf_state_use use, const char **why);

/* Whether there is something in a log beside the file, of either mode of SQLite. */
bool gf_db_has_log(const struct gf_state *s);

/* Whether the file is ours, to the letter; an empty one becomes so, and is of version 0. 0, or as
 * gf_state_open. */
int gf_db_look(struct gf_state *s, int64_t *version, const char **why);
bool gf_db_is_current(int64_t version);

/* From whatever version to ours. Another process may do the same at this moment: what counts is
 * that the version has gone on. SQLITE_OK, or SQLite's code. */
int gf_db_bring_up(struct gf_state *s, int64_t version);

/* Whether a file of this version is whole; every page and row is read. 0, or as gf_state_open. */
int gf_db_look_whole(struct gf_state *s, int64_t version, const char **why);

/* Whether a number that was read is an outcome. */
bool gf_db_is_outcome(int outcome);

/* The number that a statement yields, 0 where there is none. SQLITE_OK, or SQLite's code. */
int gf_db_ask(struct gf_state *s, const char *sql, int64_t *v);

/* Makes this process an owner: sets s->owner, and takes the lock that others look for. */
void gf_db_make_owner(struct gf_state *s);

/* Whether another owner is there, whoever it is. */
bool gf_db_has_owner(const struct gf_state *s);

/* Adds gf_alive to SQL. SQLITE_OK, or SQLite's code. */
int gf_db_add_words(struct gf_state *s);

/* Keeps what SQLite reports as the state's error; -1. */
int gf_db_fail(struct gf_state *s);

/* A row that was read has an outcome that is none: keeps that as the state's error; -1. */
int gf_db_fail_odd(struct gf_state *s);

/* The statement of this text, a constant. NULL: the state's error says why. */
sqlite3_stmt *gf_db_get(struct gf_state *s, const char *sql);

/* Binds parameter i, which stays the caller's until gf_db_done or gf_db_finish; NULL is SQL's. */
void gf_db_text(sqlite3_stmt *q, int i, const char *text);

/* The next row: 1; 0: there is none; -1. */
int gf_db_row(struct gf_state *s, sqlite3_stmt *q);

/* Column i as text, NULL where that is SQL's; where there is no memory for it, *failed is set. */
const char *gf_db_column(sqlite3_stmt *q, int i, bool *failed);

/* Gives a statement back after its rows were read; NULL is none. */
void gf_db_done(sqlite3_stmt *q);

/* Runs a statement that yields no rows and gives it back. */
int gf_db_finish(struct gf_state *s, sqlite3_stmt *q);

#endif
