/*
 * session.c - before the loop waits, all that can be done is done: records that are finished make
 * room for those behind, and the input is read when the first stage has room.
 *
 * The first signal stops the reading: what was read goes on, for --drain. Then, or with the second
 * signal, what is inside is not done: dead letters, or with --commit the work of the next run.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/sig.h"
#include "base/progress.h"
#include "filter.h"
#include "flow.h"
#include "numbers.h"
#include "progress.h"
#include "run/reaper.h"
#include "run/signals.h"
#include "session.h"
#include "source.h"

extern char **environ;

enum {
    OUT_FULL = 256 << 10,
    ERR_MOST = 1 << 20
};

/* The struct is the run: each part is one of its members. */
struct session {
    struct run run;
    struct source source;
    struct gf_signals signals;
    ev_prepare prepare;
    ev_timer interval; /* --stats-interval */
    struct progress progress;
    struct gf_outfile stats_file;
    ev_timer timer;   /* the earliest of what is waited for, */
    gf_ns timer_mono; /* at that time; GF_NEVER: it is not set */
    gf_ns drain_mono; /* when draining ends; GF_NEVER: nothing is drained */
    enum gf_reason abort_reason;
    bool swept; /* of an aborted run: what was inside has its fate */
};

/* ---- what the parts say ---------------------------------------------------------------------- */

void run_abort(struct run *r, enum gf_reason reason)
{
    struct session *s = (struct session *)(void *)r;
    if (r->aborted)
        return;
    r->aborted = r->stopping = true;
    s->abort_reason = reason;
}

void run_fail(struct run *r, int status)
{
    if (!r->fatal)
        r->fatal = status;
    run_abort(r, GF_REASON_SHUTDOWN);
}

void run_no_memory(struct run *r)
{
    if (!r->fatal)
        gf_error_nomem();
    run_fail(r, GF_EXIT_TOOL);
}

/* ---- the end of an aborted run --------------------------------------------------------------- */

static void bury(struct session *s, struct flow *f, struct gf_piece *p)
{
    struct run *r = &s->run;
    const struct failure why = {.reason = s->abort_reason,
                                .ending = {.how = GF_ENDING_INTERRUPTED, .code = -1}};
    for (struct gf_piece *rest; p; p = rest) {
        rest = p->n > 1 ? gf_ledger_split(&f->ledger, p, 1) : NULL;
        r->some_failed = true;
        dead_letter(&r->stage[p->stage], p, &why);
        gf_ledger_end(&f->ledger, p, GF_FATE_DEAD);
    }
}

/* Nothing inside will be done any more. */
static void sweep(struct session *s)
{
    struct run *r = &s->run;
    s->swept = true;
    for (size_t i = 0; i < r->nstages; i++) {
        struct stage *stage = &r->stage[i];
        stage->kind->forget(stage);
        stage->waiting = stage->asleep = (struct queue){0};
        stage->asleep_mono = GF_NEVER;
        stage->inside = 0;
    }
    for (size_t i = 0; i < r->nflows; i++) {
        struct flow *f = &r->flow[i];
        for (struct gf_piece *p = f->ledger.first, *next; p && !r->opt->commit; p = next) {
            next = p->next;
            if (!p->finished)
                bury(s, f, p);
        }
        f->source_over = true;
    }
    if (r->reader_left)
        gf_tasks_kill(&r->tasks);
    else
        gf_tasks_end(&r->tasks);
}

/* ---- the pump -------------------------------------------------------------------------------- */

static void look_at_output(struct run *r)
{
    if (!r->out.err || r->aborted)
        return;
    r->reader_left = r->out.err == EPIPE && !gf_sig_was_ignored(SIGPIPE);
    if (!r->reader_left) {
        errno = r->out.err;
        gf_error_errno("write error");
        r->fatal = GF_EXIT_TOOL;
    }
    run_abort(r, GF_REASON_SHUTDOWN);
}

