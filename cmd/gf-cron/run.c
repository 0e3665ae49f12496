/*
 * gf-cron run: the scheduler.
 *
 * One loop waits for the alarm of the next due time, children, their pipes and signals. The plan
 * (cron/plan.h) says what is due; runner.c does it. There are no ticks.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "alarm.h"
#include "notify.h"
#include "runner.h"
#include "watch.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/stats.h"

enum {
    OPT_OUTPUT = 500,
    OPT_LOG,
    OPT_DRAIN,
    OPT_FAIL,
    OPT_KEEP,
    OPT_PING,
    OPT_WATCH,
    RUNNING_MAX = 10000,
};

static const char *const outputs[] = {"prefix", "raw", "json", NULL};
static const char *const logs[] = {"text", "json", NULL};

const struct gf_cli cron_run_cli = {
    .name = "run",
    .summary = "run the jobs of a crontab, in the foreground",
    .usage = (const char *const[]){"[options] CRONTAB", "[options] -e EXPR -- COMMAND ...", NULL},
    .opts =
        (const struct gf_opt[]){
            {'e', 'e', "expr", "EXPR", "one job: this schedule, and the command behind --", NULL,
             0},
            {'j', 'j', "jobs", "N", "at most N jobs at once", NULL, 0},
            {OPT_OUTPUT, 0, "output", "FORM",
             "lines of jobs: prefix (the id in front, default), raw, json", "prefix raw json", 0},
            {OPT_LOG, 0, "log", "FORM", "every event on stderr: text or json", "text json", 0},
            {OPT_DRAIN, 0, "drain", "DUR",
             "when told to stop, wait so long for jobs (default: all)", NULL, 0},
            {'S', 'S', "state", "FILE", "keep what ran in this file (default: nowhere)", "@file",
             0},
            {OPT_KEEP, 0, "keep", "DUR", "forget what was due longer ago, at the start", NULL, 0},
            {OPT_PING, 0, "ping", "URL", "tell URL/start, URL or URL/fail of each run, by curl",
             NULL, 0},
            {OPT_WATCH, 0, "watch", NULL, "read the crontab again when it changes", NULL, 0},
            {OPT_FAIL, 0, "fail-on-error", NULL, "exit 123 when a job failed", NULL, 0},
            GF_STATS_OPTIONS,
            CRON_OPT_TZ,
            CRON_OPT_DST,
            CRON_OPT_PERCENT,
            {'q', 'q', "quiet", NULL, "say errors only", NULL, 0},
            {0},
        },
    .examples =
        (const char *const[]){"gf-cron run -e '@in 1s' -- echo hello",
                              "echo '@in 1s GF_ID=hi echo hello' | gf-cron run --log=json -",
                              "echo '@start GF_TIMEOUT=10s date' | gf-cron run --output=raw -",
                              NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_SOME, GF_EXIT_TOOL, -1},
    .parent = &cron_cli,
    .operands = "@file",
    .stop_at_operand = true,
};

struct server {
    struct cron_place place;
    const char *path, *expr, *state;
    struct gf_buf one; /* the table that -e stands for */
    struct runner r;
    struct loaded *now, **old;
    size_t n_old;
    int alarm;
    ev_io alarm_io;
    ev_timer drain_timer, watchdog, bell_timer;
    ev_signal signals[5];
    gf_ns drain; /* 0: without end */
    gf_ns keep;  /* of the state; 0: for good */
    bool fail_on_error, force, watching;
    bool stats;
    int stats_form; /* enum gf_stats_format */
    const char *stats_file;
    struct watch table_watch;
    int bell; /* readable when the state was written */
    ev_io watch_io, bell_io;
    int stop_signal, asked; /* asked: how many times we were told to stop */
};

/* ---- tables ---------------------------------------------------------------------------------- */

static void unload(struct loaded *l)
{
    if (!l)
        return;
    gf_plan_release(&l->plan);
    gf_table_release(&l->table);
    free(l->jobs);
    free(l);
}

