/*
 * cron_reader.c - schedules of fields beside a second reader, written after SCHEDULES of gf-cron(1)
 * alone: both take a text or both refuse it, and they agree on each minute of a week, on each day
 * of a year, and on what comes next.
 *
 * This reader makes no sets of values: it asks each item of a field about each value. Its calendar
 * is libc's. It does not know H and ~, which go by a hash, several schedules, nor the @words that
 * are no fields; cron_expr.c has these.
 */
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "cron/next.h"
#include "oracle.h"

enum {
    FIELDS = 7, /* second minute hour day month weekday year */
    DAY = 3,
    MONTH = 4,
    WEEKDAY = 5,
    LONGEST = 200,
    ITEMS = LONGEST / 2 + 1, /* of a field that takes the whole text */
};

static const int lowest[FIELDS] = {0, 0, 0, 1, 1, 0, 1970};
static const int highest[FIELDS] = {59, 59, 23, 31, 12, 6, 2225};

enum kind {
    RANGE,
    LAST,         /* a days before the last one */
    LAST_WORKING, /* day of the month */
    NEAREST,      /* working day to day a */
    NTH,          /* weekday a, for the b-th time in the month */
    NTH_LAST,
};

struct item {
    enum kind kind;
    int a, b, step;
};

struct field {
    struct item item[ITEMS];
    int n;
    bool star, plus; /* what it begins with */
};

struct schedule {
    struct field field[FIELDS];
};

/* ---- reading --------------------------------------------------------------------------------- */

/* What is not read yet of an item. */
struct rest {
    const char *s;
    int field;
};

static bool take(struct rest *r, char c)
{
    if (*r->s != c)
        return false;
    r->s++;
    return true;
}

static bool take_letter(struct rest *r, char c)
{
    return take(r, c) || take(r, (char)(c + 32));
}

static int number(struct rest *r, int least, int most)
{
    size_t n = strspn(r->s, "0123456789");
    int v = n && n <= 4 ? 0 : -1;
    for (size_t i = 0; i < n && n <= 4; i++)
        v = v * 10 + (r->s[i] - '0');
    r->s += n;
    return v >= least && v <= most ? v : -1;
}

