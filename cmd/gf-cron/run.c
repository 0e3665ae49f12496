/*
 * run.c - gf-cron run: the command line of the scheduler, and how the process ends.
 *
 * All that was asked for is gathered in struct server (server.h). The schedule of -e is checked
 * here and then becomes a table of one line, so that the rest knows only tables. At the end
 * everything is released first; only then the process exits, or dies by the signal that stopped it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lease.h"
#include "orphan.h"
#include "server.h"

#include "base/clash.h"
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
    OPT_LEASE,
    OPT_PING,
    OPT_WATCH,
    RUNNING_MAX = 10000,
};

#define LEASE_DEFAULT (30 * GF_S)
#define LEASE_MIN (2 * GF_S)
#define LEASE_MAX (86400 * GF_S)

static const char *const outputs[] = {"prefix", "raw", "json", NULL};
static const char *const logs[] = {"text", "json", NULL};

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--keep", "-S", "nothing is recorded"},
    {GF_OPT_NEEDS, "--lease", "-S", "nobody else has the state"},
    {GF_OPT_NEEDS, "-n", "-e", "a job of a crontab has GF_TIMES"},
    {GF_OPT_NOT_WITH, "-e", "--vixie-percent", "the command is words, not a line"},
    {GF_OPT_NOT_WITH, "-e", "--watch", "there is no crontab"},
    {0},
};

static const struct gf_opt_elsewhere elsewhere[] = {
    {"-f", "crond", "is what happens here: it stays in the foreground"},
    {"--foreground", "crond", "is what happens here: it stays in the foreground"},
    {"-l", "crond", "is --log here: --log=text or --log=json"},
    {"-L", "crond", "is a redirection here: 2>>FILE"},
    {"-d", "crond", "is --log here: --log=text"},
    {"-c", "crond", "is the operand here: the crontab itself"},
    {"-s", "crond", "is --output=prefix or --log here"},
    {"-P", "crond", "is what happens here: jobs get PATH from the environment"},
    {"-m", "crond", "is GF_ON_FAILURE here, which runs a command such as mail"},
    {"-x", "crond", "is --log=json here"},
    {"-i", "crond", "is --watch here"},
    {"-b", "crond", "is & of the shell here"},
    {"-version", "supercronic", "is gf-cron --version here"},
    {"-replace-process", "supercronic", "is not needed here"},
    {"-sentry-environment", "supercronic", "is not here: GF_ON_FAILURE runs a command"},
    {"-debug", "supercronic", "is --log=text here"},
    {"-json", "supercronic", "is --log=json here"},
    {"-test", "supercronic", "is the command gf-cron check"},
    {"-inotify", "supercronic", "is --watch here"},
    {"-overlapping", "supercronic", "is GF_OVERLAP=allow in front of a command here"},
    {"-passthrough-logs", "supercronic", "is --output=raw here"},
    {"-split-logs", "supercronic", "is what happens here: each stream stays its own"},
    {"-quiet", "supercronic", "is -q here"},
    {"-no-reap", "supercronic", "is not needed here"},
    {"-prometheus-listen-address", "supercronic", "is --stats=prom --stats-file FILE here"},
    {"-sentry-dsn", "supercronic", "is not here: GF_ON_FAILURE runs a command"},
    {0},
};

const struct gf_cli cron_run_cli = {
    .name = "run",
    .summary = "run the jobs of a crontab, in the foreground",
    .usage = (const char *const[]){"[options] CRONTAB", "[options] -e EXPR -- COMMAND ...", NULL},
    .opts =
        (const struct gf_opt[]){
            GF_OPT_GROUP("schedules"),
            {'e', 'e', "expr", "EXPR", "run the command after -- by this schedule", NULL,
             GF_OPT_MAIN},
            {'n', 'n', "times", "N", "with -e: end after N runs", NULL, 0},
            {OPT_TZ, 0, "tz", "ZONE", CRON_HELP_TZ, "@zone", GF_OPT_MAIN},
            CRON_OPT_DST,
            CRON_OPT_PERCENT,
            {OPT_WATCH, 0, "watch", NULL, "read the crontab again when it changes", NULL,
             GF_OPT_MAIN},
            GF_OPT_GROUP("jobs"),
            {'j', 'j', "jobs", "N", "run at most N jobs at once", NULL, GF_OPT_MAIN},
            {OPT_DRAIN, 0, "drain", "DUR", "at a stop, wait DUR for jobs, then end them", NULL, 0},
            {OPT_FAIL, 0, "fail-on-error", NULL, "exit with 123 when a run failed", NULL,
             GF_OPT_MAIN},
            GF_OPT_GROUP("output"),
            {OPT_OUTPUT, 0, "output", "FORM", "form of job lines: prefix (default), raw or json",
             "prefix raw json", GF_OPT_MAIN},
            {OPT_LOG, 0, "log", "FORM", "print every event on stderr: text or json", "text json",
             GF_OPT_MAIN},
            {OPT_PING, 0, "ping", "URL", "fetch URL/start, URL or URL/fail for each run", NULL, 0},
            GF_STATS_OPTIONS,
            GF_OPT_GROUP("state"),
            {'S', 'S', "state", "FILE|ADDRESS", "record all runs there (default: nowhere)",
             "@state.cron", GF_OPT_MAIN},
            {OPT_KEEP, 0, "keep", "DUR", "delete older runs (default: 400d, 100,000 runs)", NULL,
             0},
            {OPT_LEASE, 0, "lease", "DUR", "on a server: others take over after DUR (30s)", NULL,
             0},
            {0},
        },
    .examples =
        (const char *const[]){"gf-cron run -e '@in 1s' -- echo hello",
                              "echo '@in 1s GF_ID=hi echo hello' | gf-cron run --log=json -",
                              "echo '@start GF_TIMEOUT=10s date' | gf-cron run --output=raw -",
                              NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_SOME, GF_EXIT_TOOL, -1},
    .rules = rules,
    .elsewhere = elsewhere,
    .parent = &cron_cli,
    .operands = "@file",
    .stop_at_operand = true,
};

/* The options of output, events, statistics and pings; last the options of the context. */
static int take_output_option(struct server *s, const struct gf_optparser *p)
{
    int choice;
    switch (p->opt->id) {
    case OPT_OUTPUT:
        if (gf_cli_choice(p, outputs, &choice) != 0)
            return -1;
        s->output.form = (enum output_form)choice;
        return 0;
    case OPT_LOG:
        if (gf_cli_choice(p, logs, &choice) != 0)
            return -1;
        s->log.form = choice ? LOG_JSON : LOG_TEXT;
        return 0;
    case GF_OPT_ID_STATS:
        s->stats = true;
        return p->value ? gf_cli_choice(p, gf_stats_formats, &s->stats_form) : 0;
    case GF_OPT_ID_STATS_FILE:
        s->stats = true;
        s->stats_file = p->value;
        return 0;
    case OPT_PING:
        s->hooks.ping = (char *)(size_t)p->value; /* until hide_ping */
        return 0;
    default:
        return cron_context_option(&s->context, p);
    }
}

