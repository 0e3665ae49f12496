/*
 * zone.c - the spans of a zone: the marks of its list, and behind them those of its rule.
 *
 * Marks of the list are in memory. Those of the rule are worked out for the years around a question
 * and kept, as a window of WINDOW years; a question beyond the window makes another. A window
 * begins a year before the first question that it answers, so that `high` is known there. A mark
 * is looked for at the last answer first, then by halving.
 */
#include "time/zone.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "time/mark.h"
#include "time/zonename.h"

enum {
    WINDOW = 16
};

/* POSIX: a zone is at most 24 h from UTC, summer 1 more; RFC 9636: less than 26. */
#define OFFSET_MAX (26 * (int64_t)3600)

/* Marks in order; they answer what is asked about [lo, hi). */
struct marks {
    const struct gf_mark *list;
    size_t n, hint;
    int64_t lo, hi;
};

struct gf_zone {
    char *name; /* NULL: the machine's own */
    struct gf_zonename known;
    struct marks listed, ruled;                  /* `ruled` shows into `window` */
    struct gf_mark window[2 * (WINDOW + 2) + 1]; /* two a year, and the one before all */
};

/* ---- the window of the rule ------------------------------------------------------------------ */

static int64_t new_year(int year)
{
    return gf_civil_days(year, 1, 1) * GF_DAY;
}

/* Adds what the rule does in a year after `from` and before `hi` to the n marks of the window. A
 * change that comes at or before an earlier one puts that one out of force. */
static size_t add_year(struct gf_zone *z, size_t n, int year, int64_t from, int64_t hi)
{
    struct gf_zonechange two[2];
    gf_zonerule_year(&z->known.data.rule, year, two);
    for (int i = 0; i < 2; i++) {
        while (n > 1 && z->window[n - 1].start >= two[i].at)
            n--;
        if (two[i].at > from && two[i].at < hi && two[i].off != z->window[n - 1].off) {
            z->window[n] = gf_mark_after(&z->window[n - 1], two[i].at, two[i].off);
            n++;
        }
    }
    return n;
}

/* The window for t, which is not before the last mark of the list. */
static void open_window(struct gf_zone *z, int64_t t)
{
    const struct gf_tzdata *d = &z->known.data;
    int year = gf_civil_of(t > d->settled ? t : d->settled).year - 2;
    int64_t from = new_year(year), hi = new_year(year + WINDOW), lo = new_year(year + 1);
    if (d->settled >= from) {
        from = d->settled;
        z->window[0] = d->marks[d->n - 1];
        lo = z->window[0].start;
    } else {
        int32_t off = gf_zonerule_offset(&d->rule, from);
        z->window[0] = (struct gf_mark){.start = from, .high = from - 1 + off, .off = off};
    }
    size_t n = 1;
    for (int y = year - 1; y <= year + WINDOW; y++)
        n = add_year(z, n, y, from, hi);
    z->ruled = (struct marks){.list = z->window, .n = n, .lo = lo, .hi = hi};
}

/* ---- questions ------------------------------------------------------------------------------- */

/* The last mark that is not after t. */
static size_t mark_at(struct marks *m, int64_t t)
{
    size_t i = m->hint;
    if (m->list[i].start <= t && (i + 1 == m->n || t < m->list[i + 1].start))
        return i;
    size_t lo = 0, hi = m->n;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (m->list[mid].start <= t)
            lo = mid;
        else
            hi = mid;
    }
    m->hint = lo;
    return lo;
}

static int64_t within(int64_t t, int64_t least, int64_t most)
{
    return t < least ? least : t < most ? t : most;
}

struct gf_span gf_zone_span(struct gf_zone *z, int64_t t)
{
    struct marks *m = &z->listed;
    t = within(t, GF_ZONE_EARLIEST, GF_ZONE_LATEST - 1);
    if (t >= m->hi) {
        m = &z->ruled;
        if (t < m->lo || t >= m->hi)
            open_window(z, t);
    }
    size_t i = mark_at(m, t);
    return (struct gf_span){
        .start = m->list[i].start,
        .end = i + 1 < m->n ? m->list[i + 1].start : m->hi,
        .high = m->list[i].high,
        .off = m->list[i].off,
    };
}

int64_t gf_zone_first(struct gf_zone *z, int64_t local, struct gf_span *span)
{
    local = within(local, GF_ZONE_EARLIEST + OFFSET_MAX, GF_ZONE_LATEST - 1 - OFFSET_MAX);
    struct gf_span s = gf_zone_span(z, local - OFFSET_MAX);
    while (s.end + s.off <= local)
        s = gf_zone_span(z, s.end);
    if (span)
        *span = s;
    return local - s.off > s.start ? local - s.off : s.start;
}

int64_t gf_zone_instant(struct gf_zone *z, const struct gf_stamp *st)
{
    return st->fixed ? st->seconds : gf_zone_first(z, st->seconds, NULL);
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
    gf_zonename_release(&z->known);
    free(z);
}

const char *gf_zone_file(const struct gf_zone *z)
{
    return z->known.file;
}

int64_t gf_zone_settled(const struct gf_zone *z)
{
    return z->known.data.settled;
}

/* With a rule behind it, the last mark of the list is the first of a window. */
static void set_listed(struct gf_zone *z)
{
    const struct gf_tzdata *d = &z->known.data;
    z->listed = (struct marks){.list = d->marks, .n = d->n, .lo = GF_ZONE_EARLIEST};
    z->listed.hi = d->has_rule ? d->marks[d->n - 1].start : GF_ZONE_LATEST;
}

int gf_zone_open(struct gf_zone **out, const char *name, const char *dir, struct gf_perr *e)
{
    struct gf_zone *z = calloc(1, sizeof *z);
    if (!z)
        return -1;
    bool known = gf_zonename_load(&z->known, name, dir, e) == 0;
    if (known)
        z->name = name ? strdup(name) : NULL;
    if (!known || (name && !z->name)) {
        int err = known ? ENOMEM : errno;
        gf_zone_free(z);
        errno = err;
        return -1;
    }
    set_listed(z);
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
