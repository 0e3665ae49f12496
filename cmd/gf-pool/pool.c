/*
 * pool.c - the loop: set everything up, go round until there is nothing left to do, clean up.
 *
 * No part knows this file. Events of the loop only write the verdict; just before the loop waits,
 * what can be written is written, what may start is started, and it is looked whether all is done.
 *
 * The end comes when no record will be taken any more, no slot is in use, and all output is out.
 * Then pipes that something left behind still holds are read once more, named and closed: the end
 * of the run is as long as we wait for those.
 */
#include "pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"
#include "environment.h"
#include "halt.h"
#include "hint.h"
#include "leftover.h"
#include "lookahead.h"
#include "page.h"
#include "progress.h"
#include "record.h"
#include "run/signals.h"
#include "starter.h"

/* More than twenty members: it is the one place where the parts are put together. */
struct pool {
    const struct options *opt;
    struct ev_loop *loop;
    struct verdict verdict;
    struct lookahead lookahead;
    struct intake intake;
    struct history history;
    struct launch launch;
    struct capacity capacity;
    struct jobs jobs;
    struct starter starter;
    struct observers observers;
    struct events events;
    struct tally tally;
    struct record record;
    struct results results;
    struct timeline timeline;
    struct hint hint;
    struct halt_rule halt;
    struct progress progress;
    struct gf_signals signals;
    ev_prepare prepare;
};

/* ---- the loop -------------------------------------------------------------------------------- */

static void check_end(struct pool *p)
{
    if (!verdict_may_start(&p->verdict))
        jobs_give_up_retries(&p->jobs);
    if (starter_takes_more(&p->starter) || jobs_are_busy(&p->jobs))
        return;
    if (jobs_end_late(&p->jobs) && !jobs_are_busy(&p->jobs) && events_flush(&p->events))
        ev_break(p->loop, EVBREAK_ALL);
}

/* Just before the loop waits. */
static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct pool *p = w->data;
    bool was_full;
    (void)loop;
    (void)events;
    do {
        while (p->verdict.changed) {
            p->verdict.changed = false;
            gf_ordered_pump(&p->jobs.output);
            starter_pump(&p->starter);
            check_end(p);
        }
        was_full = events_is_full(&p->events);
        events_flush(&p->events);
        if (was_full &&
            !events_is_full(&p->events)) /* there is room for the events of more starts */
            verdict_changed(&p->verdict);
    } while (p->verdict.changed);
}

/* ---- signals --------------------------------------------------------------------------------- */

/* Once: start nothing more, let what runs finish. Twice: end the jobs. Three times: at once. */
static void on_stop(void *owner, int sig, unsigned times)
{
    struct pool *p = owner;
    struct gf_tasks *tasks = &p->jobs.tasks;
    if (times == 1) {
        p->verdict.stop_signal = sig;
        if (tasks->running)
            gf_note("stopping: no new jobs, waiting for %zu to finish (again to end them)",
                    tasks->running);
    } else if (times == 2) {
        gf_tasks_end(tasks);
    } else {
        gf_tasks_kill(tasks);
    }
    verdict_changed(&p->verdict);
}

static void on_status(void *owner)
{
    struct pool *p = owner;
    progress_say(&p->progress);
}

static const struct gf_signals_events signal_events = {.stop = on_stop, .status = on_status};

/* ---- begin ----------------------------------------------------------------------------------- */

/* What is set before anything can fail, so that `end` can be called at any time. */
static void connect_parts(struct pool *p, const struct options *o)
{
    p->opt = o;
    p->lookahead.fd = p->events.fd = p->record.log.fd = p->launch.null_fd = -1;
    p->capacity.server.rfd = p->capacity.server.wfd = -1;
    p->history.opt = o;
    p->launch.history = &p->history;
    p->launch.nofile = &p->capacity.nofile;
    p->jobs = (struct jobs){.opt = o,
                            .verdict = &p->verdict,
                            .observers = &p->observers,
                            .capacity = &p->capacity,
                            .launch = &p->launch,
                            .results = &p->results,
                            .times = &p->tally.times};
    p->starter = (struct starter){.opt = o,
                                  .verdict = &p->verdict,
                                  .observers = &p->observers,
                                  .intake = &p->intake,
                                  .history = &p->history,
                                  .events = &p->events,
                                  .capacity = &p->capacity,
                                  .jobs = &p->jobs};
    p->progress = (struct progress){.tally = &p->tally,
                                    .history = &p->history,
                                    .intake = &p->intake,
                                    .input_over = &p->starter.input_over,
                                    .tasks = &p->jobs.tasks,
                                    .lookahead = &p->lookahead};
    p->hint.opt = o;
    p->timeline.on = o->report;
    p->halt = (struct halt_rule){&o->halt, &p->tally, &p->verdict, &p->jobs.tasks};
}

/* Each is told in this order: what is written for others first, then what counts, then what
 * acts. */
static void add_observers(struct pool *p)
{
    struct observers *all = &p->observers;
    observers_add(all, &events_observer, &p->events);
    observers_add(all, &tally_observer, &p->tally);
    observers_add(all, &hint_observer, &p->hint);
    observers_add(all, &record_observer, &p->record);
    observers_add(all, &results_observer, &p->results);
    observers_add(all, &timeline_observer, &p->timeline);
    observers_add(all, &halt_observer, &p->halt);
}

