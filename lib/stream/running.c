/*
 * running.c - a sum, and a queue of the values that still count.
 */
#include "stream/running.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room behind the last that is kept: in front of the first, or by growing. */
static int make_room(struct gf_running *r, size_t most)
{
    size_t n = r->to - r->from;
    if (r->to < r->cap)
        return 0;
    if (r->from >= r->cap / 2 && r->from) {
        memmove(r->kept, r->kept + r->from, n * sizeof *r->kept);
    } else {
        size_t cap = r->cap ? r->cap * 2 : 16;
        if (cap * sizeof *r->kept > most) {
            errno = ENOSPC;
            return -1;
        }
        struct gf_running_one *more = realloc(r->kept, cap * sizeof *more);
        if (!more)
            return -1;
        r->kept = more;
        r->cap = cap;
        memmove(r->kept, r->kept + r->from, n * sizeof *r->kept);
    }
    r->from = 0;
    r->to = n;
    return 0;
}

static int keep(struct gf_running *r, const struct gf_dec *v, size_t most)
{
    if (make_room(r, most) != 0)
        return -1;
    r->kept[r->to++] = (struct gf_running_one){*v, r->n};
    return 0;
}

/* Takes away what is no longer among the last `window` records. */
static int forget(struct gf_running *r, uint64_t window)
{
    while (r->from < r->to && r->kept[r->from].at + window <= r->n) {
        if (r->scan->kind == GF_SCAN_SUM || r->scan->kind == GF_SCAN_MEAN) {
            if (gf_total_add(&r->sum, &r->kept[r->from].value, true) != 0)
                return -1;
        }
        r->from++;
    }
    return 0;
}

static int add_to_sum(struct gf_running *r, const struct gf_dec *v, size_t most)
{
    if (gf_total_add(&r->sum, v, false) != 0)
        return -1;
    return r->scan->window ? keep(r, v, most) == 0 ? forget(r, r->scan->window) : -1 : 0;
}

/* The first that is kept is the smallest (largest), the next the smallest behind it, and so on. */
static int add_extreme(struct gf_running *r, const struct gf_dec *v, size_t most)
{
    int side = r->scan->kind == GF_SCAN_MIN ? 1 : -1;
    while (r->from < r->to && side * gf_dec_compare(&r->kept[r->to - 1].value, v) > 0)
        r->to--;
    if (!r->scan->window && r->from < r->to)
        return 0; /* nothing that is kept ever goes */
    return keep(r, v, most) == 0 ? forget(r, r->scan->window ? r->scan->window : r->n) : -1;
}

int gf_running_add(struct gf_running *r, const struct gf_dec *v, size_t most)
{
    r->n++;
    switch (r->scan->kind) {
    case GF_SCAN_SUM:
    case GF_SCAN_MEAN:
        return add_to_sum(r, v, most);
    case GF_SCAN_MIN:
    case GF_SCAN_MAX:
        return add_extreme(r, v, most);
    case GF_SCAN_DELTA:
        return keep(r, v, most) == 0 ? forget(r, (r->scan->window ? r->scan->window : 1) + 1) : -1;
    default:
        return 0;
    }
}

static uint64_t count_of(const struct gf_running *r)
{
    uint64_t window = r->scan->window;
    return window && r->n > window ? window : r->n;
}

int gf_running_value(struct gf_running *r, struct gf_dec *out)
{
    uint64_t behind = r->scan->window ? r->scan->window : 1;
    switch (r->scan->kind) {
    case GF_SCAN_SUM:
        return gf_total_value(&r->sum, out) == 0 ? 1 : -1;
    case GF_SCAN_MEAN:
        return gf_total_mean(&r->sum, count_of(r), out) == 0 ? 1 : -1;
    case GF_SCAN_MIN:
    case GF_SCAN_MAX:
        *out = r->kept[r->from].value;
        return 1;
    case GF_SCAN_DELTA:
        if (r->n <= behind)
            return 0;
        return gf_dec_subtract(&r->kept[r->to - 1].value, &r->kept[r->from].value, out) == 0 ? 1
                                                                                             : -1;
    default:
        *out = (struct gf_dec){.coef = count_of(r)};
        return 1;
    }
}

void gf_running_release(struct gf_running *r)
{
    gf_total_release(&r->sum);
    free(r->kept);
    r->kept = NULL;
    r->from = r->to = r->cap = 0;
}
