/*
 * rate.c - count and span as 128-bit numbers, brought to lowest terms by Euclid.
 *
 * The mantissa's power of ten goes to the count or, when it is negative, to the span; both stop
 * with an error before they could wrap. The bounds are checked on the reduced fraction. For
 * printing, the shortest usual time in which the count is whole is tried first; else the period
 * gets the largest unit that divides it. An amount of bytes gets the largest binary unit that
 * divides it.
 */
#include "base/rate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/num.h"
#include "base/size.h"

static const char rate_hint[] = "rates are written 10/s, 600/m, 5/15s, 1MiB/s or unlimited";
static const char unit_hint[] = "units are ms, s, m, h, d, w";
static const char border_hint[] =
    "windows are 100/h@:00, 1000/d@Europe/Berlin, 5000/w@UTC and 20000/month@UTC";

typedef unsigned __int128 u128;

static u128 gcd(u128 a, u128 b)
{
    while (b) {
        u128 t = a % b;
        a = b;
        b = t;
    }
    return a;
}

/* A period in the words of iptables and others: 10/min. 0: none of them. */
static gf_ns period_word(const char *s, size_t len)
{
    static const struct {
        const char *word, *unit;
    } words[] = {{"sec", "s"},  {"second", "s"}, {"min", "m"}, {"minute", "m"},
                 {"hour", "h"}, {"day", "d"},    {"week", "w"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].word) == len && memcmp(words[i].word, s, len) == 0)
            return gf_time_unit(words[i].unit, 1);
    return 0;
}

/* What stands after the slash: a unit, or a duration. */
static int parse_period(const char *s, size_t len, size_t at, gf_ns *period, struct gf_perr *e)
{
    size_t n = len - at;
    if (n == 0)
        return gf_perr_set(e, at, 0, unit_hint, "a unit is missing after the slash");
    gf_ns unit = gf_time_unit(s + at, n);
    unit = unit ? unit : period_word(s + at, n);
    if (unit) {
        *period = unit;
        return 0;
    }
    if (!(s[at] >= '0' && s[at] <= '9') && s[at] != '.')
        return gf_perr_set(e, at, n, unit_hint, "unknown unit '%.*s'", (int)(n < 40 ? n : 40),
                           s + at);
    if (gf_parse_duration(s + at, n, period, e) != 0) {
        if (e)
            e->col += at;
        return -1;
    }
    if (*period == 0)
        return gf_perr_set(e, at, n, NULL, "the period is zero");
    return 0;
}

/* The unit of the amount, between the number and the slash: none, bytes, or the r (requests) that
 * nginx writes. */
static int parse_amount_unit(const char *s, size_t from, size_t to, struct gf_rate *r,
                             uint64_t *unit, struct gf_perr *e)
{
    size_t n = to - from;
    *unit = 1;
    if (n == 0 || (n == 1 && s[from] == 'r'))
        return 0;
    *unit = gf_size_unit(s + from, n);
    if (*unit == 0)
        return gf_perr_set(e, from, n, rate_hint, "unknown unit '%.*s'", (int)(n < 40 ? n : 40),
                           s + from);
    if (s[to - 1] != 'B')
        return gf_perr_set(e, from, n,
                           "write records with all digits, and bytes as KiB or kB, MiB or MB",
                           "'%.*s' may mean records or bytes", (int)(n < 40 ? n : 40), s + from);
    r->bytes = true;
    return 0;
}

/* ---- windows of the calendar ----------------------------------------------------------------- */

static const struct border {
    const char *unit;
    enum gf_rate_border border;
    gf_ns about;
} borders[] = {{"h", GF_BORDER_HOUR, 3600 * GF_S},
               {"d", GF_BORDER_DAY, 86400 * GF_S},
               {"w", GF_BORDER_WEEK, 604800 * GF_S},
               {"month", GF_BORDER_MONTH, 30 * 86400 * GF_S}};

enum {
    BORDERS = sizeof borders / sizeof borders[0]
};

gf_ns gf_rate_about(enum gf_rate_border border)
{
    for (size_t i = 0; i < BORDERS; i++)
        if (borders[i].border == border)
            return borders[i].about;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the first byte is that no name of a zone has; n: there is none. */
static size_t odd_byte(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && (unsigned char)p[i] > ' ' && (unsigned char)p[i] < 0x7f)
        i++;
    return i;
}

