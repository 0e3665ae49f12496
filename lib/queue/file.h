/*
 * file.h - a queue in a file of SQLite, for the processes of one machine.
 *
 *     struct gf_queue *q;
 *     const char *why;
 *     if (gf_queue_open_file(&q, path, GF_DB_CREATE, false, &why) != 0) ... why ...
 *
 * What was accepted survives the death of any process at any moment. With `synced` it survives the
 * loss of power too (synchronous FULL: each call waits for the disk); without, the last calls
 * before that may be undone, as a whole and in order. Not on a network file system. Errors and
 * refusals as gf_db_open.
 */
#ifndef GF_QUEUE_FILE_H
#define GF_QUEUE_FILE_H

#include "db/db.h"
#include "queue/queue.h"

int gf_queue_open_file(struct gf_queue **out, const char *path, enum gf_db_use use, bool synced,
                       const char **why);

/* The way out of what keeps a file from being used (a gf_db_refusal); NULL: none is known. */
const char *gf_queue_file_cure(int trouble);

#endif
