/*
 * gather.h - sorted records copied together, in order, by several threads.
 *
 * Records that were sorted lie in no order in memory: to fetch each is most of what it costs to
 * give them. Pieces of many records are copied by threads side by side, and given in order.
 *
 *     struct gf_gather_conf conf = {.longest = 98, .end = '\n', .threads = 4};
 *     struct gf_gather *g = gf_gather_start(sorted, n, &conf);     // NULL: give them one by one
 *     while (gf_gather_next(g, &run, &records)) ... run: until the next call ...
 *     gf_gather_stop(g);
 *
 * Takes at most GF_GATHER_BYTES for each thread. One thread calls; entries and items stay as they
 * are until the stop. It cannot fail once it has begun.
 */
#ifndef GF_TEXT_GATHER_H
#define GF_TEXT_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "text/order.h"

#define GF_GATHER_BYTES ((size_t)1 << 20)

struct gf_gather_conf {
    size_t skip;    /* bytes in front of each record that are not given */
    size_t longest; /* no record has more bytes */
    char end;       /* given behind each */
    unsigned threads;
};

struct gf_gather;

/* NULL: no thread could be started, memory is out, there are few records, or they are long: there
 * is nothing to gain then, and nothing was done. */
struct gf_gather *gf_gather_start(const struct gf_entry *sorted, size_t n,
                                  const struct gf_gather_conf *conf);

/* The next records, each with its end, and how many they are. False: that was all. */
bool gf_gather_next(struct gf_gather *g, struct gf_slice *run, size_t *records);

/* NULL is nothing to stop. */
void gf_gather_stop(struct gf_gather *g);

#endif
