/*
 * running.h - a value that is worked out on the way: of all records so far, or of the last ones.
 *
 *     struct gf_running r = {.scan = &list.scan[0]};
 *     gf_running_add(&r, &number, most);
 *     if (gf_running_value(&r, &value) == 1) ...
 *     gf_running_release(&r);
 *
 * Numbers are decimals (expr/dec.h). Of the last N records a sum is that of what came less what
 * went, exactly, and the smallest is kept in front of those that came later and are larger (the
 * ascending minima of R. Harter, "The minimum on a sliding window"): each record costs the same,
 * however many N are. Errors: -1 with errno, also ENOSPC: more bytes than `most`. One thread a
 * struct.
 */
#ifndef GF_STREAM_RUNNING_H
#define GF_STREAM_RUNNING_H

#include "expr/total.h"
#include "stream/scanlist.h"

struct gf_running_one {
    struct gf_dec value;
    uint64_t at; /* of which record, from 1 */
};

struct gf_running {
    const struct gf_scan *scan;
    uint64_t n; /* records so far */
    struct gf_total sum;
    struct gf_running_one *kept; /* kept[from..to) */
    size_t from, to, cap;
};

/* Adds to a sum of all records where it and the value are whole numbers of 64 bits: the sum so far.
 * False: nothing was done. */
static inline bool gf_running_sum_short(struct gf_running *r, const struct gf_dec *v, int64_t *sum)
{
    struct gf_total *t = &r->sum;
    bool is_short = r->scan->kind == GF_SCAN_SUM && !r->scan->window && t->begun && !t->is_big &&
                    t->exp == 0 && v->exp == 0 && t->sum.coef == (int64_t)t->sum.coef &&
                    v->coef == (int64_t)v->coef;
    if (!is_short || __builtin_add_overflow((int64_t)t->sum.coef, (int64_t)v->coef, sum))
        return false;
    t->sum.coef = *sum;
    r->n++;
    return true;
}

/* The value of one more record; of a count it is not looked at. At most `most` bytes are kept. */
int gf_running_add(struct gf_running *r, const struct gf_dec *v, size_t most);

/* 1; 0: there is none yet (delta); -1. */
int gf_running_value(struct gf_running *r, struct gf_dec *out);

void gf_running_release(struct gf_running *r);

#endif
