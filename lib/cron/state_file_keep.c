/*
 * state_file_keep.c - old runs are deleted from the state file, and its space is given back.
 *
 * Both go in slices, each a transaction of its own, since a scheduler has other things to do and
 * another process may want the lock. The last run of a job is never deleted: it says where to go on
 * after a restart. Pages that are free are moved to the end of the file and cut off; SQLite can do
 * that in a file that was made so (state_schema.c), and the rest uses them again for new rows.
 */
#include <stdio.h>

#include "cron/state_file.h"

int gf_state_file_forget(struct gf_state *state, int64_t before, int most, int *n)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "DELETE FROM run WHERE (job, due) IN"
                " (SELECT job, due FROM run r INDEXED BY run_due WHERE due < ? AND outcome != 0"
                "  AND due < (SELECT max(due) FROM run WHERE job = r.job) ORDER BY due LIMIT ?)");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, before);
    sqlite3_bind_int(q, 2, most);
    if (gf_db_finish(&s->db, q) != 0)
        return -1;
    *n = sqlite3_changes(s->db.sqlite);
    return 0;
}

int gf_state_file_due_of(struct gf_state *state, int64_t nth, int64_t *due)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "SELECT due FROM run INDEXED BY run_due ORDER BY due DESC LIMIT 1 OFFSET ? - 1");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, nth);
    int known = gf_db_row(&s->db, q);
    int status = known < 0 ? -1 : known == 0;
    if (status == 0)
        *due = sqlite3_column_int64(q, 0);
    gf_db_done(q);
    return status;
}

/* How many pages are free. */
static int count_free(struct gf_state_file *s, int64_t *n)
{
    sqlite3_stmt *q = gf_db_get(&s->db, "PRAGMA freelist_count");
    if (!q)
        return -1;
    int known = gf_db_row(&s->db, q);
    *n = known == 1 ? sqlite3_column_int64(q, 0) : 0;
    gf_db_done(q);
    return known < 0 ? -1 : 0;
}

int gf_state_file_shrink(struct gf_state *state, int pages, bool *more)
{
    struct gf_state_file *s = gf_state_file_of(state);
    char cut[64];
    int64_t were = 0, are = 0;
    *more = false;
    if (count_free(s, &were) != 0)
        return -1;
    if (were == 0)
        return 0;
    snprintf(cut, sizeof cut, "PRAGMA incremental_vacuum(%d)", pages);
    if (sqlite3_exec(s->db.sqlite, cut, NULL, NULL, NULL) != SQLITE_OK)
        return gf_db_fail(&s->db);
    if (count_free(s, &are) != 0)
        return -1;
    *more = are > 0 && are < were;
    return 0;
}
