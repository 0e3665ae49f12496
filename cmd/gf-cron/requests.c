/*
 * requests.c - what gf-cron trigger asks a running scheduler for, through the state file.
 *
 * A descriptor is readable when the database's log was written. A write can be seen before the
 * commit that it belongs to, so the look at the requests comes a moment later, by a timer. A write
 * that comes while the timer runs does not put the look off: a second look follows the first. So
 * neither a slow commit nor a busy writer hides a request.
 *
 * A request becomes a run that is due now. As any claim it waits until nothing is owed (journal.h)
 * and no due time waits to be claimed: the next scheduler begins behind the last row of a job.
 */
#include "server.h"
#include "shared.h"

#include "base/msg.h"
#include "run/watch.h"

#define LATER .3 /* seconds */

static void look_later(struct server *s)
{
    ev_now_update(s->loop);
    ev_timer_set(&s->state_timer, LATER, 0.);
    ev_timer_start(s->loop, &s->state_timer);
}

/* A request for a job that the table does not have stays in the state. */
void server_do_requests(struct server *s)
{
    struct gf_state_name at = {.text = ""};
    int got = 1;
    while (s->journal.state && (got = gf_state_requested(s->journal.state, &at)) == 0) {
        const struct gf_job *job = shared_find(&s->current->table, at.text);
        int64_t due = s->current->plan.wall;
        if (!job)
            continue;
        if (s->deferred.first || !journal_settle(&s->journal)) {
            look_later(s);
            return;
        }
        got = gf_state_take(s->journal.state, at.text, &due, gf_now_wall());
        if (got < 0)
            break;
        if (got == 0)
            runs_begin(&s->runs, s->current, job, due, true);
    }
    if (got < 0 && gf_state_may_pass(s->journal.state))
        look_later(s);
    else if (got < 0)
        cron_state_failed(s->journal.state, "read");
}

static void look_at_requests(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    struct gf_state_name at = {.text = ""};
    (void)loop;
    (void)events;
    if (s->state_again)
        look_later(s);
    s->state_again = false;
    int got = gf_state_requested(s->journal.state, &at);
    if (got < 0 && !gf_state_may_pass(s->journal.state))
        journal_trouble(&s->journal); /* the file was removed, for one */
    if (s->stops || got != 0)
        return;
    server_look(s); /* due times go before requests */
    server_do_requests(s);
}

/* The state was written. More writes do not put a look off: a second look follows. */
static void on_state_written(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    if (!gf_watch_ready(loop, io, events))
        return;
    watch_drain(s->state_watch);
    if (ev_is_active(&s->state_timer))
        s->state_again = true;
    else
        look_later(s);
}

int server_watch_state(struct server *s)
{
    ev_timer_init(&s->state_timer, look_at_requests, 0., 0.);
    s->state_timer.data = s;
    if (!s->journal.state || gf_state_has_leases(s->journal.state))
        return 0; /* lease.c asks what is new there */
    s->state_watch = gf_state_watch(s->journal.state);
    if (s->state_watch == -1) {
        gf_error_errno("cannot watch the state");
        return -1;
    }
    ev_io_init(&s->state_io, on_state_written, s->state_watch, EV_READ);
    s->state_io.data = s;
    ev_io_start(s->loop, &s->state_io);
    return 0;
}
