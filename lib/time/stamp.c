/*
 * stamp.c - which kind of time a text is shows in its first bytes; then one reader takes all of it.
 *
 * A date in front has four digits and a - or /, a web server's log two and a /; other digits are a
 * number, and letters a month.
 */
#include "time/stamp.h"

#include <string.h>

#include "time/stamp_parts.h"

static const char hint[] =
    "known are 2026-11-25T10:00:00Z, 25/Nov/2026:10:00:00 +0000, Nov 25 10:00:00 and seconds since "
    "the epoch; a format says another";

static bool is_digit(const struct gf_stamp_cursor *c, size_t at)
{
    return at < c->len && c->s[at] >= '0' && c->s[at] <= '9';
}

/* 2026-11-25T10:00:00.5+01:00, and shorter. */
static bool take_rfc3339(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    char between = c->s[c->at + 4];
    if (!gf_stamp_take_number(c, 4, 4, 1, 9999, &p->year) ||
        !gf_stamp_take_char(c, between, between) ||
        !gf_stamp_take_number(c, 2, 2, 1, 12, &p->mon) ||
        !gf_stamp_take_char(c, between, between) || !gf_stamp_take_number(c, 2, 2, 1, 31, &p->day))
        return false;
    if (c->at == c->len)
        return true;
    if ((!gf_stamp_take_char(c, 'T', 't') && !gf_stamp_take_char(c, ' ', ' ')) ||
        !gf_stamp_take_number(c, 2, 2, 0, 23, &p->hour) || !gf_stamp_take_char(c, ':', ':') ||
        !gf_stamp_take_number(c, 2, 2, 0, 59, &p->minute))
        return false;
    if (gf_stamp_take_char(c, ':', ':') &&
        (!gf_stamp_take_number(c, 2, 2, 0, 60, &p->second) ||
         (gf_stamp_take_char(c, '.', ',') && !gf_stamp_take_fraction(c, 9, true, &p->ns))))
        return false;
    if (c->at == c->len)
        return true;
    gf_stamp_pass_blanks(c);
    return gf_stamp_take_offset(c, p);
}

/* 25/Nov/2026:10:00:00 +0000 */
static bool take_web_log(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    static const char form[] = "%d/%b/%Y:%T";
    if (!gf_stamp_take_form(c, form, sizeof form - 1, p))
        return false;
    if (gf_stamp_take_char(c, '.', '.') && !gf_stamp_take_fraction(c, 9, true, &p->ns))
        return false;
    if (c->at == c->len)
        return true;
    gf_stamp_pass_blanks(c);
    return gf_stamp_take_offset(c, p);
}

/* Nov 25 10:00:00 */
static bool take_syslog(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    static const char form[] = "%b %e %T";
    return gf_stamp_take_form(c, form, sizeof form - 1, p);
}

/* How many of the digits are behind the point of seconds; -1: it is no time. */
static int places_of(size_t digits)
{
    if (digits >= 1 && digits <= 11)
        return 0;
    return digits == 13 ? 3 : digits == 16 ? 6 : digits == 19 ? 9 : -1;
}

/* Nanoseconds of digits, which all stand behind the point; those behind the ninth are cut off, and
 * *rest says whether they were more than 0. */
static int32_t fraction_of(const char *digits, size_t n, int32_t ns, int32_t worth, bool *rest)
{
    for (size_t i = 0; i < n; i++) {
        ns += (digits[i] - '0') * worth;
        *rest |= worth == 0 && digits[i] != '0';
        worth /= 10;
    }
    return ns;
}

/* A number of seconds, milliseconds, microseconds or nanoseconds. */
static bool take_epoch(struct gf_stamp_cursor *c, struct gf_instant *out)
{
    bool minus = gf_stamp_take_char(c, '-', '-'), rest = false;
    const char *digits = c->s + c->at;
    size_t n = 0, more = 0, from = c->at;
    while (is_digit(c, from + n))
        n++;
    int places = places_of(n);
    if (places < 0)
        return false;
    c->at += n;
    int64_t seconds = 0;
    for (size_t i = 0; i + (size_t)places < n; i++)
        seconds = seconds * 10 + (digits[i] - '0');
    int32_t worth = 100000000;
    int32_t ns = fraction_of(digits + n - places, (size_t)places, 0, worth, &rest);
    for (int i = 0; i < places; i++)
        worth /= 10;
    if (gf_stamp_take_char(c, '.', '.')) {
        while (is_digit(c, c->at + more))
            more++;
        ns = fraction_of(c->s + c->at, more, ns, worth, &rest);
        c->at += more;
        if (more == 0)
            return false;
    }
    if (minus) {
        ns += rest;
        seconds = -seconds - (ns > 0);
        ns = ns > 0 ? 1000000000 - ns : 0;
    }
    *out = (struct gf_instant){seconds, ns};
    return true;
}

