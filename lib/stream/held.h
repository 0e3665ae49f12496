/*
 * held.h - the values of all groups for one aggregate that needs them all: median, pNN, distinct,
 * join; or, of min, max and last, those that came when memory was used up.
 *
 * Each value goes, behind the number of its group, into a sorter, so that at the end the values of
 * the first group come first, of the second next, each in the order that the aggregate wants.
 *
 *     struct gf_held h = {0};
 *     gf_held_open(&h, GF_AGG_MEDIAN, &fields, budget, &spill);
 *     gf_held_add(&h, group, value); ...
 *     gf_held_end(&h);
 *     for (groups in order) gf_held_result(&h, agg, how_many_it_has, between, &out);
 *     gf_held_release(&h);
 *
 * Errors: -1 with errno, those of the sorter and of the buffer that results go to. One thread.
 */
#ifndef GF_STREAM_HELD_H
#define GF_STREAM_HELD_H

#include "stream/agglist.h"
#include "text/sorter.h"

struct gf_held {
    struct gf_keyspec keys;
    struct gf_sorter sorter;
    struct gf_buf item;
    bool open;
};

int gf_held_open(struct gf_held *h, enum gf_aggregate_kind kind, const struct gf_sep *fields,
                 size_t budget, struct gf_runfile *spill);
int gf_held_add(struct gf_held *h, uint64_t group, struct gf_slice value);

/* All were added. */
int gf_held_end(struct gf_held *h);

/* Uses up the n values of the next group, and appends what they come to; join puts `between`
 * them. */
int gf_held_result(struct gf_held *h, const struct gf_agg *a, uint64_t n, struct gf_slice between,
                   struct gf_buf *out);

/* The same for min, max and last: `before` is what the values before these came to. */
int gf_held_fold(struct gf_held *h, const struct gf_agg *a, uint64_t n, struct gf_slice before,
                 struct gf_buf *out);
void gf_held_release(struct gf_held *h);

#endif
