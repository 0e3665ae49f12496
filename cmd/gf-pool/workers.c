/*
 * workers.c - the pool of workers: what deals records to them, beside what every run has
 * (session.h).
 *
 * A worker that has room is given some hundred records at a time, and the next one with room
 * follows: so records are shared out by how fast they are answered. A process is started when there
 * is a record for it, so a short input starts few.
 */
#include "workers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "gate.h"
#include "run/reaper.h"
#include "run/watch.h"
#include "worker.h"

enum {
    DEAL = 4096,        /* records that a worker is given at a time */
    CHUNKS_MOST = 50000 /* whose turn is to come */
};

struct workers {
    struct session session;
    struct worker_pool pool;
    struct gate gate;
    struct worker *worker;
    unsigned n;
    unsigned turn; /* which worker is asked first */
    ev_io input_io;
    ev_timer timer;   /* the earliest of what the workers wait for, */
    gf_ns timer_mono; /* at that time; GF_NEVER: it is not set */
    bool ended;       /* all were told to end, after a failure of ours */
};

/* ---- records --------------------------------------------------------------------------------- */

static struct worker *with_room(struct workers *c)
{
    for (unsigned i = 0; i < c->n; i++) {
        struct worker *w = &c->worker[(c->turn + i) % c->n];
        if (worker_has_room(w)) {
            c->turn = (w->slot + 1) % c->n;
            return w;
        }
    }
    return NULL;
}

/* The next record in the session's work: false when there is none now; what is to come is watched
 * for. */
static bool next_record(struct workers *c)
{
    struct session *s = &c->session;
    struct source *source = &s->intake.source;
    for (;;) {
        int got = intake_next(&s->intake);
        if (got == 1)
            return true;
        if (got == GF_READER_END) {
            s->input_over = true;
            return false;
        }
        if (got == 0 && source_waits(source)) {
            ev_io_set(&c->input_io, source->reader.fd, EV_READ);
            ev_io_start(s->loop, &c->input_io);
            return false;
        }
        if (got == -1 || source_fill(source) != 0) {
            verdict_fail(&s->verdict, GF_EXIT_TOOL);
            return false;
        }
    }
}

static bool no_memory(struct session *s)
{
    gf_error_nomem();
    verdict_fail(&s->verdict, GF_EXIT_TOOL);
    return false;
}

/* Whether the record is to be given: not what --resume passes by, nor what no worker could read as
 * one record. *number is its place in the input, and becomes its number. */
static bool is_wanted(struct workers *c, const struct gf_value *v, uint64_t *number)
{
    struct session *s = &c->session;
    struct answers *a = &c->pool.answers;
    bool skip = false;
    if (s->opt->resume != RESUME_NOT) {
        struct gf_slice name = answers_name(a, v->text, v->len);
        if (a->job.command.failed) /* what there is of it may be the name of another */
            return no_memory(s);
        history_skips_text(&s->history, name, number, &skip);
    }
    if (a->observed)
        observers_taken(&s->observers, *number, skip);
    if (skip)
        return false;
    int why_not = answers_why_not(a, *number, v);
    if (why_not == ENOMEM)
        return no_memory(s);
    if (why_not)
        answers_refused(a, *number, v, why_not);
    return !why_not;
}

/* Gives the worker one record. False: there is none now, or none may be given. */
static bool give_one(struct workers *c, struct worker *w)
{
    struct session *s = &c->session;
    if (!gate_allows(&c->gate) || !next_record(c))
        return false;
    const struct gf_value *v = &s->intake.work.item[0];
    uint64_t seq = s->intake.seq;
    if (!is_wanted(c, v, &seq))
        return !s->verdict.fatal;
    if (!w->is_up && !w->in.waiting && record_sync(&s->record) == 0)
        worker_start(w); /* if it cannot be now, the record waits for it */
    if (worker_give(w, v, seq) != 0)
        return no_memory(s);
    gate_pass(&c->gate);
    return true;
}

static bool may_deal(const struct workers *c)
{
    const struct session *s = &c->session;
    const struct gf_ordered *output = &c->pool.answers.output;
    return !s->input_over && verdict_may_start(&s->verdict) && !events_is_full(&s->events) &&
           !gf_ordered_is_full(output) && output->queued < CHUNKS_MOST;
}

