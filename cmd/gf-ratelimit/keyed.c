/*
 * keyed.c - limits of its own for every key.
 *
 * A record is charged when it is read, for the time it is due; that is its place behind the earlier
 * ones of its key, so no queues are needed. What is due later is held in one heap, and the records
 * of other keys go on. When the heap is full, reading stops until it has room; with --ordered it is
 * not used, and a record is waited for.
 *
 * Being charged for its due time, not for the time it was written, a record that is written late
 * does not delay the next one of its key. When all records are late, because the process was
 * stopped or nobody read its output, the clock of the limits is put back by that time, less the
 * slack; with a shared limit the records take later turns (late.c).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/sat.h"
#include "flow.h"
#include "key.h"
#include "shared.h"

#define CHECK_INTERVAL (100 * GF_MS)

enum {
    OUT_BATCH = 64 * 1024,
    HELD_BYTES_MAX = 256 * 1024 * 1024
};

static enum io no_memory(void)
{
    gf_error_nomem();
    return IO_FAILED;
}

/* Puts a record among those that may be written. */
static enum io emit(struct flow *f, const char *rec, size_t len)
{
    if (f->out.len + len > OUT_BATCH) {
        enum io r = records_flush(f);
        if (r != IO_OK)
            return r;
    }
    if (gf_buf_add(&f->out, rec, len) != 0)
        return no_memory();
    tally_pass(f->tally, 1, len, f->now_mono);
    return IO_OK;
}

/*
 * When gf-ratelimit was stopped, or nobody read its output, the records that became due meanwhile
 * would all pass at once. So the limits' clock is put back by that time, less the slack.
 */
static gf_ns without_the_gap(struct flow *f, gf_ns now)
{
    if (f->shared || flow_has_quota(f) || f->held.count == 0)
        return now;
    gf_ns late = now - held_first(&f->held)->due;
    if (late <= f->config->slack)
        return now;
    clock_lose(&f->clock, late - f->config->slack);
    return flow_now(f);
}

static enum io emit_due(struct flow *f, gf_ns now)
{
    if (f->shared)
        late_take_again(f, now);
    while (f->held.count && held_first(&f->held)->due <= now) {
        const struct held_record *first = held_first(&f->held);
        gf_hist_add(&f->tally->lateness, now - first->due);
        enum io r = emit(f, first->data, first->len);
        if (r != IO_OK)
            return r;
        free(held_take(&f->held).data);
    }
    return IO_OK;
}

/* With --ordered one record that waits is enough: all records behind that one wait too. */
static bool held_full(const struct flow *f)
{
    if (f->config->ordered && f->held.count)
        return true;
    return f->held.count >= f->config->buffer || f->held.bytes >= HELD_BYTES_MAX;
}

/* Whether the limits that held records were charged by may change during a sleep. */
static bool looks_again(const struct flow *f)
{
    return f->shared || flow_has_quota(f) || f->rates.path || f->feedback->fd != -1;
}

/* No record can be decided on: writes, then waits for the first held record or for input. */
static enum io wait_or_read(struct flow *f, bool may_read)
{
    enum io r = records_flush(f);
    if (r != IO_OK || (!may_read && f->held.count == 0))
        return r;
    if (f->held.count == 0)
        return records_read(f);
    gf_ns due = held_first(&f->held)->due;
    gf_ns before = gf_now_mono();
    gf_ns wake = clock_when(&f->clock, due);
    bool ready = false;
    if (looks_again(f) && wake > before + CHECK_INTERVAL)
        wake = before + CHECK_INTERVAL;
    may_read =
        may_read && !records_too_long(f); /* held records pass before the message about length */
    r = may_read ? input_wait(f->in, wake, &ready) : wait_until(wake, f->tally);
    f->tally->waited += gf_now_mono() - before;
    return r == IO_OK && ready ? records_read(f) : r;
}

/* A random part of the key's own interval, up to --jitter per cent. */
static gf_ns jitter_of(struct flow *f, const struct gf_gcra *own)
{
    gf_ns most = GF_NEVER;
    for (size_t i = 0; i < f->keys.limits && f->config->jitter; i++) {
        gf_ns one = gf_gcra_cost(own ? &own[i] : &f->keys.limit[i], 1) / 100 * f->config->jitter;
        most = one < most ? one : most;
    }
    return most == GF_NEVER ? 0 : flow_random(f, most);
}

/* Moves a record behind the earlier records of its key. Without this a record that weighs nothing,
 * or that --jitter put off, could pass before one that came earlier. */
