/*
 * expr.c - the text is split into words (exprtext.c); fields go to field.c, @words to atword.c.
 *
 * A nickname such as @daily is read again as its five fields. How the two fields for
 * days go together is found out on the way, from their stars and plus; `real` is set where a
 * star in second, minute or hour, or several seconds, make the schedule follow real time.
 *
 * Schedules with a | between them are read one by one, each from its part of the text, into a list:
 * the first into the caller's struct, the others into the room that the context has.
 */
#include "cron/expr.h"

#include <string.h>

#include "cron/atword.h"
#include "cron/exprtext.h"
#include "cron/field.h"
#include "cron/slip.h"

/* ---- fields ---------------------------------------------------------------------------------- */

static bool starts_with_star(const struct gf_expr_word *w)
{
    return w->s[0] == '*' || w->s[0] == '?';
}

/* How day of month and day of week go together. *w loses a leading plus. */
static int join_days(struct gf_cron *c, const struct gf_expr_text *t, int dom,
                     struct gf_expr_word *dow, struct gf_perr *e)
{
    bool plus = dow->s[0] == '+';
    bool star = starts_with_star(&t->w[dom]) || starts_with_star(dow);
    if (plus) {
        dow->s++;
        dow->len--;
        if (dow->len == 0)
            return gf_expr_fail(t, dom + 2, e, NULL, "day of week: a value is missing after +");
    }
    c->day_or = c->both_days = !star && !plus;
    return 0;
}

/* Whether the schedule names intervals, not times of day: some field up to the hour starts with a
 * star, or the seconds are several. One second is a time of day, as none is. */
static bool is_interval(const struct gf_cron *c, const struct gf_expr_text *t, int hour)
{
    for (int i = 0; i <= hour; i++)
        if (starts_with_star(&t->w[i]))
            return true;
    return __builtin_popcountll(c->sec) > 1;
}

static int parse_fields(struct gf_cron *c, const struct gf_expr_text *t, int fields,
                        const struct gf_cron_context *ctx, struct gf_perr *e)
{
    int first = fields == 5 ? GF_FIELD_MINUTE : GF_FIELD_SECOND;
    int dom = GF_FIELD_DAY - first;
    c->kind = GF_CRON_FIELDS;
    c->with_seconds = fields > 5;
    c->with_years = fields == 7;
    if (!c->with_seconds)
        c->sec = 1;
    for (int i = 0; i < fields; i++) {
        struct gf_expr_word w = t->w[i];
        if (i == dom + 2 && join_days(c, t, dom, &w, e) != 0)
            return -1;
        if (gf_cron_field_parse(c, (enum gf_cron_field)(first + i), t->base, w.s, w.len, ctx, e))
            return -1;
    }
    c->real = is_interval(c, t, GF_FIELD_HOUR - first);
    c->day_number = gf_cron_slip_day(t->w[dom + 2].s, t->w[dom + 2].len,
                                     c->with_seconds && t->w[dom].s[0] == '?');
    return 0;
}

/* Whether it begins with four digits. The text ends with the word, there is no NUL behind it. */
static bool is_year(const struct gf_expr_word *w)
{
    size_t n = 0;
    while (n < w->len && w->s[n] >= '0' && w->s[n] <= '9')
        n++;
    return n >= 4;
}

static int count_fields(const struct gf_expr_text *t, int *fields, struct gf_perr *e)
{
    static const char hint[] =
        "minute hour day month weekday; seconds in front make six, a year behind seven";
    *fields = t->n;
    if (t->n == 6 && is_year(&t->w[5]))
        return gf_expr_fail(t, 5, e, "put seconds in front: seven fields may end with a year",
                            "six fields are seconds to weekday, not a year at the end");
    if (t->n < 5)
        return gf_expr_fail(t, GF_EXPR_WORDS, e, hint, "a schedule has five fields or more");
    if (t->n > 7)
        return gf_expr_fail(t, 7, e, hint, "a schedule has seven fields or less");
    return 0;
}

