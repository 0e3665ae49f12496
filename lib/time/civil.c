/*
 * civil.c - years counted from March, in eras of 400 years.
 *
 * With March first the leap day is the last of its year, and the lengths of months follow (153 * m
 * + 2) / 5. Stamps are read by a cursor that only moves on what fits, so the place where it stands
 * is the place of the error.
 */
#include "time/civil.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

int64_t gf_civil_days(int year, int mon, int day)
{
    int64_t y = (int64_t)year - (mon <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (mon + (mon > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct gf_civil gf_civil_of(int64_t local)
{
    int64_t days = floor_div(local, GF_DAY);
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    uint32_t doe = (uint32_t)(z - era * 146097);
    uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    uint32_t mp = (5 * doy + 2) / 153;
    int mon = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct gf_civil){
        .year = (int)(era * 400 + yoe) + (mon <= 2),
        .mon = mon,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .sod = (int)(local - days * GF_DAY),
    };
}

int gf_civil_weekday(int64_t days)
{
    int64_t w = (days + 4) % 7; /* 1970-01-01 was a Thursday */
    return (int)(w < 0 ? w + 7 : w);
}

int gf_civil_month_length(int year, int mon)
{
    if (mon == 2)
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
    return 30 + ((mon + (mon > 7)) & 1);
}

/* ---- reading -------------------------------------------------------------------------------- */

static const char stamp_hint[] = "write it as 2026-03-29T03:00:00+02:00, or 2026-03-29T03:00";

struct cursor {
    const char *s;
    size_t len, at;
};

/* Exactly n digits, a number in lo..hi. */
static bool take_number(struct cursor *c, size_t n, int lo, int hi, int *out)
{
    int v = 0;
    if (c->len - c->at < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char d = c->s[c->at + i];
        if (d < '0' || d > '9')
            return false;
        v = v * 10 + (d - '0');
    }
    if (v < lo || v > hi)
        return false;
    c->at += n;
    *out = v;
    return true;
}

static bool take_char(struct cursor *c, char a, char b)
{
    if (c->at == c->len || (c->s[c->at] != a && c->s[c->at] != b))
        return false;
    c->at++;
    return true;
}

/* hh:mm[:ss], into seconds of the day. */
static bool take_clock(struct cursor *c, int *sod)
{
    int h, m, s = 0;
    if (!take_number(c, 2, 0, 23, &h) || !take_char(c, ':', ':') || !take_number(c, 2, 0, 59, &m))
        return false;
    if (take_char(c, ':', ':') && !take_number(c, 2, 0, 59, &s))
        return false;
    *sod = h * 3600 + m * 60 + s;
    return true;
}

bool gf_clock_parse(const char *s, size_t len, int *sod)
{
    struct cursor c = {s, len, 0};
    return take_clock(&c, sod) && c.at == len;
}

/* Z, +hh:mm, +hhmm or, as old zones need it, +hh:mm:ss. */
static bool take_offset(struct cursor *c, int *off)
{
    int h, m, s = 0;
    *off = 0;
    if (take_char(c, 'Z', 'z'))
        return true;
    int sign = c->at < c->len && c->s[c->at] == '-' ? -1 : 1;
    if (!take_char(c, '+', '-') || !take_number(c, 2, 0, 23, &h))
        return false;
    take_char(c, ':', ':');
    if (!take_number(c, 2, 0, 59, &m))
        return false;
    if (take_char(c, ':', ':') && !take_number(c, 2, 0, 59, &s))
        return false;
    *off = sign * (h * 3600 + m * 60 + s);
    return true;
}

static bool take_stamp(struct cursor *c, struct gf_stamp *out)
{
    int year, mon, day, sod = 0, off;
    if (!take_number(c, 4, 1, 9999, &year) || !take_char(c, '-', '-') ||
        !take_number(c, 2, 1, 12, &mon) || !take_char(c, '-', '-') ||
        !take_number(c, 2, 1, gf_civil_month_length(year, mon), &day))
        return false;
    out->seconds = gf_civil_days(year, mon, day) * GF_DAY;
    out->fixed = false;
    if (c->at == c->len)
        return true;
    if (!take_char(c, 'T', 't') && !take_char(c, ' ', ' '))
        return false;
    if (!take_clock(c, &sod))
        return false;
    out->seconds += sod;
    if (c->at == c->len)
        return true;
    if (!take_offset(c, &off))
        return false;
    out->seconds -= off;
    out->fixed = true;
    return c->at == c->len;
}

int gf_stamp_parse(const char *s, size_t len, struct gf_stamp *out, struct gf_perr *e)
{
    if (len && s[0] == '@') {
        if (gf_parse_int(s + 1, len - 1, GF_CIVIL_MIN, GF_CIVIL_MAX, &out->seconds, e) == 0) {
            out->fixed = true;
            return 0;
        }
        if (e)
            e->col++;
        return -1;
    }
    struct cursor c = {s, len, 0};
    if (take_stamp(&c, out))
        return 0;
    if (c.at == len)
        return gf_perr_set(e, len, 0, stamp_hint, "the time ends too early");
    return gf_perr_set(e, c.at, len - c.at, stamp_hint, "not a time from here on");
}

/* ---- writing -------------------------------------------------------------------------------- */

void gf_stamp_format(int64_t t, int32_t off, bool zulu, char out[GF_STAMP_SIZE])
{
    int64_t local = t + off;
    local = local < GF_CIVIL_MIN ? GF_CIVIL_MIN : local > GF_CIVIL_MAX ? GF_CIVIL_MAX : local;
    struct gf_civil c = gf_civil_of(local);
    int n = snprintf(out, GF_STAMP_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)c.year % 10000,
                     (unsigned)c.mon % 100, (unsigned)c.day % 100, (unsigned)c.sod / 3600 % 100,
                     (unsigned)c.sod / 60 % 60, (unsigned)c.sod % 60);
    unsigned size = (unsigned)abs(off);
    if (zulu && off == 0)
        n += snprintf(out + n, GF_STAMP_SIZE - (size_t)n, "Z");
    else
        n += snprintf(out + n, GF_STAMP_SIZE - (size_t)n, "%c%02u:%02u", off < 0 ? '-' : '+',
                      size / 3600 % 100, size / 60 % 60);
    if (size % 60)
        snprintf(out + n, GF_STAMP_SIZE - (size_t)n, ":%02u", size % 60);
}
