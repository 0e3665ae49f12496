/*
 * stamp_form.c - the letters of a form, each taken by its own rule, and the instant that the parts
 * make.
 *
 * Each letter writes one part; which of them count is decided when all are there, so their order in
 * the form does not matter.
 */
#include <string.h>

#include "time/stamp_parts.h"

const char *const gf_stamp_months[12] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
const char *const gf_stamp_weekdays[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};

/* ---- words ----------------------------------------------------------------------------------- */

bool gf_stamp_take_number(struct gf_stamp_cursor *c, size_t least, size_t most, int lo, int hi,
                          int *out)
{
    int v = 0;
    size_t n = 0;
    for (; n < most && c->at + n < c->len; n++) {
        char d = c->s[c->at + n];
        if (d < '0' || d > '9')
            break;
        v = v * 10 + (d - '0');
    }
    if (n < least || v < lo || v > hi)
        return false;
    c->at += n;
    *out = v;
    return true;
}

bool gf_stamp_take_char(struct gf_stamp_cursor *c, char a, char b)
{
    if (c->at >= c->len || (c->s[c->at] != a && c->s[c->at] != b))
        return false;
    c->at++;
    return true;
}

bool gf_stamp_take_fraction(struct gf_stamp_cursor *c, size_t most, bool all, int32_t *ns)
{
    int32_t v = 0;
    size_t n = 0;
    for (; c->at < c->len && c->s[c->at] >= '0' && c->s[c->at] <= '9' && (n < most || all); n++) {
        v = n < most ? v * 10 + (c->s[c->at] - '0') : v;
        c->at++;
    }
    for (size_t i = n; i < 9; i++)
        v *= 10;
    *ns = v;
    return n > 0;
}

void gf_stamp_pass_blanks(struct gf_stamp_cursor *c)
{
    while (gf_stamp_take_char(c, ' ', '\t'))
        ;
}

