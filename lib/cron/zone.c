/*
 * zone.c - see zone.h.
 *
 * The spans cover [lo, hi). A question past `hi` extends the cover to two years after it; one
 * before `lo`, or more than LEAP away, starts over around the question. Each cover begins two
 * years before what was asked, so `high` of any span that is asked for is known.
 */
#include "cron/zone.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/tz.h"
#include "cron/civil.h"
#include "cron/tzfile.h"

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
#define OFFSET_MAX                                                                                 \
    (27 * (int64_t)3600) /* POSIX: a zone is at most 24 h from UTC, summer 1 more                  \
                          */

/* For a rule that has summer time and does not say when: the changes of the USA. */
#define DEFAULT_CHANGES ",M3.2.0,M11.1.0"
#define TZ_SIZE (PATH_MAX + 32) /* a colon and a path, or a rule */

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

/* ---- the name -------------------------------------------------------------------------------- */

/* Whether dir/name (dir may be empty) is a zone file; `path` gets its absolute path. */
static bool is_zone_file(const char *dir, const char *name, char path[PATH_MAX], int64_t *settled)
{
    char given[PATH_MAX];
    int n = snprintf(given, sizeof given, "%s%s%s", dir, *dir ? "/" : "", name);
    if (n <= 0 || (size_t)n >= sizeof given || !gf_tzfile_look(given, settled))
        return false;
    if (*given != '/')
        return realpath(given, path) != NULL;
    memcpy(path, given, (size_t)n + 1);
    return true;
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The abbreviation at the front of a POSIX rule: three letters or more, or <...>. */
static size_t abbreviation(const char *s)
{
    size_t n = 0;
    if (*s == '<') {
        n = strcspn(s, ">");
        return s[n] == '>' && n >= 4 ? n + 1 : 0;
    }
    while (is_alpha(s[n]))
        n++;
    return n >= 3 ? n : 0;
}

/* A number of at most `digits` digits, up to `most`; 0: it is none. */
static size_t number(const char *s, size_t digits, int least, int most)
{
    size_t n = strspn(s, "0123456789");
    if (n == 0 || n > digits)
        return 0;
    long v = strtol(s, NULL, 10);
    return v >= least && v <= most ? n : 0;
}

/* [+-]hh[:mm[:ss]]; the hours of a change may be more than those of an offset. */
static size_t clock_time(const char *s, int hours)
{
    size_t at = *s == '+' || *s == '-';
    size_t n = number(s + at, 3, 0, hours);
    if (n == 0)
        return 0;
    at += n;
    for (int part = 0; part < 2 && s[at] == ':'; part++) {
        n = number(s + at + 1, 2, 0, 59);
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    return at;
}

/* Mm.w.d, Jn or n. */
static size_t day(const char *s)
{
    if (*s == 'J') {
        size_t n = number(s + 1, 3, 1, 365);
        return n ? 1 + n : 0;
    }
    if (*s != 'M')
        return number(s, 3, 0, 365);
    static const struct {
        int least, most;
    } parts[] = {{1, 12}, {1, 5}, {0, 6}};
    size_t at = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t n =
            s[at] == (i ? '.' : 'M') ? number(s + at + 1, 2, parts[i].least, parts[i].most) : 0;
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    return at;
}

/* ,day[/time] */
static size_t change(const char *s)
{
    size_t n = *s == ',' ? day(s + 1) : 0;
    if (n == 0)
        return 0;
    n++;
    if (s[n] != '/')
        return n;
    size_t time = clock_time(s + n + 1, 167);
    return time ? n + 1 + time : 0;
}

/* POSIX.1 "std offset[dst[offset][,start,end]]", whole and within its ranges: what libc cannot read
 * it takes for UTC, without a word. */
static bool is_rule(const char *s)
{
    size_t n = abbreviation(s);
    size_t off = n ? clock_time(s + n, 24) : 0;
    if (!off)
        return false;
    s += n + off;
    if (!*s)
        return true;
    n = abbreviation(s);
    if (!n)
        return false;
    s += n;
    if (*s && *s != ',') {
        off = clock_time(s, 24);
        if (!off)
            return false;
        s += off;
    }
    if (!*s)
        return true;
    for (int i = 0; i < 2; i++) {
        n = change(s);
        if (!n)
            return false;
        s += n;
    }
    return !*s;
}

/* Whether the rule, which is_rule() took, has summer time but does not say when. */
static bool lacks_changes(const char *rule)
{
    size_t n = abbreviation(rule);
    n += clock_time(rule + n, 24);
    return rule[n] && !strchr(rule + n, ',');
}

static const char *const places[] = {"/usr/share/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo",
                                     NULL};

static bool find_file(const char *name, const char *dir, char path[PATH_MAX], int64_t *settled)
{
    if (*name == '/')
        return is_zone_file("", name, path, settled);
    if (!*name || strstr(name, ".."))
        return false;
    if (dir && is_zone_file(dir, name, path, settled))
        return true;
    for (size_t i = 0; !dir && places[i]; i++)
        if (is_zone_file(places[i], name, path, settled))
            return true;
    return false;
}

/*
 * Fills in what the name stands for; false: nothing that is known. `tz` gets the value of TZ
 * where there is a name.
 *
 * libc gets a file by its path, behind a colon. musl does not look in TZDIR, and takes a name that
 * could be a rule (EST5EDT) for a rule. A rule that does not say when summer is gets the changes of
 * the USA. musl would use those of the rule it read before; glibc goes by a file, `posixrules`, and
 * is hours off on the days of change.
 */
static bool know(struct gf_zone *z, const char *name, const char *dir, char tz[TZ_SIZE])
{
    char path[PATH_MAX];
    z->settled = INT64_MAX;
    z->has_file = find_file(name ? name : "/etc/localtime", dir, path, &z->settled);
    if (!name)
        return true;
    if (z->has_file) {
        snprintf(tz, TZ_SIZE, ":%s", path);
        return true;
    }
    z->settled = INT64_MIN;
    if (!*name || strcmp(name, "UTC") == 0) {
        snprintf(tz, TZ_SIZE, "UTC0");
        return true;
    }
    if (strstr(name, "..") || !is_rule(name))
        return false;
    int n = snprintf(tz, TZ_SIZE, "%s%s", name, lacks_changes(name) ? DEFAULT_CHANGES : "");
    return n > 0 && n < TZ_SIZE;
}

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

/* The name is wrong, or the machine has no zones at all: a container without tzdata. */
static int refuse_name(const char *name, const char *dir, struct gf_perr *e)
{
    bool zones = dir;
    for (size_t i = 0; places[i]; i++)
        zones = zones || access(places[i], F_OK) == 0;
    if (!zones)
        return gf_perr_set(e, 0, strlen(name), "they come with the package tzdata",
                           "this machine has no time zones");
    return gf_perr_set(e, 0, strlen(name), "names are those under /usr/share/zoneinfo",
                       "unknown time zone");
}

int gf_zone_open(struct gf_zone **out, const char *name, const char *dir, struct gf_perr *e)
{
    struct gf_zone *z = calloc(1, sizeof *z);
    struct gf_tz before;
    char tz[TZ_SIZE];
    if (!z)
        return -1;
    if (!know(z, name, dir, tz)) {
        gf_zone_free(z);
        return refuse_name(name, dir, e);
    }
    if ((name && (!(z->name = strdup(name)) || !(z->tz = strdup(tz)))) ||
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
