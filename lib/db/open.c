/*
 * open.c - opens the file with SQLite.
 *
 * place.c finds and opens the file; whether it is of its kind says schema.c. Whatever a file of
 * somebody else could make SQLite do for it is turned off before its first page is read. That the
 * file is whole is looked at with GF_DB_CREATE alone, since that takes time with the number of
 * rows; others see that a row is odd when they read it.
 *
 * In write-ahead mode a reader writes too, into the index beside the file. Where that cannot be
 * done, SQLite reads the file and its log as long as both lie there with the index. After a clean
 * end there is neither: then the file alone holds everything, and is read as one that cannot
 * change, unless the kind knows somebody who has it open somewhere else, whose log may not be seen
 * from here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/db_parts.h"

enum {
    LONGEST = 1 << 20, /* bytes of a row, where its kind says nothing */
};

/* More than any statement of ours needs. */
static const struct {
    int id, most;
} limits[] = {
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 16}, {SQLITE_LIMIT_COLUMN, 64},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},     {SQLITE_LIMIT_VDBE_OP, 25000},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 64}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_ATTACHED, 0},         {SQLITE_LIMIT_WORKER_THREADS, 0},
};

/* What a file may do to who reads it is turned off; the file is looked at all the same
 * (schema.c). */
static const struct {
    int option, on;
} guards[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};

/* SQLITE_OK, or SQLite's code. */
static int add_words(struct gf_db *d)
{
    return d->kind->add_words ? d->kind->add_words(d) : SQLITE_OK;
}

/* ---- for writing ----------------------------------------------------------------------------- */

/* The busy handler is not asked when the mode is changed, so another that opens the file at this
 * moment is waited for here. */
