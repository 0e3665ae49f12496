/*
 * emit.c - gf-cron emit: prints the jobs of a crontab when they are due, and runs nothing.
 *
 * The plan (cron/plan.h) says what is due and when to look next; until then the process waits for
 * the alarm, or for the reader of standard output to go, which ends emit then and not at its next
 * line. The lines of one look are one write.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm.h"
#include "cron.h"

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "cron/plan.h"

const struct gf_cli cron_emit_cli = {
    .name = "emit",
    .summary = "print the jobs of a crontab when they are due; run nothing",
    .usage = (const char *const[]){"[options] CRONTAB", NULL},
    .opts =
        (const struct gf_opt[]){
            {'n', 'n', NULL, "N", "end after N lines", NULL, 0},
            CRON_OPT_TZ,
            CRON_OPT_DST,
            CRON_OPT_PERCENT,
            {0},
        },
    .examples = (const char *const[]){"echo '@in 1s echo hello' | gf-cron emit -",
                                      "echo '@every 1s date' | gf-cron emit -n 2 -",
                                      "echo '@every 1s date' | gf-cron emit - | head -n 1", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &cron_cli,
    .operands = "@file",
};

struct emitter {
    const struct gf_table *table;
    struct gf_plan *plan;
    uint64_t remaining; /* lines still to be printed */
};

static int print_events(struct emitter *e)
{
    struct gf_buf b = {0};
    for (size_t i = 0; i < e->plan->n_events && e->remaining; i++) {
        const struct gf_plan_event *ev = &e->plan->events[i];
        const struct gf_job *job = &e->table->jobs[ev->job];
        char when[GF_STAMP_SIZE];
        if (ev->what != GF_PLAN_RUN) {
            gf_note("missed %s, %llu times", job->id, (unsigned long long)ev->times);
            continue;
        }
        cron_local_text(job->zone, ev->due, when);
        gf_buf_printf(&b, "%s\t%s\t%s\n", when, job->id, job->command);
        e->remaining--;
    }
    int r = gf_tool_print(&b);
    gf_buf_release(&b);
    return r;
}

/* Waits for the alarm, or until the reader of standard output is gone, which ends gf-cron emit. -1
 * after a message. */
static int wait_for(int alarm)
{
    if (gf_wait_input(alarm, STDOUT_FILENO, GF_NEVER) == 0 || errno == EINTR)
        return 0;
    if (errno != EPIPE) {
        gf_error_errno("cannot wait");
        return -1;
    }
    raise(SIGPIPE); /* comes back where it is ignored */
    gf_error("write error: the reader of standard output is gone");
    return -1;
}

/* Prints due times as they come, until there are no more or -n lines were printed. */
static int emit(struct emitter *e, int alarm)
{
    if (print_events(e) != 0)
        return -1;
    while (e->remaining && gf_plan_wake(e->plan) != INT64_MAX) {
        if (alarm_set(alarm, gf_plan_wake(e->plan)) != 0) {
            gf_error_errno("cannot wait");
            return -1;
        }
        if (wait_for(alarm) != 0)
            return -1;
        alarm_clear(alarm);
        if (gf_plan_look(e->plan, gf_now_wall() / GF_S, gf_now_mono()) != 0) {
            gf_error_nomem();
            return -1;
        }
        if (print_events(e) != 0)
            return -1;
    }
    return 0;
}

/* Jobs that follow another one have no lines: whether that one goes well is not known here. */
static void say_followers(const struct gf_table *t, const char *path)
{
    const struct gf_job *first = NULL;
    size_t n = 0;
    for (size_t i = t->n_jobs; i-- > 0;)
        if (t->jobs[i].after) {
            first = &t->jobs[i];
            n++;
        }
    if (n)
        gf_note("line %zu of %s: job '%s' is not printed: it follows '%s', and nothing runs here%s",
                first->line, path, first->id, first->after->id,
                n > 1 ? "; other jobs with @after are not either" : "");
}

static int run(struct cron_context *context, const char *path, uint64_t lines)
{
    struct gf_table t;
    struct gf_plan plan = {0};
    struct gf_plan_job *jobs = NULL;
    int status = cron_table_read(context, path, GF_TABLE_ERROR, &t);
    if (status != GF_EXIT_OK)
        goto out;
    jobs = calloc(t.n_jobs + 1, sizeof *jobs);
    for (size_t i = 0; jobs && i < t.n_jobs; i++)
        jobs[i] = (struct gf_plan_job){&t.jobs[i].when,           t.jobs[i].zone, 0, INT64_MAX,
                                       t.jobs[i].opt.skew / GF_S, false};
    gf_ns wall = gf_now_wall();
    if (!jobs || gf_plan_open(&plan, jobs, t.n_jobs, (enum gf_dst)context->dst, wall / GF_S,
                              gf_now_mono()) != 0) {
        gf_error_nomem();
        status = GF_EXIT_TOOL;
        goto out;
    }
    cron_say_begin(context, &t, &plan);
    say_followers(&t, path);
    struct emitter e = {&t, &plan, lines};
    int alarm = alarm_open();
    if (alarm == -1)
        gf_error_errno("cannot wait");
    status = alarm != -1 && emit(&e, alarm) == 0 ? GF_EXIT_OK : GF_EXIT_TOOL;
    if (alarm != -1)
        close(alarm);
out:
    gf_plan_release(&plan);
    free(jobs);
    gf_table_release(&t);
    return status;
}

int cron_emit_main(int argc, char **argv)
{
    struct cron_context context = {0};
    const char *path = NULL;
    uint64_t lines = UINT64_MAX;
    struct gf_optparser p = gf_optparser(&cron_emit_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPERAND) {
            if (path)
                return gf_cli_usage_error(&cron_emit_cli, "more than one crontab: '%s'", p.value);
            path = p.value;
        } else if (p.opt->id == 'n') {
            if (gf_cli_count(&p, 1, UINT64_MAX - 1, &lines) != 0)
                return GF_EXIT_USAGE;
        } else if (cron_context_option(&context, &p) != 0) {
            return GF_EXIT_USAGE;
        }
    }
    if (!path)
        return gf_cli_usage_error(&cron_emit_cli, "no crontab was given");
    int status = cron_context_open(&context);
    if (status == GF_EXIT_OK)
        status = run(&context, path, lines);
    cron_context_release(&context);
    return gf_tool_finish(status);
}
