/*
 * state_open.c - the state file is opened, looked at, and brought up to our version.
 *
 * Three tables: job (id, since, paused, starts, and the schedule it has where), run (job, due,
 * ...), whose primary key is the claim, with what the run waits for (enum gf_wait), and request
 * (job): what is to run once, asked for by hand. Ours are told by application_id, and by
 * user_version. A new file goes through all versions.
 *
 * In write-ahead mode a reader writes too, into the index beside the file. Where that cannot be
 * done, SQLite reads the file and its log as long as both lie there with the index. After a clean
 * end there is neither: then the file alone holds everything, and is read as one that cannot
 * change, unless a scheduler has it open somewhere else, whose log may not be seen from here.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/statepath.h"
#include "cron/state_db.h"

enum {
    APPLICATION = 0x67666372, /* gfcr */
    BUSY_MS = 5000,
};

/* versions[n] makes version n + 1 out of version n. */
static const char *const versions[] = {
    "BEGIN IMMEDIATE;"
    "CREATE TABLE job(id TEXT PRIMARY KEY, since INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT "
    "0)"
    " WITHOUT ROWID;"
    "CREATE TABLE run(job TEXT NOT NULL, due INTEGER NOT NULL, started INTEGER, ended INTEGER,"
    " outcome INTEGER NOT NULL, status INTEGER, signal INTEGER, owner TEXT,"
    " PRIMARY KEY(job, due)) WITHOUT ROWID;"
    "CREATE INDEX run_due ON run(due);"
    "PRAGMA application_id = 1734763378;"
    "PRAGMA user_version = 1;"
    "COMMIT;",
    "BEGIN IMMEDIATE;"
    "CREATE TABLE request(job TEXT PRIMARY KEY) WITHOUT ROWID;"
    "PRAGMA user_version = 2;"
    "COMMIT;",
    "BEGIN IMMEDIATE;"
    "ALTER TABLE run ADD COLUMN times INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE job ADD COLUMN schedule TEXT;"
    "ALTER TABLE job ADD COLUMN zone TEXT;"
    "ALTER TABLE job ADD COLUMN dst INTEGER;"
    "ALTER TABLE job ADD COLUMN owner TEXT;"
    "PRAGMA user_version = 3;"
    "COMMIT;",
    "BEGIN IMMEDIATE;"
    "ALTER TABLE run ADD COLUMN wait INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN until INTEGER;"
    "ALTER TABLE run ADD COLUMN again INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE job ADD COLUMN lock TEXT;"
    "ALTER TABLE job ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX run_open ON run(job) WHERE outcome = 0;"
    "PRAGMA user_version = 4;"
    "COMMIT;",
};

enum {
    VERSION = sizeof versions / sizeof versions[0]
};

/* ---- what is there --------------------------------------------------------------------------- */

/* The number that a statement yields. SQLITE_OK, or SQLite's code. */
static int ask(struct gf_state *s, const char *sql, int64_t *v)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(q);
        *v = code == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    }
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        code = sqlite3_extended_errcode(s->db);
    else
        code = SQLITE_OK;
    sqlite3_finalize(q);
    return code;
}

static int refuse(const char **why, int refusal, const char *what)
{
    *why = what;
    return refusal;
}

/* SQLite cannot go on: its code says why. */
static int refuse_code(struct gf_state *s, int code, const char **why)
{
    int refusal = code == SQLITE_NOTADB             ? GF_STATE_FOREIGN
                  : (code & 0xff) == SQLITE_CORRUPT ? GF_STATE_DAMAGED
                                                    : -1;
    s->code = code;
    return refuse(why, refusal, gf_db_words(s->db, code));
}

/* Whether the file is ours: an empty one, without a mark of somebody else, becomes so. 0, or as
 * gf_state_open. */
static int look_whose(struct gf_state *s, const char **why)
{
    int64_t tables, mark = 0;
    int code = ask(s, "SELECT count(*) FROM sqlite_master", &tables);
    if (code == SQLITE_OK)
        code = ask(s, "PRAGMA application_id", &mark);
    if (code != SQLITE_OK)
        return refuse_code(s, code, why);
    if (mark == APPLICATION || (mark == 0 && tables == 0))
        return 0;
    return refuse(why, GF_STATE_FOREIGN, "it is a database of something else");
}