/* Whole names before those of three letters, behind which no other letter stands but an L. */
static int name(struct rest *r)
{
    static const char *const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday ";
    static const char *const months = "January February March April May June July August "
                                      "September October November December ";
    const char *all = r->field == MONTH ? months : r->field == WEEKDAY ? days : "";
    size_t letters = strspn(r->s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (int cut = 0; cut < 2; cut++) {
        size_t len = letters - (size_t)cut;
        if (len > letters || (cut && r->s[len] != 'L' && r->s[len] != 'l'))
            break;
        int v = lowest[r->field];
        for (const char *at = all; *at; at = strchr(at, ' ') + 1, v++) {
            bool whole = len == strcspn(at, " ");
            if ((whole || len == 3) && strncasecmp(at, r->s, len) == 0) {
                r->s += len;
                return v;
            }
        }
    }
    return -1;
}

static int value(struct rest *r)
{
    int v = name(r);
    return v != -1 ? v : number(r, lowest[r->field], highest[r->field] + (r->field == WEEKDAY));
}

/* /n, if it stands there. */
static bool read_step(struct rest *r, struct item *it)
{
    it->step = 1;
    return !take(r, '/') || (it->step = number(r, 1, 9999)) != -1;
}

static bool read_nth(struct rest *r, struct item *it)
{
    it->kind = take(r, '-') ? NTH_LAST : NTH;
    it->b = r->s[0] >= '1' && r->s[0] <= '5' ? *r->s++ - '0' : -1;
    return it->b != -1;
}

static bool read_item(struct rest *r, struct item *it)
{
    *it = (struct item){RANGE, lowest[r->field], highest[r->field], 1};
    if (take(r, '*') || take(r, '?'))
        return read_step(r, it);
    if (r->field == DAY && take_letter(r, 'L')) {
        it->kind = take_letter(r, 'W') ? LAST_WORKING : LAST;
        it->a = it->kind == LAST && take(r, '-') ? number(r, 0, 30) : 0;
        return it->a != -1;
    }
    if ((it->a = value(r)) == -1)
        return false;
    if (r->field == DAY && take_letter(r, 'W')) {
        it->kind = NEAREST;
        return true;
    }
    if (r->field == WEEKDAY && take(r, '#'))
        return read_nth(r, it);
    if (r->field == WEEKDAY && take_letter(r, 'L')) {
        *it = (struct item){NTH_LAST, it->a, 1, 1};
        return true;
    }
    if (take(r, '-'))
        return (it->b = value(r)) != -1 && read_step(r, it);
    if (*r->s == '/') {
        it->a = r->field == WEEKDAY ? it->a % 7 : it->a; /* to the end, which is Saturday */
        return read_step(r, it);
    }
    it->b = it->a;
    return true;
}

static bool read_field(struct field *f, int which, char *word)
{
    f->star = *word == '*' || *word == '?';
    f->plus = which == WEEKDAY && *word == '+';
    word += f->plus;
    for (char *item = word; item; word = item) {
        struct rest r = {word, which};
        item = strchr(word, ',');
        if (item)
            *item++ = '\0';
        MUST(f->n < ITEMS);
        if (!read_item(&r, &f->item[f->n++]) || *r.s)
            return false;
    }
    return true;
}

/* The text is written over. */
static bool read_schedule(struct schedule *s, char *text)
{
    char *word[FIELDS + 1], *save = NULL;
    int n = 0;
    for (char *w = strtok_r(text, " \t", &save); w && n <= FIELDS; w = strtok_r(NULL, " \t", &save))
        word[n++] = w;
    if (n < 5 || n > 7)
        return false;
    if (n == 6 && strspn(word[5], "0123456789") >= 4) /* a year is the seventh field */
        return false;
    if (n == 5)
        s->field[0].item[s->field[0].n++] = (struct item){RANGE, 0, 0, 1};
    if (n < 7)
        s->field[6].item[s->field[6].n++] = (struct item){RANGE, lowest[6], highest[6], 1};
    for (int i = 0; i < n; i++)
        if (!read_field(&s->field[i + (n == 5)], i + (n == 5), word[i]))
            return false;
    return true;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int modulo(int n, int by)
{
    return (n % by + by) % by;
}

/* Counted from the first value, round through the end. */
static bool in_range(const struct item *it, int field, int v)
{
    int size = highest[field] - lowest[field] + 1;
    int span = it->b - it->a >= size ? size : modulo(it->b - it->a, size);
    int at = modulo(v - it->a, size);
    return at <= span && at % it->step == 0;
}

struct date {
    int year, month, day, weekday, length;
};

static struct date date_of(int64_t local)
{
    struct tm tm;
    time_t t = local;
    MUST(gmtime_r(&t, &tm));
    struct tm next = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon + 1, .tm_mday = 0};
    struct date d = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_wday, 0};
    MUST(timegm(&next) != -1);
    d.length = next.tm_mday;
    return d;
}

static bool is_working(const struct date *d, int day)
{
    int weekday = modulo(d->weekday + day - d->day, 7);
    return day >= 1 && day <= d->length && weekday != 0 && weekday != 6;
}

static int nearest(const struct date *d, int day)
{
    static const int tries[] = {0, -1, 1, 2, -2};
    for (int i = 0; i < 5 && day <= d->length; i++)
        if (is_working(d, day + tries[i]))
            return day + tries[i];
    return 0;
}

static int last_working(const struct date *d)
{
    int day = d->length;
    while (!is_working(d, day))
        day--;
    return day;
}

static bool item_has(const struct item *it, int field, const struct date *d, int v)
{
    switch (it->kind) {
    case RANGE:
        return in_range(it, field, v);
    case LAST:
        return d->day == d->length - it->a;
    case LAST_WORKING:
        return d->day == last_working(d);
    case NEAREST:
        return d->day == nearest(d, it->a);
    case NTH:
        return d->weekday == it->a % 7 && (d->day - 1) / 7 + 1 == it->b;
    case NTH_LAST:
        return d->weekday == it->a % 7 && (d->length - d->day) / 7 + 1 == it->b;
    }
    return false;
}

static bool has(const struct schedule *s, int field, const struct date *d, int v)
{
    for (int i = 0; i < s->field[field].n; i++)
        if (item_has(&s->field[field].item[i], field, d, v))
            return true;
    return false;
}

static bool has_day(const struct schedule *s, const struct date *d)
{
    const struct field *day = &s->field[DAY], *weekday = &s->field[WEEKDAY];
    bool one = has(s, DAY, d, d->day), other = has(s, WEEKDAY, d, d->weekday);
    bool both = day->star || weekday->star || weekday->plus;
    return has(s, MONTH, d, d->month) && has(s, 6, d, d->year) &&
           (both ? one && other : one || other);
}

static bool has_time(const struct schedule *s, const struct date *d, int64_t local)
{
    return has(s, 0, d, (int)(local % 60)) && has(s, 1, d, (int)(local / 60 % 60)) &&
           has(s, 2, d, (int)(local / 3600 % 24));
}

