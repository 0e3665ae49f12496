/*
 * session.c - what both kinds of run have.
 *
 * The parts are opened in the order in which a mistake of the user is best told: the input, the
 * words of the command, the log, the events, then what only the system can refuse.
 */
#include "session.h"

#include <errno.h>
#include <signal.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/report.h"
#include "base/sig.h"
#include "base/stats.h"
#include "environment.h"
#include "header.h"
#include "leftover.h"
#include "page.h"
#include "run/loop.h"

/* ---- the loop -------------------------------------------------------------------------------- */

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct session *s = w->data;
    bool was_full;
    (void)events;
    do {
        while (s->verdict.changed) {
            s->verdict.changed = false;
            s->all_done = s->mode->pump(s->owner);
        }
        was_full = events_is_full(&s->events);
        if (events_flush(&s->events) && s->all_done)
            ev_break(loop, EVBREAK_ALL);
        if (was_full &&
            !events_is_full(&s->events)) /* there is room for the events of more starts */
            verdict_changed(&s->verdict);
    } while (s->verdict.changed);
}

static void on_stop(void *owner, int sig, unsigned times)
{
    struct session *s = owner;
    if (times == 1)
        s->verdict.stop_signal = sig;
    s->mode->stop(s->owner, times);
    verdict_changed(&s->verdict);
}

static void on_status(void *owner)
{
    struct session *s = owner;
    progress_say(&s->progress);
}

static void on_resumed(void *owner, gf_ns by)
{
    struct session *s = owner;
    (void)by;
    if (s->mode->resumed)
        s->mode->resumed(s->owner);
}

static const struct gf_signals_events signal_events = {
    .stop = on_stop, .status = on_status, .resumed = on_resumed};

/* ---- begin ----------------------------------------------------------------------------------- */

void session_init(struct session *s, const struct options *o, const struct session_mode *mode,
                  void *owner, struct gf_tasks *tasks)
{
    *s = (struct session){.opt = o, .mode = mode, .owner = owner, .tasks = tasks};
    s->lookahead.fd = s->record.log.fd = s->launch.null_fd = s->failed.fd = -1;
    s->results.root = -1;
    s->intake.source.reader.fd = -1;
    s->history.opt = s->hint.opt = s->launch.opt = o;
    s->launch.history = &s->history;
    s->history.results = &s->results;
    s->timeline.on = o->report;
    s->halt = (struct halt_rule){&o->halt, &s->tally, &s->verdict, tasks};
    s->progress = (struct progress){.tally = &s->tally,
                                    .history = &s->history,
                                    .intake = &s->intake,
                                    .input_over = &s->input_over,
                                    .tasks = tasks,
                                    .lookahead = &s->lookahead};
}

/* The mark of the log that is open as fd. -1 after a message. */
static int mark_log(int fd, const char *name, char mark[LEFTOVER_MARK_SIZE])
{
    if (leftover_mark(fd, mark) == 0)
        return 0;
    gf_error_errno("cannot use joblog '%s'", name);
    return -1;
}

/* What jobs of the runs that wrote these logs left behind. -1 after a message. */
static int report_leftover(const struct logs *logs)
{
    char mark[LEFTOVER_MARK_SIZE];
    for (size_t i = 0; i < logs->n; i++) {
        if (mark_log(logs->file[i].fd, logs->file[i].name, mark) != 0)
            return -1;
        leftover_report(mark);
    }
    return 0;
}

/* The log is open: what it and those before it hold, and what it is for. -1, or the exit status
 * after a message. */
static int use_logs(struct session *s)
{
    const struct options *o = s->opt;
    int fd = s->record.log.fd;
    bool is_file = fd != -1 && s->record.log.is_file;
    char mark[LEFTOVER_MARK_SIZE];
    struct logs logs = {0};
    int status = logs_open(&logs, o);
    if (status == -1 && (is_file || o->resume != RESUME_NOT || o->rerun) &&
        logs_last(&logs, fd, o->joblog) != 0)
        status = GF_EXIT_TOOL;
    if (status == -1 && (history_load(&s->history, &logs) != 0 || report_leftover(&logs) != 0 ||
                         (is_file && mark_log(fd, o->joblog, mark) != 0) ||
                         s->mode->set_environment(s->owner, is_file ? mark : NULL) != 0))
        status = GF_EXIT_TOOL;
    logs_close(&logs);
    return status;
}

/* What is written at the end is opened now, for a mistake to be told before anything runs; the
 * directory of results may be that of a report. */
static int open_reports(struct session *s)
{
    const struct options *o = s->opt;
    if (o->report && gf_report_open(&s->report_file, o->report) != 0)
        return -1;
    return o->stats ? gf_stats_open(&s->stats_file, o->stats_file, GF_READER_PATIENCE) : 0;
}