static bool pump_flows(struct session *s)
{
    struct run *r = &s->run;
    bool any = false;
    for (size_t i = r->nflows; i-- > 0;) {
        struct flow *f = &r->flow[i];
        if (f->sink)
            any |= f->sink->kind->pump(f->sink);
        any |= flow_pump(f);
        if (flow_is_done(f) && !f->closed) {
            f->closed = true;
            if (f->sink)
                filter_end(f->sink);
            any = true;
        }
    }
    if (r->stopping && !r->flow[0].source_over)
        any = r->flow[0].source_over = true;
    return any;
}

static bool is_over(const struct run *r)
{
    for (size_t i = 0; i < r->nflows; i++)
        if (!flow_is_done(&r->flow[i]) || (r->flow[i].sink && !filter_is_over(r->flow[i].sink)))
            return false;
    return r->tasks.first == NULL && (r->out.err || gf_outlet_waiting(&r->out) == 0);
}

/* What of an aborted run is finished still goes out. */
static bool has_to_deliver(const struct run *r)
{
    for (size_t i = 0; i < r->nflows; i++)
        if (r->flow[i].ledger.first && r->flow[i].ledger.first->finished && !r->flow[i].sink &&
            !r->out.err)
            return true;
    return false;
}

static void arm(struct session *s)
{
    struct run *r = &s->run;
    gf_ns wake = s->drain_mono, now = gf_now_mono();
    for (size_t i = 0; i < r->nstages; i++) {
        gf_ns at = r->stage[i].kind->wake(&r->stage[i]);
        wake = at < wake ? at : wake;
    }
    for (size_t i = 0; i < r->nflows; i++) {
        gf_ns at = flow_wake(&r->flow[i]);
        wake = at < wake ? at : wake;
    }
    /* One that fires too early does no harm, and most times move on with every answer. */
    if (wake >= s->timer_mono)
        return;
    s->timer_mono = wake;
    ev_timer_stop(r->loop, &s->timer);
    ev_now_update(r->loop);
    ev_timer_set(&s->timer, wake > now ? (double)(wake - now) / 1e9 : 0, 0);
    ev_timer_start(r->loop, &s->timer);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct session *s = w->data;
    struct run *r = &s->run;
    gf_ns now = gf_now_mono();
    (void)loop, (void)events;
    s->timer_mono = GF_NEVER;
    for (size_t i = 0; i < r->nflows; i++)
        flow_tick(&r->flow[i], now);
    for (size_t i = 0; i < r->nstages; i++)
        r->stage[i].kind->tick(&r->stage[i], now);
    if (now >= s->drain_mono) {
        s->drain_mono = GF_NEVER;
        if (!r->aborted)
            gf_note("--drain: the time is over");
        run_abort(r, GF_REASON_SHUTDOWN);
    }
}

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct session *s = w->data;
    struct run *r = &s->run;
    bool any;
    (void)events;
    do {
        any = pump_flows(s);
        any |= source_pump(&s->source);
        look_at_output(r);
        if (r->aborted && !s->swept) {
            sweep(s);
            any = true;
        }
    } while (any);
    gf_linelog_flush(&r->dead.log);
    gf_linelog_flush(&r->events.log);
    commit_pump(r);
    if (is_over(r) && !has_to_deliver(r)) {
        ev_break(loop, EVBREAK_ALL);
        return;
    }
    arm(s);
}

/* ---- signals --------------------------------------------------------------------------------- */

static void on_stop(void *owner, int sig, unsigned times)
{
    struct session *s = owner;
    struct run *r = &s->run;
    (void)sig;
    if (times == 1 && !r->aborted) {
        r->stopping = true;
        s->drain_mono = gf_sat_add_i64(gf_now_mono(), r->opt->drain);
        gf_note("stopping: no more is read, what was read goes on (again to end it)");
        return;
    }
    run_abort(r, GF_REASON_SHUTDOWN);
    if (times == 2)
        gf_tasks_end(&r->tasks);
    else
        gf_tasks_kill(&r->tasks);
    if (times > 2) /* whoever reads the output may never go on */
        r->out.err = r->out.err ? r->out.err : ECANCELED;
}

static void on_status(void *owner)
{
    const struct session *s = owner;
    progress_say(&s->run);
}

static void on_resumed(void *owner, gf_ns by)
{
    (void)owner, (void)by;
}

static const struct gf_signals_events signal_events = {
    .stop = on_stop, .status = on_status, .resumed = on_resumed};

