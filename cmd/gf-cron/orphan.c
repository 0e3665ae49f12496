/*
 * orphan.c - due times before the start that another scheduler on the same state was to see to.
 *
 * The due times are found by a plan of their own, made of the jobs that have another owner, and
 * kept with the name of that owner. A timer brings the second look: a due time whose owner is gone
 * by then is recorded as missed, unless the state has a row for it; the others are left to their
 * owner.
 */
#include "orphan.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_AGAIN 10. /* seconds */

struct orphaned {
    struct loaded *from;
    ev_timer timer;
    size_t n;
    struct orphaned_time {
        struct gf_plan_event e;
        char owner[GF_STATE_OWNER_SIZE];
    } times[];
};

void orphan_close(struct server *s)
{
    if (!s->orphaned)
        return;
    ev_timer_stop(s->loop, &s->orphaned->timer);
    s->orphaned->from->runs--;
    free(s->orphaned);
    s->orphaned = NULL;
}

static void look_again(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    struct orphaned *orphaned = s->orphaned;
    (void)loop;
    (void)events;
    for (size_t i = 0; i < orphaned->n; i++)
        if (!gf_state_is_alive(s->journal.state, orphaned->times[i].owner))
            journal_missed(&s->journal, orphaned->from, &orphaned->times[i].e, 1);
    orphan_close(s);
}

/* Plans the jobs that have another owner, for their due times up to now. */
static int plan_theirs(const struct server *s, const struct loaded *l,
                       const struct gf_state_found *found, struct gf_plan *p)
{
    size_t n = l->table.n_jobs;
    struct gf_plan_job *jobs = calloc(n + 1, sizeof *jobs);
    if (!jobs)
        return -1;
    for (size_t i = 0; i < n; i++) {
        jobs[i] = l->jobs[i];
        jobs[i].catchup = 0;
        jobs[i].since = *found[i].owner ? found[i].since : INT64_MAX;
    }
    int r =
        gf_plan_open(p, jobs, n, (enum gf_dst)s->context.dst, gf_now_wall() / GF_S, gf_now_mono());
    p->jobs = NULL;
    free(jobs);
    return r;
}

static bool has_owner(const struct gf_state_found *found, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (*found[i].owner)
            return true;
    return false;
}

int orphan_open(struct server *s, struct loaded *l, const struct gf_state_found *found)
{
    struct gf_plan p;
    if (!has_owner(found, l->table.n_jobs))
        return 0;
    if (plan_theirs(s, l, found, &p) != 0)
        return -1;
    struct orphaned *orphaned =
        calloc(1, sizeof *orphaned + p.n_events * sizeof orphaned->times[0]);
    for (size_t i = 0; orphaned && i < p.n_events; i++) {
        if (p.events[i].what != GF_PLAN_MISSED)
            continue;
        struct orphaned_time *t = &orphaned->times[orphaned->n++];
        t->e = p.events[i];
        memcpy(t->owner, found[t->e.job].owner, sizeof t->owner);
    }
    gf_plan_release(&p);
    if (!orphaned)
        return -1;
    if (orphaned->n == 0) {
        free(orphaned);
        return 0;
    }
    orphaned->from = l;
    l->runs++;
    s->orphaned = orphaned;
    ev_timer_init(&orphaned->timer, look_again, LOOK_AGAIN, 0.);
    orphaned->timer.data = s;
    ev_timer_start(s->loop, &orphaned->timer);
    return 0;
}
