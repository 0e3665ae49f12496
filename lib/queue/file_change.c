/*
 * file_change.c - a transaction of a queue in a file: what is over is forgotten first, and the
 * counts are written last.
 */
#include "queue/file.h"
#include "queue/file_parts.h"

const char *gf_queue_file_cure(int trouble)
{
    switch (trouble) {
    case GF_DB_SIZE:
        return "raise the limit on the size of files (ulimit -f)";
    case GF_DB_FILES:
        return "raise the limit on open files (ulimit -n)";
    case GF_DB_FULL:
        return "make room on its disk";
    default:
        return NULL;
    }
}

int gf_queue_file_fail(struct gf_queue_file *f)
{
    int trouble = f->db.trouble;
    bool later = trouble == GF_DB_LOCKED || trouble == GF_DB_FULL || trouble == GF_DB_IO;
    gf_db_undo(&f->db);
    return gf_queue_fail(&f->q, gf_queue_file_cure(trouble), later, "%s", f->db.error);
}

int gf_queue_file_run(struct gf_queue_file *f, const char *sql, const int64_t *numbers, int n,
                      int *changed)
{
    sqlite3_stmt *q = gf_db_get(&f->db, sql);
    if (!q)
        return -1;
    for (int i = 0; i < n; i++)
        sqlite3_bind_int64(q, i + 1, numbers[i]);
    if (gf_db_finish(&f->db, q) != 0)
        return -1;
    if (changed)
        *changed = sqlite3_changes(f->db.sqlite);
    return 0;
}

static int read_turn(struct gf_queue_file *f, int64_t *turn)
{
    sqlite3_stmt *q = gf_db_get(&f->db, "SELECT turn FROM queue");
    int got = q ? gf_db_row(&f->db, q) : -1;
    *turn = got == 1 ? sqlite3_column_int64(q, 0) : 1;
    gf_db_done(q);
    return got < 0 ? -1 : 0;
}

int gf_queue_file_begin(struct gf_queue_file *f, const struct gf_queue_now *now,
                        struct gf_queue_counts *c)
{
    int expired = 0;
    *c = (struct gf_queue_counts){0};
    if (gf_db_begin(&f->db) != 0 || read_turn(f, &c->turn) != 0 ||
        gf_queue_file_run(
            f, "DELETE FROM job WHERE expires IS NOT NULL AND state < 2 AND expires <= ?",
            &now->wall, 1, &expired) != 0 ||
        gf_queue_file_run(f,
                          "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE until IS NOT NULL "
                          "AND until <= ? LIMIT 1000)",
                          &now->wall, 1, NULL) != 0)
        return gf_queue_file_fail(f);
    c->expired = (uint64_t)expired;
    return 0;
}

#define TICK (10 * GF_S)

static int write_tick(struct gf_queue_file *f, const struct gf_queue_now *now,
                      const struct gf_queue_counts *c)
{
    const int64_t numbers[] = {now->wall / TICK % 7, now->wall / TICK, (int64_t)c->put,
                               (int64_t)c->finished};
    return gf_queue_file_run(
        f,
        "INSERT INTO tick VALUES(?1, ?2, ?3, ?4) ON CONFLICT(slot) DO UPDATE SET"
        " put = excluded.put + iif(at = excluded.at, put, 0),"
        " finished = excluded.finished + iif(at = excluded.at, finished, 0), at = excluded.at",
        numbers, 4, NULL);
}

int gf_queue_file_commit(struct gf_queue_file *f, const struct gf_queue_now *now,
                         const struct gf_queue_counts *c)
{
    const int64_t numbers[] = {c->turn, (int64_t)c->put, (int64_t)c->finished, (int64_t)c->failed,
                               (int64_t)c->expired};
    int r = 0;
    if (c->put || c->finished)
        r = write_tick(f, now, c);
    if (r == 0 && (c->put || c->finished || c->failed || c->expired))
        r = gf_queue_file_run(f,
                              "UPDATE queue SET turn = max(turn, ?1), put = put + ?2,"
                              " finished = finished + ?3, failed = failed + ?4,"
                              " expired = expired + ?5",
                              numbers, 5, NULL);
    else if (r == 0)
        r = gf_queue_file_run(f, "UPDATE queue SET turn = ?1 WHERE turn < ?1", numbers, 1, NULL);
    if (r != 0 || gf_db_commit(&f->db) != 0)
        return gf_queue_file_fail(f);
    return 0;
}
