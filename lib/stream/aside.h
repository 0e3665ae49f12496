/*
 * aside.h - records that an operation cannot decide on yet: put aside with their place in the
 * input.
 *
 * They are sorted by key, in temporary files where memory does not suffice; one walk over them
 * chooses, among equal ones (choice.h) or by the key alone, and what was chosen is sorted back by
 * its place. A struct that is zeroed but for `budget` is empty.
 *
 *     struct gf_aside a = {.budget = share / 4};
 *     gf_aside_add(s, &a, keys, place, rec) ...     then, when all were added:
 *     gf_aside_sort(s, &a, keys, &choice);              or gf_aside_keep
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
    size_t budget;                     /* bytes, of each of the two */
    bool open, sorted;                 /* by_key is open; by_place is sorted */
    bool placed;                       /* by_place is open */
    struct gf_buf item;
};

int gf_aside_add(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                 uint64_t place, struct gf_slice rec);

/* Chosen already, but behind some that are not. Of one place, what comes first is given first. */
int gf_aside_give_later(struct gf_stage *s, struct gf_aside *a, uint64_t place,
                        struct gf_slice rec);

int gf_aside_sort(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  const struct gf_choice *c);

/* The same for records that are chosen by their key: `test` is called with each key, in their order
 * as bytes. 1: the record is kept; 0; -1 with errno. */
typedef int gf_aside_test(void *arg, struct gf_slice key);
int gf_aside_keep(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  gf_aside_test *test, void *arg);

/* The same for who makes other records of them: `each` is called with each in the order of their
 * keys, and gives what comes of it with gf_aside_give_later. 0; -1 with errno, or the fault set. */
typedef int gf_aside_each(struct gf_stage *s, void *arg, uint64_t place, struct gf_slice key,
                          struct gf_slice rec);
int gf_aside_walk(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  gf_aside_each *each, void *arg);

/* Nothing more comes: what was given later is there to give. */
int gf_aside_end(struct gf_stage *s, struct gf_aside *a);

/* Up to `max` of the chosen into out: 1, 0 when there are no more, -1. */
int gf_aside_give(struct gf_stage *s, struct gf_aside *a, size_t max);
void gf_aside_release(struct gf_aside *a);

#endif