static void deal(struct workers *c)
{
    struct worker *w;
    if (record_sync(&c->session.record) != 0)
        return;
    while (may_deal(c) && (w = with_room(c)))
        for (int n = 0; n < DEAL && worker_has_room(w) && may_deal(c); n++)
            if (!give_one(c, w))
                return;
}

/* ---- the mode -------------------------------------------------------------------------------- */

/* A failure of ours, or nobody reads the answers: what runs is ended, once. */
static void end_after_failure(struct workers *c)
{
    const struct verdict *v = &c->session.verdict;
    if (c->ended || !v->fatal)
        return;
    c->ended = true;
    verdict_interrupt(&c->session.verdict, v->broken_pipe ? "pipe" : "error");
    if (v->broken_pipe)
        gf_tasks_kill(&c->pool.tasks);
    else
        gf_tasks_end(&c->pool.tasks);
}

static void arm(struct workers *c)
{
    gf_ns wake = GF_NEVER, now = gf_now_mono();
    for (unsigned i = 0; i < c->n; i++) {
        gf_ns at = worker_wake(&c->worker[i]);
        wake = at < wake ? at : wake;
    }
    /* One that fires too early does no harm, and most times move on with every answer. */
    if (wake >= c->timer_mono)
        return;
    c->timer_mono = wake;
    ev_timer_stop(c->session.loop, &c->timer);
    ev_now_update(c->session.loop);
    ev_timer_set(&c->timer, wake > now ? (double)(wake - now) / 1e9 : 0, 0);
    ev_timer_start(c->session.loop, &c->timer);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct workers *c = w->data;
    gf_ns now = gf_now_mono();
    (void)loop;
    (void)events;
    c->timer_mono = GF_NEVER;
    for (unsigned i = 0; i < c->n; i++)
        worker_tick(&c->worker[i], now);
    verdict_changed(&c->session.verdict);
}

static bool is_busy(const struct workers *c)
{
    if (c->pool.tasks.first || gf_ordered_is_pending(&c->pool.answers.output))
        return true;
    for (unsigned i = 0; i < c->n; i++)
        if (c->worker[i].in.waiting)
            return true;
    return false;
}

/* What was given will not be answered any more. */
static void give_up(struct workers *c)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->worker[i].in.waiting) {
            worker_give_up(&c->worker[i]);
            verdict_changed(&c->session.verdict);
        }
}

static bool pump(void *owner)
{
    struct workers *c = owner;
    struct session *s = &c->session;
    gf_ns now = gf_now_mono();
    gf_ordered_pump(&c->pool.answers.output);
    deal(c);
    c->pool.no_more = s->input_over || !verdict_may_start(&s->verdict);
    end_after_failure(c);
    if (worker_pool_is_ended(&c->pool) && !c->pool.tasks.first)
        give_up(c); /* so that the answers behind them are written */
    for (unsigned i = 0; i < c->n; i++) {
        struct worker *w = &c->worker[i];
        worker_stop_waiting(w);
        if (worker_needs_start(w, now) && !worker_pool_is_ended(&c->pool))
            worker_start(w);
        worker_send(w);
    }
    if (!c->pool.no_more || is_busy(c)) {
        arm(c);
        return false;
    }
    return true;
}

/* Once: no new records, what was given is answered. Twice: the workers are ended. Three times: at
 * once. */
static void stop(void *owner, unsigned times)
{
    struct workers *c = owner;
    if (times == 1) {
        if (c->pool.tasks.running)
            gf_note(
                "stopping: no new records, waiting for %zu workers to answer (again to end them)",
                c->pool.tasks.running);
        return;
    }
    verdict_interrupt(&c->session.verdict, "stop");
    verdict_fail(&c->session.verdict, GF_EXIT_TOOL);
    c->ended = true;
    if (times == 2)
        gf_tasks_end(&c->pool.tasks);
    else
        gf_tasks_kill(&c->pool.tasks);
}

static void resumed(void *owner)
{
    struct workers *c = owner;
    for (unsigned i = 0; i < c->n; i++)
        gf_inflight_excuse(&c->worker[i].in, gf_now_mono());
}

static int check_command(void *owner)
{
    struct workers *c = owner;
    return worker_check_command(&c->pool);
}

