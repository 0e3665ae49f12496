/*
 * redis_step.c - records through a budget on a server, without a round trip for each.
 *
 * A lease is what one take gave: turns for records that are in the buffer already, as many as the
 * rate lets pass in --batch, at least one. Each record uses its turn when that comes, so the pace
 * is that of the rate, whatever the batch is; at less than one turn in --batch each record takes
 * its own. The next lease is taken shortly before the last one is used up, while the turns of all
 * others are reserved behind it: a round trip in between would be time that nobody uses. There are
 * never more turns out than --batch lets pass: so much is lost when the process is killed.
 *
 * Where records do not wait, as many are taken as may pass in time, and the rest of them are over
 * the limit. When the terms change, or a turn is late (--slack and --batch: as after a stop), the
 * turns that are left are given back, and others are taken.
 */
#include <string.h>

#include "drops.h"
#include "flow.h"
#include "base/sat.h"
#include "redis_shared.h"

enum {
    OFTEN = 10000, /* turns a second: no wake-up for each */
    EARLY_PART = 8 /* of a batch is left when the next lease is taken */
};
#define TOGETHER GF_MS
#define UNITS_MOST ((uint64_t)1 << 40)

static struct redis_leases *leases_of(const struct flow *f)
{
    return redis_shared_leases(f->shared);
}

static bool often(const struct flow *f)
{
    return gf_rate_per_second(&f->shared->limit->rate) > OFTEN;
}

/* How many units --batch is. */
static uint64_t batch_units(const struct flow *f)
{
    const struct gf_rate *r = &f->shared->limit->rate;
    if (r->unlimited)
        return UNITS_MOST;
    unsigned __int128 n =
        (unsigned __int128)r->count * (uint64_t)f->config->batch / (uint64_t)r->period;
    return n == 0 ? 1 : n > UNITS_MOST ? UNITS_MOST : (uint64_t)n;
}

static uint64_t units_left(const struct redis_leases *l)
{
    uint64_t n = 0;
    for (size_t i = 0; i < l->count; i++)
        n += l->lease[i].taken.n - l->lease[i].used;
    return n;
}

/* ---- what is in the buffer ------------------------------------------------------------------- */

/* Whether all records weigh what their length says, or 1: no field has to be looked at. */
static bool weighs_plainly(const struct flow *f)
{
    return f->config->cost.kind != COST_FIELD;
}

static uint64_t plain_weight(const struct flow *f, size_t len)
{
    bool bytes = f->config->cost.kind == COST_BYTES || f->shared->limit->rate.bytes;
    return bytes ? len : 1;
}

/* What the whole records behind the first `skip` units weigh together, at most `most`. */
static uint64_t units_behind(const struct flow *f, uint64_t skip, uint64_t most)
{
    const char *p = f->buf + f->decided, *end = f->buf + f->end;
    uint64_t n = 0;
    while (p < end) {
        const char *sep = memchr(p, f->config->separator, (size_t)(end - p));
        if (!sep && !f->ended)
            break;
        size_t len = sep ? (size_t)(sep - p) + 1 : (size_t)(end - p);
        uint64_t w = plain_weight(f, len);
        p += len;
        if (skip) {
            skip -= w < skip ? w : skip;
            continue;
        }
        if (n + w > most)
            break;
        n += w;
    }
    return n;
}

/* ---- leases ---------------------------------------------------------------------------------- */

static struct redis_lease *add_lease(struct redis_leases *l)
{
    struct redis_lease *one = &l->lease[l->count++];
    *one = (struct redis_lease){0};
    return one;
}

static void drop_first(struct redis_leases *l)
{
    l->count--;
    memmove(l->lease, l->lease + 1, l->count * sizeof *l->lease);
}

/* Gives back all turns that are left, the last first. */
static void void_leases(struct flow *f)
{
    struct redis_leases *l = leases_of(f);
    while (l->count) {
        struct redis_lease *last = &l->lease[--l->count];
        redis_shared_give_back(f->shared, &last->taken, last->taken.n - last->used);
    }
    l->over = 0;
}

/* A lease for the record at buf[decided], which weighs n, and for those behind it. IO_OK; where it
 * would be late, there is none. */
static enum io first_lease(struct flow *f, uint64_t n, gf_ns now)
{
    struct redis_leases *l = leases_of(f);
    bool waits = f->config->over == OVER_WAIT;
    bool alike = f->config->cost.kind == COST_ONE && !f->shared->limit->rate.bytes;
    uint64_t all = n;
    if (weighs_plainly(f) && (waits || alike)) {
        all = units_behind(f, 0, batch_units(f));
        all = all > n ? all : n;
    }
    struct redis_lease *one = add_lease(l);
    switch (redis_shared_take(f->shared, all, records_by(f, now), !waits && all > n, &one->taken)) {
    case SHARED_TOOK:
        l->over = all - one->taken.n;
        return IO_OK;
    case SHARED_LATE:
        l->count = 0;
        l->over = all > n ? all : 1;
        l->late_by = one->taken.wait;
        return IO_OK;
    default:
        l->count = 0;
        return f->shared->end;
    }
}

