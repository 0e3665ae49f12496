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
    return s->trouble == GF_STATE_LOCKED;
}

/* ---- what went wrong ------------------------------------------------------------------------- */

struct meaning {
    int code, refusal;
    const char *words;
};

/* The system's reason counts where SQLite has no code of its own for it. */
static const struct meaning of_errno[] = {
    {ENOSPC, GF_STATE_FULL, "the disk is full"},
    {EDQUOT, GF_STATE_FULL, "the disk quota is used up"},
    {EFBIG, GF_STATE_SIZE, "the limit on the size of files is reached"},
    {EMFILE, GF_STATE_FILES, "the limit on open files is reached"},
    {ENFILE, GF_STATE_FILES, "the limit on open files of this machine is reached"},
    {ENOMEM, GF_STATE_MEMORY, "out of memory"},
    {EROFS, GF_STATE_READONLY, "it is not writable"},
    {EACCES, GF_STATE_READONLY, "it is not writable"},
    {ENOLCK, GF_STATE_MEMORY, "the system has no more locks"},
};

static const struct meaning of_sqlite[] = {
    {SQLITE_BUSY, GF_STATE_LOCKED, "another process has it locked"},
    {SQLITE_LOCKED, GF_STATE_LOCKED, "another process has it locked"},
    {SQLITE_PROTOCOL, GF_STATE_LOCKED, "another process has it locked"},
    {SQLITE_FULL, GF_STATE_FULL, "the disk is full"},
    {SQLITE_IOERR_SHMSIZE, GF_STATE_FULL, "the disk is full"},
    {SQLITE_IOERR_NOMEM, GF_STATE_MEMORY, "out of memory"},
    {SQLITE_IOERR, GF_STATE_IO, "the disk reports an error of input or output"},
    {SQLITE_CANTOPEN, -1, "the file, or its log beside it, cannot be opened"},
    {SQLITE_READONLY, GF_STATE_READONLY, "it is not writable"},
    {SQLITE_NOTADB, GF_STATE_FOREIGN, "it is not a database, or a damaged one"},
    {SQLITE_CORRUPT, GF_STATE_DAMAGED, "the database is damaged"},
    {SQLITE_NOMEM, GF_STATE_MEMORY, "out of memory"},
};

static const struct meaning *find(const struct meaning *rows, size_t n, int code)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].code == code)
            return &rows[i];
    return NULL;
}

static const struct meaning *find_errno(int code)
{
    return find(of_errno, sizeof of_errno / sizeof of_errno[0], code);
}

static const struct meaning *find_sqlite(int code)
{
    return find(of_sqlite, sizeof of_sqlite / sizeof of_sqlite[0], code);
}

int gf_db_refusal_of_errno(int code)
{
    const struct meaning *m = find_errno(code);
    return m ? m->refusal : -1;
}

int gf_db_errno(sqlite3 *db)
{
    sqlite3_file *file[2] = {NULL, NULL};
    int code = 0;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file[0]);
    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file[1]);
    for (size_t i = 0; !code && i < 2; i++)
        if (file[i] && file[i]->pMethods)
            file[i]->pMethods->xFileControl(file[i], SQLITE_FCNTL_LAST_ERRNO, &code);
    return code;
}

/* Where a commit failed, it is that of the file alone. */
static int errno_of(sqlite3 *db)
{
    int code = sqlite3_system_errno(db);
    return find_errno(code) || sqlite3_errcode(db) != SQLITE_IOERR ? code : gf_db_errno(db);
}

/* To SQLite a page that cannot be read is a damaged one. A read that ends at the end of the file
 * sets its errno to 0, and the next statement begins with one. */
int gf_db_code(struct gf_state *s)
{
    bool unread = sqlite3_errcode(s->db) == SQLITE_CORRUPT && gf_db_errno(s->db) == EIO;
    s->reason = unread ? EIO : errno_of(s->db);
    return unread ? SQLITE_IOERR : sqlite3_extended_errcode(s->db);
}

int gf_db_judge(const struct gf_state *s, int code, const char **words)
{
    int primary = code & 0xff;
    const struct meaning *m = NULL;
    if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)
        m = find_errno(s->reason);
    if (!m)
        m = find_sqlite(code);
    if (!m)
        m = find_sqlite(primary);
    *words = m ? m->words : sqlite3_errstr(code);
    return m ? m->refusal : -1;
}

int gf_db_refuse(const char **why, int refusal, const char *what)
{
    *why = what;
    return refusal;
}

int gf_db_refuse_code(struct gf_state *s, int code, const char **why)
{
    s->code = code;
    return gf_db_judge(s, code, why);
}

static int fail(struct gf_state *s, int trouble, const char *words)
{
    snprintf(s->error, sizeof s->error, "%s", words);
    s->trouble = trouble;
    return -1;
}

int gf_db_fail(struct gf_state *s)
{
    const char *words;
    int trouble = gf_db_judge(s, gf_db_code(s), &words);
    return fail(s, trouble, words);
}

bool gf_db_is_outcome(int outcome)
{
    return outcome >= GF_OUTCOME_RUNNING && outcome <= GF_OUTCOME_INTERRUPTED;
}

int gf_db_fail_odd(struct gf_state *s)
{
    return fail(s, GF_STATE_DAMAGED, GF_DB_ODD_OUTCOME);
}

int gf_state_trouble(const struct gf_state *s)
{
    return s->trouble;
}

/* Whether a writer's file is the one that its name leads to. What is open for reading only is read
 * to its end. */
static bool is_in_place(struct gf_state *s)
{
    struct stat named, ours;
    if (!*s->owner || fstat(s->file, &ours) != 0)
        return true;
    int got = stat(s->path, &named);
    if (got == 0 ? named.st_ino == ours.st_ino && named.st_dev == ours.st_dev
                 : errno != ENOENT && errno != ENOTDIR)
        return true;
    fail(s, -1,
         got == 0 ? "the file was replaced by another while it was in use"
                  : "the file was removed while it was in use");
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
    sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC); /* which takes no memory */
}

int gf_db_row(struct gf_state *s, sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    return r == SQLITE_ROW ? 1 : r == SQLITE_DONE ? 0 : gf_db_fail(s);
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
    char path[sizeof s->path];
    snprintf(path, sizeof path, "%s", s->path);
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    /* The log beside the database may be made anew, and the file removed: the directory is
     * watched. */
    uint32_t events = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE;
    if (fd == -1 || inotify_add_watch(fd, dirname(path), events) != -1)
        return fd;
    close(fd);
    return -1;
}
