/*
 * serve.c - the loop of gf-cron run: its parts are connected, opened, run and closed.
 *
 * The loop waits for the alarm of the next due time, for children, their pipes and signals. A part
 * reports to this file by functions that connect_parts sets, so that no part knows another part's
 * owner. What is over is freed in one place, on_prepare, which the loop calls before it waits: no
 * callback finds a run, a table or a due time gone that its caller still uses. There
 * look_whether_over decides whether the loop ends. Told to stop, the loop goes on until the last
 * run is over, then until the readers of the output have taken it. A second signal, or the end of
 * --drain, ends both waits early.
 */
#include <errno.h>
#include <signal.h>

#include "alarm.h"
#include "lease.h"
#include "notify.h"
#include "server.h"

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/stats.h"
#include "proc/nofile.h"
#include "run/caught.h"
#include "run/loop.h"
#include "run/watch.h"

enum {
    WAIT_FOR_LOCK_MS = 50, /* on the state, while the loop goes on: deferred.c tries again */
    FDS_A_JOB = 2,
    FDS_RESERVED = 64, /* for what else is opened while jobs run */
};

/* ---- the plan -------------------------------------------------------------------------------- */

/* No due time is left, and nothing waits to be run. */
static bool is_nothing_to_come(const struct server *s)
{
    return !s->watching && gf_plan_wake(&s->current->plan) == INT64_MAX && !s->deferred.first &&
           !s->orphaned && !hooks_are_busy(&s->hooks) && !forget_is_busy(&s->forget);
}

static bool is_idle_for_good(const struct server *s)
{
    return is_nothing_to_come(s) && !s->runs.first && !outlets_wait(&s->outlets);
}

/* Whether a child goes on that the end has to wait for. */
static bool is_busy(const struct server *s)
{
    return s->runs.tasks.running || hooks_are_busy(&s->hooks);
}

/* Ends the loop when nothing is left to do. Told to stop, it first frees the last runs, which
 * writes the rest of their output, and waits until that output is taken. */
static void look_whether_over(struct server *s)
{
    if (!s->stops) {
        if (is_nothing_to_come(s) && runs_only_linger(&s->runs))
            runs_end_lingering(&s->runs);
        if (is_idle_for_good(s))
            ev_break(s->loop, EVBREAK_ALL);
        return;
    }
    if (is_busy(s))
        return;
    runs_release(&s->runs);
    if (s->give_up || !outlets_wait(&s->outlets))
        ev_break(s->loop, EVBREAK_ALL);
}

/* Frees tables that no run needs. */
static void unload_old(struct server *s)
{
    for (size_t i = 0; i < s->n_old;) {
        if (s->old[i]->runs == 0) {
            server_unload(s->old[i]);
            s->old[i] = s->old[--s->n_old];
        } else {
            i++;
        }
    }
}

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct server *s = w->data;
    (void)loop;
    (void)events;
    look_whether_over(s);
    unload_old(s);
}

static void alarm_came(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    if (gf_watch_ready(loop, io, events))
        server_look(s);
}

/* A file that is mounted by itself was replaced where it comes from. */
static void say_detached(const struct server *s)
{
    gf_error("the crontab '%s' was replaced outside of this mount: the old table stays in force",
             s->path);
    gf_hint("mount the directory of the crontab instead of the file");
}

static void table_changed(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    if (!gf_watch_ready(loop, io, events))
        return;
    bool was_detached = s->table_watch.detached;
    if (watch_changed(&s->table_watch) && !s->stops)
        server_reload(s);
    if (s->table_watch.detached && !was_detached)
        say_detached(s);
}

/* ---- signals --------------------------------------------------------------------------------- */

/* --drain is over: ends the jobs that run. A second later, and each second after that, gives up the
 * output that its reader does not take, if no child runs any more. */
static void drain_over(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    (void)events;
    if (s->runs.tasks.running && !s->hooks.hurry)
        runs_end(&s->runs, false);
    s->force |= s->runs.tasks.running > 0;
    s->give_up = s->hooks.hurry && !is_busy(s);
    if (!s->hooks.hurry)
        hooks_hurry(&s->hooks);
    ev_timer_set(w, 1., 0.);
    ev_timer_start(loop, w);
}

static void still_here(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop;
    (void)w;
    (void)events;
    notify_send("WATCHDOG=1");
}

/* Once: no new runs, those that go on may finish. Twice: they are ended. Three times: at once. From
 * the second signal on nobody is waited for who does not read our output. */