static int use_wal(struct gf_db *d)
{
    static const char sql[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    int r = SQLITE_BUSY;
    for (int waited = 0; r == SQLITE_BUSY && waited < GF_DB_BUSY_MS; waited += 20) {
        if (waited)
            sqlite3_sleep(20);
        r = sqlite3_exec(d->sqlite, sql, NULL, NULL, NULL);
    }
    return r == SQLITE_OK ? r : gf_db_code(d);
}

static int set_up_writer(struct gf_db *d, enum gf_db_use use, const char **why)
{
    int64_t version;
    int got = gf_db_look(d, &version, why);
    if (got == 0 && use == GF_DB_CREATE)
        got = gf_db_look_whole(d, version, why);
    int code = got == 0 ? gf_db_bring_up(d, version) : SQLITE_OK;
    if (got == 0 && code == SQLITE_OK)
        code = use_wal(d);
    if (got == 0 && code == SQLITE_OK)
        code = add_words(d);
    return got == 0 && code != SQLITE_OK ? gf_db_refuse_code(d, code, why) : got;
}

/* ---- for reading, where nothing can be written ----------------------------------------------- */

static int set_up_reader(struct gf_db *d, const char **why)
{
    int64_t version;
    int got = gf_db_look(d, &version, why);
    if (got == 0 && version == 0)
        return gf_db_refuse(why, -1, "it is empty");
    if (got == 0 && version != d->kind->nversions)
        return gf_db_refuse(why, -1, "it is of an earlier version, and cannot be upgraded there");
    int code = got == 0 ? add_words(d) : SQLITE_OK;
    return code != SQLITE_OK ? gf_db_refuse_code(d, code, why) : got;
}

/* Whether what stopped us is that something beside the file cannot be made or written. */
static bool is_about_writing(int code)
{
    switch (code & 0xff) {
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return true;
    default:
        return false;
    }
}

static int guard(const struct gf_db *d)
{
    sqlite3 *db = d->sqlite;
    int code = SQLITE_OK;
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, d->kind->longest ? d->kind->longest : LONGEST);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        sqlite3_limit(db, limits[i].id, limits[i].most);
    for (size_t i = 0; code == SQLITE_OK && i < sizeof guards / sizeof guards[0]; i++)
        code = sqlite3_db_config(db, guards[i].option, guards[i].on, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
    return code;
}

static int open_sqlite(struct gf_db *d, const char *name, int flags)
{
    sqlite3_close(d->sqlite);
    d->sqlite = NULL;
    return sqlite3_open_v2(name, &d->sqlite, flags | SQLITE_OPEN_NOFOLLOW, NULL);
}

/* Whether SQLite has opened for reading a file that we could open for writing: whatever stops its
 * first try, it makes that second one. */
static bool is_let_down(const struct gf_db *d, int flags)
{
    return (flags & SQLITE_OPEN_READWRITE) && sqlite3_db_readonly(d->sqlite, "main") == 1 &&
           (fcntl(d->file, F_GETFL) & O_ACCMODE) == O_RDWR;
}

static int open_database(struct gf_db *d, const char *name, int flags, const char **why)
{
    int code = open_sqlite(d, name, flags);
    if (code == SQLITE_OK && is_let_down(d, flags))
        code = open_sqlite(d, name, flags);
    if (code == SQLITE_OK)
        code = guard(d);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(d, d->sqlite ? gf_db_code(d) : code, why);
    sqlite3_busy_timeout(d->sqlite, GF_DB_BUSY_MS);
    return 0;
}

/* As a URI, in which each byte of the path is written by its number. */
static int open_unchanging(struct gf_db *d, const char **why)
{
    char uri[3 * sizeof d->path + 32];
    size_t n = (size_t)snprintf(uri, sizeof uri, "file:");
    for (const char *p = d->path; *p; p++)
        n += (size_t)snprintf(uri + n, sizeof uri - n, "%%%02x", (unsigned char)*p);
    snprintf(uri + n, sizeof uri - n, "?immutable=1");
    return open_database(d, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, why);
}

static int open_reader(struct gf_db *d, const char **why)
{
    int got = open_database(d, d->path, SQLITE_OPEN_READONLY, why);
    if (got == 0)
        got = set_up_reader(d, why);
    if (got == 0 || !is_about_writing(d->code))
        return got;
    if (gf_db_has_log(d))
        return gf_db_refuse(
            why, -1,
            "what was written last is in a file beside it (-wal or -journal), and cannot "
            "be read where nothing can be written");
    if (d->kind->in_use && d->kind->in_use(d->file))
        return gf_db_refuse(why, -1, d->kind->in_use_words);
    got = open_unchanging(d, why);
    return got == 0 ? set_up_reader(d, why) : got;
}

/* ---- opening --------------------------------------------------------------------------------- */

static int open_any(struct gf_db *d, enum gf_db_use use, const char **why)
{
    int got = open_database(d, d->path, SQLITE_OPEN_READWRITE, why);
    if (got == 0)
        got = set_up_writer(d, use, why);
    if (got != 0 && use == GF_DB_READ && is_about_writing(d->code)) {
        bool full = (d->code & 0xff) == SQLITE_FULL || d->code == SQLITE_IOERR_SHMSIZE;
        const char *first = *why;
        int again = open_reader(d, why);
        if (again == 0 || !full)
            return again;
        *why = first; /* what a reader cannot do is no help to who has to make room */
    }
    return got;
}

int gf_db_open(struct gf_db *d, const char *path, enum gf_db_use use, const struct gf_db_kind *kind,
               const char **why)
{
    memset(d, 0, sizeof *d);
    d->file = -1;
    d->kind = kind;
    int got = gf_db_open_file(d, path, use, why), code = errno;
    if (got == 0) {
        got = open_any(d, use, why);
        code = 0; /* SQLite's own tries leave any errno */
    }
    if (got == 0)
        d->writes = use != GF_DB_READ;
    else {
        gf_db_close(d);
        errno = code;
    }
    return got;
}

void gf_db_close(struct gf_db *d)
{
    if (!d->kind)
        return; /* a zeroed struct has no file, though its number says so */
    for (size_t i = 0; i < GF_DB_KEPT; i++) {
        sqlite3_finalize(d->kept[i].q);
        d->kept[i].sql = NULL;
        d->kept[i].q = NULL;
    }
    sqlite3_close(d->sqlite);
    d->sqlite = NULL;
    if (d->file != -1)
        close(d->file);
    d->file = -1;
}