static int plan_table(struct server *s, struct loaded *l)
{
    l->jobs = calloc(l->table.n_jobs + 1, sizeof *l->jobs);
    if (!l->jobs)
        return -1;
    for (size_t i = 0; i < l->table.n_jobs; i++) {
        const struct gf_job *job = &l->table.jobs[i];
        l->jobs[i] = (struct gf_plan_job){
            .when = &job->when,
            .zone = job->zone,
            .catchup = job->opt.catchup / GF_S,
            .since = INT64_MAX,
        };
        if (s->r.state && gf_state_job(s->r.state, job->id, s->place.now, &l->jobs[i].since) != 0) {
            gf_error("cannot read the state: %s", gf_state_error(s->r.state));
            return -1;
        }
    }
    gf_ns wall = gf_now_wall();
    return gf_plan_open(&l->plan, l->jobs, l->table.n_jobs, (enum gf_dst)s->place.dst, wall / GF_S,
                        gf_now_mono());
}

/* Reads and plans the table; NULL after a message, with *status. */
static struct loaded *load(struct server *s, int *status)
{
    struct loaded *l = calloc(1, sizeof *l);
    cron_place_now(&s->place);
    *status = GF_EXIT_TOOL;
    if (!l)
        gf_error_nomem();
    else if (s->expr)
        *status = cron_table_parse(&s->place, "-e", s->one.data, s->one.len, false, &l->table);
    else
        *status = cron_table_read(&s->place, s->path, false, &l->table);
    if (l && *status == GF_EXIT_OK && plan_table(s, l) == 0)
        return l;
    if (l && *status == GF_EXIT_OK) {
        gf_error("the table cannot be planned");
        *status = GF_EXIT_TOOL;
    }
    unload(l);
    return NULL;
}

/* What -e and the command behind it are as a table: the words quoted for the shell. */
static int make_table(struct server *s, int argc, char **argv)
{
    gf_buf_printf(&s->one, "GF_FIELDS=%d\n%s GF_ID=job exec", cron_count_fields(s->expr), s->expr);
    for (int i = 0; i < argc; i++) {
        gf_buf_putc(&s->one, ' ');
        cron_quote(&s->one, argv[i]);
    }
    gf_buf_putc(&s->one, '\n');
    return s->one.failed ? -1 : 0;
}

/* ---- the plan -------------------------------------------------------------------------------- */

static bool is_idle_for_good(const struct server *s)
{
    return !s->watching && gf_plan_wake(&s->now->plan) == INT64_MAX && !s->r.runs && !s->r.asides;
}