/* Whether the file may be used: it is ours, whole, and not of a later version. */
static int look_at(struct gf_state *s, int64_t *version, const char **why)
{
    int64_t faults = 0;
    int got = look_whose(s, why);
    if (got != 0)
        return got;
    int code = ask(s, "SELECT count(*) FROM pragma_quick_check WHERE quick_check != 'ok'", &faults);
    if (code == SQLITE_OK && faults)
        code = SQLITE_CORRUPT;
    if (code == SQLITE_OK)
        code = ask(s, "PRAGMA user_version", version);
    if (code != SQLITE_OK)
        return refuse_code(s, code, why);
    return *version > VERSION ? refuse(why, GF_STATE_LATER, "it is of a later version") : 0;
}

/* A byte that was overwritten within a row is no fault to SQLite. */
static int look_at_rows(struct gf_state *s, const char **why)
{
    int64_t odd = 0;
    int code = ask(s, "SELECT count(*) FROM run WHERE outcome NOT BETWEEN 0 AND 6", &odd);
    if (code != SQLITE_OK)
        return refuse_code(s, code, why);
    return odd ? refuse(why, GF_STATE_DAMAGED, "the database is damaged: an outcome in it is none")
               : 0;
}

/* ---- for writing ----------------------------------------------------------------------------- */

/* The busy handler is not asked when the mode is changed, so another that opens the file at this
 * moment is waited for here. */
static int use_wal(struct gf_state *s)
{
    static const char sql[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    int r = SQLITE_BUSY;
    for (int waited = 0; r == SQLITE_BUSY && waited < BUSY_MS; waited += 20) {
        if (waited)
            sqlite3_sleep(20);
        r = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    }
    return r == SQLITE_OK ? r : sqlite3_extended_errcode(s->db);
}

/* From whatever version to ours. Another process may do the same at this moment: what counts is
 * that the version has gone on. SQLITE_OK, or SQLite's code. */
static int bring_up(struct gf_state *s, int64_t is)
{
    int code = SQLITE_OK;
    for (int64_t was = -1; is < VERSION && is != was;) {
        was = is;
        code = sqlite3_exec(s->db, versions[is], NULL, NULL, NULL);
        if (code != SQLITE_OK) {
            code = sqlite3_extended_errcode(s->db);
            gf_state_undo(s);
        }
        int got = ask(s, "PRAGMA user_version", &is);
        if (got != SQLITE_OK)
            return got;
    }
    return is == VERSION ? SQLITE_OK : code;
}

static int set_up_writer(struct gf_state *s, const char **why)
{
    int64_t version;
    int got = look_at(s, &version, why);
    int code = got == 0 ? bring_up(s, version) : SQLITE_OK;
    if (got == 0 && code == SQLITE_OK)
        got = look_at_rows(s, why);
    if (got == 0 && code == SQLITE_OK)
        code = use_wal(s);
    if (got == 0 && code == SQLITE_OK)
        code = gf_db_add_words(s);
    return got == 0 && code != SQLITE_OK ? refuse_code(s, code, why) : got;
}

/* ---- for reading, where nothing can be written ----------------------------------------------- */

static int set_up_reader(struct gf_state *s, const char **why)
{
    int64_t version;
    int got = look_at(s, &version, why);
    if (got == 0 && version == 0)
        return refuse(why, -1, "it is empty");
    if (got == 0 && version < VERSION)
        return refuse(why, -1, "it is of an earlier version, and cannot be upgraded there");
    if (got == 0)
        got = look_at_rows(s, why);
    int code = got == 0 ? gf_db_add_words(s) : SQLITE_OK;
    return code != SQLITE_OK ? refuse_code(s, code, why) : got;
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

static int open_database(struct gf_state *s, const char *name, int flags, const char **why)
{
    sqlite3_close(s->db);
    s->db = NULL;
    int code = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOFOLLOW, NULL);
    if (code != SQLITE_OK)
        return refuse_code(s, code, why);
    sqlite3_busy_timeout(s->db, BUSY_MS);
    return 0;
}

/* Whether there is something in a log beside the file, of either mode of SQLite. */
static bool has_log(const char *path)
{
    static const char *const ends[] = {"-wal", "-journal"};
    char name[PATH_MAX + 16];
    struct stat st;
    for (size_t i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        if (stat(name, &st) == 0 && st.st_size > 0)
            return true;
    }
    return false;
}

/* As a URI, in which each byte of the path is written by its number. */
static int open_unchanging(struct gf_state *s, const char *path, const char **why)
{
    char uri[3 * PATH_MAX + 32];
    size_t n = (size_t)snprintf(uri, sizeof uri, "file:");
    for (const char *p = path; *p && n < 3 * PATH_MAX; p++)
        n += (size_t)snprintf(uri + n, sizeof uri - n, "%%%02x", (unsigned char)*p);
    snprintf(uri + n, sizeof uri - n, "?immutable=1");
    return open_database(s, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, why);
}

static int open_reader(struct gf_state *s, const char *path, const char **why)
{
    int got = open_database(s, path, SQLITE_OPEN_READONLY, why);
    if (got == 0)
        got = set_up_reader(s, why);
    if (got != -1 || !is_about_writing(s->code))
        return got;
    if (has_log(path))
        return refuse(why, -1,
                      "what was written last is in a file beside it (-wal or -journal), and cannot "
                      "be read where nothing can be written");
    if (gf_db_has_owner(s))
        return refuse(why, -1, "a scheduler has it, whose -wal file is not to be seen from here");
    got = open_unchanging(s, path, why);
    return got == 0 ? set_up_reader(s, why) : got;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Waits for the lock on the directory for as long as for a lock on the file. */
static int lock_directory(const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = gf_open(dirname(copy), O_RDONLY | O_DIRECTORY, 0);
    for (int waited = 0; fd != -1 && flock(fd, LOCK_EX | LOCK_NB) != 0 && waited < BUSY_MS;
         waited += 20)
        sqlite3_sleep(20);
    return fd;
}

/* Makes the file. Logs that lie there belonged to a file that was removed, perhaps while somebody
 * uses it, and SQLite would take them for those of the new file: they go first. The lock is for
 * another that makes the file at this moment, whose logs are not to be removed. */
static int make_file(const char *path, const char **why)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    char name[PATH_MAX + 16];
    int dir = lock_directory(path);
    int fd = gf_state_openat(AT_FDCWD, path, O_RDWR, NULL, why);
    if (fd == -1 && errno == ENOENT) {
        for (size_t i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "%s%s", path, ends[i]);
            unlink(name);
        }
        fd = gf_state_openat(AT_FDCWD, path, O_RDWR | O_CREAT, NULL, why);
    }
    if (dir != -1)
        close(dir);
    return fd;
}

