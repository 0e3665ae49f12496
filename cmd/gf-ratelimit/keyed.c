/*
 * keyed.c - limits of its own for every key.
 *
 * A record is charged when it is read, for the time it is due. What is due later is held in the
 * queue of its key (held.h), and the records of other keys go on. When the buffer is full, reading
 * stops until it has room; with --ordered it is not used, and a record is waited for. Feedback for
 * one key slows down the clock of that key (keyclock.h), by which its records are due.
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
#include "drops.h"
#include "flow.h"
#include "key.h"
#include "keyclock.h"
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

static enum io plan_late_windows(struct flow *f, gf_ns now);

static enum io emit_due(struct flow *f, gf_ns now)
{
    gf_ns until = flow_held(f, now);
    enum io late = f->shared ? late_take_again(f, now) : IO_OK;
    if (late != IO_OK)
        return late;
    if (!f->shared && flow_has_quota(f) && plan_late_windows(f, now) != IO_OK)
        return IO_FAILED;
    if (f->shared && shared_terms(f->shared) != f->shared->planned)
        return IO_OK; /* they changed just now: the next step plans anew */
    while (f->held.count && held_first(&f->held)->due <= until) {
        struct held_key *k = held_first(&f->held)->key;
        gf_hist_add(&f->tally->lateness, until - held_first(&f->held)->due);
        enum io r = emit(f, k->first->data, k->first->len);
        if (r != IO_OK)
            return r;
        held_take(&f->held, k);
        if (k->first)
            held_place(&f->held, k, keyclock_when(k, k->first->due));
        else
            held_forget(&f->held, k);
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
    gf_ns due = flow_unheld(f, held_first(&f->held)->due);
    gf_ns before = gf_now_mono();
    gf_ns wake = clock_when(&f->clock, due);
    bool ready = false;
    if (looks_again(f) && wake > before + CHECK_INTERVAL)
        wake = before + CHECK_INTERVAL;
    wake = drops_before(f, wake);
    may_read =
        may_read && !records_too_long(f); /* held records pass before the message about length */
    r = may_read ? input_wait(f->in, wake, &ready) : wait_until(wake, f->config, f->tally);
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

/* A record that is to be charged. */
struct place {
    struct held_key *key; /* NULL: none of its records is held */
    uint64_t hash;
    struct gf_load load;
    gf_ns after;         /* when the record of the key before it is due, by the key's clock */
    gf_ns due;           /* when this one is */
    struct gf_turn turn; /* of a shared limit: */
    struct shared_key whose;
};

static void fill(const struct flow *f, struct held_record *r, const struct place *p)
{
    r->due = flow_held(f, p->due);
    r->load = p->load;
    r->turn = p->turn;
}

static int take_turn(struct flow *f, struct place *p, gf_ns now, gf_ns by)
{
    uint64_t n = gf_load_share(p->load, f->shared->limit);
    enum shared_took took = shared_take(f->shared, &p->whose, n, now, by, &p->turn);
    p->due = p->turn.ticket.due > p->after ? p->turn.ticket.due : p->after;
    return took == SHARED_TOOK ? 1 : took == SHARED_LATE ? 0 : -1;
}

/*
 * Charges the record to the limit of its key and sets its due time, not before that of an earlier
 * record: one that weighs nothing, or that --jitter put off less, would overtake. 1; 0: the due
 * time would be after `by`, and nothing was charged; -1: see not_placed.
 */
static int take_place(struct flow *f, struct place *p, gf_ns now, gf_ns by)
{
    if (f->shared)
        return take_turn(f, p, now, by);
    gf_ns *tat = keyclock_tat(f, p->key, p->hash, now);
    if (!tat)
        return -1;
    const struct gf_gcra *own = keyrates_of(&f->rates, p->hash);
    gf_ns shows = keyclock_at(p->key, now);
    p->due = gf_keyed_due(&f->keys, own, tat, p->load, shows);
    if (p->due <= shows && keyclock_is_paused(f, p->key, now))
        p->due = shows + 1;
    if (keyclock_when(p->key, p->due) > by)
        return 0;
    if (p->due > shows)
        p->due = gf_sat_add_i64(p->due, jitter_of(f, own));
    if (p->due < p->after)
        p->due = p->after;
    gf_keyed_pass(&f->keys, own, tat, p->load, p->due);
    return 1;
}

/* take_place has failed: memory is out, or a shared limit says how the run ends. */
static enum io not_placed(const struct flow *f)
{
    return f->shared ? f->shared->end : no_memory();
}

/* Whether the record can ever pass at once: it weighs no more than a burst. */
static bool fits(const struct flow *f, const struct place *p)
{
    if (!f->shared)
        return gf_keyed_fit(&f->keys, keyrates_of(&f->rates, p->hash), p->load);
    return shared_fits(f->shared, p->load);
}

static bool is_heavy(struct flow *f, const struct place *p)
{
    if (f->shared)
        return heavy_is(f, f->shared->limit, p->load);
    const struct gf_gcra *own = keyrates_of(&f->rates, p->hash);
    for (size_t i = 0; i < f->keys.limits; i++)
        if (heavy_is(f, own ? &own[i] : &f->keys.limit[i], p->load))
            return true;
    return false;
}

static enum io hold(struct flow *f, const struct place *p, const char *rec, size_t len, gf_ns now)
{
    if (p->due <= keyclock_at(p->key, now))
        return emit(f, rec, len);
    struct held_key *k = held_know(&f->held, p->hash);
    struct held_record *r = k ? held_push(&f->held, k, rec, len) : NULL;
    if (!r)
        return no_memory();
    fill(f, r, p);
    if (k->first == r)
        held_place(&f->held, k, keyclock_when(k, r->due));
    return IO_OK;
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
    const char *rec = f->buf + f->decided;
    f->tally->seen++;
    if (f->shared) /* what the record may weigh goes by the terms of now */
        shared_renew(f->shared, now);
    struct place p = {.load = records_weigh(f, rec, len), .after = INT64_MIN};
    struct slice key = key_of(f, rec, len);
    p.hash = key_hash(key, f->seed);
    /* With --leaky a record may weigh more than a burst: it passes when its weight is earned. */
    if (is_heavy(f, &p) || (c->over != OVER_WAIT && !c->leaky && !fits(f, &p)))
        return refuse(f, len);
    if (flow_has_quota(f) && !fits(f, &p))
        return records_refuse_forever(f);
    if (f->shared)
        p.whose = (struct shared_key){p.hash, key, true};
    p.key = held_find(&f->held, p.hash);
    if (p.key && p.key->last)
        p.after = flow_unheld(f, p.key->last->due);
    gf_ns by = c->leaky && held_full(f) ? now : records_by(f, now);
    int taken = take_place(f, &p, now, by);
    if (taken < 0)
        return not_placed(f);
    if (!taken) {
        flow_tell_refusal(f, p.due - now);
        return refuse(f, len);
    }
    flow_tell_wait(f, p.due - now, config_has_key(c) ? key.data : NULL, key.len);
    enum io r = hold(f, &p, rec, len, now);
    f->start = f->decided = f->searched = f->decided + len;
    return r;
}

/* Charges the held records of a key again. */
static enum io plan_key(struct flow *f, struct held_key *k, gf_ns now)
{
    struct place p = {.key = k, .hash = k->hash, .after = INT64_MIN};
    for (struct held_record *r = k->first; r; r = r->next) {
        p.load = r->load;
        if (f->shared) { /* the turn is void, and was counted */
            p.whose = key_shared(f, k->hash, r->data, r->len);
            shared_cancel(f->shared, &p.whose, &r->turn, now);
            r->turn.n = 0;
        }
        if (take_place(f, &p, now, GF_NEVER) < 0)
            return not_placed(f);
        fill(f, r, &p);
        p.after = p.due;
    }
    if (k->first)
        held_place(&f->held, k, keyclock_when(k, k->first->due));
    return IO_OK;
}

static enum io plan_again(struct flow *f, gf_ns now)
{
    enum io r = IO_OK;
    for (struct held_key *k = held_each(&f->held, NULL); k && r == IO_OK;
         k = held_each(&f->held, k))
        r = plan_key(f, k, now);
    return r;
}

/* Records that were to pass in a window which is over count in windows to come. Nothing of their
 * key has passed in those: all that came behind them is held, too. */
static enum io plan_late_windows(struct flow *f, gf_ns now)
{
    gf_ns since = late_before(f, now);
    enum io r = IO_OK;
    while (r == IO_OK && f->held.count && held_first(&f->held)->due < since) {
        struct held_key *k = held_first(&f->held)->key;
        gf_ns *tat = gf_keyed_find(&f->keys, k->hash, now);
        if (!tat)
            return no_memory();
        *tat = INT64_MIN;
        r = plan_key(f, k, now);
    }
    return r;
}

/* Other processes change the terms at any time. */
static bool terms_changed(struct flow *f, gf_ns now)
{
    shared_renew(f->shared, now);
    bool changed = shared_terms(f->shared) != f->shared->planned;
    f->shared->planned = shared_terms(f->shared);
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

static void convert_own(uint64_t hash, gf_ns *tat, gf_ns shows, void *arg)
{
    struct new_rates n = *(const struct new_rates *)arg;
    n.now = shows;
    convert(hash, tat, &n);
}

static bool rates_changed(struct flow *f, gf_ns now)
{
    struct keyrates next;
    if (!keyrates_changed(&f->rates, &f->keys.limit[0], f->now_mono, &next))
        return false;
    struct new_rates n = {&f->rates, &next, now};
    gf_keyed_each(&f->keys, convert, &n);
    keyclock_each(f, now, convert_own, &n);
    keyrates_release(&f->rates);
    f->rates = next;
    return true;
}

/* Looks at the state, and applies what has changed since the last step: terms, rates, feedback for
 * keys. */
static enum io look_around(struct flow *f, gf_ns now)
{
    enum io r = f->shared ? shared_look(f->shared, f->config, now) : IO_OK;
    if (r == IO_OK && ((f->shared && terms_changed(f, now)) || rates_changed(f, now)))
        r = plan_again(f, now);
    return r == IO_OK ? keyclock_feedback(f, now) : r;
}

enum io keyed_step(struct flow *f)
{
    gf_ns now = without_the_gap(f, flow_now(f));
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
