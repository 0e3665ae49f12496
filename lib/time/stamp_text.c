/*
 * stamp_text.c - an instant as RFC 3339, and by a form.
 *
 * What is written is counted whether there is room for it or not, so that a caller can ask for the
 * room first.
 */
#include <string.h>

#include "base/num.h"
#include "time/stamp_parts.h"

struct shown {
    struct gf_instant t;
    struct gf_civil c;
    int64_t days; /* of the local date */
    int32_t off;
};

struct out {
    char *to;
    size_t cap, n;
};

static void put(struct out *o, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++, o->n++)
        if (o->n < o->cap)
            o->to[o->n] = s[i];
}

/* v with `width` digits or more, filled up with `fill`. */
static void put_number(struct out *o, uint64_t v, size_t width, char fill)
{
    char digits[GF_UINT_SIZE];
    size_t n = gf_format_uint(v, digits);
    for (size_t i = n; i < width; i++)
        put(o, &fill, 1);
    put(o, digits, n);
}

static void put_two(struct out *o, int v)
{
    put_number(o, (uint64_t)v, 2, '0');
}

static void put_date(struct out *o, const struct gf_civil *c)
{
    put_number(o, (uint64_t)c->year, 4, '0');
    put(o, "-", 1);
    put_two(o, c->mon);
    put(o, "-", 1);
    put_two(o, c->day);
}

static void put_clock(struct out *o, const struct gf_civil *c)
{
    put_two(o, c->sod / 3600);
    put(o, ":", 1);
    put_two(o, c->sod / 60 % 60);
    put(o, ":", 1);
    put_two(o, c->sod % 60);
}

static void put_offset(struct out *o, int32_t off, const char *between)
{
    int32_t size = off < 0 ? -off : off;
    put(o, off < 0 ? "-" : "+", 1);
    put_two(o, size / 3600);
    put(o, between, strlen(between));
    put_two(o, size / 60 % 60);
    if (size % 60) {
        put(o, between, strlen(between));
        put_two(o, size % 60);
    }
}

/* The first `width` digits of the fraction. */
static void put_fraction(struct out *o, int32_t ns, size_t width)
{
    for (size_t i = width; i < 9; i++)
        ns /= 10;
    put_number(o, (uint64_t)ns, width, '0');
}

static struct shown show(struct gf_instant t, struct gf_zone *zone)
{
    struct shown s = {.t = t, .off = zone ? gf_zone_span(zone, t.seconds).off : 0};
    s.c = gf_civil_of(t.seconds + s.off);
    s.days = gf_civil_days(s.c.year, s.c.mon, s.c.day);
    return s;
}

size_t gf_instant_text(struct gf_instant t, struct gf_zone *zone, char out[GF_INSTANT_SIZE])
{
    struct out o = {out, GF_INSTANT_SIZE, 0};
    struct shown s = show(t, zone);
    put_date(&o, &s.c);
    put(&o, "T", 1);
    put_clock(&o, &s.c);
    if (t.ns) {
        put(&o, ".", 1);
        put_fraction(&o, t.ns, 9);
        while (out[o.n - 1] == '0')
            o.n--;
    }
    if (zone && (s.off != 0 || strcmp(gf_zone_name(zone), "UTC") != 0))
        put_offset(&o, s.off, ":");
    else
        put(&o, "Z", 1);
    return o.n;
}

static void put_since(struct out *o, int64_t seconds)
{
    if (seconds < 0)
        put(o, "-", 1);
    put_number(o, seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds, 1, '0');
}

static void put_name(struct out *o, const char *name, bool is_short)
{
    put(o, name, is_short ? 3 : strlen(name));
}

static void put_letter(struct out *o, const struct shown *s, struct gf_stamp_letter l)
{
    const struct gf_civil *c = &s->c;
    int hour = c->sod / 3600;
    switch (l.letter) {
    case 'Y':
        put_number(o, (uint64_t)c->year, 4, '0');
        break;
    case 'y':
        put_two(o, c->year % 100);
        break;
    case 'm':
        put_two(o, c->mon);
        break;
    case 'd':
        put_two(o, c->day);
        break;
    case 'e':
        put_number(o, (uint64_t)c->day, 2, ' ');
        break;
    case 'j':
        put_number(o, (uint64_t)(s->days - gf_civil_days(c->year, 1, 1) + 1), 3, '0');
        break;
    case 'H':
        put_two(o, hour);
        break;
    case 'I':
        put_two(o, hour % 12 ? hour % 12 : 12);
        break;
    case 'p':
        put(o, hour < 12 ? "AM" : "PM", 2);
        break;
    case 'M':
        put_two(o, c->sod / 60 % 60);
        break;
    case 'S':
        put_two(o, c->sod % 60);
        break;
    case 'f':
        put_fraction(o, s->t.ns, l.width);
        break;
    case 'b':
    case 'B':
        put_name(o, gf_stamp_months[c->mon - 1], l.letter == 'b');
        break;
    case 'a':
    case 'A':
        put_name(o, gf_stamp_weekdays[gf_civil_weekday(s->days)], l.letter == 'a');
        break;
    case 's':
        put_since(o, s->t.seconds);
        break;
    case 'z':
        put_offset(o, s->off, "");
        break;
    case 'F':
        put_date(o, c);
        break;
    case 'T':
        put_clock(o, c);
        break;
    default:
        put(o, "%", 1);
    }
}

size_t gf_instant_text_as(struct gf_instant t, struct gf_zone *zone, const char *form,
                          size_t form_len, char *out, size_t cap)
{
    struct out o = {out, cap, 0};
    struct shown s = show(t, zone);
    for (size_t i = 0; i < form_len;) {
        if (form[i] != '%') {
            put(&o, form + i++, 1);
            continue;
        }
        struct gf_stamp_letter l = gf_stamp_letter(form, form_len, i);
        put_letter(&o, &s, l);
        i = l.end;
    }
    return o.n;
}
