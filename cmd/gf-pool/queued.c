/*
 * queued.c - jobs from a durable queue.
 *
 * The job that was taken from the agent is at hand until it has started or is known not to. From
 * then on its token is the job's, and goes back with what became of it.
 */
#include "queued.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/random.h"
#include "run/watch.h"
#include "text/reader.h"

enum {
    TAIL = 1024, /* bytes of standard error that a result has */
};

/* ---- taking ---------------------------------------------------------------------------------- */

/* How many more could start now. */
static unsigned free_slots(const struct queued *q)
{
    const struct gf_slots *s = &q->capacity->slots;
    return s->most > s->used ? (unsigned)(s->most - s->used) : 0;
}

static bool is_enough(const struct queued *q)
{
    return q->opt->stop_after && q->seq >= q->opt->stop_after;
}

static unsigned wanted(const struct queued *q)
{
    unsigned n = free_slots(q);
    uint64_t left = q->opt->stop_after ? q->opt->stop_after - q->seq : UINT64_MAX;
    return n < left ? n : (unsigned)left;
}

static void drop_at_hand(struct queued *q)
{
    free(q->at_hand.bytes);
    q->at_hand = (struct gf_queue_work){0};
}

/* Who has had to wait for its start, with --rate say, may have lost its lease. */
bool queued_may_start(struct queued *q, bool *has)
{
    *has = q->at_hand.bytes;
    return *has && gf_queue_agent_is_sure(q->agent);
}

