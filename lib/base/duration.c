/*
 * duration.c - a loop over number and unit, largest unit first.
 *
 * Each part is a decimal (base/num.h) times its unit, exact or refused. Every unit has to be
 * smaller than the one before, which forbids repeats and disorder by one comparison. The printed
 * form has about three digits; the bounds (999.5, 59.95) are where rounding would reach the next
 * unit.
 */
#include "base/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/sat.h"

static const char unit_hint[] = "units are ms, s, m, h, d, w, in lower case";

static const struct unit {
    const char *name;
    gf_ns ns;
} units[] = {
    {"ns", 1},        {"us", GF_US},      {"ms", GF_MS},       {"s", GF_S},
    {"m", 60 * GF_S}, {"h", 3600 * GF_S}, {"d", 86400 * GF_S}, {"w", 604800 * GF_S},
};

gf_ns gf_time_unit(const char *s, size_t len)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].name) == len && memcmp(units[i].name, s, len) == 0)
            return units[i].ns;
    return 0;
}

static size_t letters(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && !(s[n] >= '0' && s[n] <= '9') && s[n] != '.')
        n++;
    return n;
}

int gf_parse_duration(const char *s, size_t len, gf_ns *out, struct gf_perr *e)
{
    gf_ns total = 0;
    gf_ns previous = GF_NEVER;
    size_t i = 0;
    if (len == 0)
        return gf_perr_set(e, 0, 0, "write it as 250ms, 2s, 1.5m or 1h30m",
                           "a duration is missing");
    while (i < len) {
        struct gf_decimal d;
        size_t used;
        if (gf_parse_decimal(s + i, len - i, &d, &used, e) != 0) {
            if (e) {
                e->col += i;
                e->hint = "write it as 250ms, 2s, 1.5m or 1h30m";
            }
            return -1;
        }
        size_t at = i + used;
        size_t n = letters(s + at, len - at);
        gf_ns unit = n ? gf_time_unit(s + at, n) : GF_S;
        if (unit == 0)
            return gf_perr_set(e, at, n, unit_hint, "unknown unit '%.*s'", (int)(n < 40 ? n : 40),
                               s + at);
        if (n == 0 && i > 0)
            return gf_perr_set(e, i, used, unit_hint, "a unit is missing");
        if (unit >= previous)
            return gf_perr_set(e, at, n, NULL, "units go from large to small, each once");
        uint64_t v;
        int inexact = gf_decimal_scale(d, (uint64_t)unit, &v);
        if (inexact < 0 || v > (uint64_t)GF_DURATION_MAX)
            return gf_perr_set(e, i, used + n, NULL, "over the longest duration, 100 years");
        if (inexact > 0)
            return gf_perr_set(e, i, used + n, NULL, "finer than a nanosecond");
        total = gf_sat_add_i64(total, (gf_ns)v);
        if (total > GF_DURATION_MAX)
            return gf_perr_set(e, 0, len, NULL, "over the longest duration, 100 years");
        previous = unit;
        i = at + n;
    }
    *out = total;
    return 0;
}

void gf_format_duration(gf_ns d, char out[GF_DURATION_SIZE])
{
    const char *sign = d < 0 ? "-" : "";
    uint64_t u = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
    double x = (double)u;
    if (u == 0)
        snprintf(out, GF_DURATION_SIZE, "0s");
    else if (u < 1000)
        snprintf(out, GF_DURATION_SIZE, "%s%" PRIu64 "ns", sign, u);
    else if (x < 999.5e3)
        snprintf(out, GF_DURATION_SIZE, "%s%.3gus", sign, x / 1e3);
    else if (x < 999.5e6)
        snprintf(out, GF_DURATION_SIZE, "%s%.3gms", sign, x / 1e6);
    else if (x < 59.95e9)
        snprintf(out, GF_DURATION_SIZE, "%s%.3gs", sign, x / 1e9);
    else {
        uint64_t s = (u + 500000000u) / 1000000000u;
        if (s < 3600)
            snprintf(out, GF_DURATION_SIZE, "%s%um%02us", sign, (unsigned)(s / 60),
                     (unsigned)(s % 60));
        else if (s < 86400)
            snprintf(out, GF_DURATION_SIZE, "%s%uh%02um", sign, (unsigned)(s / 3600),
                     (unsigned)(s % 3600 / 60));
        else
            snprintf(out, GF_DURATION_SIZE, "%s%" PRIu64 "d%02uh", sign, s / 86400,
                     (unsigned)(s % 86400 / 3600));
    }
}
