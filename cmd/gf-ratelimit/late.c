/*
 * late.c - turns of a shared limit that held records did not use in time.
 *
 * Behind a stop, or a reader that blocked, many held records are overdue at once. The limit is
 * shared, so its clock cannot be put back as for a limit of our own. Instead the turns that are
 * late, by more than the slack, are void. The records of that key keep their order: each uses the
 * next turn of the key that is still to come, where that is a turn for the same weight, and those
 * for which none is left take new ones. So others who share the key's budget wait no longer.
 */
#include <stdlib.h>

#include "flow.h"
#include "shared.h"

static int by_key(const void *a, const void *b)
{
    const struct held_record *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return held_order(x, y);
}

static void give_back(struct flow *f, const struct held_record *r, gf_ns now)
{
    (void)gf_budget_cancel(&f->shared->budget, &r->turn, now);
}

static void take_new(struct flow *f, struct held_record *r, gf_ns now)
{
    struct gf_budget *b = &f->shared->budget;
    struct gf_bucket k = gf_budget_key(b, r->hash, now);
    (void)gf_budget_take(b, &k, gf_load_share(r->load, &b->limit), now, GF_NEVER, &r->turn);
}

/* The n records of one key, of which the first `late` have void turns. */
static void move_turns(struct flow *f, struct held_record *r, size_t n, size_t late, gf_ns now)
{
    size_t next = late; /* r[next].turn and those behind are still to be used */
    for (size_t i = 0; i < late; i++)
        give_back(f, &r[i], now);
    for (size_t i = 0; i < n; i++) {
        if (next < n && r[next].turn.n == gf_load_share(r[i].load, &f->shared->budget.limit)) {
            r[i].turn = r[next++].turn;
        } else {
            for (size_t last = n; last > next; last--) /* the last turn is given back first */
                give_back(f, &r[last - 1], now);
            next = n;
            take_new(f, &r[i], now);
        }
        r[i].due = r[i].turn.ticket.due;
        if (i > 0 && r[i].due < r[i - 1].due) /* a record that weighs nothing is due at once */
            r[i].due = r[i - 1].due;
    }
}

void late_take_again(struct flow *f, gf_ns now)
{
    struct held *h = &f->held;
    gf_ns since = now - shared_slack(f->config);
    bool paced = !flow_has_quota(f); /* all of a window may pass at any time in it */
    if (!paced || h->count == 0 || held_first(h)->due >= since)
        return;
    qsort(h->heap, h->count, sizeof *h->heap, by_key);
    for (size_t from = 0, to; from < h->count; from = to) {
        size_t late = 0;
        for (to = from; to < h->count && h->heap[to].hash == h->heap[from].hash; to++)
            late += h->heap[to].due < since;
        if (late)
            move_turns(f, h->heap + from, to - from, late, now);
    }
    held_reorder(h);
}

void late_give_back_all(struct flow *f)
{
    gf_ns now = gf_now_mono();
    held_reorder(&f->held);
    for (size_t i = f->held.count; i > 0; i--)
        give_back(f, &f->held.heap[i - 1], now);
}
