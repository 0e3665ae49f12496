/*
 * state_keep.c - old runs are deleted from the state file, and its space is given back.
 *
 * Both go in slices, each a transaction of its own, since a scheduler has other things to do and
 * another process may want the lock. The last run of a job is never deleted: it says where to go on
 * after a restart. Pages that are free are moved to the end of the file and cut off; SQLite can do
 * that in a file that was made so (state_schema.c), and the rest uses them again for new rows.
 */
#include <stdio.h>

#include "cron/state_db.h"

int gf_state_forget(struct gf_state *s, int64_t before, int most, int *n)
{
    sqlite3_stmt *q = gf_db_get(
        s, "DELETE FROM run WHERE (job, due) IN"
           " (SELECT job, due FROM run r INDEXED BY run_due WHERE due < ? AND outcome != 0"
           "  AND due < (SELECT max(due) FROM run WHERE job = r.job) ORDER BY due LIMIT ?)");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, before);
    sqlite3_bind_int(q, 2, most);
    if (gf_db_finish(s, q) != 0)
        return -1;
    *n = sqlite3_changes(s->db);
    return 0;
}

int gf_state_due_of(struct gf_state *s, int64_t nth, int64_t *due)
{
    sqlite3_stmt *q = gf_db_get(
        s, "SELECT due FROM run INDEXED BY run_due ORDER BY due DESC LIMIT 1 OFFSET ? - 1");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, nth);
    int r = sqlite3_step(q);
    int status = r == SQLITE_ROW ? 0 : r == SQLITE_DONE ? 1 : gf_db_fail(s);
    if (status == 0)
        *due = sqlite3_column_int64(q, 0);
    gf_db_done(q);
    return status;
}

int gf_state_shrink(struct gf_state *s, int pages, bool *more)
{
    static const char ask[] = "PRAGMA freelist_count";
    char cut[64];
    int64_t were = 0, are = 0;
    *more = false;
    if (gf_state_check(s) != 0)
        return -1;
    if (gf_db_ask(s, ask, &were) != SQLITE_OK)
        return gf_db_fail(s);
    if (were == 0)
        return 0;
    snprintf(cut, sizeof cut, "PRAGMA incremental_vacuum(%d)", pages);
    if (sqlite3_exec(s->db, cut, NULL, NULL, NULL) != SQLITE_OK ||
        gf_db_ask(s, ask, &are) != SQLITE_OK)
        return gf_db_fail(s);
    *more = are > 0 && are < were;
    return 0;
}
