/*
 * sorter.h - any number of records into the order of their keys, stable, in bounded memory.
 *
 * Records are copied into one region of `budget` bytes with their keys and the entries that are
 * sorted (text/order.h); what does not fit goes to temporary files as sorted runs that are merged
 * at the end, in several passes when there are very many. The result does not depend on the budget.
 *
 *     struct gf_sorter s;
 *     gf_sorter_open(&s, &(struct gf_sorter_conf){.keys = &keys, .budget = 64 << 20, .spill =
 * &sp}); gf_sorter_add(&s, rec); ... gf_sorter_end(&s); while ((got = gf_sorter_next(&s, &rec)) ==
 * 1) ...      rec: valid until the next call gf_sorter_release(&s);
 *
 * With `tag`, every record begins with 8 bytes that belong to the caller (a number, say) and are no
 * part of what the keys look at; with keys NULL these 8 bytes are the key.
 *
 * Errors: -1 with errno: ENOMEM; EMSGSIZE: a record that alone is over the budget; what the files
 * said (see runfile.h). One thread calls; `threads` sort.
 */
#ifndef GF_TEXT_SORTER_H
#define GF_TEXT_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/alike.h"
#include "text/keys.h"
#include "text/order.h"
#include "text/runfile.h"

struct gf_sorter_conf {
    const struct gf_keyspec *keys; /* borrowed */
    bool tag;                      /* records begin with 8 bytes that are no part of the key */
    bool unique;                   /* of equal keys keep the first */
    uint64_t limit;                /* keep this many from the front; 0: all */
    size_t budget;
    struct gf_runfile *spill; /* borrowed; runs are written there */
    unsigned threads;
};

struct gf_run_merge;
struct gf_ahead;
struct gf_gather;

struct gf_sorter {
    struct gf_sorter_conf conf;
    struct gf_key_maker maker;
    char *base;            /* items from the front, entries from the back */
    size_t size, top;      /* of the region; used by items */
    struct gf_alike alike; /* the keys in the region */
    bool whole;            /* the key is the record */
    size_t mark;           /* of top: when to look at `ahead` again */
    struct gf_ahead *ahead;
    size_t n;
    struct gf_entry *sorted;
    size_t next;
    size_t ready; /* in front of `sorted`, that `order` has sorted; NULL: all are */
    struct gf_order_work *order;
    struct gf_buf cutoff; /* with a limit: the key that no later record may reach */
    bool has_cutoff;
    size_t longest;           /* bytes of an item, with its key */
    struct gf_gather *gather; /* gives what is sorted from `next` on */
    bool was_gathered;        /* it was tried */
    struct gf_buf together;   /* a run that no other thread makes */
    struct gf_runfile_run *runs;
    size_t nruns, runs_cap;
    struct gf_run_merge *merge; /* of the runs; NULL: all is in memory */
};

int gf_sorter_open(struct gf_sorter *s, const struct gf_sorter_conf *conf);
int gf_sorter_add(struct gf_sorter *s, struct gf_slice rec);

/* All were added. */
int gf_sorter_end(struct gf_sorter *s);

/* 1: the next record; 0: no more; -1. */
int gf_sorter_next(struct gf_sorter *s, struct gf_slice *rec);

/* The next records together, which is quicker: 1; 0: there are none that can be had so, and
 * gf_sorter_next goes on; -1. Each is given without its first `skip` bytes, and with `end` behind
 * it. The run is valid until the next call. */
int gf_sorter_run(struct gf_sorter *s, size_t skip, char end, struct gf_slice *run,
                  size_t *records);

void gf_sorter_release(struct gf_sorter *s);

#endif
