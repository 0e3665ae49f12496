/*
 * file_parts.h - what the files of the queue under SQLite share; nobody else includes it. file.c
 * opens it and puts, file_step.c works, file_look.c looks and changes, each in transactions of
 * file_change.c.
 */
#ifndef GF_QUEUE_FILE_PARTS_H
#define GF_QUEUE_FILE_PARTS_H

#include "base/machine.h"
#include "db/db.h"
#include "queue/place.h"

struct gf_queue_file {
    struct gf_queue q;
    struct gf_db db;
    int watch; /* inotify; -1: not yet */
    char boot[GF_MACHINE_BOOT + 1];
};

/* What a transaction adds to the counts. */
struct gf_queue_counts {
    int64_t turn; /* of the next job that is put behind the others */
    uint64_t put, finished, failed, expired;
};

/* Begins a transaction: the counts are zero, the turn is known, and jobs whose time is over are
 * forgotten. -1: said. */
int gf_queue_file_begin(struct gf_queue_file *f, const struct gf_queue_now *now,
                        struct gf_queue_counts *c);

/* Writes the counts, and commits. */
int gf_queue_file_commit(struct gf_queue_file *f, const struct gf_queue_now *now,
                         const struct gf_queue_counts *c);

/* The trouble is that of the database; -1. Undoes the transaction. */
int gf_queue_file_fail(struct gf_queue_file *f);

/* Runs the statement once with numbers; the rows that it changed are in *changed (NULL: who
 * cares). */
int gf_queue_file_run(struct gf_queue_file *f, const char *sql, const int64_t *numbers, int n,
                      int *changed);

int gf_queue_file_step(struct gf_queue *q, struct gf_queue_step *step,
                       const struct gf_queue_now *now, struct gf_queue_taken *t);
int gf_queue_file_status(struct gf_queue *q, const struct gf_queue_now *now,
                         struct gf_queue_status *out);
int gf_queue_file_list(struct gf_queue *q, enum gf_queue_state state,
                       const struct gf_queue_now *now,
                       int (*each)(void *arg, const struct gf_queue_row *row), void *arg);
int gf_queue_file_retry(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                        uint64_t *n, char rival[GF_QUEUE_TOKEN]);
int gf_queue_file_drop(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                       uint64_t *n);
int gf_queue_file_purge(struct gf_queue *q, unsigned states, const struct gf_queue_now *now,
                        uint64_t *n);

#endif
