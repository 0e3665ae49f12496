/*
 * statement.c - statements, and transactions of them.
 *
 * Statements are prepared once and kept. A file that was removed or replaced is still there for
 * SQLite, which would write where nobody reads; so before each statement of a writer the name is
 * looked up, and has to lead to the file that is open. In a transaction that is done when it begins
 * and before it is committed: what is between is as nothing until then.
 */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/db_parts.h"

/* Whether a writer's file is the one that its name leads to. What is open for reading only is read
 * to its end. */
static bool is_in_place(struct gf_db *d)
{
    struct stat named, ours;
    if (!d->writes || fstat(d->file, &ours) != 0)
        return true;
    int got = stat(d->path, &named);
    if (got == 0 ? named.st_ino == ours.st_ino && named.st_dev == ours.st_dev
                 : errno != ENOENT && errno != ENOTDIR)
        return true;
    gf_db_fail_as(d, -1,
                  got == 0 ? "the file was replaced by another while it was in use"
                           : "the file was removed while it was in use");
    return false;
}

int gf_db_check(struct gf_db *d)
{
    return is_in_place(d) ? 0 : -1;
}

void gf_db_patience(struct gf_db *d, int ms)
{
    sqlite3_busy_timeout(d->sqlite, ms);
}

/* ---- statements ------------------------------------------------------------------------------ */

sqlite3_stmt *gf_db_get(struct gf_db *d, const char *sql)
{
    size_t i = 0;
    if (sqlite3_get_autocommit(d->sqlite) && !is_in_place(d))
        return NULL;
    while (i < GF_DB_KEPT - 1 && d->kept[i].sql && d->kept[i].sql != sql)
        i++;
    if (d->kept[i].sql == sql)
        return d->kept[i].q;
    sqlite3_finalize(d->kept[i].q);
    d->kept[i].sql = NULL;
    d->kept[i].q = NULL;
    if (sqlite3_prepare_v3(d->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &d->kept[i].q, NULL) !=
        SQLITE_OK) {
        gf_db_fail(d);
        return NULL;
    }
    d->kept[i].sql = sql;
    return d->kept[i].q;
}

void gf_db_text(sqlite3_stmt *q, int i, const char *text)
{
    /* This takes no memory. SQLite leaves NULL in the place of a text that is too long for a row:
     * as many bytes without a text are in no row either, and make one too long. */
    if (sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC) == SQLITE_TOOBIG) {
        size_t n = strlen(text);
        sqlite3_bind_zeroblob(q, i, n < INT_MAX ? (int)n : INT_MAX);
    }
}

int gf_db_row(struct gf_db *d, sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    return r == SQLITE_ROW ? 1 : r == SQLITE_DONE ? 0 : gf_db_fail(d);
}

const char *gf_db_column(sqlite3_stmt *q, int i, bool *failed)
{
    bool there = sqlite3_column_type(q, i) != SQLITE_NULL;
    const char *text = (const char *)sqlite3_column_text(q, i);
    *failed |= there && !text;
    return text;
}

void gf_db_done(sqlite3_stmt *q)
{
    if (!q)
        return;
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
}

int gf_db_finish(struct gf_db *d, sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    int status = r == SQLITE_DONE || r == SQLITE_ROW ? 0 : gf_db_fail(d);
    gf_db_done(q);
    return status;
}

int gf_db_begin(struct gf_db *d)
{
    if (!is_in_place(d))
        return -1;
    return sqlite3_exec(d->sqlite, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : gf_db_fail(d);
}

void gf_db_undo(struct gf_db *d)
{
    sqlite3_exec(d->sqlite, "ROLLBACK", NULL, NULL,
                 NULL); /* nothing to do where it is undone already */
}

int gf_db_commit(struct gf_db *d)
{
    bool there = is_in_place(d);
    if (there && sqlite3_exec(d->sqlite, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    if (there)
        gf_db_fail(d);
    gf_db_undo(d);
    return -1;
}

int gf_db_watch(const struct gf_db *d)
{
    char path[sizeof d->path];
    snprintf(path, sizeof path, "%s", d->path);
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    /* The log beside the database may be made anew, and the file removed: the directory is
     * watched. */
    uint32_t events = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE;
    if (fd == -1 || inotify_add_watch(fd, dirname(path), events) != -1)
        return fd;
    close(fd);
    return -1;
}
