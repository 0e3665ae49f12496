/*
 * table_job.c - a line that is a job: its schedule, its options, its command, its id.
 *
 * The schedule is read twice. H and ~ hash the id, which stands behind the schedule or is made from
 * the line, so the first reading finds where the schedule ends and the second one knows the id.
 * When a field is wrong it is replaced by a star and the rest is read again, so that every wrong
 * field is told. Ids are in a hash table (open addressing) that finds the job of an equal id.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"
#include "cron/exprtext.h"
#include "cron/hash.h"
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
    offer(&s, "GF_EXPAND");
    gf_perr_say(&e, (size_t)(name - r->line), len, NULL, "unknown option of a job%s%s%s",
                s.best ? ": did you mean " : "", s.best ? s.best : "", s.best ? "?" : "");
    gf_tab_note(r, GF_TABLE_ERROR, &e);
}

void gf_tab_set_zone(struct gf_tab_reader *r, struct gf_zone **zone, const char *at,
                     const char *value)
{
    struct gf_perr e = {0};
    if (!*value) {
        gf_tab_fault(r, at, 0, "UTC has a name: UTC", "a time zone's name is missing");
        return;
    }
    if (gf_zones_get(r->ctx->zones, value, zone, &e) == 0)
        return;
    if (errno == ENOMEM) {
        r->nomem = true;
        return;
    }
    r->unreadable |= errno != EINVAL;
    e.len = strlen(value);
    gf_tab_pass_on(r, at, &e);
}

/* What holds for all lines below it. */
static bool is_of_lines(const char *name, size_t len)
{
    return gf_tab_name_is(name, len, "GF_FIELDS") || gf_tab_name_is(name, len, "GF_EXPAND");
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
    if (got == 1 && is_of_lines(name, name_len))
        gf_tab_fault(r, name, name_len, "put it on a line of its own, above",
                     "this is not an option of one job");
    else if (got == 1)
        unknown_option(r, name, name_len);
    else if (got != 0)
        gf_tab_pass_on(r, at, &e);
    else if (gf_tab_name_is(name, name_len, "GF_LOG"))
        gf_tab_look_at_log(r, at, value);
    else if (gf_tab_name_is(name, name_len, "GF_LOCK"))
        gf_tab_look_at_lock(r, at, value);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

struct gf_job **gf_tab_place(const struct gf_table *t, const char *id)
{
    size_t mask = GF_TAB_IDS - 1, i = gf_cron_hash(id, strlen(id)) & mask;
    while (t->ids[i] && strcmp(t->ids[i]->id, id) != 0)
        i = (i + 1) & mask;
    return &t->ids[i];
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
        name[used++] = gf_cron_is_id(p, 1) ? *p : '_';
    }
    name[used] = '\0';
    int len = snprintf(id, GF_JOB_ID_MAX - 8, "%s-%06" PRIx64, name,
                       gf_cron_hash(line, strlen(line)) & 0xffffff);
    struct gf_job *first = *gf_tab_place(r->t, id);
    while (first && *gf_tab_place(r->t, id))
        snprintf(id + len, (size_t)(GF_JOB_ID_MAX + 1 - len), "-%u", 2 + first->twins++);
}

/* The command as it is run: \% is %. With vixie_percent a % that no backslash stands before ends
 * the command; the rest is its input, each further % a newline. */
static int take_percent(struct gf_tab_reader *r, struct gf_job *job)
{
    bool cuts = r->ctx->vixie_percent;
    char *copy = gf_tab_keep(r->t, job->command, strlen(job->command));
    if (!copy)
        return -1;
    if (!cuts)
        gf_tab_look_at_percent(r, job->command);
    char *to = copy;
    job->command = copy;
    for (const char *p = copy; *p; p++) {
        if (*p == '\\' && p[1] == '%')
            *to++ = *++p;
        else if (*p == '%' && cuts && !job->input) {
            *to++ = '\0';
            job->input = to;
        } else
            *to++ = *p == '%' && cuts ? '\n' : *p;
    }
    *to = '\0';
    return 0;
}

