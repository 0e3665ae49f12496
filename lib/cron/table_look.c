/*
 * table_look.c - what a crontab of another cron means otherwise: warnings with the place and a way
 * out. See table_read.h.
 *
 * Each is a note about its line, and the line is taken as it stands. TZ is the one that has to
 * wait: it stands in crontabs beside CRON_TZ, and then all is well. So its note is kept until the
 * first job that goes by the default zone, and dropped when CRON_TZ comes before.
 */
#include <stdio.h>
#include <string.h>

#include "cron/next.h"
#include "cron/slip.h"
#include "cron/table_read.h"

/* A warning whose words are not static: its hint is kept with the table. An empty one is none. */
static void warn_kept(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                      const char *what)
{
    const char *kept = *hint ? gf_tab_keep(r->t, hint, strlen(hint)) : NULL;
    if (*hint && !kept)
        r->nomem = true;
    else
        gf_tab_warn(r, from, len, kept, what);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void gf_tab_look_at_line(struct gf_tab_reader *r)
{
    size_t n = 0;
    while (n < r->len && r->line[r->len - 1 - n] == '\\')
        n++;
    if (n % 2)
        gf_tab_warn(r, r->line + r->len - 1, 1,
                    "write it in one line, or put the commands into a script",
                    "a line that ends in a backslash does not continue in the next");
}

/* ---- variables ------------------------------------------------------------------------------- */

/* The length of what a shell would expand at s; 0: nothing. */
static size_t expansion(const char *s, const char *end)
{
    size_t most = (size_t)(end - s), n = 0;
    if (*s == '`')
        n = 2 + strcspn(s + 1, "`");
    else if (*s == '$' && (s[1] == '{' || s[1] == '('))
        n = 1 + strcspn(s, "})");
    else if (*s == '$' && gf_tab_name_length(s + 1))
        n = 1 + gf_tab_name_length(s + 1);
    return n < most ? n : most;
}

/* A value with $ in it, or with a ~ where a shell would take it for HOME. What stands in single
 * quotes is meant as it is. Of a variable below GF_EXPAND=1 it is what is still not expanded. */
static bool look_for_expansion(struct gf_tab_reader *r, const char *raw, size_t len,
                               bool is_variable)
{
    const char *end = raw + len, *name;
    bool expands = is_variable && r->expand;
    char before = ':';
    size_t n = 0, name_len;
    if (len && *raw == '\'')
        return false;
    for (; raw < end && !n; before = *raw == '"' ? ':' : *raw, raw++) {
        if (before != '\\')
            n = expands && gf_tab_reference(raw, &name, &name_len) ? 0 : expansion(raw, end);
        if (before == ':' && *raw == '~' && (raw + 1 == end || strchr("/:\"", raw[1])))
            n = 1;
    }
    if (!n)
        return false;
    char what[GF_SLIP_SIZE];
    raw--;
    snprintf(what, sizeof what, "%.*s is not expanded: %s", (int)(n < 40 ? n : 40), raw,
             expands ? "only $NAME and ${NAME} are" : "a value is taken as it is written");
    bool way = is_variable && gf_tab_reference(raw, &name, &name_len);
    gf_tab_warn(r, raw, n,
                way ? "write out what is meant, or put GF_EXPAND=1 on a line above"
                    : "write out what is meant, or set it in the command, which a shell reads",
                what);
    return true;
}

/* TZ=zone: the note is kept. */
static void keep_tz(struct gf_tab_reader *r, const char *name, size_t name_len, const char *value)
{
    char way[GF_SLIP_SIZE];
    r->tz.line = 0;
    if (r->zone != r->ctx->zone || strcmp(gf_zone_name(r->zone), value) == 0)
        return;
    snprintf(way, sizeof way, "CRON_TZ=%.40s sets the zone of the schedules below",
             *value ? value : "UTC");
    const char *hint = gf_tab_keep(r->t, way, strlen(way));
    if (!hint) {
        r->nomem = true;
        return;
    }
    r->tz = (struct gf_table_note){r->number, GF_TABLE_WARNING, r->line, r->len, {0}};
    r->tz_jobs = r->t->n_jobs;
    gf_perr_say(&r->tz.e, (size_t)(name - r->line), name_len, hint,
                "TZ is only set for the commands: schedules go by CRON_TZ");
}

void gf_tab_look_at_zone(struct gf_tab_reader *r, const struct gf_zone *zone)
{
    if (!r->tz.line || (zone ? zone != r->ctx->zone : r->t->n_jobs != r->tz_jobs))
        return;
    gf_tab_add_note(r, &r->tz);
    r->tz.line = 0;
}

/* Warns that `file`, the value at `raw`, cannot be used as `what` says. */
static void warn_file(struct gf_tab_reader *r, const char *raw, const char *what, const char *file,
                      const char *why, const char *hint)
{
    struct gf_perr e;
    gf_perr_say(&e, (size_t)(raw - r->line), strlen(file), hint, "%s '%.40s': %s", what, file, why);
    gf_tab_note(r, GF_TABLE_WARNING, &e);
}

void gf_tab_look_at_variable(struct gf_tab_reader *r, const char *name, size_t name_len,
                             const char *raw, size_t len, const char *value)
{
    bool is_shell = gf_tab_name_is(name, name_len, "SHELL");
    if (look_for_expansion(r, raw, len, true))
        return;
    int err = is_shell && r->ctx->why_no_shell ? r->ctx->why_no_shell(value) : 0;
    if (err)
        warn_file(r, raw, "no job below can start by the SHELL", value, strerror(err),
                  "name a file that can be run, such as /bin/sh");
    if (gf_tab_name_is(name, name_len, "TZ"))
        keep_tz(r, name, name_len, value);
}

void gf_tab_look_at_log(struct gf_tab_reader *r, const char *raw, const char *value)
{
    int err = r->ctx->why_no_log ? r->ctx->why_no_log(value) : 0;
    if (look_for_expansion(r, raw, gf_tab_word_length(raw), false) || !err)
        return;
    warn_file(r, raw, "no job can start with the GF_LOG", value, strerror(err),
              "make its directory, or name another file");
}

void gf_tab_look_at_lock(struct gf_tab_reader *r, const char *raw, const char *value)
{
    if (look_for_expansion(r, raw, gf_tab_word_length(raw), false) || !r->ctx->why_no_lock)
        return;
    const char *why = r->ctx->why_no_lock(value);
    if (why)
        warn_file(r, raw, "no job can start with the GF_LOCK", value, why,
                  "make the directory above it, or give a name without /");
}

/* ---- jobs ------------------------------------------------------------------------------------ */

void gf_tab_look_at_percent(struct gf_tab_reader *r, const char *command)
{
    const char *at = strstr(command, "\\%");
    if (!at || r->told_percent)
        return;
    r->told_percent = true;
    gf_tab_warn(r, at, 2, "% is a character like any other here, unless --vixie-percent is given",
                "\\% is taken as %, in this line and below");
}

/* What a schedule says. False: it never fires. */
static bool look_at_form(struct gf_tab_reader *r, const struct gf_cron *c, const char *s)
{
    char what[GF_SLIP_SIZE], way[GF_SLIP_SIZE];
    if (!gf_cron_possible(c)) {
        gf_tab_fault(r, s, c->len, NULL, "this day never comes");
        return false;
    }
    if (c->both_days)
        gf_tab_advise(r, s, c->len, "a + before the day of week means both: 13 * +FRI",
                      "either the day of month or the day of week is enough");
    if (gf_cron_slip_step_words(c, what, way))
        warn_kept(r, s, c->len, way, what);
    if (gf_cron_slip_day_words(c, what, way))
        warn_kept(r, s, c->len, way, what);
    return true;
}

/* Whether a firing of the schedules is left: of all in the list. */
static bool is_left(struct gf_tab_reader *r, const struct gf_job *job, const struct gf_cron *c)
{
    int64_t t;
    if (c->kind == GF_CRON_AFTER)
        return !c->bounded || r->ctx->now < c->upto;
    if (gf_cron_will_start(c, r->ctx->now))
        return true;
    return gf_cron_next(c, job->zone, r->ctx->dst, r->ctx->now, &t) == GF_CRON_FOUND;
}

void gf_tab_look_at_job(struct gf_tab_reader *r, const struct gf_job *job, const char *s)
{
    bool left = is_left(r, job, &job->when);
    for (const struct gf_cron *c = &job->when; c; c = c->also) {
        struct gf_cron alone = *c;
        alone.also = NULL;
        if (!look_at_form(r, &alone, s + c->at) || is_left(r, job, &alone))
            continue;
        if (c->bounded)
            gf_tab_advise(r, s + c->at, c->len, "GF_FROM and GF_UNTIL say when the job may run",
                          "this does not fire any more");
        else if (left || c->kind == GF_CRON_AT)
            gf_tab_advise(r, s + c->at, c->len, NULL, "this time is over");
        else
            gf_tab_fault(r, s + c->at, c->len, NULL, "no time is left for this in the future");
    }
}
