/*
 * orphan.c - due times before the start that another scheduler on the same state was to see to.
 *
 * The due times are found by a plan of their own, made of the jobs that have another owner, up to
 * the moment at which the plan of the table begins. Each is put into the state as left to that
 * owner, before anything is claimed: this scheduler may record later due times of the job while the
 * owner has yet to come to these, and both may be killed then. A timer brings a second look, for
 * the log: a due time whose owner is gone by then is recorded as missed, unless the owner has
 * claimed or recorded it; the others stay left to their owner.
 */
#include "orphan.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"

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

/* Plans the jobs that have another owner, up to where the plan of the table begins. */
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
    int r = gf_plan_open(p, jobs, n, (enum gf_dst)s->context.dst, l->plan.wall, l->plan.mono);
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

/* Puts all due times into the state, in one transaction. */
static int leave(struct gf_state *state, const struct gf_table *t, const struct orphaned *orphaned)
{
    int got = gf_state_begin(state);
    if (got != 0)
        return -1;
    for (size_t i = 0; got >= 0 && i < orphaned->n; i++) {
        const struct gf_plan_event *e = &orphaned->times[i].e;
        struct gf_run_row row = {
            .job = run_state_id(&t->jobs[e->job]), .due = e->due, .times = e->times};
        got = gf_state_leave(state, &row, orphaned->times[i].owner);
    }
    if (got >= 0)
        return gf_state_commit(state);
    gf_state_undo(state);
    return -1;
}

static int no_memory(void)
{
    gf_error_nomem();
    return -1;
}

int orphan_open(struct server *s, struct loaded *l, const struct gf_state_found *found)
{
    struct gf_plan p;
    if (!has_owner(found, l->table.n_jobs))
        return 0;
    if (plan_theirs(s, l, found, &p) != 0)
        return no_memory();
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
        return no_memory();
    int got = orphaned->n ? leave(s->journal.state, &l->table, orphaned) : 0;
    if (got != 0)
        cron_state_failed(s->journal.state, "write");
    if (got != 0 || orphaned->n == 0) {
        free(orphaned);
        return got;
    }
    orphaned->from = l;
    l->runs++;
    s->orphaned = orphaned;
    ev_timer_init(&orphaned->timer, look_again, LOOK_AGAIN, 0.);
    orphaned->timer.data = s;
    ev_timer_start(s->loop, &orphaned->timer);
    return 0;
}