/* Leading GF_NAME=value words. Returns what follows them. */
static const char *take_options(struct gf_tab_reader *r, struct gf_job *job, const char *s)
{
    const char *first = s;
    for (;;) {
        size_t name_len = gf_tab_name_length(s);
        if (strncmp(s, "GF_", 3) != 0 || s[name_len] != '=')
            break;
        const char *at = s + name_len + 1;
        size_t len = gf_tab_word_length(at);
        const char *value = gf_tab_unquoted(r, at, len);
        if (!value)
            return s;
        if (!gf_tab_name_is(s, name_len, "GF_ID"))
            gf_tab_set_option(r, &job->opt, &job->zone, s, name_len, at, value);
        else if (gf_cron_is_id(value, strlen(value)))
            job->id = value;
        else
            gf_tab_fault(r, at, len, "letters, digits and ._:@+-, at most 64", "not an id");
        s = gf_tab_skip_blanks(at + len);
    }
    gf_tab_look_at_options(r, job, first, s);
    return s;
}

/* Gives the schedules behind the first one a place that lives as long as the table. */
static int keep_schedules(struct gf_job *job)
{
    size_t n = 0;
    const struct gf_cron *from = job->when.also;
    for (const struct gf_cron *c = from; c; c = c->also)
        n++;
    job->more = n ? calloc(n, sizeof *job->more) : NULL;
    struct gf_cron **link = &job->when.also;
    for (size_t i = 0; job->more && from; i++, from = from->also) {
        job->more[i] = *from;
        *link = &job->more[i];
        link = &job->more[i].also;
    }
    return n && !job->more ? -1 : 0;
}

/* Puts the job, which has its id, into the table. */
static void add_job(struct gf_tab_reader *r, struct gf_job *job, const char *schedule, size_t len)
{
    job->schedule = gf_tab_keep(r->t, schedule, len);
    if (!job->schedule || take_percent(r, job) != 0) {
        r->nomem = true;
        return;
    }
    struct gf_job **place = gf_tab_place(r->t, job->id);
    if (*place) {
        struct gf_perr e;
        gf_perr_say(&e, (size_t)(schedule - r->line), 0, NULL, "the id '%s' is that of line %zu",
                    job->id, (*place)->line);
        gf_tab_note(r, GF_TABLE_ERROR, &e);
        return;
    }
    if (keep_schedules(job) != 0) {
        r->nomem = true;
        return;
    }
    r->t->jobs[r->t->n_jobs] = *job;
    *place = &r->t->jobs[r->t->n_jobs++];
}

/* ---- the schedule ---------------------------------------------------------------------------- */

/* Makes a star of the word at `at`, so that what is wrong with the others is found too. False:
 * nothing is there that could be one. */
static bool take_out_word(char *text, size_t at)
{
    while (at && !gf_tab_is_blank(text[at - 1]))
        at--;
    size_t end = at;
    while (text[end] && !gf_tab_is_blank(text[end]))
        end++;
    if (end == at || (end == at + 1 && text[at] == '*'))
        return false;
    memset(text + at, ' ', end - at);
    text[at] = '*';
    return true;
}

/* Whether the schedule that holds s[at] begins with a word such as @every: its other words are no
 * fields. */
static bool is_in_word(const char *s, size_t at)
{
    size_t from = at;
    while (from && !(s[from - 1] == '|' && gf_tab_is_blank(s[from])))
        from--;
    return *gf_tab_skip_blanks(s + from) == '@';
}

/* Every field that is wrong is said. False: where the schedule ends is not known. */
static bool read_schedule(struct gf_tab_reader *r, struct gf_cron *when, const char *s,
                          const struct gf_cron_context *ctx, size_t *used)
{
    struct gf_perr e = {0};
    size_t len = strlen(s);
    if (gf_cron_parse_front(when, s, len, r->fields, ctx, used, &e) == 0)
        return true;
    char *copy = gf_tab_keep(r->t, s, len);
    if (!copy) {
        r->nomem = true;
        return false;
    }
    do {
        size_t at = e.col;
        gf_tab_pass_on(r, s, &e);
        if (gf_expr_quote(s, s + len) || r->nomem || at >= len || is_in_word(s, at) ||
            !take_out_word(copy, at))
            return false;
        e = (struct gf_perr){0};
    } while (gf_cron_parse_front(when, copy, len, r->fields, ctx, used, &e) != 0);
    return true;
}

static bool is_weekday(const char *s)
{
    static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncasecmp(s, names[i], 3) == 0)
            return true;
    return false;
}

