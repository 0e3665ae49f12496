/*
 * schema.c - whether a file holds what its kind says, and just that.
 *
 * A file is told by its application_id, and its version by user_version. A new file goes through
 * all versions.
 *
 * A view or a trigger in a file would be obeyed by statements that name a table, and an index can
 * call functions. So a file is of its kind only when its tables and indexes are to the letter those
 * that the statements of its version make: they are run in a database in memory, and both are
 * compared.
 */
#include <stdio.h>
#include <string.h>

#include "db/db_parts.h"

/* The number that a statement yields, 0 where there is none. SQLITE_OK, or SQLite's code. */
static int ask(struct gf_db *d, const char *sql, int64_t *v)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(d->sqlite, sql, -1, &q, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(q);
        *v = code == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    }
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        code = gf_db_code(d);
    else
        code = SQLITE_OK;
    sqlite3_finalize(q);
    return code;
}

/* ---- to the letter --------------------------------------------------------------------------- */

static bool is_same_row(sqlite3_stmt *a, sqlite3_stmt *b)
{
    for (int i = 0; i < 4; i++) {
        const void *x = sqlite3_column_blob(a, i), *y = sqlite3_column_blob(b, i);
        int n = sqlite3_column_bytes(a, i);
        if (n != sqlite3_column_bytes(b, i) || (n && (!x || !y || memcmp(x, y, (size_t)n) != 0)))
            return false;
    }
    return true;
}

/* Steps through both as long as they are alike. SQLITE_OK: *same is the answer. */
static int compare_rows(sqlite3_stmt *theirs, sqlite3_stmt *ours, bool *same)
{
    int a, b;
    do {
        a = sqlite3_step(theirs);
        b = sqlite3_step(ours);
        *same = a == b && (a == SQLITE_DONE || (a == SQLITE_ROW && is_same_row(theirs, ours)));
    } while (*same && a == SQLITE_ROW);
    if (a != SQLITE_ROW && a != SQLITE_DONE)
        return a;
    return b == SQLITE_ROW || b == SQLITE_DONE ? SQLITE_OK : b;
}

/* Compares the tables, indexes, views and triggers of the file with what `model` has. */
static int compare(struct gf_db *d, sqlite3 *model, bool *same)
{
    sqlite3 *file = d->sqlite;
    static const char sql[] =
        "SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY name";
    sqlite3_stmt *theirs = NULL, *ours = NULL;
    int code = sqlite3_prepare_v2(file, sql, -1, &theirs, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(model, sql, -1, &ours, NULL);
    if (code == SQLITE_OK)
        code = compare_rows(theirs, ours, same);
    bool unread = sqlite3_errcode(file) == SQLITE_NOMEM || sqlite3_errcode(model) == SQLITE_NOMEM;
    if (code == SQLITE_OK && !*same && unread)
        code = SQLITE_NOMEM; /* a column that there was no memory for is no other column */
    if (code != SQLITE_OK && sqlite3_errcode(file) == (code & 0xff))
        code = gf_db_code(d);
    sqlite3_finalize(theirs);
    sqlite3_finalize(ours);
    return code;
}

/* Whether the file has what its version has, no less and no more. SQLITE_OK, or SQLite's code. */
static int is_to_the_letter(struct gf_db *d, int64_t version, bool *same)
{
    sqlite3 *model = NULL;
    int code = sqlite3_open(":memory:", &model);
    for (int64_t i = 0; i < version && code == SQLITE_OK; i++)
        code = sqlite3_exec(model, d->kind->versions[i], NULL, NULL, NULL);
    if (code == SQLITE_ERROR)
        code = SQLITE_NOMEM; /* the words are right, and the model is in memory */
    if (code == SQLITE_OK)
        code = compare(d, model, same);
    sqlite3_close(model);
    return code;
}

/* Which tool has not made what is there: text that lasts until the next such refusal. */
static const char *stranger(const struct gf_db_kind *kind)
{
    static _Thread_local char text[96];
    snprintf(text, sizeof text, "it has tables, views or triggers that %s did not make",
             kind->tool);
    return text;
}

/* Within one transaction, so that all is of one version. 0, or as gf_db_open. */
static int look_whose(struct gf_db *d, int64_t *version, const char **why)
{
    int64_t mark = 0;
    bool same = false;
    int code = ask(d, "PRAGMA application_id", &mark);
    if (code == SQLITE_OK)
        code = ask(d, "PRAGMA user_version", version);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(d, code, why);
    if (*version < 0 || (mark != d->kind->application && (mark != 0 || *version != 0)))
        return gf_db_refuse(why, GF_DB_FOREIGN, "it is a database of something else");
    if (*version > d->kind->nversions)
        return gf_db_refuse(why, GF_DB_LATER, "it is of a later version");
    code = is_to_the_letter(d, *version, &same);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(d, code, why);
    if (same)
        return 0;
    return gf_db_refuse(why, GF_DB_FOREIGN,
                        mark == d->kind->application ? stranger(d->kind)
                                                     : "it is a database of something else");
}

int gf_db_look(struct gf_db *d, int64_t *version, const char **why)
{
    if (sqlite3_exec(d->sqlite, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return gf_db_refuse_code(d, gf_db_code(d), why);
    int got = look_whose(d, version, why);
    gf_db_undo(d);
    if (got == 0 && !sqlite3_get_autocommit(d->sqlite))
        return gf_db_refuse_code(d, SQLITE_NOMEM, why); /* that alone keeps it from ending */
    return got;
}

/* ---- up to our version ----------------------------------------------------------------------- */

int gf_db_bring_up(struct gf_db *d, int64_t is)
{
    int code = SQLITE_OK;
    for (int64_t was = -1; is < d->kind->nversions && is != was;) {
        was = is;
        code = sqlite3_exec(d->sqlite, d->kind->versions[is], NULL, NULL, NULL);
        if (code != SQLITE_OK) {
            code = gf_db_code(d);
            gf_db_undo(d);
        }
        int got = ask(d, "PRAGMA user_version", &is);
        if (got != SQLITE_OK)
            return got;
    }
    return is == d->kind->nversions ? SQLITE_OK : code;
}

/* ---- whether it is whole --------------------------------------------------------------------- */

/* To the check a page that cannot be read is a fault like any other: only the file knows. */
static int ask_whole(struct gf_db *d)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(d->sqlite, "PRAGMA quick_check(1)", -1, &q, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(q);
    const char *text = code == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : NULL;
    if (code != SQLITE_ROW)
        code = gf_db_code(d);
    else if (!text)
        code = SQLITE_NOMEM;
    else if (strcmp(text, "ok") == 0)
        code = SQLITE_OK;
    else {
        d->reason = gf_db_errno(d->sqlite);
        code = d->reason ? SQLITE_IOERR : SQLITE_CORRUPT;
    }
    sqlite3_finalize(q);
    return code;
}

/* A byte that was overwritten within a row is no fault to SQLite. */
int gf_db_look_whole(struct gf_db *d, int64_t version, const char **why)
{
    int64_t odd = 0;
    int code = ask_whole(d);
    if (code == SQLITE_OK && version > 0 && d->kind->odd)
        code = ask(d, d->kind->odd, &odd);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(d, code, why);
    return odd ? gf_db_refuse(why, GF_DB_DAMAGED, gf_db_odd_words(d->kind)) : 0;
}
