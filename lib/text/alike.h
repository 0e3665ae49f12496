/*
 * alike.h - what all keys that are sorted together begin with, found while they come.
 *
 * The prefix of an entry (text/order.h) is made of the bytes behind what all keys so far have in
 * common: those in front tell nothing. When a later key has less in common, the prefixes before it
 * are of a place further back; all bytes up to there are known, since the first key has them, so
 * they are moved without a look at their keys.
 *
 *     struct gf_alike a = {0};
 *     entry[n] = {gf_alike_add(&a, key, first, n), item}         for each; `first` is key number 0
 *     gf_alike_settle(&a, first, entry, n);        then every prefix is of the place a.depth
 *
 * Pure.
 */
#ifndef GF_TEXT_ALIKE_H
#define GF_TEXT_ALIKE_H

#include <stdbool.h>

#include "text/order.h"

enum {
    GF_ALIKE_PLACES = 32 /* that are kept; when there were more, prefixes are made anew */
};

struct gf_alike {
    size_t depth;  /* bytes that all keys begin with; 0 when they are fewer than a prefix holds */
    size_t length; /* of every key; 0: they differ */
    unsigned n;
    struct {
        size_t from, depth; /* from this entry on, up to where the next one begins */
    } place[GF_ALIKE_PLACES];
};

/* The prefix of key number n, of which `first` is number 0. */
uint64_t gf_alike_add(struct gf_alike *a, struct gf_slice key, struct gf_slice first, size_t n);

/* The entries stand from the last to the first, end[-1] is the first. */
void gf_alike_settle(const struct gf_alike *a, struct gf_entry *end, size_t n);

/* The prefixes are those of the place 0, whatever comes. */
void gf_alike_end(struct gf_alike *a);

#endif
