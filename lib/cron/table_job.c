/* table_job.c - see table_read.h: a line that is a job, its options, its id. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "cron/hash.h"
#include "cron/next.h"
#include "cron/option.h"
#include "cron/table_read.h"

/* ---- options --------------------------------------------------------------------------------- */

static void offer(void *arg, const char *name)
{
    gf_suggest_offer(arg, name);
}

static void unknown_option(struct gf_tab_reader *r, const char *name, size_t len)
{
    struct gf_suggest s;
    struct gf_perr e;
    gf_suggest_init(&s, name, len);
    gf_job_option_names(offer, &s);
    offer(&s, "GF_ID");
    offer(&s, "GF_TZ");
    offer(&s, "GF_FIELDS");
    gf_perr_set(&e, (size_t)(name - r->line), len, NULL, "unknown option of a job%s%s%s",
                s.best ? ": did you mean " : "", s.best ? s.best : "", s.best ? "?" : "");
    gf_tab_note(r, false, &e);
}

void gf_tab_set_zone(struct gf_tab_reader *r, struct gf_zone **zone, const char *at,
                     const char *value)
{
    struct gf_perr e = {0};
    if (gf_zones_get(r->ctx->zones, value, zone, &e) == 0)
        return;
    e.len = strlen(value);
    gf_tab_pass_on(r, at, &e);
}

