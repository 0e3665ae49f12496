/*
 * field.c - one field of a schedule, item by item, into a mask of bits.
 *
 * A field is split at commas. Each item is tried as one of the few forms that only some fields
 * have (L, W, #), then as a range with a step, which all fields share; a single value is a range
 * of one. Ranges that wrap go round through the field's end.
 */
#include "cron/field.h"

#include <string.h>
#include <strings.h>

#include "cron/slip.h"

const char *const gf_cron_field_names[GF_FIELDS] = {
    "second", "minute", "hour", "day of month", "month", "day of week", "year",
};

const char *const gf_cron_month_names[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

const char *const gf_cron_day_names[7] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
};

static const struct limits {
    int lo, hi;
    int top;    /* the largest number that may be written: 7 is a name of Sunday */
    int hashed; /* the largest that H gives: day 29 is not in every month */
    const char *const *names;
    int n_names;
} limits[GF_FIELDS] = {
    [GF_FIELD_SECOND] = {0, 59, 59, 59, NULL, 0},
    [GF_FIELD_MINUTE] = {0, 59, 59, 59, NULL, 0},
    [GF_FIELD_HOUR] = {0, 23, 23, 23, NULL, 0},
    [GF_FIELD_DAY] = {1, 31, 31, 28, NULL, 0},
    [GF_FIELD_MONTH] = {1, 12, 12, 12, gf_cron_month_names, 12},
    [GF_FIELD_WEEKDAY] = {0, 6, 7, 6, gf_cron_day_names, 7},
    [GF_FIELD_YEAR] = {GF_CRON_YEAR_MIN, GF_CRON_YEAR_MAX, GF_CRON_YEAR_MAX, GF_CRON_YEAR_MAX, NULL,
                       0},
};

/* One item being read. */
struct item {
    struct gf_cron *out;
    enum gf_cron_field f;
    const struct limits *lim;
    const struct gf_cron_context *ctx;
    const char *base; /* of the whole text */
    const char *s, *at, *end;
    struct gf_perr *e;
};

static int fail(const struct item *it, const char *from, const char *to, const char *hint,
                const char *what)
{
    return gf_perr_set(it->e, (size_t)(from - it->base), (size_t)(to - from), hint, "%s: %s",
                       gf_cron_field_names[it->f], what);
}