static void do_events(struct server *s)
{
    struct loaded *l = s->now;
    for (size_t i = 0; i < l->plan.n_events; i++) {
        const struct gf_plan_event *e = &l->plan.events[i];
        if (e->what == GF_PLAN_RUN)
            runner_due(&s->r, l, &l->table.jobs[e->job], e->due);
        else
            runner_missed(&s->r, &l->table.jobs[e->job], e->due);
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

static void alarm_came(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    (void)events;
    alarm_clear(s->alarm);
    if (s->asked)
        return;
    if (gf_plan_look(&s->now->plan, gf_now_wall() / GF_S, gf_now_mono()) != 0)
        gf_error_nomem(); /* what is due stays due */
    do_events(s);
    set_alarm(s);
    if (is_idle_for_good(s))
        ev_break(loop, EVBREAK_ALL);
}

/* ---- signals --------------------------------------------------------------------------------- */

static void drain_over(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    (void)loop;
    (void)events;
    s->force = true;
    runner_end(&s->r, false);
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
        s->force = true;
        runner_end(&s->r, true);
        return;
    }
    notify_send("STOPPING=1");
    runner_stop(&s->r);
    if (s->drain) {
        ev_timer_set(&s->drain_timer, (double)s->drain / 1e9, 0.);
        ev_timer_start(s->r.loop, &s->drain_timer);
    }
    if (!runner_is_busy(&s->r))
        ev_break(s->r.loop, EVBREAK_ALL);
}

/* The new table is read whole first; a bad one leaves the old one in force. */
static void reload(struct server *s)
{
    int status;
    alarm_came(s->r.loop, &s->alarm_io, 0); /* what is due by the old table goes by it */
    struct loaded *l = s->expr ? NULL : load(s, &status);
    if (s->expr || strcmp(s->path, "-") == 0 || !l) {
        gf_note(s->expr || strcmp(s->path, "-") == 0 ? "there is no file to read again"
                                                     : "the old table stays in force");
        unload(l);
        return;
    }
    struct loaded **old = realloc(s->old, (s->n_old + 1) * sizeof *old);
    if (!old) {
        gf_error_nomem();
        unload(l);
        return;
    }
    s->old = old;
    s->old[s->n_old++] = s->now;
    s->now = l;
    gf_note("the table was read again: %zu jobs", l->table.n_jobs);
    for (size_t i = 0; i < l->plan.n_events;) /* @start was at our start */
        l->plan.events[i] = l->plan.events[--l->plan.n_events];
    set_alarm(s);
}

static void table_changed(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    (void)loop;
    (void)events;
    if (watch_changed(&s->table_watch) && !s->asked)
        reload(s);
}

/* ---- by hand --------------------------------------------------------------------------------- */

static const struct gf_job *find_job(const struct server *s, const char *id)
{
    for (size_t i = 0; i < s->now->table.n_jobs; i++)
        if (strcmp(s->now->table.jobs[i].id, id) == 0)
            return &s->now->table.jobs[i];
    return NULL;
}

/* Runs what gf-cron trigger asked for. Requests for jobs of another table stay. */
static void do_requests(struct server *s)
{
    struct gf_state_name at = {.text = ""};
    int got = 1;
    while (s->r.state && (got = gf_state_requested(s->r.state, &at)) == 0) {
        const struct gf_job *job = find_job(s, at.text);
        int64_t due = s->now->plan.wall;
        if (!job)
            continue;
        got = gf_state_take(s->r.state, job->id, &due, gf_now_wall());
        if (got < 0)
            break;
        if (got == 0)
            runner_begin(&s->r, s->now, job, due);
    }
    if (got < 0)
        gf_error("cannot read the state: %s", gf_state_error(s->r.state));
}

static void look_at_requests(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    struct gf_state_name at = {.text = ""};
    (void)loop;
    (void)events;
    if (s->asked || gf_state_requested(s->r.state, &at) != 0)
        return;
    alarm_came(s->r.loop, &s->alarm_io, 0); /* what is due goes first */
    do_requests(s);
}

/* A write to the log is seen before the commit it belongs to is published: look a little later. */
static void bell_rang(struct ev_loop *loop, ev_io *io, int events)
{
    struct server *s = io->data;
    (void)events;
    watch_drain(s->bell);
    ev_timer_stop(loop, &s->bell_timer);
    ev_now_update(loop);
    ev_timer_set(&s->bell_timer, 0.3, 0.);
    ev_timer_start(loop, &s->bell_timer);
}

/* Starts to look at the table's file and at the state. 0 or -1 after a message. */
static int watch_files(struct server *s)
{
    if (s->watching && watch_open(&s->table_watch, s->path) != 0) {
        gf_error_errno("cannot watch '%s'", s->path);
        return -1;
    }
    if (s->r.state && (s->bell = gf_state_watch(s->r.state)) == -1) {
        gf_error_errno("cannot watch the state");
        return -1;
    }
    ev_io_init(&s->watch_io, table_changed, s->table_watch.fd, EV_READ);
    ev_io_init(&s->bell_io, bell_rang, s->bell, EV_READ);
    ev_timer_init(&s->bell_timer, look_at_requests, 0., 0.);
    s->watch_io.data = s->bell_io.data = s->bell_timer.data = s;
    if (s->watching)
        ev_io_start(s->r.loop, &s->watch_io);
    if (s->bell != -1)
        ev_io_start(s->r.loop, &s->bell_io);
    return 0;
}

/* ---- signals, again -------------------------------------------------------------------------- */

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
        reload(s);
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

/* ---- numbers --------------------------------------------------------------------------------- */

#define COUNT(of, text)                                                                            \
    {                                                                                              \
        .name = "runs_" #of, .help = text, .kind = GF_METRIC_COUNTER, .value = s->r.count.of       \
    }

/* 0, or -1 after a message. */
static int write_stats(const struct server *s)
{
    const struct gf_metric m[] = {
        {.name = "jobs",
         .help = "jobs of the crontab",
         .kind = GF_METRIC_GAUGE,
         .value = s->now ? s->now->table.n_jobs : 0},
        {.name = "running",
         .help = "runs that go on",
         .kind = GF_METRIC_GAUGE,
         .value = s->r.running},
        COUNT(ok, "runs that went well"),
        COUNT(failed, "runs that failed for good"),
        COUNT(timeout, "runs that ran out of time"),
        COUNT(skipped, "due times that were skipped"),
        COUNT(missed, "due times that were missed"),
        COUNT(interrupted, "runs that were interrupted"),
        COUNT(retried, "tries after a failed one"),
    };
    return s->stats ? gf_stats_emit((enum gf_stats_format)s->stats_form, s->stats_file, "gf-cron",
                                    m, sizeof m / sizeof m[0])
                    : 0;
}

/* A run is over. */
static void changed(struct runner *r)
{
    struct server *s = (struct server *)((char *)r - offsetof(struct server, r));
    for (size_t i = 0; i < s->n_old;) {
        if (s->old[i]->runs == 0) {
            unload(s->old[i]);
            s->old[i] = s->old[--s->n_old];
        } else {
            i++;
        }
    }
    if (s->asked ? !runner_is_busy(r) : is_idle_for_good(s))
        ev_break(r->loop, EVBREAK_ALL);
}

/* ---- main ------------------------------------------------------------------------------------ */

/* Opens the state; what a scheduler that is gone left running was interrupted. */
static int open_state(struct server *s)
{
    int n, status = s->state ? cron_state_open(s->state, true, &s->r.state) : GF_EXIT_OK;
    if (status != GF_EXIT_OK || !s->r.state)
        return status;
    gf_ns now = gf_now_wall();
    if (gf_state_recover(s->r.state, now, &n) != 0 ||
        (s->keep && gf_state_forget(s->r.state, (now - s->keep) / GF_S) != 0)) {
        gf_error("cannot write the state: %s", gf_state_error(s->r.state));
        return GF_EXIT_TOOL;
    }
    if (n)
        gf_note("%d runs were interrupted when an earlier scheduler ended", n);
    return GF_EXIT_OK;
}

static int serve(struct server *s)
{
    int status = open_state(s);
    if (status != GF_EXIT_OK)
        return status;
    s->r.loop = ev_loop_new(EVFLAG_NOENV);
    s->alarm = alarm_open();
    if (!s->r.loop || s->alarm == -1) {
        gf_error_errno("cannot wait for events");
        return GF_EXIT_TOOL;
    }
    s->now = load(s, &status);
    if (!s->now)
        return status;
    struct sigaction ign = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ign, NULL); /* jobs must be ended in order first */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    watch_signals(s);
    ev_timer_init(&s->drain_timer, drain_over, 0., 0.);
    s->drain_timer.data = s;
    ev_io_init(&s->alarm_io, alarm_came, s->alarm, EV_READ);
    s->alarm_io.data = s;
    ev_io_start(s->r.loop, &s->alarm_io);
    if (watch_files(s) != 0)
        return GF_EXIT_TOOL;
    do_events(s);
    do_requests(s);
    set_alarm(s);
    notify_send("READY=1");
    double beat = notify_watchdog();
    ev_timer_init(&s->watchdog, still_here, beat, beat);
    if (beat > 0)
        ev_timer_start(s->r.loop, &s->watchdog);
    if (!is_idle_for_good(s))
        ev_run(s->r.loop, 0);
    if (write_stats(s) != 0)
        return GF_EXIT_TOOL;
    if (s->r.lost_errno && s->r.lost_errno != EPIPE)
        return GF_EXIT_TOOL;
    return s->fail_on_error && s->r.failed ? GF_EXIT_SOME : GF_EXIT_OK;
}

