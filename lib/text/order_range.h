/*
 * order_range.h - what order.c does with the entries of a range: for it alone.
 *
 * In a range all keys are equal in the bytes in front of `depth`, and `prefix` of an entry is what
 * its key has from there on. Pure; threads may work on ranges that do not overlap.
 */
#ifndef GF_TEXT_ORDER_RANGE_H
#define GF_TEXT_ORDER_RANGE_H

#include <stdbool.h>

#include "text/order.h"

enum {
    GF_RANGE_DIGIT = 11 /* bits of a digit at most */
};

struct gf_range {
    struct gf_entry *a, *tmp;
    size_t n, depth;
    size_t length; /* of every key; 0: they differ */
};

enum {
    GF_DIGIT_GROUPS = 4
};

/* Groups of bits of a prefix, side by side. What lies between them is the same in all prefixes, so
 * the digits are in the order of the prefixes. */
struct gf_digit {
    unsigned shift[GF_DIGIT_GROUPS];
    uint64_t mask[GF_DIGIT_GROUPS]; /* of what is shifted; 0: there is no such group */
    unsigned bits;
};

/* The bits in which the prefixes differ; *ordered: none is less than the one before. n is not 0. */
uint64_t gf_range_differing(const struct gf_range *r, bool *ordered);

/* Down to a range whose prefixes differ, in `diff`; false when nothing is left to do. */
bool gf_range_difference(struct gf_range *r, uint64_t *diff, bool *ordered);

/* The digit by which a range of n is scattered whose prefixes differ in `diff`. */
struct gf_digit gf_range_digit(size_t n, uint64_t diff);

/* Of the entries from..to: how often each digit is there; and to tmp, each to the place next[digit]
 * that is moved on. */
void gf_range_count(const struct gf_range *r, size_t from, size_t to, struct gf_digit d,
                    uint32_t *count);
void gf_range_scatter(const struct gf_range *r, size_t from, size_t to, struct gf_digit d,
                      uint32_t *next);

struct gf_range gf_range_part(const struct gf_range *r, size_t from, size_t to);

/* Behind the entries from `from` on that have the same prefix. */
size_t gf_range_same_prefix(const struct gf_range *r, size_t from);

void gf_range_sort(struct gf_range r);

#endif
