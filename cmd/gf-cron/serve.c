/*
 * serve.c - the loop of gf-cron run. See server.h.
 *
 * It waits for the alarm of the next due time, children, their pipes and signals. The plan
 * (cron/plan.h) says what is due; runner.c does it. There are no ticks.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "alarm.h"
#include "notify.h"
#include "server.h"

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sig.h"
#include "proc/nofile.h"

enum {
    WAIT_FOR_LOCK_MS = 50, /* on the state, while the loop goes on: late.c tries again */
    FDS_A_JOB = 2,
    FDS_TO_SPARE = 64,
};

/* ---- the plan -------------------------------------------------------------------------------- */

static bool is_idle_for_good(const struct server *s)
{
    return !s->watching && gf_plan_wake(&s->now->plan) == INT64_MAX && !s->r.first && !s->r.late &&
           !s->left && !asides_busy(&s->r) && !outlets_wait(&s->r);
}

/* After what may have been the last thing to do: then the loop ends. Told to stop, the last runs
 * are freed first, and what they wrote is waited for. */
static void look_whether_over(struct server *s)
{
    if (s->releasing)
        return;
    if (!s->asked) {
        if (is_idle_for_good(s))
            ev_break(s->r.loop, EVBREAK_ALL);
        return;
    }
    if (runner_is_busy(&s->r))
        return;
    s->releasing = true;
    runner_release(&s->r);
    s->releasing = false;
    if (s->give_up || !outlets_wait(&s->r))
        ev_break(s->r.loop, EVBREAK_ALL);
}

static void do_events(struct server *s)
{
    struct loaded *l = s->now;
    const struct gf_plan_event *e = l->plan.events;
    for (size_t i = 0, n = l->plan.n_events; i < n;) {
        size_t end = i;
        while (end < n && e[end].what == GF_PLAN_MISSED)
            end++;
        if (end > i)
            record_missed(&s->r, l, e + i, end - i);
        for (i = end; i < n && e[i].what == GF_PLAN_RUN; i++) {
            runner_due(&s->r, l, &l->table.jobs[e[i].job], e[i].due);
            log_next(&s->r, &l->table.jobs[e[i].job], l->plan.due[e[i].job]);
        }
    }
    l->plan.n_events = 0;
}

static void set_alarm(struct server *s)
{
    if (alarm_set(s->alarm, gf_plan_wake(&s->now->plan)) == 0)
        return;
    gf_error_errno("cannot set the alarm");
    ev_break(s->r.loop, EVBREAK_ALL);
}

/* --keep, once an hour, when we are awake anyway. */
static int forget(struct server *s, int64_t now)
{
    if (!s->r.state || !s->keep || now < s->forgot + 3600)
        return 0;
    int got = gf_state_forget(s->r.state, now - s->keep / GF_S);
    if (got != 0 && gf_state_is_locked(s->r.state))
        return 0; /* at the next look */
    s->forgot = now;
    return got;
}

void server_look(struct server *s)
{
    alarm_clear(s->alarm);
    if (s->asked)
        return;
    if (forget(s, s->now->plan.wall) != 0)
        gf_error("cannot write the state: %s", gf_state_error(s->r.state));
    if (gf_plan_look(&s->now->plan, gf_now_wall() / GF_S, gf_now_mono()) != 0)
        gf_error_nomem(); /* what is due stays due */
    do_events(s);
    set_alarm(s);
}

static void alarm_came(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    (void)loop;
    (void)events;
    server_look(s);
    if (!s->asked)
        look_whether_over(s);
}

static void table_changed(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    (void)loop;
    (void)events;
    if (watch_changed(&s->table_watch) && !s->asked)
        server_reload(s);
}

/* ---- signals --------------------------------------------------------------------------------- */

/* What runs is ended; a second later, and each second, what is written and not read is given up, if
 * that is all that is left. */
static void drain_over(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    (void)events;
    if (s->r.running && !s->r.asides.hurry)
        runner_end(&s->r, false);
    s->force |= s->r.running > 0;
    s->give_up = s->r.asides.hurry && !runner_is_busy(&s->r);
    if (!s->r.asides.hurry)
        aside_hurry(&s->r);
    ev_timer_set(w, 1., 0.);
    ev_timer_start(loop, w);
    look_whether_over(s);
}

static void still_here(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop;
    (void)w;
    (void)events;
    notify_send("WATCHDOG=1");
}

static void stop(struct server *s, int sig)
{
    s->stop_signal = sig;
    s->asked++;
    if (s->asked > 1) {
        s->force = s->give_up = true;
        runner_end(&s->r, true);
        look_whether_over(s);
        return;
    }
    notify_send("STOPPING=1");
    runner_stop(&s->r);
    if (s->drain) {
        ev_timer_set(&s->drain_timer, (double)s->drain / 1e9, 0.);
        ev_timer_start(s->r.loop, &s->drain_timer);
    }
    look_whether_over(s);
}

static void say_status(struct server *s)
{
    char when[GF_STAMP_SIZE] = "never";
    int64_t wake = gf_plan_wake(&s->now->plan);
    if (wake != INT64_MAX)
        gf_stamp_format(wake, 0, true, when);
    gf_error("%zu jobs, %zu running, next at %s", s->now->table.n_jobs, s->r.running, when);
}

