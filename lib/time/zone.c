/*
 * zone.c - the spans of a zone: a sorted array of marks, where one offset gives way to the next.
 *
 * The marks cover [lo, hi). A question past `hi` extends the cover to two years after the question.
 * A question before the third year of the cover, or more than LEAP past its end, starts over
 * around the question. So a cover always begins before what is asked, and `high` of the span that
 * is asked for is known. A mark is looked for at the last answer first, then by halving. When
 * memory runs out the marks are dropped and the next question starts over.
 */
#include "time/zone.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/tz.h"
#include "time/civil.h"
#include "time/zonename.h"

/*
 * How far apart libc is asked. What a zone file lists may change twice within a week (Gaza's
 * around Ramadan does, up to 2086); the rule behind the list has two changes a year, months apart.
 * A rule that was given as the name may be anything. glibc reads the rule again for each question,
 * so questions about far years are what a long search costs.
 */
#define STEP (3 * GF_DAY)
#define STEP_BY_RULE (21 * GF_DAY)
#define MARGIN (2 * 366 * GF_DAY)
#define LEAP (60 * 366 * GF_DAY)
/* POSIX: a zone is at most 24 h from UTC, summer 1 more. */
#define OFFSET_MAX (27 * (int64_t)3600)

struct mark {
    int64_t start, high;
    int32_t off;
};

struct gf_zone {
    char *name;      /* NULL: the machine's own */
    char *tz;        /* the value of TZ that makes libc use the zone; NULL: unset */
    int64_t settled; /* the last change that is listed; INT64_MAX: not known */
    bool has_file;   /* else the name is a rule */
    int64_t lo, hi;
    struct mark *marks;
    size_t n, cap, hint;
};

/* ---- asking libc ----------------------------------------------------------------------------- */