static int set_environment(void *owner, const char *mark)
{
    struct workers *c = owner;
    c->pool.number = launch_worker_environment(&c->session.launch, mark);
    return c->pool.number ? 0 : -1;
}

static const struct session_mode mode = {.check_command = check_command,
                                         .set_environment = set_environment,
                                         .pump = pump,
                                         .stop = stop,
                                         .resumed = resumed};

/* ---- begin and end --------------------------------------------------------------------------- */

static void on_input(struct ev_loop *loop, ev_io *w, int events)
{
    struct workers *c = w->data;
    if (!gf_watch_ready(loop, w, events))
        return;
    ev_io_stop(loop, w);
    gate_arrived(&c->gate);
    verdict_changed(&c->session.verdict);
}

static void add_observers(struct session *s)
{
    struct observers *all = &s->observers;
    observers_add(all, &events_observer, &s->events);
    observers_add(all, &record_observer, &s->record);
    observers_add(all, &results_observer, &s->results);
    observers_add(all, &timeline_observer, &s->timeline);
    observers_add(all, &halt_observer, &s->halt);
}

static int make_workers(struct workers *c)
{
    c->n = (unsigned)c->pool.capacity.slots.most;
    c->worker = calloc(c->n, sizeof *c->worker);
    if (!c->worker) {
        c->n = 0;
        gf_error_nomem();
        return -1;
    }
    for (unsigned i = 0; i < c->n; i++)
        worker_init(&c->worker[i], &c->pool, i);
    return 0;
}

/* -1 when all is ready, else the exit status. */
static int begin(struct workers *c)
{
    struct session *s = &c->session;
    struct worker_pool *p = &c->pool;
    int status = session_open(s);
    if (status != -1)
        return status;
    p->limits = (struct gf_child_limits){.kill_after = s->opt->kill_after, .linger = GF_S};
    p->orphans = (struct gf_orphans){.run = "GF_POOL", .run_value = s->launch.run};
    p->tasks.orphans = &p->orphans;
    gf_orphans_adopt();
    if (gf_tasks_open(&p->tasks, s->loop) != 0) {
        gf_error_errno("cannot wait for workers");
        return GF_EXIT_TOOL;
    }
    answers_open(&p->answers, s, &worker_output_events, p);
    if (gate_open(&c->gate, s->opt, &s->verdict, s->loop) != 0)
        return GF_EXIT_TOOL;
    status = capacity_open(&p->capacity, s->opt, &s->verdict, &s->tally, s->loop);
    if (status != -1)
        return status;
    if (make_workers(c) != 0)
        return GF_EXIT_TOOL;
    ev_io_init(&c->input_io, on_input, STDIN_FILENO, EV_READ);
    c->input_io.data = c;
    ev_timer_init(&c->timer, on_timer, 0, 0);
    c->timer.data = c;
    c->timer_mono = GF_NEVER;
    add_observers(s);
    return session_begin(s, c->n);
}

static void say_orphan(pid_t pid, const char *command, size_t len)
{
    gf_note("process %ld, '%.*s', which a worker that was ended may have left, still runs",
            (long)pid, (int)len, command);
}

static void release(struct workers *c)
{
    for (unsigned i = 0; i < c->n; i++)
        worker_release(&c->worker[i]);
    free(c->worker);
    gate_close(&c->gate);
    gf_tasks_close(&c->pool.tasks);
    gf_orphans_release(&c->pool.orphans);
    capacity_close(&c->pool.capacity);
    gf_buf_release(&c->pool.answers.command); /* it was made before all else */
    if (c->pool.answers.session)              /* else it was not opened */
        answers_release(&c->pool.answers);
    session_release(&c->session);
}

int workers_run(const struct options *o)
{
    struct workers *c = calloc(1, sizeof *c);
    if (!c) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    session_init(&c->session, o, &mode, c, &c->pool.tasks);
    c->pool.session = &c->session;
    c->pool.capacity.server.rfd = c->pool.capacity.server.wfd = -1;
    c->session.launch.nofile = &c->pool.capacity.nofile;
    int status = begin(c);
    if (status == -1) {
        ev_run(c->session.loop, 0);
        gf_orphans_end(&c->pool.orphans, gf_reaper_knows, say_orphan);
        status = session_conclude(&c->session);
    }
    struct verdict verdict = c->session.verdict;
    release(c);
    free(c);
    return session_finish(&verdict, status);
}
