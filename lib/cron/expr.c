/*
 * expr.c - the text is split into words; fields go to field.c, @words are read here.
 *
 * The words are kept with their place in the text, so that an error in a field can be shown in the
 * whole line. A nickname such as @daily is read again as its five fields. How the two fields for
 * days go together is found out on the way, from their stars and plus; `real` is set where a
 * star in second, minute or hour, or several seconds, make the schedule follow real time.
 */
#include "cron/expr.h"

#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/sat.h"
#include "cron/field.h"
#include "cron/slip.h"

enum {
    WORDS_MAX = 8 /* one more than a schedule can have, so that too many is seen */
};

struct word {
    const char *s;
    size_t len;
};

struct text {
    const char *base; /* columns count from here */
    const char *end;
    struct word w[WORDS_MAX];
    int n;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static struct text split(const char *s, size_t len)
{
    struct text t = {.base = s, .end = s + len};
    const char *at = s;
    while (t.n < WORDS_MAX) {
        while (at < t.end && is_blank(*at))
            at++;
        if (at == t.end)
            break;
        const char *from = at;
        while (at < t.end && !is_blank(*at))
            at++;
        t.w[t.n++] = (struct word){from, (size_t)(at - from)};
    }
    return t;
}

static bool word_is(const struct word *w, const char *name)
{
    return w->len == strlen(name) && strncasecmp(w->s, name, w->len) == 0;
}

static int fail_word(const struct text *t, int i, struct gf_perr *e, const char *hint,
                     const char *what)
{
    if (i >= t->n)
        return gf_perr_set(e, (size_t)(t->end - t->base), 0, hint, "%s", what);
    return gf_perr_set(e, (size_t)(t->w[i].s - t->base), t->w[i].len, hint, "%s", what);
}

/* Moves the columns of an error inside word i to the whole text. */
static int inside(const struct text *t, int i, struct gf_perr *e)
{
    if (e)
        e->col += (size_t)(t->w[i].s - t->base);
    return -1;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static bool starts_with_star(const struct word *w)
{
    return w->s[0] == '*' || w->s[0] == '?';
}

/* How day of month and day of week go together. *w loses a leading plus. */
static int join_days(struct gf_cron *c, const struct text *t, int dom, struct word *dow,
                     struct gf_perr *e)
{
    bool plus = dow->s[0] == '+';
    bool star = starts_with_star(&t->w[dom]) || starts_with_star(dow);
    if (plus) {
        dow->s++;
        dow->len--;
        if (dow->len == 0)
            return fail_word(t, dom + 2, e, NULL, "day of week: a value is missing after +");
    }
    c->day_or = c->both_days = !star && !plus;
    return 0;
}

/* Whether the schedule names intervals, not times of day: some field up to the hour starts with a
 * star, or the seconds are several. One second is a time of day, as none is. */
static bool is_interval(const struct gf_cron *c, const struct text *t, int hour)
{
    for (int i = 0; i <= hour; i++)
        if (starts_with_star(&t->w[i]))
            return true;
    return __builtin_popcountll(c->sec) > 1;
}

static int parse_fields(struct gf_cron *c, const struct text *t, int fields,
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
        struct word w = t->w[i];
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
static bool is_year(const struct word *w)
{
    size_t n = 0;
    while (n < w->len && w->s[n] >= '0' && w->s[n] <= '9')
        n++;
    return n >= 4;
}

static int count_fields(const struct text *t, int *fields, struct gf_perr *e)
{
    static const char hint[] =
        "minute hour day month weekday; seconds in front make six, a year behind seven";
    *fields = t->n;
    if (t->n == 6 && is_year(&t->w[5]))
        return fail_word(t, 5, e, "put seconds in front: seven fields may end with a year",
                         "six fields are seconds to weekday, not a year at the end");
    if (t->n < 5)
        return fail_word(t, WORDS_MAX, e, hint, "a schedule has five fields or more");
    if (t->n > 7)
        return fail_word(t, 7, e, hint, "a schedule has seven fields or less");
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

static const char every_hint[] = "write it as @every 90m, or @every 2h from 2026-01-01T00:30";

/* Word i as a span of whole seconds, at least one. */
static int whole_seconds(const struct text *t, int i, int64_t *out, struct gf_perr *e)
{
    gf_ns d;
    if (i >= t->n)
        return fail_word(t, i, e, NULL, "a duration is missing");
    if (gf_parse_duration(t->w[i].s, t->w[i].len, &d, e) != 0)
        return inside(t, i, e);
    if (d < GF_S || d % GF_S)
        return fail_word(t, i, e, NULL, "a schedule counts in whole seconds, from 1s on");
    *out = d / GF_S;
    return 0;
}

static int stamp(const struct text *t, int i, struct gf_stamp *out, struct gf_perr *e)
{
    if (i >= t->n)
        return fail_word(t, i, e, "write it as 2026-03-29T03:00", "a time is missing");
    return gf_stamp_parse(t->w[i].s, t->w[i].len, out, e) == 0 ? 0 : inside(t, i, e);
}

static int parse_every(struct gf_cron *c, const struct text *t, int *words, struct gf_perr *e)
{
    c->kind = GF_CRON_EVERY;
    c->real = true;
    c->from = (struct gf_stamp){.fixed = true};
    *words = 2;
    if (whole_seconds(t, 1, &c->every, e) != 0)
        return -1;
    if (t->n < 3 || !word_is(&t->w[2], "from"))
        return 0;
    *words = 4;
    return stamp(t, 3, &c->from, e);
}

static int parse_in(struct gf_cron *c, const struct text *t, const struct gf_cron_context *ctx,
                    struct gf_perr *e)
{
    int64_t d;
    if (whole_seconds(t, 1, &d, e) != 0)
        return -1;
    c->kind = GF_CRON_AT;
    c->from = (struct gf_stamp){.seconds = gf_sat_add_i64(ctx->now, d), .fixed = true};
    return 0;
}

static int parse_word(struct gf_cron *c, const struct text *t, const struct gf_cron_context *ctx,
                      int *words, struct gf_perr *e)
{
    const struct word *w = &t->w[0];
    *words = 1;
    for (size_t i = 0; i < sizeof nicknames / sizeof nicknames[0]; i++) {
        if (!word_is(w, nicknames[i].name))
            continue;
        struct text f = split(nicknames[i].fields, strlen(nicknames[i].fields));
        return parse_fields(c, &f, 5, ctx, e);
    }
    if (word_is(w, "@start") || word_is(w, "@reboot")) {
        c->kind = GF_CRON_START;
        return 0;
    }
    if (word_is(w, "@every"))
        return parse_every(c, t, words, e);
    *words = 2;
    if (word_is(w, "@at")) {
        c->kind = GF_CRON_AT;
        return stamp(t, 1, &c->from, e);
    }
    if (word_is(w, "@in"))
        return parse_in(c, t, ctx, e);
    return fail_word(t, 0, e, "@yearly @monthly @weekly @daily @hourly @start @every @at @in",
                     "unknown schedule word");
}

static int fail_quote(const struct text *t, struct gf_perr *e)
{
    return gf_perr_set(e, (size_t)(t->w[0].s - t->base), 1,
                       "leave the quotes out: the fields stand as they are",
                       "a quote stands before the schedule");
}

/* ---- the whole ------------------------------------------------------------------------------- */

int gf_cron_parse(struct gf_cron *out, const char *s, size_t len, const struct gf_cron_context *ctx,
                  struct gf_perr *e)
{
    struct text t = split(s, len);
    int words;
    *out = (struct gf_cron){0};
    if (t.n == 0)
        return gf_perr_set(e, 0, 0, NULL, "a schedule is missing");
    if (is_quote(t.w[0].s[0]))
        return fail_quote(&t, e);
    if (t.w[0].s[0] != '@')
        return count_fields(&t, &words, e) == 0 ? parse_fields(out, &t, words, ctx, e) : -1;
    if (parse_word(out, &t, ctx, &words, e) != 0)
        return -1;
    if (t.n > words)
        return fail_word(&t, words, e, out->kind == GF_CRON_EVERY ? every_hint : NULL,
                         "nothing may follow here");
    return 0;
}

int gf_cron_parse_front(struct gf_cron *out, const char *s, size_t len, int fields,
                        const struct gf_cron_context *ctx, size_t *used, struct gf_perr *e)
{
    struct text t = split(s, len);
    int words = fields;
    *out = (struct gf_cron){0};
    if (t.n == 0)
        return gf_perr_set(e, 0, 0, NULL, "a schedule is missing");
    if (is_quote(t.w[0].s[0]))
        return fail_quote(&t, e);
    if (t.w[0].s[0] == '@') {
        if (parse_word(out, &t, ctx, &words, e) != 0)
            return -1;
    } else if (t.n < fields) {
        return fail_word(&t, WORDS_MAX, e, "minute hour day month weekday command",
                         "a schedule is cut short");
    } else if (parse_fields(out, &t, fields, ctx, e) != 0) {
        return -1;
    }
    const struct word *last = &t.w[words - 1];
    *used = (size_t)(last->s + last->len - s);
    return 0;
}