/* ---- @words ---------------------------------------------------------------------------------- */

static const struct nickname {
    const char *name;
    const char *fields;
} nicknames[] = {
    {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
};

static int parse_word(struct gf_cron *c, const struct gf_expr_text *t,
                      const struct gf_cron_context *ctx, int *words, struct gf_perr *e)
{
    const struct gf_expr_word *w = &t->w[0];
    *words = 1;
    for (size_t i = 0; i < sizeof nicknames / sizeof nicknames[0]; i++) {
        if (!gf_expr_word_is(w, nicknames[i].name))
            continue;
        struct gf_expr_text f = gf_expr_split(nicknames[i].fields, strlen(nicknames[i].fields));
        return parse_fields(c, &f, 5, ctx, e);
    }
    int got = gf_cron_atword(c, t, ctx->now, words, e);
    if (got != 1)
        return got;
    return gf_expr_fail(t, 0, e,
                        "@yearly @monthly @weekly @daily @hourly @start @every @at @in @after",
                        "unknown schedule word");
}

static int fail_quote(const struct gf_expr_text *t, const char *at, size_t len, struct gf_perr *e)
{
    return gf_perr_set(e, (size_t)(at - t->base), len,
                       "leave the quotes out: the fields stand as they are", "a quote stands %s",
                       at == t->w[0].s ? "before the schedule" : "in the schedule");
}

/* ---- one schedule ---------------------------------------------------------------------------- */

/* How a text is read. */
struct reading {
    const struct gf_cron_context *ctx;
    int fields; /* that a schedule has; 0: as many as the first one has */
    bool whole; /* nothing stands behind the schedules */
};

static int parse_counted(struct gf_cron *c, const struct gf_expr_text *t, struct reading *r,
                         int *words, struct gf_perr *e)
{
    *words = r->fields;
    if (r->whole && count_fields(t, words, e) != 0)
        return -1;
    if (t->n < *words)
        return gf_expr_fail(t, GF_EXPR_WORDS, e, "minute hour day month weekday command",
                            "a schedule is cut short");
    if (r->fields && *words != r->fields)
        return gf_expr_fail(t, r->fields < *words ? r->fields : GF_EXPR_WORDS, e,
                            "write seconds in all of them, or in none",
                            "not as many fields as the schedule before has");
    r->fields = *words;
    return parse_fields(c, t, *words, r->ctx, e);
}

static int parse_one(struct gf_cron *c, const struct gf_expr_text *t, struct reading *r, int *words,
                     struct gf_perr *e)
{
    static const char zone[] = "CRON_TZ=";
    if (t->n == 0)
        return gf_perr_set(e, 0, 0, NULL, "a schedule is missing");
    size_t quote = gf_expr_quote(t->w[0].s, t->end);
    if (quote)
        return fail_quote(t, t->w[0].s, quote, e);
    if (t->w[0].len >= strlen(zone) && memcmp(t->w[0].s, zone, strlen(zone)) == 0)
        return gf_expr_fail(t, 0, e, "CRON_TZ in front of the first schedule holds for all",
                            "a job has one time zone");
    if (t->w[0].s[0] == '@')
        return parse_word(c, t, r->ctx, words, e);
    return parse_counted(c, t, r, words, e);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The length of s up to a | that stands alone, which ends a schedule. */
static size_t up_to_bar(const char *s, size_t len)
{
    size_t i = 0;
    while (i < len &&
           !(s[i] == '|' && (i == 0 || is_blank(s[i - 1])) && (i + 1 == len || is_blank(s[i + 1]))))
        i++;
    return i;
}

/* An error in the first words is about a | in one of them, if there is one. -1. */
static int find_bar(const struct gf_expr_text *t, int words, struct gf_perr *e)
{
    for (int i = 0; i < t->n && i < words; i++) {
        const char *bar = memchr(t->w[i].s, '|', t->w[i].len);
        if (bar)
            return gf_perr_set(e, (size_t)(bar - t->base), 1, NULL,
                               "a | between schedules has blanks around it");
    }
    return -1;
}

/* An error in a word that has a quote is about the quote. -1. */
static int find_quote(const struct gf_expr_text *t, struct gf_perr *e)
{
    for (int i = 0; e && i < t->n; i++) {
        const struct gf_expr_word *w = &t->w[i];
        size_t at = (size_t)(w->s - t->base), n;
        for (size_t k = 0; e->col >= at && e->col < at + w->len && k < w->len; k++)
            if ((n = gf_expr_quote(w->s + k, w->s + w->len)))
                return fail_quote(t, w->s + k, n, e);
    }
    return -1;
}

/* The schedule at s[0..len), which is followed by a | or by the end of all. *end is where it ends,
 * and *behind the first word behind it; `len` when there is none. */
static int parse_part(struct gf_cron *c, const char *s, size_t len, struct reading *r, size_t *end,
                      size_t *behind, struct gf_perr *e)
{
    struct gf_expr_text t = gf_expr_split(s, len);
    int words = 0;
    *c = (struct gf_cron){0};
    *end = *behind = 0;
    if (parse_one(c, &t, r, &words, e) != 0) {
        find_quote(&t, e);
        return find_bar(&t, r->whole ? t.n : r->fields, e);
    }
    bool is_every = c->kind == GF_CRON_EVERY || c->kind == GF_CRON_DAYS;
    if (r->whole && t.n > words)
        return gf_expr_fail(&t, words, e, is_every ? gf_cron_every_hint : NULL,
                            "nothing may follow here");
    const struct gf_expr_word *last = &t.w[words - 1];
    *end = (size_t)(last->s + last->len - s);
    *behind = t.n > words ? (size_t)(t.w[words].s - s) : len;
    c->at = (size_t)(t.w[0].s - s);
    c->len = *end - c->at;
    return 0;
}

/* A job that follows another one does nothing else: schedule n, which is followed by a | or not. */
static int check_alone(const struct gf_cron *c, int n, bool is_last, size_t at, struct gf_perr *e)
{
    if (c->kind != GF_CRON_AFTER || (n == 1 && is_last))
        return 0;
    return gf_perr_set(e, at, c->len, "give the other schedules to a job of their own",
                       "@after stands alone");
}

static int parse_all(struct gf_cron *out, const char *s, size_t len, struct reading *r,
                     size_t *used, struct gf_perr *e)
{
    struct gf_cron *c = out;
    size_t from = 0;
    for (int n = 1;; n++) {
        size_t part = up_to_bar(s + from, len - from), end, behind;
        if (parse_part(c, s + from, part, r, &end, &behind, e) != 0) {
            if (e)
                e->col += from;
            return -1;
        }
        c->at += from;
        *used = from + end;
        bool is_last = behind < part || from + part == len;
        if (check_alone(c, n, is_last, c->at, e) != 0)
            return -1;
        if (is_last)
            return 0;
        if (!r->ctx->more || n == GF_CRON_SCHEDULES)
            return gf_perr_set(e, from + part, 1, NULL, "a job has at most %d schedules",
                               r->ctx->more ? GF_CRON_SCHEDULES : 1);
        from += part + 1;
        c->also = &r->ctx->more[n - 1];
        c = c->also;
    }
}

int gf_cron_parse(struct gf_cron *out, const char *s, size_t len, const struct gf_cron_context *ctx,
                  struct gf_perr *e)
{
    struct reading r = {ctx, 0, true};
    size_t used;
    return parse_all(out, s, len, &r, &used, e);
}

int gf_cron_parse_front(struct gf_cron *out, const char *s, size_t len, int fields,
                        const struct gf_cron_context *ctx, size_t *used, struct gf_perr *e)
{
    struct reading r = {ctx, fields, false};
    return parse_all(out, s, len, &r, used, e);
}
