/*
 * trouble.c - what keeps a file from being used, in words of ours.
 *
 * SQLite's code is looked up with the errno that it found, which counts where SQLite has no code of
 * its own for it. Only a file that is damaged is called so, whatever else keeps us from using it.
 */
#include <errno.h>
#include <stdio.h>

#include "db/db_parts.h"

struct meaning {
    int code, refusal;
    const char *words;
};

/* The system's reason counts where SQLite has no code of its own for it. */
static const struct meaning of_errno[] = {
    {ENOSPC, GF_DB_FULL, "the disk is full"},
    {EDQUOT, GF_DB_FULL, "the disk quota is used up"},
    {EFBIG, GF_DB_SIZE, "the limit on the size of files is reached"},
    {EMFILE, GF_DB_FILES, "the limit on open files is reached"},
    {ENFILE, GF_DB_FILES, "the limit on open files of this machine is reached"},
    {ENOMEM, GF_DB_MEMORY, "out of memory"},
    {EROFS, GF_DB_READONLY, "it is not writable"},
    {EACCES, GF_DB_READONLY, "it is not writable"},
    {ENOLCK, GF_DB_MEMORY, "the system has no more locks"},
};

static const struct meaning of_sqlite[] = {
    {SQLITE_BUSY, GF_DB_LOCKED, "another process has it locked"},
    {SQLITE_LOCKED, GF_DB_LOCKED, "another process has it locked"},
    {SQLITE_PROTOCOL, GF_DB_LOCKED, "another process has it locked"},
    {SQLITE_FULL, GF_DB_FULL, "the disk is full"},
    {SQLITE_IOERR_SHMSIZE, GF_DB_FULL, "the disk is full"},
    {SQLITE_IOERR_NOMEM, GF_DB_MEMORY, "out of memory"},
    {SQLITE_IOERR, GF_DB_IO, "the disk reports an error of input or output"},
    {SQLITE_CANTOPEN, -1, "the file, or its log beside it, cannot be opened"},
    {SQLITE_READONLY, GF_DB_READONLY, "it is not writable"},
    {SQLITE_NOTADB, GF_DB_FOREIGN, "it is not a database, or a damaged one"},
    {SQLITE_CORRUPT, GF_DB_DAMAGED, "the database is damaged"},
    {SQLITE_NOMEM, GF_DB_MEMORY, "out of memory"},
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

int gf_db_errno(sqlite3 *sqlite)
{
    sqlite3_file *file[2] = {NULL, NULL};
    int code = 0;
    sqlite3_file_control(sqlite, "main", SQLITE_FCNTL_FILE_POINTER, &file[0]);
    sqlite3_file_control(sqlite, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file[1]);
    for (size_t i = 0; !code && i < 2; i++)
        if (file[i] && file[i]->pMethods)
            file[i]->pMethods->xFileControl(file[i], SQLITE_FCNTL_LAST_ERRNO, &code);
    return code;
}

/* Where a commit failed, it is that of the file alone. */
static int errno_of(sqlite3 *sqlite)
{
    int code = sqlite3_system_errno(sqlite);
    return find_errno(code) || sqlite3_errcode(sqlite) != SQLITE_IOERR ? code : gf_db_errno(sqlite);
}

/* To SQLite a page that cannot be read is a damaged one. A read that ends at the end of the file
 * sets its errno to 0, and the next statement begins with one. */
int gf_db_code(struct gf_db *d)
{
    bool unread = sqlite3_errcode(d->sqlite) == SQLITE_CORRUPT && gf_db_errno(d->sqlite) == EIO;
    d->reason = unread ? EIO : errno_of(d->sqlite);
    return unread ? SQLITE_IOERR : sqlite3_extended_errcode(d->sqlite);
}

/* What the last code of gf_db_code means: *words in one line, static; the refusal, else -1. */
static int judge(const struct gf_db *d, int code, const char **words)
{
    int primary = code & 0xff;
    const struct meaning *m = NULL;
    if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)
        m = find_errno(d->reason);
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

int gf_db_refuse_code(struct gf_db *d, int code, const char **why)
{
    d->code = code;
    return judge(d, code, why);
}

int gf_db_fail_as(struct gf_db *d, int trouble, const char *words)
{
    snprintf(d->error, sizeof d->error, "%s", words);
    d->trouble = trouble;
    return -1;
}

int gf_db_fail(struct gf_db *d)
{
    const char *words;
    int trouble = judge(d, gf_db_code(d), &words);
    return gf_db_fail_as(d, trouble, words);
}

const char *gf_db_odd_words(const struct gf_db_kind *kind)
{
    return kind->odd_words ? kind->odd_words : "the database is damaged: a row in it cannot be";
}

int gf_db_fail_odd(struct gf_db *d)
{
    return gf_db_fail_as(d, GF_DB_DAMAGED, gf_db_odd_words(d->kind));
}
