/*
 * aside.h - records that distinct cannot decide on yet: put aside with their place in the input.
 *
 * They are sorted by key, in temporary files where memory does not suffice; one walk over the equal
 * ones chooses among them (choice.h), and what was chosen is sorted back by its place. A zeroed
 * struct is empty.
 *
 *     gf_aside_add(s, &a, keys, place, rec) ...     then, when all were added:
 *     gf_aside_sort(s, &a, keys, &choice);
 *     gf_aside_give(s, &a, max)                     in pull, as often as it gives 1
 *     gf_aside_release(&a);
 *
 * Errors: -1 with the fault of the stage's stream set.
 */
#ifndef GF_STREAM_ASIDE_H
#define GF_STREAM_ASIDE_H

#include "stream/choice.h"
#include "text/sorter.h"

struct gf_aside {
    struct gf_sorter by_key, by_place; /* records with their place; then the chosen ones */
    bool open, sorted;
    struct gf_buf item;
};

int gf_aside_add(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                 uint64_t place, struct gf_slice rec);

/* Chosen already, but behind some that are not: the record taken last. */
int gf_aside_give_later(struct gf_stage *s, struct gf_aside *a, struct gf_slice rec);

int gf_aside_sort(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  const struct gf_choice *c);

/* Up to `max` of the chosen into out: 1, 0 when there are no more, -1. */
int gf_aside_give(struct gf_stage *s, struct gf_aside *a, size_t max);
void gf_aside_release(struct gf_aside *a);

#endif
