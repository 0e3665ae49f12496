/*
 * merge.h - sorted sources into one: a tournament of losers (Knuth, TAOCP 3, 5.4.1) that compares
 * eight bytes first. Of equal keys the source with the smaller number is first, so merging runs in
 * the order they were written is stable.
 *
 * A source is a callback: 1 and a record (valid until that source is asked again), 0 at its end, -1
 * with errno.
 *
 *     gf_merge_open(&m, n, pull, sources, &keys, tag)
 *     while ((got = gf_merge_next(m, &rec, &key)) == 1) ...
 *     gf_merge_free(m);
 */
#ifndef GF_TEXT_MERGE_H
#define GF_TEXT_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "text/keys.h"

struct gf_merge;

typedef int gf_merge_pull(void *sources, size_t which, struct gf_slice *rec);

/* NULL: ENOMEM. Nothing is pulled before the first next. keys and tag as in sorter.h. */
struct gf_merge *gf_merge_open(size_t n, gf_merge_pull *pull, void *sources,
                               const struct gf_keyspec *keys, bool tag);

/* Record and key are valid until the next call. */
int gf_merge_next(struct gf_merge *m, struct gf_slice *rec, struct gf_slice *key);
void gf_merge_free(struct gf_merge *m);

#endif