static void keep_order(const struct flow *f, struct held_record *r)
{
    if (!f->config->jitter && (r->load.units || r->load.bytes))
        return;
    for (size_t i = 0; i < f->held.count; i++)
        if (f->held.heap[i].hash == r->hash && f->held.heap[i].due > r->due)
            r->due = f->held.heap[i].due;
}

/* Charges the record to the limit of its key and sets its due time. 1; 0: the due time would be
 * after `by`, and nothing was charged; -1: memory is out. */
static int take_place(struct flow *f, struct held_record *r, gf_ns now, gf_ns by)
{
    if (f->shared) {
        struct gf_budget *b = &f->shared->budget;
        struct gf_bucket k = gf_budget_key(b, r->hash, now);
        bool taken = gf_budget_take(b, &k, gf_load_share(r->load, &b->limit), now, by, &r->turn);
        r->due = r->turn.ticket.due;
        if (taken)
            keep_order(f, r);
        return taken;
    }
    gf_ns *tat = gf_keyed_find(&f->keys, r->hash, now);
    if (!tat)
        return -1;
    const struct gf_gcra *own = keyrates_of(&f->rates, r->hash);
    r->due = gf_keyed_due(&f->keys, own, tat, r->load, now);
    if (r->due > by)
        return 0;
    if (r->due > now)
        r->due = gf_sat_add_i64(r->due, jitter_of(f, own));
    keep_order(f, r);
    gf_keyed_pass(&f->keys, own, tat, r->load, r->due);
    return 1;
}

/* Whether the record can ever pass at once: it weighs no more than a burst. */
static bool fits(const struct flow *f, const struct held_record *r)
{
    if (!f->shared)
        return gf_keyed_fit(&f->keys, keyrates_of(&f->rates, r->hash), r->load);
    return shared_fits(f->shared, r->load);
}

static bool is_heavy(struct flow *f, const struct held_record *r)
{
    if (f->shared)
        return heavy_is(f, &f->shared->budget.limit, r->load);
    const struct gf_gcra *own = keyrates_of(&f->rates, r->hash);
    for (size_t i = 0; i < f->keys.limits; i++)
        if (heavy_is(f, own ? &own[i] : &f->keys.limit[i], r->load))
            return true;
    return false;
}

static enum io hold(struct flow *f, struct held_record *r, gf_ns now)
{
    if (r->due <= now)
        return emit(f, r->data, r->len);
    return held_push(&f->held, r) == 0 ? IO_OK : no_memory();
}

static enum io look_around(struct flow *f, gf_ns now);

/* Refuses a record. With --fail this ends the run: the records that are held pass first. */
static enum io refuse(struct flow *f, size_t len)
{
    enum io r = IO_OK;
    while (r == IO_OK && f->config->over == OVER_FAIL && f->held.count) {
        gf_ns now = without_the_gap(f, flow_now(f));
        r = looks_again(f) ? look_around(f, now) : IO_OK;
        if (r == IO_OK)
            r = emit_due(f, now);
        if (r == IO_OK && f->held.count)
            r = wait_or_read(f, false);
    }
    if (r == IO_OK && f->config->over == OVER_FAIL)
        r = records_flush(f);
    return r == IO_OK ? records_refuse(f, len) : r;
}

static enum io decide(struct flow *f, size_t len, gf_ns now)
{
    const struct config *c = f->config;
    struct held_record rec = {.data = f->buf + f->decided, .len = len};
    f->tally->seen++;
    rec.load = records_weigh(f, rec.data, len);
    struct slice key = key_of(f, rec.data, len);
    rec.hash = key_hash(key, f->seed);
    /* With --leaky a record may weigh more than a burst: it passes when its weight is earned. */
    if (is_heavy(f, &rec) || (c->over != OVER_WAIT && !c->leaky && !fits(f, &rec)))
        return refuse(f, len);
    if (flow_has_quota(f) && !fits(f, &rec))
        return records_refuse_forever(f);
    gf_ns by = c->leaky && held_full(f) ? now : records_by(f, now);
    int taken = take_place(f, &rec, now, by);
    if (taken < 0)
        return no_memory();
    if (!taken) {
        flow_tell_refusal(f, rec.due - now);
        return refuse(f, len);
    }
    flow_tell_wait(f, rec.due - now, config_has_key(c) ? key.data : NULL, key.len);
    enum io r = hold(f, &rec, now);
    f->start = f->decided = f->searched = f->decided + len;
    return r;
}

