/*
 * table.c - a reader goes line by line, with what is in force for the jobs to come.
 *
 * Zone, number of fields and defaults change on the way and are copied into each job that follows.
 * What is wrong becomes a note with its line and column, and reading goes on, so that one run tells
 * all of it.
 */
#include "cron/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cron/table_read.h"

static const struct gf_job_options plain = {
    .queue = 1,
    .kill_after = 10 * GF_S,
    .retry_delay = GF_S,
    .skew = 300 * GF_S,
};

/* ---- variables ------------------------------------------------------------------------------- */

static void add_variable(struct gf_tab_reader *r, const char *name, size_t name_len,
                         const char *value)
{
    struct gf_table *t = r->t;
    if (t->n_vars == GF_TABLE_VARS_MAX) {
        gf_tab_fault(r, name, name_len, NULL, "more than 1000 variables");
        return;
    }
    const char *copy = gf_tab_keep(t, name, name_len);
    if (!copy || !gf_tab_grow((void **)&t->vars, t->n_vars, &t->cap_vars, sizeof *t->vars)) {
        r->nomem = true;
        return;
    }
    t->vars[t->n_vars++] = (struct gf_table_var){copy, value};
}

/* Variables that other crons send mail by. */
static bool is_of_mail(const char *name, size_t len)
{
    return gf_tab_name_is(name, len, "MAILTO") || gf_tab_name_is(name, len, "MAILFROM") ||
           gf_tab_name_is(name, len, "CONTENT_TYPE") ||
           gf_tab_name_is(name, len, "CONTENT_TRANSFER_ENCODING");
}

/* A variable of the jobs. An empty MAILTO asks for no mail, which is what happens. */
static void set_variable(struct gf_tab_reader *r, const char *name, size_t name_len,
                         const char *value)
{
    if (*value && is_of_mail(name, name_len))
        gf_tab_warn(r, name, name_len,
                    "GF_ON_FAILURE=command runs a command when a job fails, --ping tells a URL",
                    "no mail is sent: what jobs write goes to standard output");
    add_variable(r, name, name_len, value);
}

