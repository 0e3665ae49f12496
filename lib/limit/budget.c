/*
 * budget.c - taking from a shared budget, without a lock.
 *
 * budgetfile.h says which words the budget is made of and in which order they are looked at.
 *
 * A place of the table changes its key under the lock, but those who take have none. So the hash is
 * taken out first, then the TAT is swapped for another: a taker that had found the place for the
 * old key fails its swap, or had swapped first and makes ours fail. The taker looks at the hash
 * once more behind its swap, and takes again where its key has been moved out meanwhile.
 */
#include "limit/budget.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/sat.h"
#include "limit/budgetfile.h"
#include "limit/quota.h"

enum {
    WINDOW = 32 /* places that a key may have */
};

struct gf_bucket gf_budget_all(const struct gf_budget *b)
{
    return (struct gf_bucket){&b->page->all, 0};
}

uint64_t gf_budget_seed(const struct gf_budget *b)
{
    return b->page->seed;
}

bool gf_budget_has_keys(const struct gf_budget *b)
{
    return b->size > sizeof *b->page;
}

/* What a state is while nothing is taken. */
static gf_ns full(const struct gf_gcra *l, gf_ns now)
{
    return gf_gcra_start(l, l->burst, now);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static struct gf_budget_slot *place(const struct gf_budget *b, uint64_t hash, uint64_t i)
{
    return gf_budget_table(b) + ((hash + i) & (gf_budget_slots(b) - 1));
}

static struct gf_budget_slot *find(const struct gf_budget *b, uint64_t hash)
{
    for (uint64_t i = 0; i < WINDOW; i++)
        if (atomic_load(&place(b, hash, i)->hash) == hash)
            return place(b, hash, i);
    return NULL;
}

bool gf_budget_find_key(const struct gf_budget *b, uint64_t hash, struct gf_bucket *out)
{
    hash += hash == 0;
    *out = (struct gf_bucket){find(b, hash), hash};
    return out->slot;
}

/* The free place, else the one whose key is idle first. */
static struct gf_budget_slot *cheapest(const struct gf_budget *b, uint64_t hash)
{
    struct gf_budget_slot *best = place(b, hash, 0);
    for (uint64_t i = 0; i < WINDOW && atomic_load(&best->hash) != 0; i++) {
        struct gf_budget_slot *s = place(b, hash, i);
        if (atomic_load(&s->hash) == 0 || atomic_load(&s->tat) < atomic_load(&best->tat))
            best = s;
    }
    return best;
}

/* Under the lock. False: somebody took from it just now. */
static bool clear_place(struct gf_budget *b, struct gf_budget_slot *s, gf_ns now)
{
    uint64_t old = atomic_load(&s->hash);
    int64_t tat = atomic_load(&s->tat);
    gf_ns fresh = full(&b->limit, now);
    atomic_store(&s->hash, 0);
    if (atomic_compare_exchange_strong(&s->tat, &tat, tat < fresh ? fresh : fresh - 1)) {
        if (tat > fresh)
            atomic_fetch_add(&b->page->evicted, 1);
        return true;
    }
    atomic_store(&s->hash, old);
    return false;
}

struct gf_bucket gf_budget_key(struct gf_budget *b, uint64_t hash, gf_ns now_mono)
{
    hash += hash == 0;
    gf_budget_follow(b, now_mono);
    struct gf_budget_slot *s = find(b, hash);
    if (s)
        return (struct gf_bucket){s, hash};
    gf_budget_lock(b);
    s = find(b, hash);
    while (!s) {
        s = cheapest(b, hash);
        if (clear_place(b, s, now_mono))
            atomic_store(&s->hash, hash);
        else
            s = NULL;
    }
    gf_budget_unlock(b);
    return (struct gf_bucket){s, hash};
}

/* ---- taking ---------------------------------------------------------------------------------- */

static bool is_its(const struct gf_bucket *k)
{
    return atomic_load(&k->slot->hash) == k->hash;
}

struct conversion {
    const struct gf_gcra *from, *to;
    gf_ns now;
};

static void swap_tat(struct gf_budget_slot *s, gf_ns (*f)(const struct conversion *, gf_ns),
                     const struct conversion *c)
{
    int64_t was = atomic_load(&s->tat);
    gf_ns tat;
    do {
        tat = f(c, was);
        if (tat == was) /* a taker that read it before must fail its swap */
            tat += tat > full(c->to, c->now) ? 1 : -1;
    } while (!atomic_compare_exchange_weak(&s->tat, &was, tat));
}

/* Whether the units that the file counts do not explain how far ahead a bucket is paid for. */
static bool is_too_far(const struct gf_budget *b, gf_ns tat, gf_ns now)
{
    gf_ns ahead = gf_sat_sub_i64(tat, now), longest = gf_gcra_longest(&b->limit);
    if (ahead <= longest || b->limit.rate.unlimited || b->limit.rate.calendar)
        return false;
    uint64_t granted = atomic_load_explicit(&b->page->granted, memory_order_relaxed);
    return ahead > gf_sat_add_i64(longest, gf_gcra_cost(&b->limit, granted));
}

static gf_ns unreserved_tat(const struct conversion *c, gf_ns tat)
{
    return gf_gcra_drop_reserved(c->from, tat, c->now);
}

struct cut {
    struct gf_budget *b;
    struct conversion c;
};

static void cut_slot(struct gf_budget_slot *s, void *arg)
{
    struct cut *cut = arg;
    if (is_too_far(cut->b, atomic_load(&s->tat), cut->c.now))
        cut->b->cuts++;
    swap_tat(s, unreserved_tat, &cut->c);
}

/* Empties all buckets that are too far ahead, k among them, and has those who wait take again. */
static void cut_back(struct gf_budget *b, const struct gf_bucket *k, gf_ns now)
{
    gf_budget_lock(b);
    gf_budget_settle(b, now);
    if (is_too_far(b, atomic_load(&k->slot->tat), now)) {
        struct gf_gcra same = b->limit;
        struct cut cut = {b, {&same, &same, now}};
        uint64_t before = b->cuts;
        gf_budget_put_terms(b, &same, cut_slot, &cut);
        atomic_fetch_add(&b->page->cuts, b->cuts - before);
    }
    gf_budget_unlock(b);
}

/* Counts stop at their end: a number that begins anew would be taken for one that is small. */
static void count(_Atomic uint64_t *counter, uint64_t n)
{
    uint64_t was = atomic_load_explicit(counter, memory_order_relaxed), is;
    do
        is = was > UINT64_MAX - n ? UINT64_MAX : was + n;
    while (!atomic_compare_exchange_weak(counter, &was, is));
}

/* A count at its end is not known any more, and stays. */
static void uncount(_Atomic uint64_t *counter, uint64_t n)
{
    uint64_t was = atomic_load_explicit(counter, memory_order_relaxed), is;
    do
        is = was == UINT64_MAX ? was : was > n ? was - n : 0;
    while (!atomic_compare_exchange_weak(counter, &was, is));
}

bool gf_budget_take(struct gf_budget *b, struct gf_bucket *k, uint64_t n, gf_ns now_mono, gf_ns by,
                    struct gf_turn *out)
{
    for (;;) {
        int64_t was = atomic_load(&k->slot->tat);
        if (!gf_budget_is_current(b)) {
            gf_budget_read_terms(b, now_mono);
            continue;
        }
        if (!is_its(k)) {
            *k = gf_budget_key(b, k->hash, now_mono);
            continue;
        }
        gf_budget_follow(b, now_mono);
        if (is_too_far(b, was, now_mono)) {
            cut_back(b, k, now_mono);
            continue;
        }
        gf_ns tat = was;
        struct gf_ticket t = gf_gcra_reserve(&b->limit, &tat, n, now_mono);
        *out = (struct gf_turn){t, *k, n, b->turn};
        if (t.due > by) {
            count(&b->page->refused, n);
            return false;
        }
        if (tat == was || (atomic_compare_exchange_weak(&k->slot->tat, &was, tat) && is_its(k))) {
            count(&b->page->granted, n);
            return true;
        }
    }
}

bool gf_budget_cancel(struct gf_budget *b, const struct gf_turn *t, gf_ns now_mono)
{
    struct gf_budget_slot *s = t->bucket.slot;
    int64_t was = atomic_load(&s->tat);
    gf_ns tat = was;
    bool free = gf_budget_holds(b, t) && is_its(&t->bucket) &&
                gf_gcra_cancel(&tat, &t->ticket, now_mono) &&
                atomic_compare_exchange_strong(&s->tat, &was, tat);
    /* Those before a reset are not in the count. The turn is a number that may begin anew. */
    if ((int32_t)(t->terms - atomic_load(&b->page->reset_turn)) >= 0)
        uncount(&b->page->granted, t->n);
    return free;
}

gf_ns gf_budget_due(struct gf_budget *b, const struct gf_turn *t, gf_ns now_mono)
{
    if (!b->limit.rate.calendar || t->terms != b->turn)
        return t->ticket.due;
    gf_budget_follow(b, now_mono);
    return gf_quota_due(&b->limit, t->ticket.to, now_mono);
}

bool gf_budget_is_over(const struct gf_budget *b, const struct gf_turn *t, gf_ns now_mono)
{
    return b->limit.rate.calendar && t->terms == b->turn && t->n > 0 &&
           gf_quota_is_over(&b->limit, t->ticket.to, now_mono);
}

void gf_budget_renew(struct gf_budget *b, gf_ns now_mono)
{
    if (!gf_budget_is_current(b))
        gf_budget_read_terms(b, now_mono);
}

uint32_t gf_budget_terms(const struct gf_budget *b)
{
    return atomic_load(&b->page->turn);
}

bool gf_budget_holds(const struct gf_budget *b, const struct gf_turn *t)
{
    return gf_budget_terms(b) == t->terms;
}

int gf_budget_wait(const struct gf_budget *b, const struct gf_turn *t)
{
    struct timespec until = {.tv_sec = t->ticket.due / GF_S, .tv_nsec = t->ticket.due % GF_S};
    for (;;) {
        /* An absolute time on the monotonic clock; returns when the word is another, or changes. */
        long r = syscall(SYS_futex, &b->page->turn, FUTEX_WAIT_BITSET, t->terms, &until, NULL,
                         FUTEX_BITSET_MATCH_ANY);
        int why = r == 0 ? 0 : errno;
        if (why == EINTR)
            return -1;
        if (!gf_budget_holds(b, t)) {
            errno = ESTALE;
            return -1;
        }
        if (why == ETIMEDOUT)
            return 0;
    }
}

/* ---- looking and changing -------------------------------------------------------------------- */

static uint64_t live_keys(const struct gf_budget *b, gf_ns now)
{
    uint64_t n = 0;
    gf_ns idle = full(&b->limit, now);
    for (uint64_t i = 0; i < gf_budget_slots(b); i++) {
        const struct gf_budget_slot *s = gf_budget_table(b) + i;
        n += atomic_load(&s->hash) != 0 && atomic_load(&s->tat) > idle;
    }
    return n;
}

void gf_budget_look(struct gf_budget *b, struct gf_bucket *k, gf_ns now_mono,
                    struct gf_budget_state *out)
{
    gf_ns tat;
    do {
        gf_budget_renew(b, now_mono);
        gf_budget_follow(b, now_mono);
        tat = k->slot ? atomic_load(&k->slot->tat) : full(&b->limit, now_mono);
    } while (!gf_budget_is_current(b));
    *out = (struct gf_budget_state){
        .limit = b->limit,
        .tokens = gf_gcra_tokens(&b->limit, tat, now_mono),
        .next = gf_gcra_due(&b->limit, tat, 1, now_mono),
        .granted = atomic_load(&b->page->granted),
        .refused = atomic_load(&b->page->refused),
        .slots = gf_budget_slots(b),
        .keys = live_keys(b, now_mono),
        .evicted = atomic_load(&b->page->evicted),
        .cuts = atomic_load(&b->page->cuts),
    };
    gf_budget_read_declared(b, &out->declared);
}

static gf_ns changed_tat(const struct conversion *c, gf_ns tat)
{
    return gf_gcra_change(c->from, c->to, gf_gcra_drop_reserved(c->from, tat, c->now), c->now);
}

static gf_ns full_tat(const struct conversion *c, gf_ns tat)
{
    (void)tat;
    return full(c->to, c->now);
}

static void change_slot(struct gf_budget_slot *s, void *arg)
{
    swap_tat(s, changed_tat, arg);
}

static void fill_slot(struct gf_budget_slot *s, void *arg)
{
    swap_tat(s, full_tat, arg);
}

int gf_budget_change(struct gf_budget *b, const struct gf_rate *rate, uint64_t burst, gf_ns now)
{
    gf_budget_lock(b);
    gf_budget_settle(b, now);
    gf_budget_follow(b, now);
    struct gf_gcra next;
    struct conversion c = {.from = &b->limit, .to = &next, .now = now};
    int r = gf_gcra_init(&next, rate ? *rate : b->limit.rate, burst ? burst : b->limit.burst, 0);
    if (r == 0)
        gf_budget_put_terms(b, &next, change_slot, &c);
    gf_budget_unlock(b);
    return r;
}

void gf_budget_reset(struct gf_budget *b, gf_ns now)
{
    gf_budget_lock(b);
    gf_budget_settle(b, now);
    atomic_store(&b->page->latest_wall, 0); /* the clock may have been far ahead by mistake */
    gf_budget_follow(b, now);
    struct gf_gcra same = b->limit;
    struct conversion c = {.from = &same, .to = &same, .now = now};
    /* Before the turn is another: who sees that has to see that it is a reset. */
    b->reset = b->turn + 2;
    atomic_store(&b->page->reset_turn, b->reset);
    gf_budget_put_terms(b, &same, fill_slot, &c);
    atomic_store(&b->page->granted, 0);
    atomic_store(&b->page->refused, 0);
    atomic_store(&b->page->evicted, 0);
    atomic_store(&b->page->cuts, 0);
    gf_budget_unlock(b);
}
