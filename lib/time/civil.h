/*
 * civil.h - days and clock times of the Gregorian calendar, without zones.
 *
 * Times here are whole seconds in int64_t: a schedule has no finer grain, and gf_ns ends in the
 * year 2262 while the proof that a schedule never fires looks 400 years ahead. `t` is an instant
 * (seconds since 1970-01-01T00:00:00Z), `local` is what a wall clock shows, counted the same way
 * (seconds since 1970-01-01T00:00:00 on that clock). The conversion of days is that of Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". Pure; any thread.
 *
 *     struct gf_civil c = gf_civil_of(local);
 *     local == gf_civil_days(c.year, c.mon, c.day) * GF_DAY + c.sod
 */
#ifndef GF_TIME_CIVIL_H
#define GF_TIME_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/perr.h"

#define GF_DAY ((int64_t)86400)

/* The first second of year 1 and the last of year 9999: what RFC 3339 can write. */
#define GF_CIVIL_MIN ((int64_t)-62135596800)
#define GF_CIVIL_MAX ((int64_t)253402300799)

struct gf_civil {
    int year;
    int mon; /* 1..12 */
    int day; /* 1..31 */
    int sod; /* second of the day, 0..86399 */
};

/* Days since 1970-01-01 of a date. */
int64_t gf_civil_days(int year, int mon, int day);

struct gf_civil gf_civil_of(int64_t local);

/* 0 is Sunday. */
int gf_civil_weekday(int64_t days);

int gf_civil_month_length(int year, int mon);

/* A time as people write it: an instant when an offset was given, else what a clock shows. */
struct gf_stamp {
    int64_t seconds; /* the instant when `fixed`, else the local time */
    bool fixed;
};

/*
 * RFC 3339 and its shorter forms: 2026-03-29, 2026-03-29T03:00, 2026-03-29T03:00:00, then nothing
 * or Z, +02:00, +0200; a blank may stand for the T. Seconds since the epoch as @1774746000.
 * -1 with errno EINVAL on anything else, `e` (may be NULL) says where.
 */
int gf_stamp_parse(const char *s, size_t len, struct gf_stamp *out, struct gf_perr *e);

/* A time of day, 03:00 or 03:00:00, into seconds since midnight. False: s[0..len) is none. */
bool gf_clock_parse(const char *s, size_t len, int *sod);

/* Writes the instant t as RFC 3339, on a clock that is `off` seconds ahead of UTC; with off 0 and
 * `zulu`, the offset is Z. Whole minutes of offset are shown. */
#define GF_STAMP_SIZE 32
void gf_stamp_format(int64_t t, int32_t off, bool zulu, char out[GF_STAMP_SIZE]);

#endif