static bool matches(const struct schedule *s, int64_t local)
{
    struct date d = date_of(local);
    return has_time(s, &d, local) && has_day(s, &d);
}

/* ---- beside ours ----------------------------------------------------------------------------- */

/* A second that the schedule has. */
static int second_of(const struct schedule *s)
{
    struct date d = date_of(0);
    for (int v = 0; v < 60; v++)
        if (has(s, 0, &d, v))
            return v;
    abort();
}

static void compare_week(const struct schedule *s, const struct gf_cron *c, int64_t from)
{
    int second = second_of(s);
    for (int day = 0; day < 7; day++) {
        int64_t t = from + day * 86400 + second;
        struct date d = date_of(t);
        bool is_day = has_day(s, &d);
        int step = is_day ? 1 : 61;
        for (int i = 0; i < 24 * 60; i += step, t += step * 60)
            MUST(gf_cron_matches(c, t) == (is_day && has_time(s, &d, t)));
    }
    for (int64_t t = from; t < from + 3600; t += 61)
        MUST(gf_cron_matches(c, t) == matches(s, t));
}

/* At a time of day that the schedule has. */
static void compare_year(const struct schedule *s, const struct gf_cron *c, int64_t from)
{
    struct date d = date_of(0);
    int64_t t = from;
    while (t < from + 86400 && !has_time(s, &d, t))
        t += t % 60 == second_of(s) ? 60 : 1;
    MUST(t < from + 86400);
    for (int day = 0; day < 366; day++, t += 86400)
        MUST(gf_cron_matches(c, t) == matches(s, t));
}

/* The first time behind t and not behind `last`; else INT64_MAX. */
static int64_t next_by_asking(const struct schedule *s, int64_t t, int64_t last)
{
    while (++t <= last) {
        struct date d = date_of(t);
        if (!has_day(s, &d))
            t += 86399 - t % 86400;
        else if (!has(s, 2, &d, (int)(t / 3600 % 24)))
            t += 3599 - t % 3600;
        else if (!has(s, 1, &d, (int)(t / 60 % 60)))
            t += 59 - t % 60;
        else if (has(s, 0, &d, (int)(t % 60)))
            return t;
    }
    return INT64_MAX;
}

static void compare_next(const struct schedule *s, const struct gf_cron *c, int64_t from)
{
    static struct gf_zone *zone;
    int64_t last = from + 400 * 86400, got = from - 1;
    if (!zone && gf_zone_open(&zone, "UTC", NULL, NULL) != 0)
        return;
    for (int n = 0; n < 8 && got < last; n++) {
        int64_t want = next_by_asking(s, got, last);
        int64_t t = got;
        if (gf_cron_next(c, zone, GF_DST_DEBIAN, t, &got) != GF_CRON_FOUND || got > last)
            got = INT64_MAX;
        MUST(got == want);
    }
}

/* Whether it has a form that this reader does not know. */
static bool is_beyond(const char *text)
{
    for (const char *h = text; (h = strchr(h, 'H')); h++)
        if (h == text || strchr(" \t,+", h[-1]))
            return true;
    return strpbrk(text, "~|");
}

static const char *fields_of(const char *text)
{
    static const char *const words[][2] = {
        {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
        {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
        {"@hourly", "0 * * * *"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(words[i][0], text) == 0)
            return words[i][1];
    return *text == '@' ? NULL : text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[LONGEST + 1];
    struct gf_cron_context ctx = {.id = "fuzz", .id_len = 4, .now = 1700000000};
    struct gf_perr e = {0};
    struct gf_cron c;
    if (size > LONGEST || memchr(data, '\0', size))
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    const char *fields = text + strspn(text, " \t");
    if (is_beyond(text) || !(fields = fields_of(fields)))
        return 0;
    char own[LONGEST + 1];
    snprintf(own, sizeof own, "%s", fields);
    static struct schedule s;
    memset(&s, 0, sizeof s);
    int got = gf_cron_parse(&c, text, size, &ctx, &e);
    MUST((got == 0) == read_schedule(&s, own));
    if (got != 0) {
        must_be_error(&e, size);
        return 0;
    }
    uint32_t hash = 0;
    for (size_t i = 0; i < size; i++)
        hash = hash * 31 + data[i];
    int64_t from = INT64_C(1703462400) + (int64_t)(hash % 1500) * 86400; /* 2023-12-25 and on */
    compare_next(&s, &c, from);
    if (!gf_cron_possible(&c)) /* each look goes through 400 years */
        return 0;
    compare_week(&s, &c, from);
    compare_year(&s, &c, from);
    return 0;
}