/* What stands behind the @ at `at`: a minute for hours, else a zone. */
static int parse_border(const char *s, size_t len, size_t at, struct gf_rate *r, struct gf_perr *e)
{
    const char *p = s + at + 1;
    size_t n = len - at - 1;
    if (r->border == GF_BORDER_HOUR) {
        if (n != 3 || p[0] != ':' || !is_digit(p[1]) || !is_digit(p[2]) || p[1] > '5')
            return gf_perr_set(e, at + 1, n, border_hint, "hours begin at a minute, :00 to :59");
        r->minute = (p[1] - '0') * 10 + p[2] - '0';
        return 0;
    }
    if (n == 0)
        return gf_perr_set(e, at + 1, 0, border_hint, "a time zone is missing after the @");
    if (*p == ':')
        return gf_perr_set(e, at + 1, n, border_hint, "only hours begin at a minute");
    if (n > GF_RATE_ZONE_MAX)
        return gf_perr_set(e, at + 1, n, NULL, "the name of the time zone is too long");
    size_t odd = odd_byte(p, n);
    if (odd < n)
        return gf_perr_set(e, at + 1 + odd, 1, NULL,
                           "no time zone has such a character in its name");
    r->zone = p;
    r->zone_len = n;
    return 0;
}

/* A quota for a window of the calendar: `d` and `unit` in the time between `from` and the @. */
static int parse_quota(const char *s, size_t len, size_t from, size_t at, struct gf_decimal d,
                       uint64_t unit, struct gf_rate *r, struct gf_perr *e)
{
    size_t i = 0;
    while (i < BORDERS && !(strlen(borders[i].unit) == at - from &&
                            memcmp(borders[i].unit, s + from, at - from) == 0))
        i++;
    if (i == BORDERS)
        return gf_perr_set(e, from, at - from, border_hint,
                           "windows of the calendar are h, d, w and month");
    r->border = borders[i].border;
    r->period = r->window = borders[i].about;
    int inexact = gf_decimal_scale(d, unit, &r->count);
    if (inexact < 0 || r->count > (uint64_t)1000000000000)
        return gf_perr_set(e, 0, from - 1, NULL, "out of range: at most 1e12 in a window");
    if (inexact > 0)
        return gf_perr_set(e, 0, from - 1, NULL, "a window holds a whole number");
    return parse_border(s, len, at, r, e);
}

static void format_quota(const struct gf_rate *r, const char *amount, char out[GF_RATE_SIZE])
{
    size_t i = 0;
    while (i < BORDERS - 1 && borders[i].border != r->border)
        i++;
    if (r->border == GF_BORDER_HOUR)
        snprintf(out, GF_RATE_SIZE, "%s/h@:%02d", amount, r->minute);
    else
        snprintf(out, GF_RATE_SIZE, "%s/%s@%.*s", amount, borders[i].unit, (int)r->zone_len,
                 r->zone);
}

/* ---- rates ----------------------------------------------------------------------------------- */

int gf_parse_rate(const char *s, size_t len, struct gf_rate *out, struct gf_perr *e)
{
    struct gf_rate r = {0};
    if (len == strlen("unlimited") && memcmp(s, "unlimited", len) == 0) {
        r.unlimited = true;
        *out = r;
        return 0;
    }
    struct gf_decimal d;
    size_t used;
    if (gf_parse_decimal(s, len, &d, &used, e) != 0) {
        if (e)
            e->hint = rate_hint;
        return -1;
    }
    const char *slash = memchr(s, '/', len);
    size_t amount_end = slash ? (size_t)(slash - s) : len;
    uint64_t unit;
    if (parse_amount_unit(s, used, amount_end, &r, &unit, e) != 0)
        return -1;
    const char *sign = slash ? memchr(slash, '@', len - amount_end) : NULL;
    gf_ns period = GF_S;
    if (slash && !sign && parse_period(s, len, amount_end + 1, &period, e) != 0)
        return -1;
    if (d.mant == 0)
        return gf_perr_set(e, 0, amount_end, "unlimited is the word for no limit",
                           "a rate of zero lets nothing pass");

    if (sign) {
        int q = parse_quota(s, len, amount_end + 1, (size_t)(sign - s), d, unit, &r, e);
        if (q == 0)
            *out = r;
        return q;
    }
    /* mant * unit * 10^exp10 in period, as a fraction in lowest terms. */
    const char *range = r.bytes ? "out of range: from 1B in 100 years to 1e12 bytes a second"
                                : "out of range: from 1 in 100 years to 1e9 a second";
    u128 count = (u128)d.mant * unit;
    u128 span = (u128)period;
    for (int i = 0; i < d.exp10; i++) {
        if (count >> 120)
            return gf_perr_set(e, 0, len, NULL, "%s", range);
        count *= 10;
    }
    for (int i = 0; i < -d.exp10; i++) {
        if (span >> 120)
            return gf_perr_set(e, 0, len, NULL, "%s", range);
        span *= 10;
    }
    u128 g = gcd(count, span);
    count /= g;
    span /= g;
    u128 most = r.bytes ? 1000 : 1; /* units in a nanosecond */
    if (count > span * most || count > (u128)INT64_MAX || span > (u128)INT64_MAX ||
        span / count > (u128)GF_DURATION_MAX)
        return gf_perr_set(e, 0, len, NULL, "%s", range);
    r.count = (uint64_t)count;
    r.period = (gf_ns)span;
    r.window = period;
    *out = r;
    return 0;
}