static int take_option(struct server *s, const struct gf_optparser *p)
{
    uint64_t n;
    int choice;
    switch (p->opt->id) {
    case 'e':
        s->expr = p->value;
        return 0;
    case 'j':
        if (gf_cli_count(p, 1, RUNNING_MAX, &n) != 0)
            return -1;
        s->r.max_running = n;
        return 0;
    case OPT_OUTPUT:
        if (gf_cli_choice(p, outputs, &choice) != 0)
            return -1;
        s->r.output = (enum output)choice;
        return 0;
    case OPT_LOG:
        if (gf_cli_choice(p, logs, &choice) != 0)
            return -1;
        s->r.log = choice ? LOG_JSON : LOG_TEXT;
        return 0;
    case OPT_DRAIN:
        return gf_cli_duration(p, &s->drain);
    case OPT_KEEP:
        return gf_cli_duration(p, &s->keep);
    case 'S':
        s->state = p->value;
        return 0;
    case OPT_PING:
        s->r.ping = p->value;
        return 0;
    case OPT_WATCH:
        s->watching = true;
        return 0;
    case GF_OPT_ID_STATS:
        s->stats = true;
        return p->value ? gf_cli_choice(p, gf_stats_formats, &s->stats_form) : 0;
    case GF_OPT_ID_STATS_FILE:
        s->stats = true;
        s->stats_file = p->value;
        return 0;
    case OPT_FAIL:
        s->fail_on_error = true;
        return 0;
    case 'q':
        gf_msg_quiet(true);
        return 0;
    default:
        return cron_place_option(&s->place, p);
    }
}