int session_open(struct session *s)
{
    const struct options *o = s->opt;
    struct intake *in = &s->intake;
    lookahead_open(&s->lookahead, o);
    if (intake_open(in, o) != 0)
        return GF_EXIT_TOOL;
    int status = s->mode->check_command(s->owner);
    if (status == -1)
        status = launch_check_tag(&s->launch, o, in->names, in->nnames);
    if (status == -1)
        status = results_names_init(&s->results.names, o, in->names, in->nnames);
    if (status == -1)
        status = header_check(o, in);
    if (status == -1)
        status = record_open(&s->record, o, &s->verdict);
    if (status == -1)
        status = use_logs(s);
    if (status != -1)
        return status;
    if (events_open(&s->events, o->events, &s->verdict) != 0 ||
        failed_open(&s->failed, o, in, &s->verdict) != 0)
        return GF_EXIT_TOOL;
    in->command = &s->launch.command;
    intake_measure(in, gf_environ_bytes(&s->launch.env));
    gf_pipe_widen(STDOUT_FILENO, GF_PIPE_WIDE);
    s->loop = gf_loop_new();
    if (!s->loop)
        gf_error("cannot make an event loop");
    if (!s->loop || gf_fd_cloexec_from(3) != 0 || environment_check_directory(o) != 0 ||
        results_open(&s->results, o, &s->verdict) != 0 || open_reports(s) != 0 ||
        launch_open(&s->launch) != 0)
        return GF_EXIT_TOOL;
    return -1;
}

int session_begin(struct session *s, size_t slots)
{
    if (s->opt->ci == CI_GITHUB)
        gf_msg_for_runner();
    s->signals = (struct gf_signals){.on = &signal_events, .owner = s};
    if (gf_signals_open(&s->signals, s->loop, s->tasks) != 0) {
        gf_error_errno("cannot wait for signals");
        return GF_EXIT_TOOL;
    }
    ev_prepare_init(&s->prepare, on_prepare);
    s->prepare.data = s;
    ev_prepare_start(s->loop, &s->prepare);
    s->verdict.changed = true;
    tally_begin(&s->tally, s->opt, gf_now_mono());
    s->timeline.begin_mono = s->tally.begin_mono;
    progress_begin(&s->progress, s->loop);
    events_begin(&s->events, s->loop, slots);
    return -1;
}

/* ---- end ------------------------------------------------------------------------------------- */

/* The exit status of a run that went through. */
static int judge(const struct session *s)
{
    const struct verdict *v = &s->verdict;
    const struct tally *t = &s->tally;
    bool other = v->lost_output || v->queue_failed || s->history.failed;
    int status = t->failed || other ? GF_EXIT_SOME : GF_EXIT_OK;
    if (t->failed && t->failed == t->timed_out && !other)
        status = GF_EXIT_TIMEOUT;
    if (v->halted && v->halt_status != -1)
        status = v->halt_status == GF_EXIT_OK && v->lost_output ? GF_EXIT_SOME : v->halt_status;
    return v->fatal ? v->fatal : status;
}

int session_conclude(struct session *s)
{
    struct verdict *v = &s->verdict;
    if (record_close(&s->record) != 0)
        verdict_fail(v, GF_EXIT_TOOL);
    if (failed_close(&s->failed) != 0)
        verdict_fail(v, GF_EXIT_TOOL);
    /* A reader that stalls holds up no signal: there is nothing left that a handler would end. */
    gf_signals_close(&s->signals);
    if (page_write(&s->timeline, &s->tally, &s->report_file) != 0)
        verdict_fail(v, GF_EXIT_TOOL);
    gf_progress_end();
    /* With --halt success=1 jobs that fail or are ended are part of the plan. */
    bool succeeded = v->halted && s->opt->halt.on == HALT_SUCCESS;
    if (!succeeded && !v->broken_pipe)
        tally_say_failures(&s->tally, tally_ended(&s->tally));
    if (s->opt->stats && tally_write_stats(&s->tally, &s->stats_file) != 0)
        v->fatal = GF_EXIT_TOOL;
    int status = judge(s);
    return events_end(&s->events, status, &s->tally) == 0 ? status : GF_EXIT_TOOL;
}

void session_release(struct session *s)
{
    gf_signals_close(&s->signals);
    events_close(&s->events);
    if (s->loop)
        ev_loop_destroy(s->loop);
    s->loop = NULL;
    intake_release(&s->intake);
    history_say(&s->history, s->intake.seq);
    history_release(&s->history);
    timeline_release(&s->timeline);
    gf_outfile_abandon(&s->report_file);
    gf_outfile_abandon(&s->stats_file);
    lookahead_close(&s->lookahead);
    results_release(&s->results);
    failed_release(&s->failed);
    launch_release(&s->launch);
}

int session_finish(const struct verdict *v, int status)
{
    if (v->broken_pipe)
        gf_die_by(SIGPIPE);
    if (v->stop_signal)
        gf_die_by(v->stop_signal);
    return gf_tool_finish(status);
}
