/* left.c - see left.h. */
#include "left.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_AGAIN 10. /* seconds */

struct left {
    struct loaded *from;
    ev_timer timer;
    size_t n;
    struct left_time {
        struct gf_plan_event e;
        char owner[GF_STATE_OWNER_SIZE];
    } times[];
};

void left_close(struct server *s)
{
    if (!s->left)
        return;
    ev_timer_stop(s->r.loop, &s->left->timer);
    s->left->from->runs--;
    free(s->left);
    s->left = NULL;
}

static void look_again(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    struct left *left = s->left;
    (void)loop;
    (void)events;
    for (size_t i = 0; i < left->n; i++)
        if (!gf_state_is_alive(left->times[i].owner))
            record_missed(&s->r, left->from, &left->times[i].e, 1);
    left_close(s);
    s->r.changed(&s->r);
}

/* What was due by now, of jobs that have another owner. */
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
        gf_plan_open(p, jobs, n, (enum gf_dst)s->place.dst, gf_now_wall() / GF_S, gf_now_mono());
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

int left_open(struct server *s, struct loaded *l, const struct gf_state_found *found)
{
    struct gf_plan p;
    if (!has_owner(found, l->table.n_jobs))
        return 0;
    if (plan_theirs(s, l, found, &p) != 0)
        return -1;
    struct left *left = calloc(1, sizeof *left + p.n_events * sizeof left->times[0]);
    for (size_t i = 0; left && i < p.n_events; i++) {
        if (p.events[i].what != GF_PLAN_MISSED)
            continue;
        struct left_time *t = &left->times[left->n++];
        t->e = p.events[i];
        memcpy(t->owner, found[t->e.job].owner, sizeof t->owner);
    }
    gf_plan_release(&p);
    if (!left)
        return -1;
    if (left->n == 0) {
        free(left);
        return 0;
    }
    left->from = l;
    l->runs++;
    s->left = left;
    ev_timer_init(&left->timer, look_again, LOOK_AGAIN, 0.);
    left->timer.data = s;
    ev_timer_start(s->r.loop, &left->timer);
    return 0;
}