void gf_tab_set_option(struct gf_tab_reader *r, struct gf_job_options *o, struct gf_zone **zone,
                       const char *name, size_t name_len, const char *at, const char *value)
{
    struct gf_perr e = {0};
    if (gf_tab_name_is(name, name_len, "GF_TZ")) {
        gf_tab_set_zone(r, zone, at, value);
        return;
    }
    int got = gf_job_option_set(o, name, name_len, value, &e);
    if (got == 1)
        unknown_option(r, name, name_len);
    else if (got != 0)
        gf_tab_pass_on(r, at, &e);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

/* Where the id is, or would go. */
static struct gf_job **place_of(struct gf_tab_reader *r, const char *id)
{
    size_t mask = 32768 - 1, i = gf_cron_hash(id, strlen(id)) & mask;
    while (r->ids[i] && strcmp(r->ids[i]->id, id) != 0)
        i = (i + 1) & mask;
    return &r->ids[i];
}

static bool is_id(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-");
    return n && !s[n] && n <= GF_JOB_ID_MAX;
}

/* The command's name and a hash of the line, and -2 and so on for lines that are the same. */
static void make_id(struct gf_tab_reader *r, char id[GF_JOB_ID_MAX + 1], const char *line,
                    const char *command)
{
    size_t n = strcspn(command, " \t;|&<>");
    const char *base = command;
    for (size_t i = 0; i < n; i++)
        if (command[i] == '/')
            base = command + i + 1;
    char name[33];
    size_t used = 0;
    for (const char *p = base; p < command + n && used < sizeof name - 1; p++) {
        char one[2] = {*p, '\0'};
        name[used++] = is_id(one) ? *p : '_';
    }
    name[used] = '\0';
    int len = snprintf(id, GF_JOB_ID_MAX - 8, "%s-%06" PRIx64, name,
                       gf_cron_hash(line, strlen(line)) & 0xffffff);
    struct gf_job *first = *place_of(r, id);
    while (first && *place_of(r, id))
        snprintf(id + len, (size_t)(GF_JOB_ID_MAX + 1 - len), "-%u", 2 + first->twins++);
}

/* `command`, cut at the first % that no backslash stands before; the rest is its input, each
 * further % a newline. */
static int cut_percent(struct gf_tab_reader *r, struct gf_job *job)
{
    char *copy = gf_tab_keep(r->t, job->command, strlen(job->command));
    if (!copy)
        return -1;
    char *to = copy;
    job->command = copy;
    for (const char *p = copy; *p; p++) {
        if (*p == '\\' && p[1] == '%')
            *to++ = *++p;
        else if (*p == '%' && !job->input) {
            *to++ = '\0';
            job->input = to;
        } else
            *to++ = *p == '%' ? '\n' : *p;
    }
    *to = '\0';
    return 0;
}

/* Leading GF_NAME=value words. Returns what follows them. */
static const char *take_options(struct gf_tab_reader *r, struct gf_job *job, const char *s)
{
    for (;;) {
        size_t name_len = gf_tab_name_length(s);
        if (strncmp(s, "GF_", 3) != 0 || s[name_len] != '=')
            return s;
        const char *at = s + name_len + 1;
        size_t len = gf_tab_word_length(at);
        const char *value = gf_tab_unquoted(r, at, len);
        if (!value)
            return s;
        if (!gf_tab_name_is(s, name_len, "GF_ID"))
            gf_tab_set_option(r, &job->opt, &job->zone, s, name_len, at, value);
        else if (is_id(value))
            job->id = value;
        else
            gf_tab_fault(r, at, len, "letters, digits and ._:@+-, at most 64", "not an id");
        s = gf_tab_skip_blanks(at + len);
    }
}

static void lint(struct gf_tab_reader *r, const struct gf_job *job, const char *s, size_t len)
{
    int64_t t;
    if (!gf_cron_possible(&job->when)) {
        gf_tab_fault(r, s, len, NULL, "this day never comes");
        return;
    }
    if (job->when.both_days)
        gf_tab_caution(r, s, len, "a + before the day of week means both: 13 * +FRI",
                       "either the day of month or the day of week is enough");
    if (job->when.big_step)
        gf_tab_caution(r, s, len, NULL, "a step is as large as its range: it selects one value");
    if (job->when.kind == GF_CRON_START)
        return;
    int got = gf_cron_next(&job->when, job->zone, GF_DST_DEBIAN, r->ctx->now, &t);
    if (got == GF_CRON_NEVER && job->when.kind == GF_CRON_AT)
        gf_tab_caution(r, s, len, NULL, "this time is over");
    else if (got == GF_CRON_NEVER)
        gf_tab_fault(r, s, len, NULL, "no time is left for this in the future");
    else if (got < 0)
        r->nomem = true;
}

/* Puts the job into the table; its id is given or made. */
static void add_job(struct gf_tab_reader *r, struct gf_job *job, const char *schedule, size_t len)
{
    char made[GF_JOB_ID_MAX + 1];
    if (!job->id) {
        make_id(r, made, schedule, job->command);
        job->id = gf_tab_keep(r->t, made, strlen(made));
    }
    job->command = gf_tab_keep(r->t, job->command, strlen(job->command));
    job->schedule = gf_tab_keep(r->t, schedule, len);
    if (!job->id || !job->command || !job->schedule ||
        (r->ctx->vixie_percent && cut_percent(r, job) != 0)) {
        r->nomem = true;
        return;
    }
    struct gf_job **place = place_of(r, job->id);
    if (*place) {
        struct gf_perr e;
        gf_perr_set(&e, (size_t)(schedule - r->line), 0, NULL, "the id '%s' is that of line %zu",
                    job->id, (*place)->line);
        gf_tab_note(r, false, &e);
        return;
    }
    r->t->jobs[r->t->n_jobs] = *job;
    *place = &r->t->jobs[r->t->n_jobs++];
}

/* H and ~ hash the id, which stands behind the schedule: with one, the schedule is read again. */
void gf_tab_read_job(struct gf_tab_reader *r, const char *s, struct gf_zone *zone)
{
    struct gf_job job = {.zone = zone, .line = r->number, .opt = r->defaults};
    struct gf_cron_context ctx = {.id = s, .id_len = strlen(s), .now = r->ctx->now};
    struct gf_perr e = {0};
    size_t used;
    size_t notes = r->t->n_notes;
    bool faulty = r->t->faulty;
    if (r->t->n_jobs == GF_TABLE_JOBS_MAX) {
        gf_tab_fault(r, s, strlen(s), NULL, "more than 10000 jobs");
        return;
    }
    if (gf_cron_parse_front(&job.when, s, strlen(s), r->fields, &ctx, &used, &e) != 0) {
        gf_tab_pass_on(r, s, &e);
        return;
    }
    job.command = take_options(r, &job, gf_tab_skip_blanks(s + used));
    if (job.id) {
        ctx.id = job.id;
        ctx.id_len = strlen(job.id);
        gf_cron_parse_front(&job.when, s, strlen(s), r->fields, &ctx, &used, &e);
    }
    if (!*job.command) {
        gf_tab_fault(r, r->line + r->len, 0, NULL, "a command is missing");
        return;
    }
    size_t word = strcspn(job.command, " \t");
    if (r->ctx->is_user && job.command[word] && r->ctx->is_user(job.command, word)) {
        gf_tab_fault(r, job.command, word, "jobs run as the user who runs the table: leave it out",
                     "a user's name stands before the command");
        return;
    }
    job.n_vars = r->t->n_vars;
    lint(r, &job, s, used);
    if (r->t->faulty == faulty || notes == r->t->n_notes)
        add_job(r, &job, s, used);
}