/* Charges held records again, in the order of their due times: all of them, or those of one key. */
static enum io plan_again(struct flow *f, gf_ns now, const uint64_t *hash)
{
    struct held was = f->held;
    enum io r = IO_OK;
    f->held = (struct held){.pushed = was.pushed};
    while (was.count && r == IO_OK) {
        struct held_record rec = held_take(&was);
        bool moves = !hash || rec.hash == *hash;
        if (f->shared) /* the turn is void, and was counted */
            (void)gf_budget_cancel(&f->shared->budget, &rec.turn, now);
        if ((moves && take_place(f, &rec, now, GF_NEVER) < 0) ||
            held_put_back(&f->held, &rec) != 0) {
            free(rec.data);
            r = no_memory();
        }
    }
    held_release(&was);
    return r;
}

/* Other processes change the terms at any time. */
static bool terms_changed(struct flow *f)
{
    uint32_t now = gf_budget_terms(&f->shared->budget);
    bool changed = now != f->shared->planned;
    f->shared->planned = now;
    return changed;
}

struct new_rates {
    const struct keyrates *was, *is;
    gf_ns now;
};

static void convert(uint64_t hash, gf_ns *tat, void *arg)
{
    const struct new_rates *n = arg;
    const struct gf_gcra *was = keyrates_of(n->was, hash), *is = keyrates_of(n->is, hash);
    *tat = gf_gcra_change(was, is, gf_gcra_drop_reserved(was, *tat, n->now), n->now);
}

static bool rates_changed(struct flow *f, gf_ns now)
{
    struct keyrates next;
    if (!keyrates_changed(&f->rates, &f->keys.limit[0], f->now_mono, &next))
        return false;
    struct new_rates n = {&f->rates, &next, now};
    gf_keyed_each(&f->keys, convert, &n);
    keyrates_release(&f->rates);
    f->rates = next;
    return true;
}

/* Pauses a key: none of its records passes before the time, and one an interval after it. */
static enum io pause_key(struct flow *f, const struct feedback_pause *p, gf_ns now)
{
    gf_ns until = clock_at(&f->clock, p->until_mono);
    const struct gf_gcra *own = keyrates_of(&f->rates, p->hash);
    gf_ns *tat = gf_keyed_find(&f->keys, p->hash, now);
    if (!tat)
        return no_memory();
    for (size_t i = 0; i < f->keys.limits; i++) {
        const struct gf_gcra *l = own ? &own[i] : &f->keys.limit[i];
        gf_ns one_left = gf_sat_add_i64(until, l->depth - gf_gcra_cost(l, 1));
        gf_ns free = gf_gcra_drop_reserved(l, tat[i], now);
        tat[i] = free > one_left ? free : one_left;
    }
    return plan_again(f, now, &p->hash);
}

/* The wall clock was set, or runs at another speed than ours: what waits for a border waits for a
 * while more or less. All that is held waits for borders of one calendar (settle.c), so the order
 * stays as it is. */
static void follow_wall(struct flow *f)
{
    gf_ns moved = f->config->calendars->ahead - f->ahead;
    f->ahead += moved;
    for (size_t i = 0; moved && i < f->held.count; i++)
        f->held.heap[i].due = gf_sat_sub_i64(f->held.heap[i].due, moved);
}

/* Applies changed terms, changed rates and pauses of keys that came in since the last step. */
static enum io look_around(struct flow *f, gf_ns now)
{
    struct feedback_pause p;
    enum io r = IO_OK;
    if (flow_has_quota(f))
        follow_wall(f);
    if ((f->shared && terms_changed(f)) || rates_changed(f, now))
        r = plan_again(f, now, NULL);
    while (r == IO_OK && feedback_next_pause(f->feedback, &p))
        r = pause_key(f, &p, now);
    return r;
}

enum io keyed_step(struct flow *f)
{
    gf_ns now = without_the_gap(f, flow_now(f));
    if (f->shared && shared_look(f->shared, f->config, now) != IO_OK)
        return IO_FAILED;
    enum io r = looks_again(f) ? look_around(f, now) : IO_OK;
    if (r == IO_OK)
        r = emit_due(f, now);
    if (r != IO_OK)
        return r;
    if (held_full(f) && !f->config->leaky)
        return wait_or_read(f, false);
    size_t len = records_next(f);
    if (len)
        return decide(f, len, now);
    return wait_or_read(f, !f->ended);
}