double gf_rate_per_second(const struct gf_rate *r)
{
    if (r->unlimited)
        return (double)INFINITY;
    return (double)r->count * 1e9 / (double)r->period;
}

struct unit {
    const char *name;
    uint64_t size;
};

/* The largest unit of the table that divides *n, in which *n is counted then. */
static const char *largest_unit(const struct unit *u, uint64_t *n)
{
    while (*n % u->size != 0)
        u++;
    *n /= u->size;
    return u->name;
}

/* The rate as a whole number in the shortest of the usual times, when there is one. */
static const char *usual_period(const struct gf_rate *r, uint64_t *count)
{
    static const struct unit spans[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        u128 n = (u128)r->count * spans[i].size * (u128)GF_S;
        if (n % (u128)r->period == 0 && n / (u128)r->period <= UINT64_MAX) {
            *count = (uint64_t)(n / (u128)r->period);
            return spans[i].name;
        }
    }
    return NULL;
}

/* What passes in the window, in decimals, of which there is an end in this unit. */
static void format_decimals(const struct gf_rate *r, const struct unit *u,
                            char out[GF_RATE_SIZE / 2])
{
    unsigned __int128 all = (unsigned __int128)r->count * (uint64_t)r->window;
    unsigned __int128 period = (unsigned __int128)(uint64_t)r->period * u->size,
                      rest = all % period;
    size_t n = (size_t)snprintf(out, GF_RATE_SIZE / 2, "%" PRIu64, (uint64_t)(all / period));
    if (rest)
        out[n++] = '.';
    for (; rest && n + 4 < GF_RATE_SIZE / 2; rest %= period) {
        rest *= 10;
        out[n++] = (char)('0' + (int)(rest / period));
    }
    snprintf(out + n, GF_RATE_SIZE / 2 - n, "%s", r->bytes ? u->name : "");
}

/* In lowest terms the period of 22027.82028881/53s is longer than any duration. So it is written as
 * it was: by its window, and bytes in the unit that makes the shortest text of those that can be
 * read; the unit that it was written in is one of them. */
static void format_fraction(const struct gf_rate *r, const struct unit *sizes, size_t n,
                            char out[GF_RATE_SIZE / 2])
{
    char text[GF_RATE_SIZE / 2];
    struct gf_decimal d;
    size_t used;
    format_decimals(r, &sizes[n - 1], out);
    bool is_read = gf_parse_decimal(out, strlen(out), &d, &used, NULL) == 0;
    for (size_t i = 0; r->bytes && i + 1 < n; i++) {
        format_decimals(r, &sizes[i], text);
        if (gf_parse_decimal(text, strlen(text), &d, &used, NULL) == 0 &&
            (!is_read || strlen(text) < strlen(out))) {
            memcpy(out, text, sizeof text);
            is_read = true;
        }
    }
}

void gf_format_rate(const struct gf_rate *r, char out[GF_RATE_SIZE])
{
    static const struct unit sizes[] = {{"EiB", 1ULL << 60},
                                        {"PiB", 1ULL << 50},
                                        {"TiB", 1ULL << 40},
                                        {"GiB", 1 << 30},
                                        {"MiB", 1 << 20},
                                        {"KiB", 1 << 10},
                                        {"B", 1}};
    static const struct unit spans[] = {
        {"d", 86400 * GF_S}, {"h", 3600 * GF_S}, {"m", 60 * GF_S}, {"s", GF_S},
        {"ms", GF_MS},       {"us", GF_US},      {"ns", 1}};
    if (r->unlimited) {
        snprintf(out, GF_RATE_SIZE, "unlimited");
        return;
    }
    uint64_t count = r->count, period = (uint64_t)r->period;
    const char *usual = r->border ? NULL : usual_period(r, &count);
    const char *size = r->bytes ? largest_unit(sizes, &count) : "";
    if (r->border) {
        char amount[32];
        snprintf(amount, sizeof amount, "%" PRIu64 "%s", count, size);
        format_quota(r, amount, out);
        return;
    }
    if (usual) {
        snprintf(out, GF_RATE_SIZE, "%" PRIu64 "%s/%s", count, size, usual);
        return;
    }
    if (r->period > GF_DURATION_MAX) {
        char amount[GF_RATE_SIZE / 2];
        format_fraction(r, sizes, sizeof sizes / sizeof *sizes, amount);
        period = (uint64_t)r->window;
        const char *span = largest_unit(spans, &period);
        snprintf(out, GF_RATE_SIZE, "%s/%" PRIu64 "%s", amount, period, span);
        return;
    }
    const char *span = largest_unit(spans, &period);
    snprintf(out, GF_RATE_SIZE, "%" PRIu64 "%s/%" PRIu64 "%s", count, size, period, span);
}
