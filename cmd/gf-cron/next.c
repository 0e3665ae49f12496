/*
 * next.c - gf-cron next: when schedules fire, one line a firing.
 *
 * There are three sources: one schedule, a table (all its jobs in one order of time), or schedules
 * on standard input, one a line, each answered when it is read. For a table the next firing of
 * every job is kept in an array: the earliest is printed and replaced by the job's firing after
 * that. Lines gather in a buffer, which is written before a read that may wait and when it is
 * large.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron.h"
#include "firing.h"

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "text/reader.h"

static const char *const formats[] = {"rfc3339", "epoch", "json", NULL};

struct ask {
    struct cron_context context;
    const char *expr, *table, *id;
    struct gf_stamp from, until;
    bool has_from, has_until, has_count;
    uint64_t count;
    int format; /* enum firing_format */
    struct gf_buf out;
    bool none; /* a schedule had no firing */
};

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--vixie-percent", "--table", "a schedule has no command"},
    {GF_OPT_NOT_WITH, "--table", "EXPR", "both are schedules"},
    {GF_OPT_NOT_WITH, "--id", "--table", "the jobs of a table have their own"},
    {0},
};

const struct gf_cli cron_next_cli = {
    .name = "next",
    .summary = "print when a schedule fires",
    .usage = (const char *const[]){"[options] EXPR", "[options] --table CRONTAB",
                                   "[options] < EXPRESSIONS", NULL},
    .opts =
        (const struct gf_opt[]){
            {'n', 'n', NULL, "N", "print N firings (default: 1; with --until: all)", NULL, 0},
            {OPT_FROM, 0, "from", "TIME", "print firings after TIME (default: now)", NULL, 0},
            {OPT_UNTIL, 0, "until", "TIME", "print firings up to and including TIME", NULL, 0},
            CRON_OPT_TZ,
            CRON_OPT_DST,
            {OPT_FORMAT, 0, "format", "FORMAT", "rfc3339 (default), epoch or json",
             "rfc3339 epoch json", 0},
            {OPT_TABLE, 0, "table", "CRONTAB", "print firings of all jobs of a crontab", "@file",
             0},
            CRON_OPT_PERCENT,
            {OPT_ID, 0, "id", "ID", "id from which H and ~ choose their values", NULL, 0},
            {0},
        },
    .examples = (const char *const[]){"gf-cron next -n 3 '30 2 * * *'",
                                      "gf-cron next --tz Europe/Berlin --from 2026-03-28T12:00 "
                                      "'30 2 * * *'",
                                      "printf '@daily\\n@hourly\\n' | gf-cron next", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .rules = rules,
    .parent = &cron_cli,
    .walled = true,
};

/* ---- lines ---------------------------------------------------------------------------------- */

static int flush(struct ask *a)
{
    int r = gf_tool_print(&a->out);
    gf_buf_clear(&a->out);
    return r;
}

static int add_line(struct ask *a, struct gf_zone *z, const struct firing *f)
{
    const struct firing_form to = {&a->out, a->format, a->context.now};
    firing_add(&to, z, f);
    return a->out.len > 64 * 1024 ? flush(a) : 0;
}

/* ---- the sources ----------------------------------------------------------------------------- */

static int nomem(void)
{
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

/* The instants of --from and --until in this zone. */
static void limits(struct ask *a, struct gf_zone *z, int64_t *from, int64_t *until)
{
    *from = a->has_from ? gf_zone_instant(z, &a->from) : a->context.now;
    *until = a->has_until ? gf_zone_instant(z, &a->until) : GF_CIVIL_MAX;
}

static int answer(struct ask *a, const char *expr, const struct gf_cron *c, struct gf_zone *z)
{
    int64_t t, until;
    limits(a, z, &t, &until);
    for (uint64_t i = 0; i < a->count; i++) {
        enum gf_dst dst = (enum gf_dst)a->context.dst;
        bool found = gf_cron_next(c, z, dst, t, &t) == GF_CRON_FOUND && t <= until;
        struct firing f = {.t = found ? &t : NULL,
                           .at_start = gf_cron_will_start(c, a->context.now),
                           .after = c->kind == GF_CRON_AFTER ? c : NULL,
                           .expr = expr};
        if ((found || i == 0) && add_line(a, z, &f) != 0)
            return GF_EXIT_TOOL;
        if (!found) {
            a->none |= i == 0 && !f.at_start && !f.after;
            break;
        }
    }
    return GF_EXIT_OK;
}

static int one(struct ask *a, const char *expr)
{
    struct gf_cron c;
    struct gf_zone *z;
    int status = cron_schedule_parse(&a->context, expr, a->id, &c, &z);
    if (status != GF_EXIT_OK)
        return status;
    return answer(a, expr, &c, z);
}

static int ask_record(struct ask *a, const struct gf_record *rec, uint64_t number)
{
    struct gf_buf line = {0};
    if (memchr(rec->data, '\0', rec->len)) {
        gf_error("record %llu holds a NUL byte", (unsigned long long)number);
        return GF_EXIT_USAGE;
    }
    if (gf_buf_add(&line, rec->data, rec->len) != 0)
        return nomem();
    int status = GF_EXIT_OK;
    size_t start = strspn(line.data, " \t");
    if (line.data[start] && line.data[start] != '#')
        status = one(a, line.data);
    gf_buf_release(&line);
    return status;
}

static void say_unread(uint64_t number)
{
    if (errno == EMSGSIZE)
        gf_error("record %llu is longer than %d bytes", (unsigned long long)number,
                 GF_TABLE_LINE_MAX);
    else
        gf_error_errno("cannot read standard input");
}

/* Schedules on standard input: a bad one is said, the others are answered. */
static int ask_input(struct ask *a)
{
    struct gf_reader r;
    struct gf_record rec;
    int got, worst = GF_EXIT_OK;
    gf_tool_waits(STDIN_FILENO, "schedules", "give one as a word");
    gf_reader_init(&r, STDIN_FILENO, '\n', GF_TABLE_LINE_MAX);
    while (worst != GF_EXIT_TOOL && (got = gf_reader_take(&r, &rec)) != GF_READER_END) {
        if (got == 1) {
            int status = ask_record(a, &rec, r.taken);
            worst = status > worst ? status : worst;
        } else if (flush(a) != 0) {
            worst = GF_EXIT_TOOL;
        } else if (gf_reader_fill_on(&r) < 0) {
            say_unread(r.taken + 1);
            worst = GF_EXIT_TOOL;
        }
    }
    gf_reader_release(&r);
    return worst;
}

/* The job's first firing after `after`; INT64_MAX: there is none. */
static int64_t advance(struct ask *a, const struct gf_job *job, int64_t after)
{
    enum gf_dst dst = (enum gf_dst)a->context.dst;
    int64_t due;
    return gf_cron_next(&job->when, job->zone, dst, after, &due) == GF_CRON_FOUND ? due : INT64_MAX;
}

/* No job fires at a time: those that fire at the start of a scheduler are printed. */
static int without_times(struct ask *a, const struct gf_table *t)
{
    a->none = true;
    for (size_t i = 0; i < t->n_jobs; i++) {
        const struct gf_job *job = &t->jobs[i];
        if (!gf_cron_will_start(&job->when, a->context.now))
            continue;
        a->none = false;
        if (add_line(a, job->zone, &(struct firing){.at_start = true, .job = job}) != 0)
            return GF_EXIT_TOOL;
    }
    return a->none ? add_line(a, a->context.zone, &(struct firing){0}) : GF_EXIT_OK;
}

static int ask_jobs(struct ask *a, const struct gf_table *t, int64_t *due)
{
    int64_t from, until;
    limits(a, a->context.zone, &from, &until);
    for (size_t i = 0; i < t->n_jobs; i++)
        due[i] = advance(a, &t->jobs[i], from);
    for (uint64_t n = 0; n < a->count; n++) {
        size_t first = 0;
        for (size_t i = 1; i < t->n_jobs; i++)
            if (due[i] < due[first])
                first = i;
        if (t->n_jobs == 0 || due[first] > until)
            return n == 0 ? without_times(a, t) : GF_EXIT_OK;
        const struct gf_job *job = &t->jobs[first];
        if (add_line(a, job->zone, &(struct firing){.t = &due[first], .job = job}) != 0)
            return GF_EXIT_TOOL;
        due[first] = advance(a, job, due[first]);
    }
    return GF_EXIT_OK;
}

static int ask_table(struct ask *a)
{
    struct gf_table t;
    int status = cron_table_read(&a->context, a->table, GF_TABLE_ERROR, &t);
    if (status == GF_EXIT_OK) {
        int64_t *due = calloc(t.n_jobs + 1, sizeof *due);
        status = due ? ask_jobs(a, &t, due) : nomem();
        free(due);
    }
    gf_table_release(&t);
    return status;
}

/* ---- main ------------------------------------------------------------------------------------ */

static int take_option(struct ask *a, const struct gf_optparser *p)
{
    switch (p->opt->id) {
    case 'n':
        a->has_count = true;
        return gf_cli_count(p, 1, 1000000000, &a->count);
    case OPT_FROM:
        a->has_from = true;
        return cron_time_option(&a->context, p, &a->from);
    case OPT_UNTIL:
        a->has_until = true;
        return cron_time_option(&a->context, p, &a->until);
    case OPT_FORMAT:
        return gf_cli_choice(p, formats, &a->format);
    case OPT_TABLE:
        a->table = p->value;
        return 0;
    case OPT_ID:
        a->id = p->value;
        return 0;
    default:
        return cron_context_option(&a->context, p);
    }
}

int cron_next_main(int argc, char **argv)
{
    struct ask a = {.count = 1};
    struct gf_optparser p = gf_optparser(&cron_next_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPTION) {
            if (take_option(&a, &p) != 0)
                return GF_EXIT_USAGE;
        } else if (a.expr) {
            return gf_cli_usage_error(&cron_next_cli, "a schedule is one argument, in quotes");
        } else {
            a.expr = p.value;
        }
    }
    if (a.expr)
        gf_opt_fact(&p, "EXPR", a.expr);
    if (gf_cli_check_rules(&p, true) != 0)
        return GF_EXIT_USAGE;
    if (a.has_until && !a.has_count)
        a.count = UINT64_MAX;
    int status = cron_context_open(&a.context);
    if (status == GF_EXIT_OK)
        cron_wall_raise(&a.context, a.table, NULL);
    if (status == GF_EXIT_OK)
        status = a.table ? ask_table(&a) : a.expr ? one(&a, a.expr) : ask_input(&a);
    if (flush(&a) != 0)
        status = GF_EXIT_TOOL;
    if (status == GF_EXIT_OK && a.none)
        status = GF_EXIT_NO;
    gf_buf_release(&a.out);
    if (status != GF_EXIT_USAGE)
        cron_say_zones(&a.context);
    cron_context_release(&a.context);
    return gf_tool_finish(status);
}