static int take_option(struct server *s, const struct gf_optparser *p)
{
    uint64_t n;
    switch (p->opt->id) {
    case 'e':
        s->expr = p->value;
        return 0;
    case 'j':
        if (gf_cli_count(p, 1, RUNNING_MAX, &n) != 0)
            return -1;
        s->max_running = n;
        return 0;
    case 'n':
        return gf_cli_count(p, 1, 1000000000, &s->runs.times);
    case 'S':
        s->state = p->value;
        return 0;
    case OPT_DRAIN:
        return gf_cli_duration(p, &s->drain);
    case OPT_KEEP:
        if (gf_cli_duration(p, &s->forget.keep) != 0)
            return -1;
        if (s->forget.keep >= GF_S)
            return 0;
        gf_cli_usage_error(&cron_run_cli, "--keep counts from 1s on");
        return -1;
    case OPT_LEASE:
        if (gf_cli_duration(p, &s->lease) != 0)
            return -1;
        if (s->lease >= LEASE_MIN && s->lease <= LEASE_MAX)
            return 0;
        gf_cli_usage_error(&cron_run_cli, "--lease is from 2s to 1d");
        return -1;
    case OPT_WATCH:
        s->watching = true;
        return 0;
    case OPT_FAIL:
        s->fail_on_error = true;
        return 0;
    default:
        return take_output_option(s, p);
    }
}

/* The words behind the options: the crontab, or the command of -e. 0, or the status after a
 * message.
 */