static void on_stop(void *owner, int sig, unsigned times)
{
    struct server *s = owner;
    (void)sig;
    s->stops = times;
    if (times > 1) {
        s->force = s->give_up = true;
        hooks_end(&s->hooks, times > 2);
        runs_end(&s->runs, times > 2);
        return;
    }
    notify_send("STOPPING=1");
    runs_stop(&s->runs);
    if (s->drain) {
        ev_timer_set(&s->drain_timer, (double)s->drain / 1e9, 0.);
        ev_timer_start(s->loop, &s->drain_timer);
    }
}

static void on_reload(void *owner)
{
    struct server *s = owner;
    if (s->watching)
        watch_trust(&s->table_watch); /* whoever asks for it knows that the file is whole */
    if (!s->stops)
        server_reload(s);
}

static void on_status(void *owner)
{
    const struct server *s = owner;
    char when[GF_STAMP_SIZE] = "never";
    int64_t wake = gf_plan_wake(&s->current->plan);
    if (wake != INT64_MAX)
        gf_stamp_format(wake, 0, true, when);
    gf_error("%zu jobs, %zu running, next at %s", s->current->table.n_jobs, s->runs.tasks.running,
             when);
}

static const struct gf_signals_events signal_events = {
    .stop = on_stop, .reload = on_reload, .status = on_status};

/* ---- the loop -------------------------------------------------------------------------------- */

static void on_room(void *owner)
{
    struct server *s = owner;
    runs_go_on(&s->runs);
}

/* The output of jobs cannot be written any more: the scheduler stops as by SIGTERM. When nobody
 * reads it, its jobs are ended too, as they would be by SIGPIPE. */
static void on_lost(void *owner)
{
    struct server *s = owner;
    if (s->outlets.lost_errno == EPIPE) {
        s->give_up = true;
        hooks_end(&s->hooks, false);
        runs_end(&s->runs, false);
    }
    gf_caught_feed(SIGTERM);
}

static void on_claimed(void *owner, struct loaded *from, const struct gf_job *job, int64_t due)
{
    struct server *s = owner;
    runs_begin(&s->runs, from, job, due, false);
}

/* Jobs follow by the table in force, which may not be the one that the run is of. */
static void on_went_well(void *owner, const struct run *run)
{
    struct server *s = owner;
    const struct gf_job *job = gf_table_find(&s->current->table, run->job->id);
    job = job ? job->follower : NULL;
    for (; job; job = job->next_follower)
        runs_follow(&s->runs, s->current, job, run->due);
}

static void on_owes(void *owner)
{
    struct server *s = owner;
    deferred_arm(&s->deferred);
}

/* Opens the state. Runs that a scheduler which is gone left running are recorded as interrupted. */
static int open_state(struct server *s)
{
    int n, status = s->state ? cron_state_open(s->state, GF_DB_CREATE, s->lease, &s->journal.state)
                             : GF_EXIT_OK;
    if (status != GF_EXIT_OK || !s->journal.state)
        return status;
    if (gf_state_recover(s->journal.state, &n) != 0)
        return cron_state_failed(s->journal.state, "write");
    if (n)
        gf_note("%d runs were interrupted when an earlier scheduler ended", n);
    return GF_EXIT_OK;
}

/* Starts to look at the table's file. 0 or -1 after a message. */
static int watch_table(struct server *s)
{
    if (!s->watching)
        return 0;
    if (watch_open(&s->table_watch, s->path) != 0) {
        gf_error_errno("cannot watch '%s'", s->path);
        return -1;
    }
    ev_io_init(&s->watch_io, table_changed, s->table_watch.fd, EV_READ);
    s->watch_io.data = s;
    ev_io_start(s->loop, &s->watch_io);
    return 0;
}

static void watch_clocks(struct server *s)
{
    double beat = notify_watchdog();
    ev_timer_init(&s->drain_timer, drain_over, 0., 0.);
    s->drain_timer.data = s;
    ev_timer_init(&s->watchdog, still_here, beat, beat);
    if (beat > 0)
        ev_timer_start(s->loop, &s->watchdog);
    ev_io_init(&s->alarm_io, alarm_came, s->alarm, EV_READ);
    s->alarm_io.data = s;
    ev_io_start(s->loop, &s->alarm_io);
    ev_prepare_init(&s->prepare, on_prepare);
    s->prepare.data = s;
    ev_prepare_start(s->loop, &s->prepare);
}

/* Raises the limit on open files, and lowers -j to what the limit allows: each job has two pipes.
 * 0, or -1 after a message. */