static int32_t probe(int64_t t)
{
    time_t tt = (time_t)t;
    struct tm tm;
    return localtime_r(&tt, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

/* With leap seconds in the zone file, the clock is off from t + offset. */
static bool counts_leap_seconds(void)
{
    time_t t = 1700000000;
    struct tm tm;
    if (!localtime_r(&t, &tm))
        return false;
    int64_t shown = gf_civil_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * GF_DAY +
                    tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
    return shown != (int64_t)t + tm.tm_gmtoff;
}

static int add_mark(struct gf_zone *z, int64_t start, int32_t off)
{
    if (z->n == z->cap) {
        size_t cap = z->cap ? z->cap * 2 : 32;
        struct mark *p = realloc(z->marks, cap * sizeof *p);
        if (!p)
            return -1;
        z->marks = p;
        z->cap = cap;
    }
    int64_t high = INT64_MIN;
    if (z->n) {
        const struct mark *last = &z->marks[z->n - 1];
        int64_t shown = start - 1 + last->off;
        high = shown > last->high ? shown : last->high;
    }
    z->marks[z->n++] = (struct mark){start, high, off};
    return 0;
}

/* The offset differs between a and b: marks the instant it changes. */
static int mark_change(struct gf_zone *z, int64_t a, int64_t b, int32_t off_b)
{
    /* The same time of a year 28 years ago is a good guess: the calendar was the same. */
    for (size_t i = z->n; i-- > 0 && z->marks[i].start + 10227 * GF_DAY > a;) {
        int64_t guess = z->marks[i].start + 10227 * GF_DAY;
        if (guess <= b && probe(guess) == off_b && probe(guess - 1) != off_b)
            return add_mark(z, guess, off_b);
    }
    while (b - a > 1) {
        int64_t mid = a + (b - a) / 2;
        if (probe(mid) == off_b)
            b = mid;
        else
            a = mid;
    }
    return add_mark(z, b, off_b);
}

static int scan(struct gf_zone *z, int64_t to)
{
    while (z->hi < to) {
        int64_t next = z->hi + (z->has_file && z->hi > z->settled ? STEP_BY_RULE : STEP);
        int32_t off = probe(next);
        if (off != z->marks[z->n - 1].off && mark_change(z, z->hi, next, off) != 0)
            return -1;
        z->hi = next;
    }
    return 0;
}

static int cover(struct gf_zone *z, int64_t t)
{
    bool fresh = z->n == 0 || t < z->lo + MARGIN || t > z->hi + LEAP;
    if (!fresh && t < z->hi)
        return 0;
    struct gf_tz tz;
    if (gf_tz_enter(&tz, z->tz) != 0)
        return -1;
    int r = 0;
    if (fresh) {
        z->n = z->hint = 0;
        z->lo = z->hi = t - 2 * MARGIN;
        r = add_mark(z, z->lo, probe(z->lo));
    }
    if (r == 0)
        r = scan(z, t + MARGIN);
    gf_tz_leave(&tz);
    if (r != 0)
        z->n = 0; /* start over next time */
    return r;
}

/* ---- questions ------------------------------------------------------------------------------- */

/* The last mark that is not after t. */
static size_t mark_at(struct gf_zone *z, int64_t t)
{
    size_t i = z->hint;
    if (z->marks[i].start <= t && (i + 1 == z->n || t < z->marks[i + 1].start))
        return i;
    size_t lo = 0, hi = z->n;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (z->marks[mid].start <= t)
            lo = mid;
        else
            hi = mid;
    }
    z->hint = lo;
    return lo;
}

int gf_zone_span(struct gf_zone *z, int64_t t, struct gf_span *out)
{
    if (cover(z, t) != 0)
        return -1;
    size_t i = mark_at(z, t);
    *out = (struct gf_span){
        .start = z->marks[i].start,
        .end = i + 1 < z->n ? z->marks[i + 1].start : z->hi,
        .high = z->marks[i].high,
        .off = z->marks[i].off,
    };
    return 0;
}

int gf_zone_first(struct gf_zone *z, int64_t local, int64_t *t, struct gf_span *span)
{
    struct gf_span s;
    if (gf_zone_span(z, local - OFFSET_MAX, &s) != 0)
        return -1;
    while (s.end + s.off <= local)
        if (gf_zone_span(z, s.end, &s) != 0)
            return -1;
    *t = local - s.off > s.start ? local - s.off : s.start;
    if (span)
        *span = s;
    return 0;
}

/* ---- life ------------------------------------------------------------------------------------ */

const char *gf_zone_name(const struct gf_zone *z)
{
    return !z->name ? "" : *z->name ? z->name : "UTC";
}

void gf_zone_free(struct gf_zone *z)
{
    if (!z)
        return;
    free(z->name);
    free(z->tz);
    free(z->marks);
    free(z);
}

const char *gf_zone_file(const struct gf_zone *z)
{
    if (!z->has_file)
        return NULL;
    return z->tz ? z->tz + 1 : "/etc/localtime"; /* behind the colon */
}

int64_t gf_zone_settled(const struct gf_zone *z)
{
    return z->settled;
}

int gf_zone_open(struct gf_zone **out, const char *name, const char *dir, struct gf_perr *e)
{
    struct gf_zone *z = calloc(1, sizeof *z);
    struct gf_tz before;
    struct gf_zonename known;
    if (!z)
        return -1;
    if (!gf_zonename_know(&known, name, dir)) {
        gf_zone_free(z);
        return gf_zonename_refuse(name, dir, e);
    }
    z->settled = known.settled;
    z->has_file = known.has_file;
    if ((name && (!(z->name = strdup(name)) || !(z->tz = strdup(known.tz)))) ||
        gf_tz_enter(&before, z->tz) != 0) {
        gf_zone_free(z);
        errno = ENOMEM;
        return -1;
    }
    bool leaps = counts_leap_seconds();
    gf_tz_leave(&before);
    if (leaps) {
        gf_zone_free(z);
        return gf_perr_set(e, 0, name ? strlen(name) : 0, NULL,
                           "a zone that counts leap seconds has no calendar to go by");
    }
    *out = z;
    return 0;
}

int gf_zones_get(struct gf_zones *zs, const char *name, struct gf_zone **out, struct gf_perr *e)
{
    for (size_t i = zs->n; i-- > 0;) {
        const char *have = zs->list[i]->name;
        if (name && have ? strcmp(name, have) == 0 : name == have) {
            *out = zs->list[i];
            return 0;
        }
    }
    if (zs->n == zs->cap) {
        size_t cap = zs->cap ? zs->cap * 2 : 4;
        struct gf_zone **p = realloc(zs->list, cap * sizeof *p);
        if (!p)
            return -1;
        zs->list = p;
        zs->cap = cap;
    }
    if (gf_zone_open(&zs->list[zs->n], name, zs->dir, e) != 0)
        return -1;
    *out = zs->list[zs->n++];
    return 0;
}

void gf_zones_release(struct gf_zones *zs)
{
    for (size_t i = 0; i < zs->n; i++)
        gf_zone_free(zs->list[i]);
    free(zs->list);
    *zs = (struct gf_zones){.dir = zs->dir};
}
