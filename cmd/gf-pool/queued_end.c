/*
 * queued_end.c - the end of a run whose jobs come from a queue.
 *
 * The loop goes on while the agent hands in what is left, so that signals and news of the queue are
 * heard. A queue that works has PATIENCE; one that is away has AWAY from then on. The agent's
 * thread may be in a call that nothing can end (a server that does not answer, a file that is
 * locked): when it has not come back SLACK after its time it is left behind, with all that it has.
 */
#include <poll.h>
#include <stdlib.h>

#include "base/msg.h"
#include "base/sat.h"
#include "queued.h"

#define PATIENCE (30 * GF_S)
#define AWAY GF_S
#define SLACK (200 * GF_MS)

/* Until when the agent may try. */
static gf_ns end_by(const struct queued *q)
{
    gf_ns by = gf_sat_add_i64(q->end_mono, PATIENCE);
    gf_ns away_by = gf_sat_add_i64(q->short_mono, AWAY);
    if (q->hurries)
        return q->end_mono;
    return q->short_mono && away_by < by ? away_by : by;
}

static void on_time(struct ev_loop *loop, ev_timer *w, int events)
{
    struct queued *q = w->data;
    (void)loop;
    (void)events;
    verdict_changed(q->verdict);
}

static void begin_end(struct queued *q)
{
    queued_give_back(q);
    q->ending = true;
    q->end_mono = gf_now_mono();
    ev_init(&q->timer, on_time);
    q->timer.data = q;
}

/* Tells the agent until when it may try. Whether it is over, or has had its time; else how long
 * that takes. */
static bool look(struct queued *q, gf_ns *left)
{
    gf_ns now = gf_now_mono();
    if (q->state != GF_QUEUE_AGENT_AWAY)
        q->short_mono = 0;
    else if (!q->short_mono)
        q->short_mono = now;
    gf_queue_agent_finish(q->agent, end_by(q));
    *left = gf_sat_add_i64(end_by(q), SLACK) - now;
    return gf_queue_agent_is_over(q->agent) || *left <= 0;
}

bool queued_is_told(struct queued *q)
{
    gf_ns left;
    if (!q->agent)
        return true;
    if (!q->ending)
        begin_end(q);
    ev_timer_stop(q->loop, &q->timer);
    if (look(q, &left))
        return true;
    ev_timer_set(&q->timer, (double)left / 1e9, 0);
    ev_timer_start(q->loop, &q->timer);
    return false;
}

void queued_stop(struct queued *q, unsigned times)
{
    if (!q->ending || q->hurries)
        return;
    q->hurries = times > 1;
    if (!q->hurries)
        gf_note("stopping: waiting for the queue '%s' to be told what became of %zu jobs (again to "
                "end that)",
                q->tool->name, gf_queue_agent_unsure(q->agent));
    else
        q->end_mono = gf_now_mono();
}

/* The same without the loop, where the run did not come to its end. */
static void wait_for_agent(struct queued *q)
{
    struct pollfd p = {.fd = gf_queue_agent_fd(q->agent), .events = POLLIN};
    gf_ns left;
    if (!q->ending)
        begin_end(q);
    while (!look(q, &left)) {
        (void)poll(&p, 1, (int)(left / GF_MS) + 1);
        queued_hear(q);
    }
}

int queued_end(struct queued *q)
{
    if (!q->agent)
        return 0;
    ev_io_stop(q->loop, &q->io);
    wait_for_agent(q);
    ev_timer_stop(q->loop, &q->timer);
    queued_hear(q);
    size_t unsure = gf_queue_agent_unsure(q->agent);
    const char *name = q->tool->name;
    if (!gf_queue_agent_leave(q->agent))
        q->tool = NULL;
    q->agent = NULL;
    if (unsure == 0)
        return 0;
    gf_error("the queue '%s' was not told what became of %zu jobs: they are delivered again", name,
             unsure);
    return -1;
}

void queued_close(struct queued *q)
{
    if (q->agent)
        (void)queued_end(q);
    if (q->tool && q->tool->q)
        gf_queue_tool_close(q->tool);
    free(q->tool);
    q->tool = NULL;
}