/* NAME=value: the value is s[0..len). */
static void assign(struct gf_tab_reader *r, const char *name, size_t name_len, const char *s,
                   size_t len)
{
    bool expands =
        r->expand && strncmp(name, "GF_", 3) != 0 && !gf_tab_name_is(name, name_len, "CRON_TZ");
    const char *value = expands ? gf_tab_expanded(r, s, len) : gf_tab_unquoted(r, s, len);
    if (!value)
        return;
    if (gf_tab_name_is(name, name_len, "CRON_TZ")) {
        gf_tab_set_zone(r, &r->zone, s, value);
        r->tz.line = 0;
    } else if (gf_tab_name_is(name, name_len, "GF_FIELDS")) {
        if (len != 1 || *value < '5' || *value > '7')
            gf_tab_fault(r, s, len, NULL, "GF_FIELDS is 5, 6 or 7");
        else
            r->fields = *value - '0';
    } else if (gf_tab_name_is(name, name_len, "GF_EXPAND")) {
        if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
            gf_tab_fault(r, s, len, NULL, "GF_EXPAND is 0 or 1");
        else
            r->expand = *value == '1';
    } else if (gf_tab_name_is(name, name_len, "GF_ID"))
        gf_tab_fault(r, name, name_len, "put it behind the schedule", "GF_ID belongs to one job");
    else if (strncmp(name, "GF_", 3) == 0)
        gf_tab_set_option(r, &r->defaults, &r->zone, name, name_len, s, value);
    else {
        set_variable(r, name, name_len, value);
        gf_tab_look_at_variable(r, name, name_len, s, len, value);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void read_job(struct gf_tab_reader *r, const char *s, struct gf_zone *zone)
{
    size_t n = r->t->n_jobs;
    gf_tab_read_job(r, s, zone);
    if (r->t->n_jobs > n)
        gf_tab_keep_after(r, &r->t->jobs[n]);
}

/* `CRON_TZ=zone schedule command`: the zone of one line. */
static void read_zoned_job(struct gf_tab_reader *r, const char *value, size_t len)
{
    struct gf_zone *zone = r->zone;
    const char *name = gf_tab_unquoted(r, value, len);
    if (!name)
        return;
    gf_tab_set_zone(r, &zone, value, name);
    read_job(r, gf_tab_skip_blanks(value + len), zone);
}

/* `export NAME=value`, as a shell has it. */
static bool is_of_shell(const char *s, size_t len)
{
    static const char *const words[] = {"export", "set", "setenv", "declare", "typeset"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (gf_tab_name_is(s, len, words[i]))
            return gf_tab_is_blank(s[len]);
    return false;
}

/* The hint has what the line sets: behind options such as -x, with a = between name and value. */
static void refuse_of_shell(struct gf_tab_reader *r, const char *s, size_t len)
{
    const char *rest = gf_tab_skip_blanks(s + len);
    char what[64], way[128];
    while (*rest == '-')
        rest = gf_tab_skip_blanks(rest + strcspn(rest, " \t"));
    size_t n = gf_tab_name_length(rest);
    const char *value = gf_tab_skip_blanks(rest + n);
    if (*value == '=')
        value = gf_tab_skip_blanks(value + 1);
    if (n && *value)
        snprintf(way, sizeof way, "write %.*s=%.60s without %.*s", (int)(n < 40 ? n : 40), rest,
                 value, (int)len, s);
    else
        snprintf(way, sizeof way, "write NAME=value without %.*s", (int)len, s);
    snprintf(what, sizeof what, "%.*s is a word of the shell, not of a crontab", (int)len, s);
    const char *hint = gf_tab_keep(r->t, way, strlen(way));
    if (hint)
        gf_tab_fault(r, s, len, hint, what);
    r->nomem = r->nomem || !hint;
}

static void read_line(struct gf_tab_reader *r)
{
    const char *s = gf_tab_skip_blanks(r->line);
    if (!*s || *s == '#')
        return;
    gf_tab_look_at_line(r);
    size_t name_len = gf_tab_name_length(s);
    const char *eq = gf_tab_skip_blanks(s + name_len);
    if (is_of_shell(s, name_len) && *eq != '=') {
        refuse_of_shell(r, s, name_len);
        return;
    }
    if (!name_len || *eq != '=') {
        read_job(r, s, r->zone);
        return;
    }
    const char *value = gf_tab_skip_blanks(eq + 1);
    size_t word = gf_tab_word_length(value), len = strlen(value);
    while (len && gf_tab_is_blank(value[len - 1]))
        len--;
    if (gf_tab_name_is(s, name_len, "CRON_TZ") && word < len)
        read_zoned_job(r, value, word);
    else
        assign(r, s, name_len, value, len);
}

static void check_and_read(struct gf_tab_reader *r, const char *s, size_t len)
{
    size_t shown = len < GF_TABLE_LINE_MAX ? len : 80;
    r->line = gf_tab_keep(r->t, s, shown);
    r->len = shown;
    if (!r->line) {
        r->nomem = true;
        return;
    }
    const char *nul = memchr(s, '\0', shown);
    if (len > GF_TABLE_LINE_MAX)
        gf_tab_fault(r, r->line, shown, NULL, "a line of more than 64 KiB");
    else if (nul)
        gf_tab_fault(r, r->line + (nul - s), 1, NULL, "a NUL byte");
    else if (len && s[len - 1] == '\r')
        gf_tab_fault(r, r->line + len - 1, 1,
                     "the file has DOS line ends: tr -d '\\r' takes them away",
                     "a carriage return ends the line");
    else
        read_line(r);
}

void gf_table_init(struct gf_table *t)
{
    *t = (struct gf_table){0};
}

int gf_table_parse(struct gf_table *t, const char *s, size_t len,
                   const struct gf_table_context *ctx)
{
    struct gf_tab_reader r = {
        .t = t, .ctx = ctx, .zone = ctx->zone, .fields = 5, .defaults = plain};
    const char *end = s + len;
    /* All at once: the hash table points into it. Untouched pages cost nothing. */
    t->jobs = calloc(GF_TABLE_JOBS_MAX, sizeof *t->jobs);
    t->ids = calloc(GF_TAB_IDS, sizeof *t->ids);
    r.nomem = !t->jobs || !t->ids;
    while (s < end && !r.nomem) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        r.number++;
        check_and_read(&r, s, (size_t)((nl ? nl : end) - s));
        s = nl ? nl + 1 : end;
    }
    gf_tab_look_at_zone(&r, NULL);
    if (!r.nomem)
        gf_tab_find_afters(&r);
    free(r.afters);
    if (r.nomem) {
        errno = ENOMEM;
        return -1;
    }
    return r.unreadable ? GF_TABLE_UNREADABLE : t->n_errors ? GF_TABLE_FAULTY : 0;
}

struct gf_job *gf_table_find(const struct gf_table *t, const char *id)
{
    return t->ids ? *gf_tab_place(t, id) : NULL;
}

void gf_table_release(struct gf_table *t)
{
    gf_tab_free_texts(t);
    for (size_t i = 0; i < t->n_jobs; i++)
        free(t->jobs[i].more);
    free(t->jobs);
    free(t->ids);
    free(t->vars);
    free(t->notes);
    gf_table_init(t);
}