static int fail_range(const struct item *it, const char *from, const char *to)
{
    return gf_perr_set(it->e, (size_t)(from - it->base), (size_t)(to - from), NULL,
                       "%s is %d to %d", gf_cron_field_names[it->f], it->lim->lo, it->lim->top);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take(struct item *it, char c)
{
    if (it->at == it->end || (*it->at | 0x20) != (c | 0x20))
        return false;
    it->at++;
    return true;
}

static bool take_exact(struct item *it, char c)
{
    if (it->at == it->end || *it->at != c)
        return false;
    it->at++;
    return true;
}

/* Digits, at most four; -1 when there are none or more. */
static int take_digits(struct item *it)
{
    int v = 0, n = 0;
    while (it->at + n < it->end && is_digit(it->at[n])) {
        if (++n > 4)
            return -1;
        v = v * 10 + (it->at[n - 1] - '0');
    }
    it->at += n;
    return n ? v : -1;
}

/* A name of the field: three letters or all of them. Its number, or -1 and nothing is taken. */
static int take_name(struct item *it)
{
    size_t n = 0;
    while (it->at + n < it->end && is_alpha(it->at[n]))
        n++;
    for (int i = 0; i < it->lim->n_names; i++) {
        const char *name = it->lim->names[i];
        size_t full = strlen(name);
        /* The L of `MONL` is not of the name. */
        size_t cut = n > 3 && n != full && (it->at[n - 1] | 0x20) == 'l' ? n - 1 : n;
        if ((cut == 3 || cut == full) && strncasecmp(name, it->at, cut) == 0) {
            it->at += cut;
            return i + it->lim->lo;
        }
    }
    return -1;
}

/* A number or a name. -1: the error is set. */
static int take_value(struct item *it, int *out)
{
    const char *from = it->at;
    int v = take_name(it);
    if (v == -1)
        v = take_digits(it);
    if (v == -1) {
        const char *to = from;
        while (to < it->end && (is_digit(*to) || is_alpha(*to)))
            to++;
        return fail(it, from, to, NULL, to == from ? "a value is missing" : "not a value");
    }
    if (v < it->lim->lo || v > it->lim->top)
        return fail_range(it, from, it->at);
    *out = v;
    return 0;
}

/* ---- the bits -------------------------------------------------------------------------------- */

static void set(struct item *it, int v)
{
    struct gf_cron *c = it->out;
    switch (it->f) {
    case GF_FIELD_SECOND:
        c->sec |= UINT64_C(1) << v;
        break;
    case GF_FIELD_MINUTE:
        c->min |= UINT64_C(1) << v;
        break;
    case GF_FIELD_HOUR:
        c->hour |= UINT32_C(1) << v;
        break;
    case GF_FIELD_DAY:
        c->dom |= UINT32_C(1) << v;
        break;
    case GF_FIELD_MONTH:
        c->mon |= (uint16_t)(1u << v);
        break;
    case GF_FIELD_WEEKDAY:
        c->dow |= (uint8_t)(1u << (v % 7));
        break;
    case GF_FIELD_YEAR:
        v -= GF_CRON_YEAR_MIN;
        c->year[v / 64] |= UINT64_C(1) << (v % 64);
        break;
    case GF_FIELDS:
        break;
    }
}

/* From a to b by step; b < a goes round through the end of the field. */
static void set_range(struct item *it, int a, int b, int step)
{
    int size = it->lim->hi - it->lim->lo + 1;
    int last = b >= a ? b : b + size;
    const struct gf_cron_range r = {it->f, it->lim->lo, it->lim->hi, a, last};
    gf_cron_slip_step(it->out, &r, step);
    for (int v = a; v <= last; v += step)
        set(it, v > it->lim->top || (b < a && v > it->lim->hi) ? v - size : v);
}

/* ---- hashes ---------------------------------------------------------------------------------- */

/*
 * FNV-1a over the id and the field, then the finisher of MurmurHash3 for the low bits. Fixed for
 * good: a change would move every H and ~ of every table.
 */
static uint64_t hash(const struct item *it)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < it->ctx->id_len; i++)
        h = (h ^ (unsigned char)it->ctx->id[i]) * UINT64_C(0x100000001b3);
    h = (h ^ (uint64_t)it->f) * UINT64_C(0x100000001b3);
    h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 33);
}

static int pick(const struct item *it, int a, int b)
{
    int size = it->lim->hi - it->lim->lo + 1;
    int n = (b >= a ? b : b + size) - a + 1;
    int v = a + (int)(hash(it) % (uint64_t)n);
    return v > it->lim->top || (b < a && v > it->lim->hi) ? v - size : v;
}

/* ---- the forms ------------------------------------------------------------------------------- */

/* The end of an item: a comma's place, or the error. */
static int finish(struct item *it)
{
    if (it->at == it->end)
        return 0;
    return fail(it, it->at, it->end, NULL, "not understood from here on");
}

static int take_step(struct item *it, int *step)
{
    *step = 1;
    if (!take_exact(it, '/'))
        return 0;
    const char *from = it->at;
    *step = take_digits(it);
    if (*step < 1)
        return fail(it, from, *step == 0 ? it->at : it->end, NULL, "a step is a number from 1 on");
    return 0;
}

/* H, H/n, H(a-b), H(a-b)/n. */
static int hashed(struct item *it)
{
    int a = it->lim->lo, b = it->lim->hashed, step;
    const char *open = it->at;
    if (take_exact(it, '(')) {
        if (take_value(it, &a) != 0)
            return -1;
        if (!take_exact(it, '-'))
            return fail(it, it->at, it->at, "write it as H(0-29)", "a range is missing");
        if (take_value(it, &b) != 0)
            return -1;
        if (!take_exact(it, ')'))
            return fail(it, open, it->at, NULL, "the bracket is not closed");
        if (b < a)
            return fail(it, open, it->at, NULL, "the range of an H does not wrap");
    }
    const char *slash = it->at;
    if (take_step(it, &step) != 0)
        return -1;
    if (slash == it->at) {
        set(it, pick(it, a, b));
    } else {
        int span = step < b - a + 1 ? step : b - a + 1;
        set_range(it, a + (int)(hash(it) % (uint64_t)span), b, step);
    }
    return finish(it);
}