static int take_operands(struct server *s, int argc, char **argv)
{
    struct gf_cron c;
    struct gf_zone *z;
    if (!s->expr && argc != 1)
        return gf_cli_usage_error(&cron_run_cli,
                                  argc ? "more than one crontab: '%s'" : "no crontab was given%s",
                                  argc ? argv[1] : "");
    s->path = s->expr ? NULL : argv[0];
    if (s->watching && !s->expr && strcmp(s->path, "-") == 0)
        return gf_cli_usage_error(&cron_run_cli, "--watch needs a crontab that is a file");
    if (!s->expr)
        return 0;
    if (argc == 0)
        return gf_cli_usage_error(&cron_run_cli, "no command was given behind -e");
    int status = cron_schedule_parse(&s->context, s->expr, "job", &c, &z);
    if (status != GF_EXIT_OK)
        return status;
    if (server_make_table(s, argc, argv) == 0)
        return 0;
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

/* What is written is neither the crontab nor the state. */
static int check_outputs(const struct server *s)
{
    struct gf_clash c = {0};
    const char *state = cron_state_is_remote(s->state) ? NULL : s->state;
    gf_clash_reads(&c, s->path);
    int bad = gf_clash_writes(&c, state, "-S");
    gf_clash_reads(&c, state);
    bad = bad ? bad : gf_clash_writes(&c, s->stats_file, "--stats-file");
    bad = bad ? bad : gf_clash_standard(s->stats_file, "--stats-file", false);
    bad = bad ? bad : gf_clash_writes_fd(&c, STDOUT_FILENO, "standard output");
    bad = bad ? bad : gf_clash_writes_fd(&c, STDERR_FILENO, "standard error");
    gf_clash_release(&c);
    return bad ? GF_EXIT_USAGE : GF_EXIT_OK;
}

static void release(struct server *s)
{
    s->stops = 2; /* nothing is to be started any more */
    gf_signals_close(&s->signals);
    orphan_close(s);
    lease_close(s);
    runs_release(&s->runs);
    journal_close(&s->journal);
    runs_close(&s->runs);
    hooks_close(&s->hooks);
    deferred_close(&s->deferred);
    forget_close(&s->forget);
    outlets_close(&s->outlets);
    server_unload(s->current);
    for (size_t i = 0; i < s->n_old; i++)
        server_unload(s->old[i]);
    free(s->old);
    if (s->loop)
        ev_loop_destroy(s->loop);
    watch_close(&s->table_watch);
    if (s->state_watch != -1)
        close(s->state_watch);
    if (s->alarm != -1)
        close(s->alarm);
    cron_state_close(s->journal.state);
    gf_outfile_abandon(&s->stats_out);
    gf_buf_release(&s->expr_table);
    cron_context_release(&s->context);
}

/* Why the status is 123, and how to keep more than the first failure. */
static void say_failures(const struct server *s)
{
    const struct journal *j = &s->journal;
    gf_failures_say(&j->failures,
                    j->count.ok + j->count.failed + j->count.timeout + j->count.interrupted,
                    "runs");
    if (j->failures.failed && !s->state)
        gf_note_hint("-S FILE keeps a history; gf-cron history -S FILE --failed shows it");
}

/* Ends the process when all is released: by a signal, or with a status. A message explains status
 * 123; with --log=json there is none, since each failure is an event and the log stays NDJSON. */
static int finish(const struct server *s, int status)
{
    int lost = s->outlets.lost_errno;
    if (lost == EPIPE && !gf_sig_was_ignored(SIGPIPE))
        gf_die_by(SIGPIPE);
    if (lost == EPIPE) {
        gf_error("write error: the reader of standard output is gone");
        status = GF_EXIT_TOOL;
    }
    if (s->log.lost && status == GF_EXIT_OK)
        status = GF_EXIT_TOOL;
    if (s->force)
        gf_die_by(s->signals.stop_signal);
    if (status == GF_EXIT_SOME && s->log.form != LOG_JSON)
        say_failures(s);
    return gf_tool_finish(status);
}

/* The URL of --ping is copied, and overwritten where the kernel shows it to everybody: in our own
 * command line. The exit status. */
static int hide_ping(struct server *s)
{
    char *url = s->hooks.ping;
    s->hooks.ping = url ? strdup(url) : NULL;
    if (!url)
        return GF_EXIT_OK;
    if (!s->hooks.ping) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    memset(url, '*', strlen(url));
    return GF_EXIT_OK;
}

int cron_run_main(int argc, char **argv)
{
    struct server s = {
        .max_running = RUNNING_MAX, .alarm = -1, .state_watch = -1, .table_watch = {.fd = -1}};
    struct gf_optparser p = gf_optparser(&cron_run_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (take_option(&s, &p) != 0)
            return GF_EXIT_USAGE;
    }
    if (s.lease && !cron_state_is_remote(s.state))
        return gf_cli_usage_error(&cron_run_cli, "--lease needs a state on a server: -S redis://%s",
                                  "...");
    s.lease = s.lease ? s.lease : LEASE_DEFAULT;
    int status = hide_ping(&s);
    if (status == GF_EXIT_OK)
        status = cron_context_open(&s.context);
    if (status == GF_EXIT_OK)
        status = take_operands(&s, argc - p.next, argv + p.next);
    if (status == GF_EXIT_OK)
        status = check_outputs(&s);
    if (status == GF_EXIT_OK)
        status = server_serve(&s);
    release(&s);
    return finish(&s, status);
}
