/*
 * pacers.c - an array of pacers; every question is asked of each.
 *
 * The answer is the least that may pass, or the latest moment. Passing is charged to all of them,
 * and nobody has to be paid back, since asking charges nothing.
 */
#include "limit/pacers.h"

#include <errno.h>

int gf_pacers_add(struct gf_pacers *ps, struct gf_rate rate, uint64_t burst, uint64_t initial,
                  gf_ns slack, gf_ns now)
{
    if (ps->count == GF_PACERS_MAX) {
        errno = ENOSPC;
        return -1;
    }
    if (gf_pacer_init(&ps->pacer[ps->count], rate, burst, initial, slack, now) != 0)
        return -1;
    ps->count++;
    return 0;
}

void gf_pacers_arrived(struct gf_pacers *ps, gf_ns now)
{
    for (size_t i = 0; i < ps->count; i++)
        gf_pacer_arrived(&ps->pacer[i], now);
}

uint64_t gf_pacers_may(const struct gf_pacers *ps, gf_ns now)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < ps->count; i++) {
        uint64_t may = gf_pacer_may(&ps->pacer[i], now);
        least = may < least ? may : least;
    }
    return least;
}

gf_ns gf_pacers_due(const struct gf_pacers *ps, struct gf_load load, gf_ns now)
{
    gf_ns last = now;
    for (size_t i = 0; i < ps->count; i++) {
        const struct gf_pacer *p = &ps->pacer[i];
        gf_ns due = gf_gcra_due(&p->limit, p->tat, gf_load_share(load, &p->limit), now);
        last = due > last ? due : last;
    }
    return last;
}

gf_ns gf_pacers_wake(const struct gf_pacers *ps, struct gf_load load, gf_ns now)
{
    gf_ns last = now;
    for (size_t i = 0; i < ps->count; i++) {
        gf_ns wake = gf_pacer_wake(&ps->pacer[i], gf_load_share(load, &ps->pacer[i].limit), now);
        last = wake > last ? wake : last;
    }
    return last;
}

bool gf_pacers_fit(const struct gf_pacers *ps, struct gf_load load)
{
    for (size_t i = 0; i < ps->count; i++)
        if (!gf_gcra_fits(&ps->pacer[i].limit, gf_load_share(load, &ps->pacer[i].limit)))
            return false;
    return true;
}

void gf_pacers_pass(struct gf_pacers *ps, struct gf_load load, gf_ns now)
{
    for (size_t i = 0; i < ps->count; i++)
        gf_pacer_pass(&ps->pacer[i], gf_load_share(load, &ps->pacer[i].limit), now);
}

uint64_t gf_pacers_burst(const struct gf_pacers *ps)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < ps->count; i++)
        least = ps->pacer[i].limit.burst < least ? ps->pacer[i].limit.burst : least;
    return least;
}