static void signal_came(struct ev_loop *loop, ev_signal *w, int events)
{
    struct server *s = w->data;
    (void)loop;
    (void)events;
    if (w->signum == SIGCHLD)
        runner_reap(&s->r);
    else if (w->signum == SIGUSR1)
        say_status(s);
    else if (w->signum != SIGHUP)
        stop(s, w->signum);
    else if (!s->asked)
        server_reload(s);
}

static void watch_signals(struct server *s)
{
    static const int all[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        ev_signal_init(&s->signals[i], signal_came, all[i]);
        s->signals[i].data = s;
        if (all[i] == SIGCHLD || !gf_sig_was_ignored(all[i]))
            ev_signal_start(s->r.loop, &s->signals[i]);
    }
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sigaddset(&set, all[i]);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* A run is over. */
static void changed(struct runner *r)
{
    struct server *s = (struct server *)((char *)r - offsetof(struct server, r));
    for (size_t i = 0; i < s->n_old;) {
        if (s->old[i]->runs == 0) {
            server_unload(s->old[i]);
            s->old[i] = s->old[--s->n_old];
        } else {
            i++;
        }
    }
    look_whether_over(s);
}

/* Opens the state; what a scheduler that is gone left running was interrupted. */
static int open_state(struct server *s)
{
    int n, status = s->state ? cron_state_open(s->state, true, &s->r.state) : GF_EXIT_OK;
    if (status != GF_EXIT_OK || !s->r.state)
        return status;
    if (gf_state_recover(s->r.state, &n) != 0 || forget(s, gf_now_wall() / GF_S) != 0) {
        gf_error("cannot write the state: %s", gf_state_error(s->r.state));
        return GF_EXIT_TOOL;
    }
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
    ev_io_start(s->r.loop, &s->watch_io);
    return 0;
}

static void watch_clocks(struct server *s)
{
    double beat = notify_watchdog();
    ev_timer_init(&s->drain_timer, drain_over, 0., 0.);
    s->drain_timer.data = s;
    ev_timer_init(&s->watchdog, still_here, beat, beat);
    if (beat > 0)
        ev_timer_start(s->r.loop, &s->watchdog);
    ev_io_init(&s->alarm_io, alarm_came, s->alarm, EV_READ);
    s->alarm_io.data = s;
    ev_io_start(s->r.loop, &s->alarm_io);
}

/* Each job has two pipes; what else is opened while they run has some to spare. 0, or -1 after a
 * message. */
static int measure_files(struct runner *r)
{
    size_t left;
    if (gf_nofile_raise(&r->nofile, &left) != 0) {
        gf_error_errno("cannot read the limit on open files");
        return -1;
    }
    size_t fit = left > FDS_TO_SPARE + FDS_A_JOB ? (left - FDS_TO_SPARE) / FDS_A_JOB : 1;
    if (r->max_running > fit)
        r->max_running = fit;
    return 0;
}

/* Everything that can fail, before anything runs. The exit status. */
static int set_up(struct server *s)
{
    s->r.changed = changed;
    int status = open_state(s);
    if (status != GF_EXIT_OK)
        return status;
    ev_set_allocator(gf_tool_memory);
    s->r.loop = ev_loop_new(EVFLAG_NOENV);
    s->alarm = alarm_open();
    if (!s->r.loop || s->alarm == -1) {
        gf_error_errno("cannot wait for events");
        return GF_EXIT_TOOL;
    }
    if (measure_files(&s->r) != 0)
        return GF_EXIT_TOOL;
    runner_open(&s->r);
    server_watch_reload(s);
    s->now = server_load(s, &status);
    if (!s->now)
        return status;
    if (s->r.state)
        gf_state_patience(s->r.state, WAIT_FOR_LOCK_MS);
    struct sigaction ign = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ign, NULL); /* jobs must be ended in order first */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    watch_signals(s);
    watch_clocks(s);
    return watch_table(s) == 0 && server_watch_state(s) == 0 ? GF_EXIT_OK : GF_EXIT_TOOL;
}

/* Before anything runs, so that the line stands in front of what jobs write. */
static void say_begin(struct server *s)
{
    if (s->r.log == LOG_JSON)
        log_begin(&s->r, s->now);
    else
        cron_say_begin(&s->place, &s->now->table, &s->now->plan);
}

int server_serve(struct server *s)
{
    int status = set_up(s);
    if (status != GF_EXIT_OK)
        return status;
    say_begin(s);
    do_events(s);
    server_do_requests(s);
    set_alarm(s);
    notify_send("READY=1");
    if (!is_idle_for_good(s))
        ev_run(s->r.loop, 0);
    if (!outlets_close(&s->r))
        s->r.output_lost = true;
    if (!record_close(&s->r) || server_write_stats(s) != 0)
        return GF_EXIT_TOOL;
    if (s->r.output_lost && s->r.lost_errno != EPIPE)
        return GF_EXIT_TOOL;
    return s->fail_on_error && (s->r.failed || s->r.failures.failed) ? GF_EXIT_SOME : GF_EXIT_OK;
}
