/*
 * db.h - a state file of ours under SQLite, opened as one that nobody is to believe.
 *
 * The file is made 0600, in a directory that nobody but us and root may write to: SQLite believes
 * what lies beside the file. A file that does not have, to the letter, the tables of its kind is
 * refused and never written; so is a damaged one, when GF_DB_CREATE opens it. Write-ahead mode: a
 * transaction survives the death of any process at any moment.
 *
 *     static const char *const versions[] = {"BEGIN IMMEDIATE; CREATE TABLE ...; COMMIT;"};
 *     static const struct gf_db_kind kind = {.application = 0x67667175, .tool = "gf-queue",
 *                                            .versions = versions, .nversions = 1, ...};
 *     struct gf_db d;
 *     const char *why;
 *     if (gf_db_open(&d, path, GF_DB_CREATE, &kind, &why) != 0) ... why ...
 *     gf_db_begin(&d);
 *     sqlite3_stmt *q = gf_db_get(&d, "DELETE FROM request WHERE job = ?");
 *     if (!q) ... d.error ...
 *     gf_db_text(q, 1, job);
 *     gf_db_finish(&d, q);
 *     gf_db_commit(&d);
 *     gf_db_close(&d);
 *
 * A kind has versions: the nth text makes version n out of version n - 1, sets user_version (the
 * first application_id too), and is one transaction. A new file goes through all, one of an earlier
 * version through those that it lacks.
 *
 * Functions return 0, or -1 with the reason in d->error and d->trouble, but as said. One thread.
 */
#ifndef GF_DB_DB_H
#define GF_DB_DB_H

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct gf_db;

struct gf_db_kind {
    int32_t application;         /* PRAGMA application_id, which the first version sets */
    const char *tool;            /* whose file it is, for messages */
    const char *const *versions; /* SQL */
    int64_t nversions;
    /* SQL that counts the rows that cannot be, in tables of the first version; NULL: none is looked
     * for. And the message of such a row: "the database is damaged: ...". */
    const char *odd, *odd_words;
    int longest; /* bytes that a row may have; 0: 1 MiB */
    /* Adds functions for SQL, before the first statement of the caller; SQLITE_OK, or SQLite's
     * code. NULL: there are none. */
    int (*add_words)(struct gf_db *d);
    /* Whether somebody has the file (a descriptor) open, who may write where this process sees
     * nothing of it; asked where it is read as one that cannot change. NULL: nobody is asked for.
     * And the message of that. */
    bool (*in_use)(int file);
    const char *in_use_words;
};

/* Why a file cannot be used, where there is a way out. */
enum gf_db_refusal {
    GF_DB_LATER = -2,   /* of a later version */
    GF_DB_FOREIGN = -3, /* of something else */
    GF_DB_DAMAGED = -4,
    GF_DB_LOCKED = -5,    /* another process has the lock */
    GF_DB_FULL = -6,      /* the disk, or the quota */
    GF_DB_SIZE = -7,      /* the limit on the size of files */
    GF_DB_FILES = -8,     /* the limit on open files */
    GF_DB_MEMORY = -9,    /* there is none */
    GF_DB_READONLY = -10, /* the file, or its disk */
    GF_DB_IO = -11,       /* the disk fails */
    GF_DB_WAL = -12,      /* what lies beside the file is not to be trusted: */
    GF_DB_SHM = -13,
    GF_DB_JOURNAL = -14,
};

enum gf_db_use {
    GF_DB_READ, /* also from a disk that cannot be written */
    GF_DB_WRITE,
    GF_DB_CREATE, /* the file is made when it is not there, and else looked at as a whole, which
                     takes time with the number of rows */
};

enum {
    GF_DB_KEPT = 48, /* statements: more than any tool has */
    GF_DB_BUSY_MS = 5000,
};

struct gf_db {
    sqlite3 *sqlite;
    const struct gf_db_kind *kind;
    int file;            /* open beside SQLite: for locks of owners */
    int code;            /* SQLite's, of what stopped the opening */
    int reason;          /* errno as it was found beside it; 0: the system has none */
    int trouble;         /* of the last failure: a refusal, or -1 */
    bool writes;         /* it was opened for writing: the file has to stay in its place */
    char path[PATH_MAX]; /* of the file, without symbolic links in its directory */
    char error[160];
    struct {
        const char *sql; /* told by its address */
        sqlite3_stmt *q;
    } kept[GF_DB_KEPT];
};

/* 0; -1 or a refusal, and *why is text that lasts until this thread is refused again (errno that of
 * base/statepath.h where it is from there, else 0); then *d needs no close. A file of an earlier
 * version is brought up to the last one. */
int gf_db_open(struct gf_db *d, const char *path, enum gf_db_use use, const struct gf_db_kind *kind,
               const char **why);
void gf_db_close(struct gf_db *d);

/* What the name of the file beside has at its end; "": the refusal is not about one. */
const char *gf_db_beside(int refusal);

/* How long a change waits for a lock that another process has on the file, in milliseconds
 * (GF_DB_BUSY_MS unless told). */
void gf_db_patience(struct gf_db *d, int ms);

/* -1: the file was removed, or replaced by another, since it was opened for writing. As long as
 * that is so, everything else fails alike, and nothing is written. */
int gf_db_check(struct gf_db *d);

/* A descriptor of the caller's that is readable when the file was written, by whomever; -1: errno.
 * An inotify(7) descriptor, non-blocking. */
int gf_db_watch(const struct gf_db *d);

/* ---- statements ------------------------------------------------------------------------------ */

/* What is changed between these is one transaction: all of it or nothing. A commit that fails has
 * undone it; gf_db_undo does so where there will be none. */
int gf_db_begin(struct gf_db *d);
int gf_db_commit(struct gf_db *d);
void gf_db_undo(struct gf_db *d);

/* The statement of this text, a constant; it is prepared once. NULL: d->error says why. */
sqlite3_stmt *gf_db_get(struct gf_db *d, const char *sql);

/* Binds parameter i, which stays the caller's until gf_db_done or gf_db_finish; NULL is SQL's. With
 * one that is too long for a row the statement fails, or finds nothing. */
void gf_db_text(sqlite3_stmt *q, int i, const char *text);

/* The next row: 1; 0: there is none; -1. */
int gf_db_row(struct gf_db *d, sqlite3_stmt *q);

/* Column i as text, NULL where that is SQL's; where there is no memory for it, *failed is set. */
const char *gf_db_column(sqlite3_stmt *q, int i, bool *failed);

/* Gives a statement back after its rows were read; NULL is none. */
void gf_db_done(sqlite3_stmt *q);

/* Runs a statement that yields no rows and gives it back. */
int gf_db_finish(struct gf_db *d, sqlite3_stmt *q);

/* Keeps what SQLite reports as d->error; -1. */
int gf_db_fail(struct gf_db *d);

/* A row that was read cannot be: keeps that as d->error; -1. */
int gf_db_fail_odd(struct gf_db *d);

#endif