/* ---- statistics ------------------------------------------------------------------------------ */

/* At the end what was opened at the begin; before, the file is replaced as often as it is due. */
static int write_stats(struct session *s, bool at_end)
{
    struct gf_outfile again;
    const char *file = s->run.opt->stats_file;
    if (at_end)
        return numbers_write(&s->run, &s->stats_file);
    return gf_stats_open(&again, file, 0) == 0 ? numbers_write(&s->run, &again) : -1;
}

static void on_interval(struct ev_loop *loop, ev_timer *w, int events)
{
    struct session *s = w->data;
    (void)loop, (void)events;
    if (write_stats(s, false) != 0)
        run_fail(&s->run, GF_EXIT_TOOL);
}

static int begin_numbers(struct session *s)
{
    struct run *r = &s->run;
    const struct options *o = r->opt;
    r->begin_mono = gf_now_mono();
    r->begin_wall = gf_now_wall();
    if (o->stats && gf_stats_open(&s->stats_file, o->stats_file, GF_READER_PATIENCE) != 0)
        return -1;
    progress_begin(&s->progress, r);
    ev_timer_init(&s->interval, on_interval, 0, 0);
    s->interval.data = s;
    if (o->stats_interval) {
        double every = (double)o->stats_interval / 1e9;
        ev_timer_set(&s->interval, every, every);
        ev_timer_start(r->loop, &s->interval);
    }
    return 0;
}

/* ---- begin ----------------------------------------------------------------------------------- */

static struct ev_loop *new_loop(void)
{
    ev_set_allocator(gf_tool_memory);
    ev_set_syserr_cb(gf_tool_retry);
    struct ev_loop *loop = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
    if (!loop)
        loop = ev_loop_new(EVFLAG_NOENV);
    if (!loop)
        gf_error("cannot make an event loop");
    return loop;
}

static int set_environment(struct run *r)
{
    gf_environ_begin(&r->env, environ);
    snprintf(r->pid, sizeof r->pid, "%ld", (long)getpid());
    gf_environ_set(&r->env, "GF_PIPELINE", r->pid);
    r->token = gf_environ_set(&r->env, GF_ORPHANS_TOKEN, gf_token_make().text);
    if (!r->env.failed)
        return 0;
    gf_error_nomem();
    return -1;
}

static int make_stages(struct run *r)
{
    const struct options *o = r->opt;
    r->nstages = o->nstages;
    r->nflows = 1;
    for (size_t i = 0; i < o->nstages; i++)
        r->nflows += o->stage[i].mode == MODE_FILTER;
    r->stage = calloc(r->nstages + 1, sizeof *r->stage);
    r->flow = calloc(r->nflows, sizeof *r->flow);
    if (!r->stage || !r->flow) {
        gf_error_nomem();
        r->nstages = r->nflows = 0;
        return -1;
    }
    struct flow *f = r->flow;
    for (unsigned i = 0; i < r->nstages; i++)
        r->stage[i].tee = -1;
    for (unsigned i = 0; i < r->nstages; i++) {
        struct stage *s = &r->stage[i];
        s->flow = f;
        if (stage_open(s, r, &o->stage[i], i) != 0)
            return -1;
        f->end = i + 1;
        if (o->stage[i].mode != MODE_FILTER)
            continue;
        f->end = i;
        f->sink = s;
        f++;
        f->source = s;
        f->first = f->end = i + 1;
    }
    for (size_t i = 0; i < r->nflows; i++)
        flow_open(&r->flow[i], r);
    return filter_join(r);
}

