/*
 * pacer.c - a gf_gcra, a grid of wake-ups, and the moment until which it rests.
 *
 * The quantum is chosen once, from the rate, and is the least slack of the limit: what becomes due
 * between two wake-ups is let pass at the later one. After a pass that leaves nothing due, `rest`
 * is the next point of the grid and nothing may pass before. Arriving moves the TAT to now, so that
 * idle time is not banked.
 */
#include "limit/pacer.h"

#include "base/sat.h"

/* Above 100,000 a second half as many wake-ups do. */
#define BUSY_INTERVAL (10 * GF_US)

static bool more_than_one_in(const struct gf_rate *r, gf_ns span)
{
    return !r->unlimited && !r->calendar &&
           (unsigned __int128)r->count * (uint64_t)span > (unsigned __int128)r->period;
}

int gf_pacer_init(struct gf_pacer *p, struct gf_rate rate, uint64_t burst, uint64_t initial,
                  gf_ns slack, gf_ns now)
{
    *p = (struct gf_pacer){.grid = now};
    if (more_than_one_in(&rate, GF_PACER_QUANTUM))
        p->quantum =
            more_than_one_in(&rate, BUSY_INTERVAL) ? 2 * GF_PACER_QUANTUM : GF_PACER_QUANTUM;
    if (gf_gcra_init(&p->limit, rate, burst, slack > p->quantum ? slack : p->quantum) != 0)
        return -1;
    p->tat = gf_gcra_start(&p->limit, initial, now);
    return 0;
}

void gf_pacer_arrived(struct gf_pacer *p, gf_ns now)
{
    if (p->tat < now && !p->limit.rate.calendar) /* a quota has no lateness */
        p->tat = now;
}

uint64_t gf_pacer_may(const struct gf_pacer *p, gf_ns now)
{
    gf_ns tat = p->tat;
    if (p->quantum && now < p->rest)
        return 0;
    return gf_gcra_at_most(&p->limit, &tat, UINT64_MAX, now);
}

/* The first point of the grid that is not before `t`. */
static gf_ns on_grid(const struct gf_pacer *p, gf_ns t)
{
    gf_ns past = (t - p->grid) % p->quantum;
    return past > 0 ? gf_sat_add_i64(t, p->quantum - past) : t;
}

void gf_pacer_pass(struct gf_pacer *p, uint64_t n, gf_ns now)
{
    (void)gf_gcra_reserve(&p->limit, &p->tat, n, now);
    if (p->quantum && gf_gcra_due(&p->limit, p->tat, 1, now) > now)
        p->rest = on_grid(p, now + 1);
}

gf_ns gf_pacer_wake(const struct gf_pacer *p, uint64_t n, gf_ns now)
{
    gf_ns due = gf_gcra_due(&p->limit, p->tat, n, now);
    if (p->quantum == 0 || due == GF_NEVER)
        return due;
    if (due < p->rest && now < p->rest)
        return p->rest;
    return due <= now ? due : on_grid(p, due);
}