int queued_next(struct queued *q, struct work *w, uint64_t *seq)
{
    if (is_enough(q))
        return GF_READER_END;
    gf_queue_agent_want(q->agent, wanted(q));
    if (!gf_queue_agent_take(q->agent, &q->at_hand))
        return q->opt->until_empty && !q->tasks->running && gf_queue_agent_is_empty(q->agent)
                   ? GF_READER_END
                   : 0;
    *seq = ++q->seq;
    struct gf_value record = {q->at_hand.record.data, q->at_hand.record.len};
    if (work_set(w, &record, 1) == 0)
        return 1;
    gf_error_nomem();
    return -1;
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void hand_in(struct queued *q, const struct gf_queue_end *e)
{
    bool more = verdict_may_start(q->verdict) && !is_enough(q);
    if (gf_queue_agent_end(q->agent, e, more ? wanted(q) : 0) != 0)
        gf_error_nomem(); /* its lease ends, and it is delivered again */
}

static void on_started(void *self, const struct job *j)
{
    (void)j;
    drop_at_hand(self);
}

static int on_begin(void *self, struct job *j)
{
    const struct queued *q = self;
    memcpy(j->token, q->at_hand.token, sizeof j->token);
    j->delivery = q->at_hand.delivery;
    return 0;
}

static void on_output(void *self, struct job *j, int stream, const char *data, size_t len)
{
    (void)self;
    if (stream != STDERR)
        return;
    j->result_end.most = TAIL;
    gf_tail_add(&j->result_end, data, len);
}

/* What became of it, with how it ended. */
static void tell(struct queued *q, const struct job *j, enum gf_queue_what what, gf_ns delay)
{
    const char *tail;
    size_t len = gf_tail_get(&j->result_end, &tail);
    struct gf_queue_end e = {.token = j->token,
                             .what = what,
                             .delay = delay,
                             .status = gf_ending_status(&j->ending),
                             .took = job_runtime(j),
                             .tail = {tail, len}};
    if (j->token[0])
        hand_in(q, &e);
}

static void on_attempt(void *self, const struct job *j, bool again)
{
    struct queued *q = self;
    if (again)
        tell(q, j, GF_QUEUE_AGAIN, gf_backoff_wait(&q->opt->backoff, j->delivery, gf_random()));
}

/* One that was told to end did so by no fault of its own, and waits in front. */
static void on_finished(void *self, struct job *j)
{
    bool told = j->ending.how == GF_ENDING_INTERRUPTED;
    if (j->ending.how != GF_ENDING_OK)
        tell(self, j, told ? GF_QUEUE_BACK : GF_QUEUE_BURY, 0);
}

/* One that ended well is done when its output is where it belongs, so that what is done has all of
 * it; its lease is renewed until then. */
static void on_written(void *self, struct job *j)
{
    bool lost = j->turn.lost || j->results.lost;
    if (!j->finished || j->ending.how != GF_ENDING_OK)
        return;
    tell(self, j, lost ? GF_QUEUE_BACK : GF_QUEUE_ACK, 0);
    j->token[0] = '\0';
}

/* It never can. */
static void on_unstarted(void *self, struct job *j, int err)
{
    struct queued *q = self;
    const char *why = job_why_not(j, err);
    struct gf_queue_end e = {
        .token = q->at_hand.token, .what = GF_QUEUE_BURY, .status = -1, .tail = {why, strlen(why)}};
    hand_in(q, &e);
    drop_at_hand(q);
}

const struct observer_events queued_observer = {.begin = on_begin,
                                                .started = on_started,
                                                .output = on_output,
                                                .attempt = on_attempt,
                                                .finished = on_finished,
                                                .written = on_written,
                                                .unstarted = on_unstarted};

/* ---- news ------------------------------------------------------------------------------------ */

/* Another worker has the job, or it was dropped: what runs of it is of no use. */
static void lose(struct queued *q, const char *token)
{
    if (q->at_hand.bytes && strcmp(q->at_hand.token, token) == 0) {
        gf_note("job %" PRIu64 ": its lease is over before it could start; it is not started here",
                q->seq);
        drop_at_hand(q);
        q->seq--; /* it was none of --stop-after */
        return;
    }
    q->verdict->queue_failed = true;
    for (struct gf_task *t = q->tasks->first; t; t = t->next) {
        struct job *j = t->owner;
        if (strcmp(j->token, token) != 0 || t->is_over)
            continue;
        gf_error("job %" PRIu64 ": its lease is over, and it may run elsewhere; it is ended here",
                 j->seq);
        j->token[0] = '\0'; /* nobody asks any more what becomes of it */
        gf_task_end(t);
        return;
    }
    gf_error("a job was done here whose lease was over: what became of it was not accepted");
}

static void say_state(struct queued *q)
{
    struct gf_queue_trouble why;
    char note[GF_QUEUE_NOTE];
    if (gf_queue_agent_note(q->agent, note))
        gf_note("%s: %s", q->tool->name, note);
    enum gf_queue_agent_state state = gf_queue_agent_state(q->agent, &why);
    if (state == q->state)
        return;
    if (state == GF_QUEUE_AGENT_FAILED) {
        gf_error("cannot work with the queue '%s': %s", q->tool->name, why.why);
        if (why.cure)
            gf_hint("%s", why.cure);
        verdict_fail(q->verdict, GF_EXIT_TOOL);
    } else if (state == GF_QUEUE_AGENT_AWAY) {
        gf_note("the queue '%s' is away: %s; trying again until it is back", q->tool->name,
                why.why);
        if (why.cure)
            gf_note_hint("%s", why.cure);
        q->away_mono = gf_now_mono();
    } else
        gf_note("the queue '%s' is back after %.1f s", q->tool->name,
                (double)(gf_now_mono() - q->away_mono) / 1e9);
    q->state = state;
}

void queued_hear(struct queued *q)
{
    char token[GF_QUEUE_TOKEN];
    gf_queue_agent_heard(q->agent);
    say_state(q);
    while (gf_queue_agent_lost(q->agent, token))
        lose(q, token);
    uint64_t buried = gf_queue_agent_buried(q->agent);
    if (buried) {
        q->verdict->queue_failed = true;
        gf_error("%" PRIu64 " jobs are dead: each was delivered %u times, and no worker came back",
                 buried, q->opt->deliveries);
    }
    verdict_changed(q->verdict);
}

static void on_news(struct ev_loop *loop, ev_io *w, int events)
{
    if (gf_watch_ready(loop, w, events))
        queued_hear(w->data);
}

/* ---- begin and end --------------------------------------------------------------------------- */

int queued_open(struct queued *q)
{
    if (!q->opt->queue)
        return -1;
    q->tool = calloc(1, sizeof *q->tool);
    if (!q->tool) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    int status = gf_queue_tool_open(q->tool, q->opt->queue, GF_DB_CREATE, false, "gf-pool");
    return status == 0 ? -1 : status;
}

int queued_begin(struct queued *q, struct ev_loop *loop)
{
    char worker[GF_QUEUE_WORKER];
    if (!q->opt->queue)
        return -1;
    gf_queue_tool_worker(worker);
    struct gf_queue_agent_how how = {.lease = q->opt->lease,
                                     .keep = q->opt->keep,
                                     .deliveries = q->opt->deliveries,
                                     .worker = worker,
                                     .look = q->opt->until_empty ? GF_S : 0};
    if (gf_queue_agent_start(&q->agent, q->tool->q, &how) != 0) {
        gf_error_errno("cannot start a thread");
        return GF_EXIT_TOOL;
    }
    q->loop = loop;
    ev_io_init(&q->io, on_news, gf_queue_agent_fd(q->agent), EV_READ);
    q->io.data = q;
    ev_io_start(loop, &q->io);
    return -1;
}

static void give_back_at_hand(struct queued *q)
{
    if (!q->at_hand.bytes)
        return;
    struct gf_queue_end back = {
        .token = q->at_hand.token, .what = GF_QUEUE_BACK, .status = -1, .unstarted = true};
    hand_in(q, &back);
    drop_at_hand(q);
}

void queued_give_back(struct queued *q)
{
    if (!q->agent)
        return;
    gf_queue_agent_want(q->agent, 0);
    do
        give_back_at_hand(q);
    while (gf_queue_agent_take(q->agent, &q->at_hand));
}
