/*
 * state_open.c - opens the state file with SQLite, as one that nobody is to believe.
 *
 * The file is found and opened by state_place.c; whether it is one of ours says state_schema.c.
 * Whatever a file of somebody else could make SQLite do for it is turned off before its first page
 * is read. That the file is whole is looked at by a scheduler as it starts, since that takes time
 * with the number of rows; others see that a row is odd when they read it.
 *
 * In write-ahead mode a reader writes too, into the index beside the file. Where that cannot be
 * done, SQLite reads the file and its log as long as both lie there with the index. After a clean
 * end there is neither: then the file alone holds everything, and is read as one that cannot
 * change, unless a scheduler has it open somewhere else, whose log may not be seen from here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cron/state_db.h"

/* More than any statement or row of ours needs. */
static const struct {
    int id, most;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, 1 << 20},   {SQLITE_LIMIT_SQL_LENGTH, 1 << 16},
    {SQLITE_LIMIT_COLUMN, 64},        {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_VDBE_OP, 25000},    {SQLITE_LIMIT_VARIABLE_NUMBER, 64},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},  {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

/* What a file may do to who reads it is turned off; the file is looked at all the same
 * (state_schema.c). */
static const struct {
    int option, on;
} guards[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};

/* ---- for writing ----------------------------------------------------------------------------- */

/* The busy handler is not asked when the mode is changed, so another that opens the file at this
 * moment is waited for here. */
static int use_wal(struct gf_state *s)
{
    static const char sql[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    int r = SQLITE_BUSY;
    for (int waited = 0; r == SQLITE_BUSY && waited < GF_DB_BUSY_MS; waited += 20) {
        if (waited)
            sqlite3_sleep(20);
        r = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    }
    return r == SQLITE_OK ? r : gf_db_code(s);
}

static int set_up_writer(struct gf_state *s, enum gf_state_use use, const char **why)
{
    int64_t version;
    int got = gf_db_look(s, &version, why);
    if (got == 0 && use == GF_STATE_CREATE)
        got = gf_db_look_whole(s, version, why);
    int code = got == 0 ? gf_db_bring_up(s, version) : SQLITE_OK;
    if (got == 0 && code == SQLITE_OK)
        code = use_wal(s);
    if (got == 0 && code == SQLITE_OK)
        code = gf_db_add_words(s);
    return got == 0 && code != SQLITE_OK ? gf_db_refuse_code(s, code, why) : got;
}

/* ---- for reading, where nothing can be written ----------------------------------------------- */

static int set_up_reader(struct gf_state *s, const char **why)
{
    int64_t version;
    int got = gf_db_look(s, &version, why);
    if (got == 0 && version == 0)
        return gf_db_refuse(why, -1, "it is empty");
    if (got == 0 && !gf_db_is_current(version))
        return gf_db_refuse(why, -1, "it is of an earlier version, and cannot be upgraded there");
    int code = got == 0 ? gf_db_add_words(s) : SQLITE_OK;
    return code != SQLITE_OK ? gf_db_refuse_code(s, code, why) : got;
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

static int guard(sqlite3 *db)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        sqlite3_limit(db, limits[i].id, limits[i].most);
    for (size_t i = 0; code == SQLITE_OK && i < sizeof guards / sizeof guards[0]; i++)
        code = sqlite3_db_config(db, guards[i].option, guards[i].on, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
    return code;
}

static int open_sqlite(struct gf_state *s, const char *name, int flags)
{
    sqlite3_close(s->db);
    s->db = NULL;
    return sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOFOLLOW, NULL);
}

/* Whether SQLite has opened for reading a file that we could open for writing: whatever stops its
 * first try, it makes that second one. */
static bool is_let_down(const struct gf_state *s, int flags)
{
    return (flags & SQLITE_OPEN_READWRITE) && sqlite3_db_readonly(s->db, "main") == 1 &&
           (fcntl(s->file, F_GETFL) & O_ACCMODE) == O_RDWR;
}

static int open_database(struct gf_state *s, const char *name, int flags, const char **why)
{
    int code = open_sqlite(s, name, flags);
    if (code == SQLITE_OK && is_let_down(s, flags))
        code = open_sqlite(s, name, flags);
    if (code == SQLITE_OK)
        code = guard(s->db);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(s, s->db ? gf_db_code(s) : code, why);
    sqlite3_busy_timeout(s->db, GF_DB_BUSY_MS);
    return 0;
}

/* As a URI, in which each byte of the path is written by its number. */
static int open_unchanging(struct gf_state *s, const char **why)
{
    char uri[3 * sizeof s->path + 32];
    size_t n = (size_t)snprintf(uri, sizeof uri, "file:");
    for (const char *p = s->path; *p; p++)
        n += (size_t)snprintf(uri + n, sizeof uri - n, "%%%02x", (unsigned char)*p);
    snprintf(uri + n, sizeof uri - n, "?immutable=1");
    return open_database(s, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, why);
}

static int open_reader(struct gf_state *s, const char **why)
{
    int got = open_database(s, s->path, SQLITE_OPEN_READONLY, why);
    if (got == 0)
        got = set_up_reader(s, why);
    if (got == 0 || !is_about_writing(s->code))
        return got;
    if (gf_db_has_log(s))
        return gf_db_refuse(
            why, -1,
            "what was written last is in a file beside it (-wal or -journal), and cannot "
            "be read where nothing can be written");
    if (gf_db_has_owner(s))
        return gf_db_refuse(why, -1,
                            "a scheduler has it, whose -wal file is not to be seen from here");
    got = open_unchanging(s, why);
    return got == 0 ? set_up_reader(s, why) : got;
}

/* ---- opening --------------------------------------------------------------------------------- */

static int open_any(struct gf_state *s, const char *path, enum gf_state_use use, const char **why)
{
    int got = gf_db_open_file(s, path, use, why);
    if (got == 0)
        got = open_database(s, s->path, SQLITE_OPEN_READWRITE, why);
    if (got == 0)
        got = set_up_writer(s, use, why);
    if (got != 0 && use == GF_STATE_READ && is_about_writing(s->code)) {
        bool full = (s->code & 0xff) == SQLITE_FULL || s->code == SQLITE_IOERR_SHMSIZE;
        const char *first = *why;
        int code = errno, again = open_reader(s, why);
        if (again == 0 || !full)
            return again;
        *why = first; /* what a reader cannot do is no help to who has to make room */
        errno = code;
        return got;
    }
    if (got == 0 && use != GF_STATE_READ)
        gf_db_make_owner(s);
    return got;
}

int gf_state_open(struct gf_state **out, const char *path, enum gf_state_use use, const char **why)
{
    struct gf_state *s = calloc(1, sizeof *s);
    if (!s)
        return gf_db_refuse(why, GF_STATE_MEMORY, "out of memory");
    s->file = -1;
    int got = open_any(s, path, use, why);
    if (got == 0)
        *out = s;
    else {
        int code = errno;
        gf_state_close(s);
        errno = code;
    }
    return got;
}

void gf_state_close(struct gf_state *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < GF_DB_KEPT; i++)
        sqlite3_finalize(s->kept[i].q);
    sqlite3_close(s->db);
    if (s->file != -1)
        close(s->file);
    free(s);
}