/* The first n letters of a word, capital ones or not. */
static bool take_word(struct gf_stamp_cursor *c, const char *word, size_t n)
{
    if (c->len - c->at < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((c->s[c->at + i] | 0x20) != (word[i] | 0x20))
            return false;
    c->at += n;
    return true;
}

/* One of n names, short (three letters) or long; its number from 1. */
static bool take_name(struct gf_stamp_cursor *c, const char *const *names, int n, bool is_short,
                      int *out)
{
    for (int i = 0; i < n; i++)
        if (take_word(c, names[i], is_short ? 3 : strlen(names[i]))) {
            *out = i + 1;
            return true;
        }
    return false;
}

static bool take_utc(struct gf_stamp_cursor *c)
{
    return take_word(c, "UTC", 3) || take_word(c, "GMT", 3) || gf_stamp_take_char(c, 'Z', 'z');
}

bool gf_stamp_take_offset(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    int h, m = 0, s = 0;
    p->has_offset = true;
    p->offset = 0;
    if (take_utc(c))
        return true;
    int sign = c->at < c->len && c->s[c->at] == '-' ? -1 : 1;
    if (!gf_stamp_take_char(c, '+', '-') || !gf_stamp_take_number(c, 2, 2, 0, 23, &h))
        return false;
    bool colon = gf_stamp_take_char(c, ':', ':');
    bool minutes = gf_stamp_take_number(c, 2, 2, 0, 59, &m);
    if (!minutes && colon)
        return false;
    colon = minutes && gf_stamp_take_char(c, ':', ':');
    if (minutes && !gf_stamp_take_number(c, 2, 2, 0, 59, &s) && colon)
        return false;
    p->offset = sign * (h * 3600 + m * 60 + s);
    return true;
}

static bool take_seconds_since(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    bool minus = gf_stamp_take_char(c, '-', '-');
    int64_t v = 0;
    size_t n = 0;
    for (; n < 12 && c->at < c->len && c->s[c->at] >= '0' && c->s[c->at] <= '9'; n++)
        v = v * 10 + (c->s[c->at++] - '0');
    p->epoch = minus ? -v : v;
    p->has_epoch = true;
    return n > 0;
}

/* ---- a form ---------------------------------------------------------------------------------- */

struct gf_stamp_letter gf_stamp_letter(const char *form, size_t len, size_t at)
{
    struct gf_stamp_letter l = {0, 9, at + 1};
    if (l.end == len)
        return l;
    char first = form[l.end++];
    if (first == '3' || first == '6' || first == '9') {
        if (l.end < len && form[l.end] == 'f') {
            l.end++;
            l.letter = 'f';
            l.width = (size_t)(first - '0');
        }
        return l;
    }
    l.letter = first && strchr("YmdHMSefyjIpbBaAszZFT%", first) ? first : '\0';
    return l;
}

static bool take_date(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    return gf_stamp_take_number(c, 4, 4, 1, 9999, &p->year) && gf_stamp_take_char(c, '-', '-') &&
           gf_stamp_take_number(c, 1, 2, 1, 12, &p->mon) && gf_stamp_take_char(c, '-', '-') &&
           gf_stamp_take_number(c, 1, 2, 1, 31, &p->day);
}

static bool take_clock(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    return gf_stamp_take_number(c, 1, 2, 0, 23, &p->hour) && gf_stamp_take_char(c, ':', ':') &&
           gf_stamp_take_number(c, 1, 2, 0, 59, &p->minute) && gf_stamp_take_char(c, ':', ':') &&
           gf_stamp_take_number(c, 1, 2, 0, 60, &p->second);
}

static bool take_short_year(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    int y;
    if (!gf_stamp_take_number(c, 2, 2, 0, 99, &y))
        return false;
    p->short_year = y < 69 ? 2000 + y : 1900 + y;
    return true;
}

static bool take_half(struct gf_stamp_cursor *c, struct gf_stamp_parts *p)
{
    p->pm = take_word(c, "PM", 2);
    return p->pm || take_word(c, "AM", 2);
}

static bool take_letter(struct gf_stamp_cursor *c, struct gf_stamp_letter l,
                        struct gf_stamp_parts *p)
{
    int weekday;
    switch (l.letter) {
    case 'Y':
        return gf_stamp_take_number(c, 4, 4, 1, 9999, &p->year);
    case 'm':
        return gf_stamp_take_number(c, 1, 2, 1, 12, &p->mon);
    case 'e':
        gf_stamp_pass_blanks(c);
        return gf_stamp_take_number(c, 1, 2, 1, 31, &p->day);
    case 'd':
        return gf_stamp_take_number(c, 1, 2, 1, 31, &p->day);
    case 'H':
        return gf_stamp_take_number(c, 1, 2, 0, 23, &p->hour);
    case 'M':
        return gf_stamp_take_number(c, 1, 2, 0, 59, &p->minute);
    case 'S':
        return gf_stamp_take_number(c, 1, 2, 0, 60, &p->second);
    case 'f':
        return gf_stamp_take_fraction(c, l.width, false, &p->ns);
    case 'y':
        return take_short_year(c, p);
    case 'j':
        return gf_stamp_take_number(c, 1, 3, 1, 366, &p->yday);
    case 'I':
        return gf_stamp_take_number(c, 1, 2, 1, 12, &p->hour12);
    case 'p':
        return take_half(c, p);
    case 'b':
    case 'B':
        return take_name(c, gf_stamp_months, 12, l.letter == 'b', &p->mon);
    case 'a':
    case 'A':
        return take_name(c, gf_stamp_weekdays, 7, l.letter == 'a', &weekday);
    case 's':
        return take_seconds_since(c, p);
    case 'z':
        return gf_stamp_take_offset(c, p);
    case 'Z':
        p->has_offset = true;
        p->offset = 0;
        return take_utc(c);
    case 'F':
        return take_date(c, p);
    case 'T':
        return take_clock(c, p);
    default:
        return gf_stamp_take_char(c, '%', '%');
    }
}

bool gf_stamp_take_form(struct gf_stamp_cursor *c, const char *form, size_t len,
                        struct gf_stamp_parts *p)
{
    for (size_t i = 0; i < len;) {
        if (form[i] == ' ') {
            gf_stamp_pass_blanks(c);
            i++;
        } else if (form[i] != '%') {
            if (!gf_stamp_take_char(c, form[i], form[i]))
                return false;
            i++;
        } else {
            struct gf_stamp_letter l = gf_stamp_letter(form, len, i);
            if (!take_letter(c, l, p))
                return false;
            i = l.end;
        }
    }
    return true;
}

int gf_timeform_check(const char *form, size_t len, bool reading, struct gf_perr *e)
{
    bool has[128] = {0};
    for (size_t i = 0; i < len;) {
        if (form[i] != '%') {
            i++;
            continue;
        }
        struct gf_stamp_letter l = gf_stamp_letter(form, len, i);
        if (!l.letter)
            return gf_perr_set(e, i, l.end - i,
                               "letters are %Y %m %d %H %M %S %f %z %Z %b %B %a %A %e %j %s %T %F "
                               "%y %p %I %%",
                               "no letter of a time");
        if (l.letter == 'Z' && !reading)
            return gf_perr_set(e, i, 2, "%z is the offset", "zones have no short names here");
        has[(unsigned char)l.letter] = true;
        i = l.end;
    }
    bool month = has['m'] || has['b'] || has['B'], day = has['d'] || has['e'];
    if (!reading || has['s'] || has['Y'] || has['y'] || has['F'] || has['j'] || (month && day))
        return 0;
    return gf_perr_set(e, 0, len, "it needs %F, %s, %m and %d, or the like", "it has no date");
}

/* ---- the instant ----------------------------------------------------------------------------- */

int gf_stamp_refuse(const struct gf_stamp_cursor *c, const char *hint, struct gf_perr *e)
{
    if (c->at >= c->len)
        return gf_perr_set(e, c->len, 0, hint, "the time ends too early");
    return gf_perr_set(e, c->at, c->len - c->at, hint, "not a time from here on");
}

/* The day of the parts in a year, as days since the epoch. False: it has no such day. */
static bool day_in(const struct gf_stamp_parts *p, int year, int64_t *days)
{
    if (p->yday && (!p->mon || !p->day)) {
        *days = gf_civil_days(year, 1, 1) + p->yday - 1;
        return p->yday <= 365 || gf_civil_month_length(year, 2) == 29;
    }
    int mon = p->mon ? p->mon : 1, day = p->day ? p->day : 1;
    *days = gf_civil_days(year, mon, day);
    return day <= gf_civil_month_length(year, mon);
}

static bool instant_in(const struct gf_stamp_parts *p, int year, struct gf_zone *zone, int64_t *t)
{
    int64_t days;
    if (!day_in(p, year, &days))
        return false;
    int hour = p->hour12 ? p->hour12 % 12 + (p->pm ? 12 : 0) : p->hour;
    int of_day = hour * 3600 + p->minute * 60 + p->second;
    int64_t local = days * GF_DAY + of_day;
    if (p->has_offset)
        *t = local - p->offset;
    else
        *t = zone ? gf_zone_first(zone, local, NULL) : local;
    return true;
}

/* In the year that makes it nearest to `now`; of two that are equally near, the earlier. Leap days
 * are up to eight years apart. */
static bool nearest(const struct gf_stamp_parts *p, struct gf_zone *zone, int64_t now, int64_t *t)
{
    int year = gf_civil_of(now).year;
    bool found = false;
    for (int reach = 1; reach <= 8 && !found; reach += 7)
        for (int y = year - reach; y <= year + reach; y++) {
            int64_t one;
            if (!instant_in(p, y, zone, &one))
                continue;
            uint64_t far = one < now ? (uint64_t)(now - one) : (uint64_t)(one - now);
            uint64_t best = *t < now ? (uint64_t)(now - *t) : (uint64_t)(*t - now);
            if (!found || far < best)
                *t = one;
            found = true;
        }
    return found;
}

bool gf_instant_fits(struct gf_instant t, struct gf_zone *zone)
{
    if (t.seconds < GF_CIVIL_MIN || t.seconds > GF_CIVIL_MAX)
        return false;
    int64_t local = t.seconds + (zone ? gf_zone_span(zone, t.seconds).off : 0);
    return local >= GF_CIVIL_MIN && local <= GF_CIVIL_MAX;
}

int gf_stamp_put_together(const struct gf_stamp_parts *p, size_t len, struct gf_zone *zone,
                          int64_t now, struct gf_instant *out, struct gf_perr *e)
{
    int year = p->year ? p->year : p->short_year;
    out->ns = p->ns;
    out->seconds = p->epoch;
    if (!p->has_epoch &&
        !(year ? instant_in(p, year, zone, &out->seconds) : nearest(p, zone, now, &out->seconds)))
        return gf_perr_set(e, 0, len, NULL, "there is no such day");
    if (!gf_instant_fits(*out, NULL))
        return gf_perr_set(e, 0, len, NULL, "out of range");
    return 0;
}