static int begin(struct session *s)
{
    struct run *r = &s->run;
    if (set_environment(r) != 0 || make_stages(r) != 0 || dead_open(r) != 0 ||
        events_open(r) != 0 || source_open(&s->source, r) != 0)
        return GF_EXIT_TOOL;
    r->loop = new_loop();
    if (!r->loop)
        return GF_EXIT_TOOL;
    r->orphans = (struct gf_orphans){.run = "GF_PIPELINE", .run_value = r->pid};
    r->tasks.orphans = &r->orphans;
    gf_orphans_adopt();
    if (gf_tasks_open(&r->tasks, r->loop) != 0) {
        gf_error_errno("cannot wait for processes");
        return GF_EXIT_TOOL;
    }
    s->signals = (struct gf_signals){.on = &signal_events, .owner = s};
    if (gf_signals_open(&s->signals, r->loop, &r->tasks) != 0) {
        gf_error_errno("cannot wait for signals");
        return GF_EXIT_TOOL;
    }
    r->out.full = OUT_FULL;
    gf_outlet_open(&r->out, r->loop, STDOUT_FILENO, 0);
    gf_outlet_watch(&r->out);
    gf_outlet_open(&r->err, r->loop, STDERR_FILENO, ERR_MOST);
    dead_begin(r);
    events_begin(r);
    source_begin(&s->source);
    ev_prepare_init(&s->prepare, on_prepare);
    s->prepare.data = s;
    ev_prepare_start(r->loop, &s->prepare);
    ev_timer_init(&s->timer, on_timer, 0, 0);
    s->timer.data = s;
    s->timer_mono = s->drain_mono = GF_NEVER;
    return begin_numbers(s) == 0 ? -1 : GF_EXIT_TOOL;
}

/* ---- end ------------------------------------------------------------------------------------- */

static void say_orphan(pid_t pid, const char *command, size_t len)
{
    gf_note("process %ld, '%.*s', which a stage that was ended may have left, still runs",
            (long)pid, (int)len, command);
}

/* Every record is out, dead, dropped, or was inside when the run was stopped. */
static void check_balance(struct run *r)
{
    for (size_t i = 0; i < r->nflows; i++) {
        const struct gf_ledger *l = &r->flow[i].ledger;
        if (gf_ledger_holds(l) && (r->aborted || !l->first))
            continue;
        gf_error("%llu records were read, and %llu of them are accounted for: a fault of ours",
                 (unsigned long long)l->in, (unsigned long long)(l->in - gf_ledger_inside(l)));
        r->fatal = GF_EXIT_TOOL;
    }
}

static int conclude(struct session *s)
{
    struct run *r = &s->run;
    gf_signals_close(&s->signals);
    gf_progress_end();
    gf_orphans_end(&r->orphans, gf_reaper_knows, say_orphan);
    check_balance(r);
    if (dead_end(r) != 0 && !r->fatal)
        r->fatal = GF_EXIT_TOOL;
    commit_end(r);
    int status = r->fatal ? r->fatal : r->some_failed ? GF_EXIT_SOME : GF_EXIT_OK;
    if (!r->reader_left)
        gf_failures_say(&r->failures, r->flow[0].ledger.in, "records");
    if (r->opt->stats && write_stats(s, true) != 0)
        status = r->fatal = r->fatal ? r->fatal : GF_EXIT_TOOL;
    if (events_end(r, status) != 0)
        status = r->fatal ? r->fatal : GF_EXIT_TOOL;
    return status;
}

static void release(struct session *s)
{
    struct run *r = &s->run;
    gf_signals_close(&s->signals);
    for (size_t i = 0; i < r->nstages; i++)
        stage_close(&r->stage[i]);
    for (size_t i = 0; i < r->nflows; i++)
        flow_close(&r->flow[i]);
    free(r->stage);
    free(r->flow);
    gf_tasks_close(&r->tasks);
    gf_orphans_release(&r->orphans);
    if (r->loop) {
        gf_outlet_close(&r->out);
        gf_outlet_close(&r->err);
    }
    dead_close(r);
    commit_close(r);
    gf_outfile_abandon(&s->stats_file);
    events_close(r);
    source_close(&s->source);
    gf_environ_release(&r->env);
    if (r->loop)
        ev_loop_destroy(r->loop);
}

int session_run(const struct options *o)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    s->run.opt = o;
    s->run.commit.fd = -1;
    s->source.run = &s->run;
    s->source.fd = -1;
    int status = begin(s);
    if (status == -1) {
        ev_run(s->run.loop, 0);
        status = conclude(s);
    }
    int sig = s->run.reader_left ? SIGPIPE : s->signals.stop_signal;
    release(s);
    free(s);
    if (sig)
        gf_die_by(sig);
    return gf_tool_finish(status);
}
