/*
 * late.c - due times that could not be claimed yet, because another process has the state locked.
 * See runner.h.
 *
 * They wait in the order in which they came, and are tried again every RETRY seconds; the loop
 * never waits for the lock for longer than a moment. Of one job only the latest due time waits, the
 * ones before it were missed: the rule of the plan (cron/plan.h).
 */
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#include "base/msg.h"

#define RETRY .2 /* seconds */

struct late {
    struct late *next;
    struct loaded *from;
    const struct gf_job *job;
    int64_t due;
};

/* Takes the first one off the list. */
static struct late shift(struct runner *r)
{
    struct late l = *r->late;
    free(r->late);
    r->late = l.next;
    if (!r->late)
        r->late_end = &r->late;
    l.from->runs--;
    return l;
}

bool late_add(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    for (struct late *l = r->late; l; l = l->next) {
        if (strcmp(l->job->id, job->id) != 0)
            continue;
        record_unclaimed(r, job, l->due, "the state was locked");
        l->due = due;
        return true;
    }
    struct late *l = malloc(sizeof *l);
    if (!l)
        return false;
    *l = (struct late){NULL, from, job, due};
    from->runs++;
    *r->late_end = l;
    r->late_end = &l->next;
    late_arm(r);
    return true;
}

void late_give_up(struct runner *r)
{
    while (r->late) {
        struct late l = shift(r);
        record_unclaimed(r, l.job, l.due, "the state was locked when the scheduler was stopped");
    }
}

void late_arm(struct runner *r)
{
    if (ev_is_active(&r->state_timer))
        return;
    ev_now_update(r->loop);
    ev_timer_set(&r->state_timer, RETRY, 0.);
    ev_timer_start(r->loop, &r->state_timer);
}

static void try_again(struct ev_loop *loop, ev_timer *w, int events)
{
    struct runner *r = w->data;
    (void)loop;
    (void)events;
    while (r->late) {
        int64_t due = r->late->due;
        enum claim got = record_claim(r, r->late->job, &due);
        if (got == CLAIM_LATER)
            break;
        struct late l = shift(r);
        if (got == CLAIM_OURS)
            runner_begin(r, l.from, l.job, due);
    }
    if (record_settle(r) && !r->late) {
        r->locked = false;
        r->changed(r);
    } else {
        late_arm(r);
    }
}

void late_open(struct runner *r)
{
    r->late_end = &r->late;
    ev_timer_init(&r->state_timer, try_again, 0., 0.);
    r->state_timer.data = r;
}
