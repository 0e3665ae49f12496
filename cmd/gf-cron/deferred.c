/*
 * deferred.c - due times that could not be claimed yet.
 *
 * The due times are a list, the oldest first. One timer serves the list and the rows that the
 * journal owes, since both wait for the same lock. Each time the timer rings, due times are claimed
 * from the front of the list until one meets the lock again. An entry counts as a run of its table,
 * so that a table that was replaced stays until the entry is gone.
 */
#include "deferred.h"

#include <stdlib.h>
#include <string.h>

#define RETRY .2 /* seconds */

enum {
    LATE = 5 /* seconds after which a due time has waited for too long for a server */
};

struct deferred_time {
    struct deferred_time *next;
    struct loaded *from;
    const struct gf_job *job;
    int64_t due;
};

/* Takes the first due time off the list. It counts in its table until let_go. */
static struct deferred_time *shift(struct deferred *d)
{
    struct deferred_time *t = d->first;
    d->first = t->next;
    if (!d->first)
        d->end = &d->first;
    return t;
}

static void let_go(struct deferred_time *t)
{
    t->from->runs--;
    free(t);
}

static const char *why_not(const struct deferred *d)
{
    return gf_state_has_leases(d->journal->state) ? "the state was away" : "the state was locked";
}

void deferred_pass(struct deferred *d, const struct gf_job *job)
{
    struct deferred_time **at = &d->first, *t;
    while (*at && strcmp((*at)->job->id, job->id) != 0)
        at = &(*at)->next;
    if (!(t = *at))
        return;
    *at = t->next;
    if (!t->next)
        d->end = at;
    journal_unclaimed(d->journal, t->job, t->due, why_not(d));
    let_go(t);
}

bool deferred_add(struct deferred *d, struct loaded *from, const struct gf_job *job, int64_t due)
{
    for (struct deferred_time *t = d->first; t; t = t->next) {
        if (strcmp(t->job->id, job->id) != 0)
            continue;
        journal_unclaimed(d->journal, job, t->due, why_not(d));
        t->due = due;
        return true;
    }
    struct deferred_time *t = malloc(sizeof *t);
    if (!t)
        return false;
    *t = (struct deferred_time){NULL, from, job, due};
    from->runs++;
    *d->end = t;
    d->end = &t->next;
    deferred_arm(d);
    return true;
}

void deferred_give_up(struct deferred *d)
{
    while (d->first) {
        struct deferred_time *t = shift(d);
        journal_unclaimed(d->journal, t->job, t->due,
                          "the state was locked when the scheduler was stopped");
        let_go(t);
    }
}

void deferred_arm(struct deferred *d)
{
    if (!d->loop || ev_is_active(&d->timer))
        return;
    ev_now_update(d->loop);
    ev_timer_set(&d->timer, RETRY, 0.);
    ev_timer_start(d->loop, &d->timer);
}

/* What a server that was away has kept from being claimed was missed: it is caught up as any other,
 * by whichever scheduler. A lock on a file is no such thing: nobody else would have been quicker.
 */
static void give_up_late(struct deferred *d)
{
    int64_t now = gf_now_wall() / GF_S;
    if (!gf_state_has_leases(d->journal->state))
        return;
    for (struct deferred_time *t; (t = d->first) && t->due < now - LATE;) {
        journal_unclaimed(d->journal, t->job, t->due, why_not(d));
        let_go(shift(d));
    }
}

static void try_again(struct ev_loop *loop, ev_timer *w, int events)
{
    struct deferred *d = w->data;
    (void)loop;
    (void)events;
    give_up_late(d);
    while (d->first) {
        int64_t due = d->first->due;
        enum claim got = journal_claim(d->journal, d->first->job, &due);
        if (got == CLAIM_LATER)
            break;
        struct deferred_time *t = shift(d);
        if (got == CLAIM_OURS)
            d->begin(d->owner, t->from, t->job, due);
        let_go(t);
    }
    if (journal_settle(d->journal) && !d->first)
        d->journal->locked = false;
    else
        deferred_arm(d);
}

void deferred_open(struct deferred *d, struct ev_loop *loop)
{
    d->loop = loop;
    d->end = &d->first;
    ev_timer_init(&d->timer, try_again, 0., 0.);
    d->timer.data = d;
}

void deferred_close(struct deferred *d)
{
    if (d->loop)
        ev_timer_stop(d->loop, &d->timer);
    d->loop = NULL;
}