/* The log is open: what it holds, and what it is for. */
static int use_log(struct pool *p)
{
    char mark[LEFTOVER_MARK_SIZE];
    bool is_file = p->record.log.fd != -1 && p->record.log.is_file;
    if (history_load(&p->history, p->record.log.fd) != 0)
        return -1;
    if (is_file && leftover_mark(p->record.log.fd, mark) != 0) {
        gf_error_errno("cannot use joblog '%s'", p->opt->joblog);
        return -1;
    }
    if (is_file)
        leftover_report(mark);
    return launch_environment(&p->launch, is_file ? mark : NULL);
}

static struct ev_loop *new_loop(void)
{
    ev_set_allocator(gf_tool_memory);
    struct ev_loop *loop = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
    if (!loop)
        loop = ev_loop_new(EVFLAG_NOENV);
    if (!loop)
        gf_error("cannot make an event loop");
    return loop;
}

/* The input, the command and the log. -1 when all is well, else the exit status. */
static int open_files(struct pool *p)
{
    const struct options *o = p->opt;
    struct intake *in = &p->intake;
    lookahead_open(&p->lookahead, o);
    if (intake_open(in, o) != 0)
        return GF_EXIT_TOOL;
    int status = launch_check_command(&p->launch, o, in->names, in->nnames);
    if (status == -1)
        status = record_open(&p->record, o, &p->verdict);
    if (status != -1)
        return status;
    if (use_log(p) != 0 || events_open(&p->events, o->events, &p->verdict) != 0)
        return GF_EXIT_TOOL;
    in->command = &p->launch.command;
    intake_measure(in, gf_environ_bytes(&p->launch.env));
    return -1;
}

/* -1 when all is ready, else the exit status. */
static int begin(struct pool *p)
{
    const struct options *o = p->opt;
    struct intake *in = &p->intake;
    int status = open_files(p);
    if (status != -1)
        return status;
    p->loop = new_loop();
    if (!p->loop || gf_fd_cloexec_from(3) != 0 || environment_check_directory(o) != 0 ||
        results_open(&p->results, o->results, &p->verdict) != 0 ||
        launch_open(&p->launch, in->names, in->nnames) != 0 || jobs_open(&p->jobs, p->loop) != 0 ||
        starter_open(&p->starter, p->loop) != 0)
        return GF_EXIT_TOOL;
    status = capacity_open(&p->capacity, o, &p->verdict, &p->tally, p->loop);
    if (status != -1)
        return status;
    p->signals = (struct gf_signals){.on = &signal_events, .owner = p};
    gf_signals_open(&p->signals, p->loop, &p->jobs.tasks);
    ev_prepare_init(&p->prepare, on_prepare);
    p->prepare.data = p;
    ev_prepare_start(p->loop, &p->prepare);
    p->verdict.changed = true;
    tally_begin(&p->tally, o, gf_now_mono());
    p->timeline.begin_mono = p->tally.begin_mono;
    add_observers(p);
    progress_begin(&p->progress, p->loop);
    events_begin(&p->events, p->loop, p->capacity.slots.most);
    return -1;
}

/* ---- end ------------------------------------------------------------------------------------- */

/* The exit status of a run that went through. */
static int judge(struct pool *p)
{
    const struct verdict *v = &p->verdict;
    const struct tally *t = &p->tally;
    bool other = v->lost_output || p->history.failed;
    int status = t->failed || other ? GF_EXIT_SOME : GF_EXIT_OK;
    if (t->failed && t->failed == t->timed_out && !other)
        status = GF_EXIT_TIMEOUT;
    if (v->halted && v->halt_status != -1)
        status = v->halt_status;
    return v->fatal ? v->fatal : status;
}

/* What is said and written at the end. The exit status. */
static int conclude(struct pool *p)
{
    struct verdict *v = &p->verdict;
    jobs_end_orphans(&p->jobs);
    if (record_close(&p->record) != 0)
        verdict_fail(v, GF_EXIT_TOOL);
    if (page_write(&p->timeline, &p->tally) != 0)
        verdict_fail(v, GF_EXIT_TOOL);
    gf_progress_end();
    /* With --halt success=1 jobs that fail are part of the plan. */
    bool succeeded = v->halted && v->halt_status == GF_EXIT_OK;
    if (!succeeded && !v->broken_pipe)
        tally_say_failures(&p->tally, tally_ended(&p->tally));
    if (p->opt->stats && tally_write_stats(&p->tally) != 0)
        v->fatal = GF_EXIT_TOOL;
    int status = judge(p);
    return events_end(&p->events, status, &p->tally) == 0 ? status : GF_EXIT_TOOL;
}

static void release(struct pool *p)
{
    gf_signals_close(&p->signals);
    starter_close(&p->starter);
    capacity_close(&p->capacity);
    events_close(&p->events);
    if (p->loop)
        jobs_close(&p->jobs);
    if (p->loop)
        ev_loop_destroy(p->loop);
    intake_release(&p->intake);
    history_say(&p->history, p->intake.seq);
    history_release(&p->history);
    timeline_release(&p->timeline);
    lookahead_close(&p->lookahead);
    results_release(&p->results);
    launch_release(&p->launch);
}

int pool_run(const struct options *o)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    connect_parts(p, o);
    int status = begin(p);
    if (status == -1) {
        ev_run(p->loop, 0);
        status = conclude(p);
    }
    int stop = p->verdict.broken_pipe ? SIGPIPE : p->verdict.stop_signal;
    release(p);
    free(p);
    if (stop)
        gf_die_by(stop);
    return gf_tool_finish(status);
}
