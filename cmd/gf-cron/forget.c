/*
 * forget.c - old runs are deleted from the state, a slice at each turn of the loop.
 *
 * A round finds out once what is too old: what was due longer ago than --keep says, or, without
 * the option, than 400 days, or before the 100,000 latest runs. On a server, whose memory it takes,
 * that is the longest GF_CATCHUP of the table and a day, and never less: a claim has to be there as
 * long as somebody may come to its due time. A timer brings the next slice, with
 * a pause in which the loop does other things and another process gets the lock. When nothing is
 * left to delete, the space is given back, also in slices. A lock on the state ends the round, and
 * the next look begins it again; any other trouble ends it for this hour.
 */
#include "forget.h"

#include "base/sat.h"

#define HOUR 3600
#define DAY 86400
#define PAUSE .02 /* seconds, about as long as a slice takes */

enum {
    SLICE_RUNS = 2000,
    SLICE_PAGES = 500,
};

static void rest(struct forget *f)
{
    ev_now_update(f->loop);
    ev_timer_set(&f->timer, PAUSE, 0.);
    ev_timer_start(f->loop, &f->timer);
}

/* Ends the round before its end. */
static void trouble(struct forget *f)
{
    if (gf_state_may_pass(f->journal->state))
        f->next = 0;
    else
        journal_trouble(f->journal);
}

static void slice(struct forget *f)
{
    struct gf_state *state = f->journal->state;
    int n = 0;
    bool more = true;
    int got = f->is_cutting ? gf_state_shrink(state, SLICE_PAGES, &more)
                            : gf_state_forget(state, f->before, SLICE_RUNS, &n);
    if (got != 0) {
        trouble(f);
        return;
    }
    if (n < SLICE_RUNS)
        f->is_cutting = true;
    if (more)
        rest(f);
}

/* Sets f->before. 0 or -1. */
static int find_before(struct forget *f, int64_t now)
{
    int64_t latest;
    int64_t keep = f->keep ? f->keep / GF_S : (int64_t)FORGET_DAYS * DAY;
    bool shared = gf_state_has_leases(f->journal->state);
    int64_t least = gf_sat_add_i64(f->catchup, DAY);
    if (shared && (!f->keep || keep < least))
        keep = least;
    f->before = gf_sat_sub_i64(now, keep);
    int got = f->keep || shared ? 1 : gf_state_due_of(f->journal->state, FORGET_RUNS, &latest);
    if (got == 0 && latest > f->before)
        f->before = latest;
    return got < 0 ? -1 : 0;
}

void forget_look(struct forget *f, int64_t now)
{
    if (!f->journal->state || now < f->next || forget_is_busy(f))
        return;
    f->next = now + HOUR;
    f->is_cutting = false;
    if (find_before(f, now) == 0)
        slice(f);
    else
        trouble(f);
}

bool forget_is_busy(const struct forget *f)
{
    return f->loop && ev_is_active(&f->timer);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop;
    (void)events;
    slice(w->data);
}

void forget_open(struct forget *f, struct ev_loop *loop, struct journal *journal)
{
    f->loop = loop;
    f->journal = journal;
    ev_timer_init(&f->timer, on_timer, 0., 0.);
    f->timer.data = f;
}

void forget_close(struct forget *f)
{
    if (f->loop)
        ev_timer_stop(f->loop, &f->timer);
    f->loop = NULL;
}
