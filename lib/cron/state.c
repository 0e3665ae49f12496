/*
 * state.c - what all that reads and writes the state file needs.
 *
 * Statements are prepared once and kept. What SQLite reports is put into words of ours, by its
 * code: only a file that is damaged is called so, whatever else keeps us from using it. A file that
 * was removed or replaced is still there for SQLite, which would write where nobody reads; so
 * before each statement of a writer the name is looked up, and has to lead to the file that is
 * open.
 */
#include "cron/state.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cron/state_db.h"

const char *gf_state_error(const struct gf_state *s)
{
    return s->error;
}

void gf_state_patience(struct gf_state *s, int ms)
{
    sqlite3_busy_timeout(s->db, ms);
}

bool gf_state_is_locked(const struct gf_state *s)
{
    return s->locked;
}

/* ---- what went wrong ------------------------------------------------------------------------- */

/* The system's reason counts where SQLite has no code of its own for it. */
static const char *words_of_io(sqlite3 *db)
{
    switch (sqlite3_system_errno(db)) {
    case ENOSPC:
        return "the disk is full";
    case EDQUOT:
        return "the disk quota is used up";
    case EFBIG:
        return "the limit on the size of files is reached";
    default:
        return "the disk reports an error of input or output";
    }
}

const char *gf_db_words(sqlite3 *db, int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process has it locked";
    case SQLITE_FULL:
        return "the disk is full";
    case SQLITE_IOERR:
        return code == SQLITE_IOERR_SHMSIZE ? "the disk is full" : words_of_io(db);
    case SQLITE_CANTOPEN:
        return "the file, or its log beside it, cannot be opened";
    case SQLITE_READONLY:
        return "it is not writable";
    case SQLITE_NOTADB:
        return "it is not a database, or a damaged one";
    case SQLITE_CORRUPT:
        return "the database is damaged";
    case SQLITE_NOMEM:
        return "out of memory";
    default:
        return sqlite3_errstr(code);
    }
}

int gf_db_fail(struct gf_state *s)
{
    int code = sqlite3_extended_errcode(s->db);
    snprintf(s->error, sizeof s->error, "%s", gf_db_words(s->db, code));
    s->locked = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    return -1;
}

/* Whether a writer's file is the one that its name leads to. What is open for reading only is read
 * to its end. */
static bool is_in_place(struct gf_state *s)
{
    struct stat named, ours;
    const char *path = sqlite3_db_filename(s->db, "main");
    if (!*s->owner || !path || fstat(s->file, &ours) != 0)
        return true;
    int got = stat(path, &named);
    if (got == 0 ? named.st_ino == ours.st_ino && named.st_dev == ours.st_dev
                 : errno != ENOENT && errno != ENOTDIR)
        return true;
    snprintf(s->error, sizeof s->error, "the file was %s while it was in use",
             got == 0 ? "replaced by another" : "removed");
    s->locked = false;
    return false;
}

int gf_state_check(struct gf_state *s)
{
    return is_in_place(s) ? 0 : -1;
}

/* ---- statements ------------------------------------------------------------------------------ */

sqlite3_stmt *gf_db_get(struct gf_state *s, const char *sql)
{
    size_t i = 0;
    if (!is_in_place(s))
        return NULL;
    while (i < GF_DB_KEPT - 1 && s->kept[i].sql && s->kept[i].sql != sql)
        i++;
    if (s->kept[i].sql == sql)
        return s->kept[i].q;
    sqlite3_finalize(s->kept[i].q);
    s->kept[i].sql = NULL;
    s->kept[i].q = NULL;
    if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->kept[i].q, NULL) !=
        SQLITE_OK) {
        gf_db_fail(s);
        return NULL;
    }
    s->kept[i].sql = sql;
    return s->kept[i].q;
}

void gf_db_text(sqlite3_stmt *q, int i, const char *text)
{
    sqlite3_bind_text(q, i, text, -1, SQLITE_TRANSIENT);
}

void gf_db_done(sqlite3_stmt *q)
{
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
}

int gf_db_finish(struct gf_state *s, sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    int status = r == SQLITE_DONE || r == SQLITE_ROW ? 0 : gf_db_fail(s);
    gf_db_done(q);
    return status;
}

int gf_state_begin(struct gf_state *s)
{
    if (!is_in_place(s))
        return -1;
    return sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ? 0
                                                                                 : gf_db_fail(s);
}

void gf_state_undo(struct gf_state *s)
{
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL,
                 NULL); /* nothing to do where it is undone already */
}

int gf_state_commit(struct gf_state *s)
{
    if (sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    gf_db_fail(s);
    gf_state_undo(s);
    return -1;
}

int gf_state_watch(const struct gf_state *s)
{
    char path[4096];
    const char *file = sqlite3_db_filename(s->db, "main");
    int n = snprintf(path, sizeof path, "%s", file ? file : "");
    int fd = n > 0 && (size_t)n < sizeof path ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
    /* The log beside the database may be made anew, and the file removed: the directory is
     * watched. */
    uint32_t events = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE;
    if (fd == -1 || inotify_add_watch(fd, dirname(path), events) != -1)
        return fd;
    close(fd);
    return -1;
}
