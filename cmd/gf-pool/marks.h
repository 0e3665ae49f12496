/*
 * marks.h - a small number, 0 to 3, for each number of a job: what its last row says.
 *
 *     struct marks m = {0};
 *     if (marks_open(&m, rows_at_most) != 0) ... memory is out ...
 *     if (marks_set(&m, 17, 2) != 0) ... memory is out ...
 *     unsigned what = marks_get(&m, 17);     // 0: none was set
 *     marks_release(&m);
 *
 * Numbers in a row take a quarter of a byte each; one that is far from all others takes a hundred
 * bytes. A zeroed struct has no marks, and is safe to release. One thread.
 */
#ifndef GF_POOL_MARKS_H
#define GF_POOL_MARKS_H

#include <stddef.h>
#include <stdint.h>

#include "text/table.h"

struct marks {
    struct gf_keytable chunk;
};

/* For at most so many numbers. -1: memory is out. */
int marks_open(struct marks *m, uint64_t most);

/* `mark` is 1 to 3. -1: memory is out. */
int marks_set(struct marks *m, uint64_t seq, unsigned mark);
unsigned marks_get(const struct marks *m, uint64_t seq);
void marks_release(struct marks *m);

#endif
