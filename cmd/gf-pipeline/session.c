/*
 * session.c - a run from its begin to its exit status.
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
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/progress.h"
#include "filter.h"
#include "flow.h"
#include "numbers.h"
#include "progress.h"
#include "pump.h"
#include "run/loop.h"
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
    struct pump pump;
    ev_timer interval; /* --stats-interval */
    struct gf_progress_timer progress;
    bool stats_failed; /* on the way; the run goes on */
    struct gf_outfile stats_file;
};

/* ---- signals --------------------------------------------------------------------------------- */

static void on_stop(void *owner, int sig, unsigned times)
{
    struct session *s = owner;
    struct run *r = &s->run;
    (void)sig;
    if (times == 1 && !r->aborted) {
        pump_drain(&s->pump);
        gf_note("stopping: no more is read, what was read goes on (again to end it)");
        return;
    }
    run_abort(r, GF_REASON_SHUTDOWN);
    if (times == 2)
        gf_tasks_end(&r->tasks);
    else
        gf_tasks_kill(&r->tasks);
    if (times > 2)
        pump_give_up(r);
}

static void on_status(void *owner)
{
    struct session *s = owner;
    progress_say(&s->run);
}

/* Our stop is no time of a record. */
static void on_resumed(void *owner, gf_ns by)
{
    struct session *s = owner;
    for (size_t i = 0; i < s->run.nflows; i++)
        flow_postpone(&s->run.flow[i], by);
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
    (void)events;
    if (write_stats(s, false) == 0)
        return;
    ev_timer_stop(loop, w); /* numbers stop no data, but they were asked for */
    s->stats_failed = true;
}

/* What is written at the end is opened before signals are caught: a fifo may be waited for. */
static int open_numbers(struct session *s)
{
    const struct options *o = s->run.opt;
    if (o->stats && gf_stats_open(&s->stats_file, o->stats_file, GF_READER_PATIENCE) != 0)
        return -1;
    return report_open(&s->run);
}

static void begin_numbers(struct session *s)
{
    struct run *r = &s->run;
    const struct options *o = r->opt;
    r->begin_mono = gf_now_mono();
    r->begin_wall = gf_now_wall();
    progress_begin(&s->progress, r);
    ev_timer_init(&s->interval, on_interval, 0, 0);
    s->interval.data = s;
    if (o->stats_interval) {
        double every = (double)o->stats_interval / 1e9;
        ev_timer_set(&s->interval, every, every);
        ev_timer_start(r->loop, &s->interval);
    }
}

/* ---- begin ----------------------------------------------------------------------------------- */

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
        r->stage[i].tap.fd = -1;
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

/* The output of a commit, when it is a file, has to end with the last record that is done, so that
 * the next run can cut it there. In the order of the input it does. */
static bool is_unordered(const struct options *o)
{
    struct stat st;
    return o->unordered && !(o->commit && fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode));
}

static int begin(struct session *s)
{
    struct run *r = &s->run;
    r->unordered = is_unordered(r->opt);
    if (set_environment(r) != 0 || make_stages(r) != 0 || dead_open(r) != 0 ||
        events_open(r) != 0 || source_open(&s->source, r) != 0 || open_numbers(s) != 0)
        return GF_EXIT_TOOL;
    r->loop = gf_loop_new();
    if (!r->loop)
        gf_error("cannot make an event loop");
    if (!r->loop || gf_fd_cloexec_from(3) != 0)
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
    gf_pipe_widen(STDOUT_FILENO, GF_PIPE_WIDE);
    gf_outlet_open(&r->err, r->loop, STDERR_FILENO, ERR_MOST);
    for (size_t i = 0; i < r->nstages; i++)
        tap_begin(&r->stage[i]);
    dead_begin(r);
    events_begin(r);
    source_begin(&s->source);
    pump_begin(&s->pump, r, &s->source);
    begin_numbers(s);
    return -1;
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
    if (r->failures.failed)
        r->failures.failed = numbers_failed(r);
    if (!r->reader_left)
        gf_failures_say(&r->failures, r->flow[0].ledger.in, "records");
    if (r->opt->stats && (write_stats(s, true) != 0 || s->stats_failed))
        status = r->fatal = r->fatal ? r->fatal : GF_EXIT_TOOL;
    if (report_write(r) != 0)
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
    report_close(r);
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