/* L, L-n, LW in the day of month. */
static int last_day(struct item *it)
{
    if (take(it, 'w')) {
        it->out->last_weekday = true;
        return finish(it);
    }
    int n = 0;
    if (take_exact(it, '-')) {
        const char *from = it->at;
        n = take_digits(it);
        if (n < 0 || n > 30)
            return fail(it, from, it->end, NULL, "L-n takes n from 0 to 30");
    }
    it->out->last |= UINT32_C(1) << n;
    return finish(it);
}

/* d#n, d#-n. */
static int nth_weekday(struct item *it, int day)
{
    const char *from = it->at;
    bool end = take_exact(it, '-');
    if (take(it, 'l'))
        return fail(it, from, it->end, gf_cron_slip_last(day),
                    "#n takes n from 1 to 5, or -1 to -5");
    int n = take_digits(it);
    if (n < 1 || n > 5 || it->at - from != 1 + end)
        return fail(it, from, it->end, NULL, "#n takes n from 1 to 5, or -1 to -5");
    uint8_t *nth = end ? it->out->nth_end : it->out->nth;
    nth[n - 1] |= (uint8_t)(1u << (day % 7));
    return finish(it);
}

/* What may follow a single value in the day fields: nW, dL, d#n. 1: it was none of them. */
static int after_value(struct item *it, int v)
{
    if (it->f == GF_FIELD_DAY && take(it, 'w')) {
        it->out->near |= UINT32_C(1) << v;
        return finish(it);
    }
    if (it->f != GF_FIELD_WEEKDAY)
        return 1;
    if (take_exact(it, '#'))
        return nth_weekday(it, v);
    if (take(it, 'l')) {
        it->out->nth_end[0] |= (uint8_t)(1u << (v % 7));
        return finish(it);
    }
    return 1;
}

/* a~b, where either end may be left out. */
static int random_value(struct item *it, int a)
{
    int b = it->lim->hashed;
    if (it->at < it->end && take_value(it, &b) != 0)
        return -1;
    set(it, pick(it, a, b));
    return finish(it);
}

static int range(struct item *it)
{
    int a, b, step;
    if (take_value(it, &a) != 0)
        return -1;
    int special = after_value(it, a);
    if (special != 1)
        return special;
    if (take_exact(it, '~'))
        return random_value(it, a);
    b = a;
    bool ranged = take_exact(it, '-');
    if (ranged && take_value(it, &b) != 0)
        return -1;
    const char *slash = it->at;
    if (take_step(it, &step) != 0)
        return -1;
    if (it->at != slash && !ranged)
        b = it->lim->hi; /* a/n: from a to the end */
    if (a == 7 && it->f == GF_FIELD_WEEKDAY && b != 7)
        a = 0;
    set_range(it, a, b, step);
    return finish(it);
}

/* -n in the day of month, as a day counted from the end. */
static int negative_day(struct item *it)
{
    const char *from = it->at++;
    char what[64];
    int n = take_digits(it);
    gf_cron_slip_negative(n, take(it, 'w'), what);
    return fail(it, from, it->at, "L is the last day, L-1 the second last", what);
}

static int parse_item(struct item *it)
{
    if (it->at == it->end)
        return fail(it, it->at, it->at, NULL, "a value is missing");
    if (it->f == GF_FIELD_DAY && *it->at == '-')
        return negative_day(it);
    if (take_exact(it, '*') || take_exact(it, '?')) {
        int step;
        if (take_step(it, &step) != 0)
            return -1;
        set_range(it, it->lim->lo, it->lim->hi, step);
        return finish(it);
    }
    if (take_exact(it, '~'))
        return random_value(it, it->lim->lo);
    if (it->f != GF_FIELD_YEAR && take_exact(it, 'H'))
        return hashed(it);
    if (it->f == GF_FIELD_DAY && take(it, 'l'))
        return last_day(it);
    return range(it);
}

int gf_cron_field_parse(struct gf_cron *out, enum gf_cron_field f, const char *base, const char *s,
                        size_t len, const struct gf_cron_context *ctx, struct gf_perr *e)
{
    const char *end = s + len;
    for (;;) {
        const char *comma = memchr(s, ',', (size_t)(end - s));
        struct item it = {out, f, &limits[f], ctx, base, s, s, comma ? comma : end, e};
        if (parse_item(&it) != 0)
            return -1;
        if (!comma)
            return 0;
        s = comma + 1;
    }
}