static int measure_files(struct server *s)
{
    size_t available;
    if (gf_nofile_raise(&s->nofile, &available) != 0) {
        gf_error_errno("cannot read the limit on open files");
        return -1;
    }
    size_t fit = available > FDS_RESERVED + FDS_A_JOB ? (available - FDS_RESERVED) / FDS_A_JOB : 1;
    if (s->max_running > fit)
        s->max_running = fit;
    return 0;
}

/* Connects the parts: which part uses which, and what each reports to this file. */
static void connect_parts(struct server *s)
{
    s->outlets.room = on_room;
    s->outlets.lost = on_lost;
    s->output.outlets = s->log.outlets = &s->outlets;
    s->hooks.nofile = s->runs.nofile = &s->nofile;
    s->journal.log = s->runs.log = &s->log;
    s->journal.hooks = s->runs.hooks = &s->hooks;
    s->journal.owes = on_owes;
    s->deferred.journal = s->runs.journal = &s->journal;
    s->deferred.begin = on_claimed;
    s->runs.deferred = &s->deferred;
    s->runs.output = &s->output;
    s->runs.went_well = on_went_well;
    s->outlets.owner = s->journal.owner = s->deferred.owner = s->runs.owner = s;
}

static int open_parts(struct server *s)
{
    outlets_open(&s->outlets, s->loop);
    deferred_open(&s->deferred, s->loop);
    forget_open(&s->forget, s->loop, &s->journal);
    if (hooks_open(&s->hooks, s->loop) == 0 && runs_open(&s->runs, s->loop, s->max_running) == 0)
        return 0;
    gf_error_errno("cannot wait for jobs");
    return -1;
}

/* Everything that can fail, before anything runs. The exit status. */
static int set_up(struct server *s)
{
    int status = open_state(s);
    if (status != GF_EXIT_OK)
        return status;
    if (gf_fd_cloexec_from(3) != 0) { /* what we inherited beyond that is not for jobs */
        gf_error_errno("cannot keep descriptors from jobs");
        return GF_EXIT_TOOL;
    }
    if (s->stats && gf_stats_open(&s->stats_out, s->stats_file, GF_READER_PATIENCE) != 0)
        return GF_EXIT_TOOL;
    s->loop = gf_loop_new();
    s->alarm = alarm_open();
    if (!s->loop || s->alarm == -1) {
        gf_error_errno("cannot wait for events");
        return GF_EXIT_TOOL;
    }
    if (measure_files(s) != 0 || open_parts(s) != 0)
        return GF_EXIT_TOOL;
    server_watch_reload(s);
    if (watch_table(s) != 0) /* before it is read: a change after that is seen */
        return GF_EXIT_TOOL;
    s->current = server_load(s, &status);
    if (!s->current)
        return status;
    if (s->journal.state)
        gf_state_patience(s->journal.state, WAIT_FOR_LOCK_MS);
    s->signals = (struct gf_signals){.on = &signal_events, .owner = s};
    if (gf_signals_open(&s->signals, s->loop, &s->runs.tasks) != 0) {
        gf_error_errno("cannot wait for signals");
        return GF_EXIT_TOOL;
    }
    watch_clocks(s);
    return server_watch_state(s) == 0 ? GF_EXIT_OK : GF_EXIT_TOOL;
}

/* Prints the first line, before anything runs: it stands in front of the output of jobs. */
static void say_begin(struct server *s)
{
    if (s->log.form == LOG_JSON)
        log_begin(&s->log, s->current);
    else
        cron_say_begin(&s->context, &s->current->table, &s->current->plan);
}

int server_serve(struct server *s)
{
    connect_parts(s);
    int status = set_up(s);
    if (status != GF_EXIT_OK)
        return status;
    say_begin(s);
    forget_look(&s->forget, gf_now_wall() / GF_S);
    server_do_events(s);
    server_do_requests(s);
    server_set_alarm(s);
    lease_open(s);
    notify_send("READY=1");
    ev_run(s->loop, 0);
    runs_end_orphans(&s->runs);
    if (!outlets_close(&s->outlets))
        s->output.lost = true;
    bool settled = journal_close(&s->journal);
    gf_signals_close(&s->signals); /* a reader of the statistics that stalls holds up none */
    if (!settled || server_write_stats(s) != 0)
        return GF_EXIT_TOOL;
    if (s->output.lost && s->outlets.lost_errno != EPIPE)
        return GF_EXIT_TOOL;
    bool failed = s->journal.failed || s->journal.failures.failed;
    return s->fail_on_error && failed ? GF_EXIT_SOME : GF_EXIT_OK;
}