/* MON, or MON-FRI, or SAT,SUN. */
static bool is_weekdays(const char *s, size_t len)
{
    size_t at = 0;
    while (at + 3 <= len && is_weekday(s + at)) {
        at += 3;
        if (at == len)
            return true;
        if (s[at] != '-' && s[at] != ',')
            return false;
        at++;
    }
    return false;
}

/* A word behind the schedule that is one more field: the line is of a dialect with seconds, or a
 * year, and its first fields are not what they seem. */
static void look_for_more_fields(struct gf_tab_reader *r, const char *s)
{
    size_t len = strcspn(s, " \t");
    if (len && strchr("*?0123456789", *s) && strspn(s, "0123456789*?/,-#") == len)
        gf_tab_fault(r, s, len,
                     "GF_FIELDS=6 above lets lines begin with seconds, GF_FIELDS=7 also end with a "
                     "year; a command of this name is written with its directory",
                     "one field too many in front of the command");
    else if (is_weekdays(s, len))
        gf_tab_advise(r, s, len, "GF_FIELDS=6 above lets lines begin with seconds",
                      "the command begins with the name of a weekday");
}

/* ---- the line -------------------------------------------------------------------------------- */

static void check_command(struct gf_tab_reader *r, const char *command)
{
    if (*command)
        gf_tab_check_user(r, command);
    else
        gf_tab_fault(r, r->line + r->len, 0, NULL, "a command is missing");
}

/* GF_FROM and GF_UNTIL, on the clock of the job's zone, become bounds of its schedules. */
static void set_bounds(struct gf_tab_reader *r, struct gf_job *job, const char *s, size_t len)
{
    const struct gf_job_options *o = &job->opt;
    int64_t since = o->has_from ? gf_zone_instant(job->zone, &o->from) : INT64_MIN;
    int64_t upto = o->has_until ? gf_zone_instant(job->zone, &o->until) : INT64_MAX;
    if (since > upto)
        gf_tab_fault(r, s, len, "no run comes before GF_FROM, and none after GF_UNTIL",
                     "GF_UNTIL is before GF_FROM");
    for (struct gf_cron *c = &job->when; c && (o->has_from || o->has_until); c = c->also) {
        c->bounded = true;
        c->since = since;
        c->upto = upto;
    }
}

static const struct gf_cron *last_of(const struct gf_cron *c)
{
    while (c->also)
        c = c->also;
    return c;
}

/* H and ~ hash the id, which stands behind the schedule, or is made of the line: the schedule is
 * read again with it. */
void gf_tab_read_job(struct gf_tab_reader *r, const char *s, struct gf_zone *zone)
{
    struct gf_job job = {.zone = zone, .line = r->number, .opt = r->defaults};
    struct gf_cron more[GF_CRON_SCHEDULES - 1];
    struct gf_cron_context ctx = {.id = "", .now = r->ctx->now, .more = more};
    char made[GF_JOB_ID_MAX + 1];
    size_t used, errors = r->t->n_errors;
    if (r->t->n_jobs == GF_TABLE_JOBS_MAX) {
        gf_tab_fault(r, s, strlen(s), NULL, "more than 10000 jobs");
        return;
    }
    if (!read_schedule(r, &job.when, s, &ctx, &used))
        return;
    if (s[last_of(&job.when)->at] != '@')
        look_for_more_fields(r, gf_tab_skip_blanks(s + used));
    job.command = take_options(r, &job, gf_tab_skip_blanks(s + used));
    check_command(r, job.command);
    gf_tab_look_at_zone(r, job.zone);
    if (r->t->n_errors != errors || r->nomem)
        return;
    if (!job.id) {
        make_id(r, made, s, job.command);
        job.id = gf_tab_keep(r->t, made, strlen(made));
    }
    if (!job.id) {
        r->nomem = true;
        return;
    }
    ctx.id = job.id;
    ctx.id_len = strlen(job.id);
    gf_cron_parse_front(&job.when, s, strlen(s), r->fields, &ctx, &used, NULL);
    job.n_vars = r->t->n_vars;
    set_bounds(r, &job, s, used);
    if (r->t->n_errors == errors)
        gf_tab_look_at_job(r, &job, s);
    if (r->t->n_errors == errors)
        add_job(r, &job, s, used);
}