/* What is left of the command line. 0, or the status after a message. */
static int take_operands(struct server *s, int argc, char **argv)
{
    struct gf_cron c;
    struct gf_zone *z;
    if (!s->expr && argc != 1)
        return gf_cli_usage_error(&cron_run_cli,
                                  argc ? "more than one crontab: '%s'" : "no crontab was given%s",
                                  argc ? argv[1] : "");
    s->path = s->expr ? NULL : argv[0];
    if (s->watching && (s->expr || strcmp(s->path, "-") == 0))
        return gf_cli_usage_error(&cron_run_cli, "--watch needs a crontab that is a file");
    if (!s->expr)
        return 0;
    if (argc == 0)
        return gf_cli_usage_error(&cron_run_cli, "no command was given behind -e");
    if (cron_schedule_parse(&s->place, s->expr, "job", &c, &z) != 0)
        return GF_EXIT_USAGE;
    if (make_table(s, argc, argv) == 0)
        return 0;
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

static void release(struct server *s)
{
    for (size_t i = 0; i < sizeof s->signals / sizeof s->signals[0] && s->r.loop; i++)
        ev_signal_stop(s->r.loop, &s->signals[i]);
    s->asked = 2; /* nothing is to be started any more */
    runner_release(&s->r);
    unload(s->now);
    for (size_t i = 0; i < s->n_old; i++)
        unload(s->old[i]);
    free(s->old);
    if (s->r.loop)
        ev_loop_destroy(s->r.loop);
    watch_close(&s->table_watch);
    if (s->bell != -1)
        close(s->bell);
    if (s->alarm != -1)
        close(s->alarm);
    gf_state_close(s->r.state);
    gf_buf_release(&s->one);
    cron_place_release(&s->place);
}

int cron_run_main(int argc, char **argv)
{
    struct server s = {.r = {.max_running = RUNNING_MAX, .changed = changed},
                       .alarm = -1,
                       .bell = -1,
                       .table_watch = {.fd = -1}};
    struct gf_optparser p = gf_optparser(&cron_run_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (take_option(&s, &p) != 0)
            return GF_EXIT_USAGE;
    }
    int status = cron_place_open(&s.place);
    if (status == GF_EXIT_OK)
        status = take_operands(&s, argc - p.next, argv + p.next);
    if (status == GF_EXIT_OK)
        status = serve(&s);
    release(&s);
    if (s.r.lost_errno == EPIPE)
        gf_die_by(SIGPIPE);
    if (s.force)
        gf_die_by(s.stop_signal);
    return gf_tool_finish(status);
}