/* The bytes between blanks, and between brackets. */
static void strip(struct gf_stamp_cursor *c)
{
    gf_stamp_pass_blanks(c);
    while (c->len > c->at && (c->s[c->len - 1] == ' ' || c->s[c->len - 1] == '\t'))
        c->len--;
}

int gf_instant_read(const char *s, size_t len, struct gf_zone *zone, int64_t now,
                    struct gf_instant *out, struct gf_perr *e)
{
    struct gf_stamp_cursor c = {s, len, 0};
    struct gf_stamp_parts p = {0};
    bool good;
    strip(&c);
    bool bracket = gf_stamp_take_char(&c, '[', '[');
    size_t at = c.at, digits = 0;
    while (digits < 5 && is_digit(&c, at + digits))
        digits++;
    char behind = at + digits < c.len ? c.s[at + digits] : '\0';
    if (digits <= 2 && digits && behind == '/') {
        c.len -= c.s[c.len - 1] == ']';
        good = take_web_log(&c, &p);
    } else if (bracket) {
        good = false;
    } else if (digits == 4 && (behind == '-' || behind == '/')) {
        good = take_rfc3339(&c, &p);
    } else if (digits || (at < c.len && c.s[at] == '-')) {
        good = take_epoch(&c, out);
        if (good && c.at == c.len)
            return gf_instant_fits(*out, NULL)
                       ? 0
                       : gf_perr_set(e, at, c.len - at, NULL, "out of range");
    } else {
        good = take_syslog(&c, &p);
    }
    if (!good || c.at != c.len)
        return gf_stamp_refuse(&c, hint, e);
    return gf_stamp_put_together(&p, len, zone, now, out, e);
}

int gf_instant_read_as(const char *s, size_t len, const char *form, size_t form_len,
                       struct gf_zone *zone, int64_t now, struct gf_instant *out, struct gf_perr *e)
{
    struct gf_stamp_cursor c = {s, len, 0};
    struct gf_stamp_parts p = {0};
    strip(&c);
    if (!gf_stamp_take_form(&c, form, form_len, &p))
        return gf_stamp_refuse(&c, NULL, e);
    if (c.at != c.len && form_len && form[form_len - 1] == ' ')
        gf_stamp_pass_blanks(&c);
    if (c.at != c.len)
        return gf_stamp_refuse(&c, NULL, e);
    return gf_stamp_put_together(&p, len, zone, now, out, e);
}

/* ---- buckets --------------------------------------------------------------------------------- */

/* How far t is behind the last multiple of `size`. */
static int64_t behind_multiple(__int128 t, int64_t size)
{
    __int128 rest = t % size;
    return (int64_t)(rest < 0 ? rest + size : rest);
}

struct gf_instant gf_instant_bucket(struct gf_instant t, gf_ns size, struct gf_zone *zone)
{
    static const int64_t monday = 4 * GF_DAY; /* 1970-01-05 */
    struct gf_span span = {.start = INT64_MIN};
    if (zone)
        span = gf_zone_span(zone, t.seconds);
    int64_t from = size % (7 * GF_DAY * GF_S) == 0 ? monday : 0;
    __int128 local = (__int128)(t.seconds + span.off - from) * GF_S + t.ns;
    __int128 start = local - behind_multiple(local, size);
    int32_t ns = (int32_t)behind_multiple(start, GF_S);
    int64_t shown = (int64_t)((start - ns) / GF_S) + from;
    struct gf_instant out = {shown - span.off, ns};
    if (out.seconds < span.start) /* the clock was set since then */
        out.seconds = gf_zone_first(zone, shown, NULL);
    return out;
}