/* One more lease, behind the one that is nearly used up. */
static enum io next_lease(struct flow *f)
{
    struct redis_leases *l = leases_of(f);
    uint64_t most = batch_units(f), left = units_left(l);
    if (f->config->over != OVER_WAIT || !weighs_plainly(f) || l->count != 1 ||
        left > most / EARLY_PART)
        return IO_OK;
    uint64_t n = units_behind(f, left, most - left);
    if (n == 0)
        return IO_OK;
    struct redis_lease *one = add_lease(l);
    if (redis_shared_take(f->shared, n, GF_NEVER, false, &one->taken) == SHARED_TOOK)
        return IO_OK;
    l->count--;
    return f->shared->end;
}

/* Whether the turn of the first lease can be used at `due`, now or later. */
static bool is_good(const struct flow *f, const struct redis_lease *l, uint64_t n, gf_ns due,
                    gf_ns now)
{
    gf_ns slack = gf_sat_add_i64(shared_slack(f->config), f->config->batch);
    if (l->taken.n - l->used < n || l->taken.turn != shared_terms(f->shared))
        return false;
    return l->taken.terms.p == 0 || gf_sat_sub_i64(now, due) <= slack;
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* Waits until the time, or a part of that; meanwhile the buffer is filled, and the next lease
 * taken. */
static enum io wait_a_while(struct flow *f, gf_ns due)
{
    gf_ns now = gf_now_mono(), before = now;
    enum io r = records_flush(f);
    if (r == IO_OK)
        r = next_lease(f);
    gf_ns wake = often(f) && due < now + TOGETHER ? now + TOGETHER : due;
    if (wake > now + FLOW_LOOK)
        wake = now + FLOW_LOOK;
    wake = drops_before(f, wake);
    bool ready = false, room = f->end - f->start < f->cap / 2 && !f->ended && batch_units(f) > 1;
    if (r == IO_OK && room)
        r = input_wait(f->in, wake, &ready);
    else if (r == IO_OK)
        r = wait_until(wake, f->config, f->tally);
    now = gf_now_mono();
    f->tally->waited += now - before;
    if (r == IO_OK && ready)
        r = records_read(f);
    else if (r == IO_OK && now >= due)
        gf_hist_add(&f->tally->lateness, now - due);
    return r == IO_OK ? shared_look(f->shared, f->config, now) : r;
}

static enum io refuse(struct flow *f, size_t len)
{
    struct redis_leases *l = leases_of(f);
    l->over--;
    if (l->late_by > 0)
        flow_tell_refusal(f, l->late_by);
    return records_refuse(f, len);
}

static enum io pass(struct flow *f, size_t len, gf_ns now)
{
    tally_pass(f->tally, 1, len, now);
    f->decided = f->searched = f->decided + len;
    return !often(f) || (f->ended && f->decided == f->end) ? records_flush(f) : IO_OK;
}

/* The record has a lease, or is over the limit. */
static enum io use_turn(struct flow *f, uint64_t n, size_t len)
{
    struct redis_leases *l = leases_of(f);
    gf_ns now = gf_now_mono();
    if (l->count == 0)
        return refuse(f, len);
    struct redis_lease *one = &l->lease[0];
    gf_ns due = gf_redis_taken_due(&one->taken, one->used + n);
    bool good = is_good(f, one, n, due, now);
    if (!good || due > now) {
        f->tally->seen--;
        flow_tell_wait(f, due - now, NULL, 0);
        if (good)
            return wait_a_while(f, due);
        void_leases(f);
        return IO_OK;
    }
    one->used += n;
    if (one->used == one->taken.n)
        drop_first(l);
    return pass(f, len, now);
}

enum io redis_step(struct flow *f)
{
    struct shared *s = f->shared;
    struct redis_leases *l = leases_of(f);
    size_t len = records_next(f);
    if (len == 0)
        return records_read(f);
    gf_ns now = gf_now_mono();
    f->tally->seen++;
    struct gf_load load = records_weigh(f, f->buf + f->decided, len);
    uint64_t n = gf_load_share(load, s->limit);
    if (heavy_is(f, s->limit, load) || (f->config->over != OVER_WAIT && !shared_fits(s, load)))
        return records_refuse(f, len);
    if (n == 0)
        return pass(f, len, now);
    if (l->count == 0 && l->over == 0) {
        f->tally->seen--; /* a wait for the server is no look at the record */
        enum io r = records_flush(f);
        if (r == IO_OK)
            r = first_lease(f, n, now);
        if (r != IO_OK)
            return r;
        f->tally->seen++;
    }
    return use_turn(f, n, len);
}

void redis_step_end(struct flow *f)
{
    void_leases(f);
}