/* Opens the file itself, when it can be trusted; the descriptor is kept, since the locks of owners
 * are asked for by it. Closing it before SQLite's would drop SQLite's locks. */
static int open_file(struct gf_state *s, const char *path, enum gf_state_use use, const char **why)
{
    s->file = gf_state_openat(AT_FDCWD, path, O_RDWR, NULL, why);
    if (s->file == -1 && use == GF_STATE_CREATE && errno == ENOENT)
        s->file = make_file(path, why);
    if (s->file == -1 && use == GF_STATE_READ && (errno == EROFS || errno == EACCES))
        s->file = gf_state_openat(AT_FDCWD, path, O_RDONLY, NULL, why);
    return s->file == -1 ? -1 : 0;
}

static int open_any(struct gf_state *s, const char *path, enum gf_state_use use, const char **why)
{
    int got = open_file(s, path, use, why);
    if (got == 0)
        got = open_database(s, path, SQLITE_OPEN_READWRITE, why);
    if (got == 0)
        got = set_up_writer(s, why);
    if (got == -1 && use == GF_STATE_READ && is_about_writing(s->code))
        return open_reader(s, path, why);
    if (got == 0 && use != GF_STATE_READ)
        gf_db_make_owner(s);
    return got;
}

int gf_state_open(struct gf_state **out, const char *path, enum gf_state_use use, const char **why)
{
    struct gf_state *s = calloc(1, sizeof *s);
    if (!s)
        return refuse(why, -1, "out of memory");
    s->file = -1;
    int got = open_any(s, path, use, why);
    if (got == 0)
        *out = s;
    else
        gf_state_close(s);
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
