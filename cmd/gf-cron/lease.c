/*
 * lease.c - the lease of a scheduler is renewed, and what others left is looked at.
 *
 * A timer renews the lease several times within its length, and asks what is new: what somebody
 * wants to be run, and what a scheduler that is gone, or that could not reach the server, has left.
 * Of what was left a job runs the latest, when its GF_CATCHUP still covers that.
 *
 * When no renewal is answered, the runs end before the lease does: the waiting ones are given back
 * and the others get SIGTERM a third of the lease before its end, and SIGKILL a tenth before it.
 * So the next owner of a due time does not meet the last one's run.
 */
#include "lease.h"

#include <stdlib.h>

#include "server.h"
#include "shared.h"
#include "start.h"

#include "base/msg.h"

static void set_timer(struct server *s)
{
    double often = (double)s->lease / 10 / 1e9;
    ev_now_update(s->loop);
    ev_timer_set(&s->lease_timer, often < 1. ? often : 1., 0.);
    ev_timer_start(s->loop, &s->lease_timer);
}

/* ---- what was left --------------------------------------------------------------------------- */

struct look {
    struct server *s;
    int64_t now, *due; /* of each job, the latest; INT64_MIN: none */
};

static bool is_to_be_run(const struct gf_job *job, const struct gf_state_left_row *row, int64_t now)
{
    if (job->when.kind == GF_CRON_AFTER || journal_is_start(job, row->due) ||
        (row->began && !job->opt.catchup_interrupted))
        return false;
    return job->opt.catchup && row->due >= now - job->opt.catchup / GF_S;
}

static int see(void *arg, const struct gf_state_left_row *row)
{
    const struct look *look = arg;
    const struct gf_table *t = &look->s->current->table;
    const struct gf_job *job = shared_find(t, row->job);
    if (job && is_to_be_run(job, row, look->now) && row->due > look->due[job - t->jobs])
        look->due[job - t->jobs] = row->due;
    return 0;
}

static void look_at_left(struct server *s)
{
    struct loaded *l = s->current;
    size_t n = l->table.n_jobs;
    struct look look = {s, gf_now_wall() / GF_S, calloc(n + 1, sizeof(int64_t))};
    if (!look.due) {
        gf_error_nomem();
        return;
    }
    for (size_t i = 0; i < n; i++)
        look.due[i] = INT64_MIN;
    if (gf_state_left(s->journal.state, see, &look) < 0)
        journal_trouble(&s->journal);
    for (size_t i = 0; i < n; i++)
        if (look.due[i] != INT64_MIN)
            runs_due(&s->runs, l, &l->table.jobs[i], look.due[i]);
    free(look.due);
}

/* ---- the lease ------------------------------------------------------------------------------- */

/* No renewal was answered for a while: nothing may go on beyond the lease. */
static void look_at_end(struct server *s)
{
    gf_ns left = gf_state_lease_end(s->journal.state) - gf_now_boot();
    if (left > s->lease / 3)
        return;
    if (!s->is_cut_off && s->runs.first)
        gf_error("the lease cannot be renewed: the runs of this scheduler are ended");
    if (!s->is_cut_off)
        runs_lose(&s->runs, false);
    s->is_cut_off = true;
    if (left <= s->lease / 10)
        runs_lose(&s->runs, true);
}

static void renewed(struct server *s, const struct gf_state_tick *t)
{
    if (s->is_away)
        gf_note("the state is back after %.1f s", (double)(gf_now_mono() - s->away_mono) / 1e9);
    s->is_away = false;
    if (t->lost && !s->is_cut_off) {
        if (s->runs.first)
            gf_error("the lease was over: the runs of this scheduler are ended");
        runs_lose(&s->runs, false);
    }
    s->is_cut_off = false;
    start_queued(&s->runs); /* what found the lease over for a moment */
    if (t->recovered)
        gf_note("%d runs were interrupted when another scheduler ended", t->recovered);
    if (s->stops)
        return;
    if (t->left || t->asked)
        server_look(s); /* due times go before what was left, and before requests */
    if (t->left)
        look_at_left(s);
    if (t->asked)
        server_do_requests(s);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    struct gf_state_tick t;
    (void)loop;
    (void)events;
    if (gf_state_tick(s->journal.state, &t) == 0) {
        renewed(s, &t);
    } else {
        if (!s->is_away)
            s->away_mono = gf_now_mono();
        s->is_away = true;
        journal_trouble(&s->journal);
        look_at_end(s);
    }
    set_timer(s);
}

void lease_open(struct server *s)
{
    if (!s->journal.state || !gf_state_has_leases(s->journal.state))
        return;
    ev_timer_init(&s->lease_timer, on_timer, 0., 0.);
    s->lease_timer.data = s;
    set_timer(s);
}

void lease_close(struct server *s)
{
    if (s->loop)
        ev_timer_stop(s->loop, &s->lease_timer);
}
