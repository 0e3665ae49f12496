/*
 * size.c - a decimal (base/num.h) times a unit of a letter and what stands behind it.
 *
 * The unit is its base, 1024 or 1000, as often as the place of its letter in KMGTPE says. When a
 * size is printed, it is divided until it rounds to less than 1024, with three digits at most.
 */
#include "base/size.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

static const char size_hint[] = "sizes are written 512, 64K, 1M, 2G, 64KiB or 64kB";

/* `64K` `64Ki` `64KiB` are 1024s; `64kB` and `64KB` are 1000s, as the B without an i says. */
uint64_t gf_size_unit(const char *s, size_t len)
{
    static const char letters[] = "KMGTPE";
    if (len == 0 || (len == 1 && (s[0] == 'B' || s[0] == 'b')))
        return 1;
    char first = s[0] == 'k' ? 'K' : s[0];
    const char *at = memchr(letters, first, sizeof letters - 1);
    if (!at)
        return 0;
    uint64_t base;
    if (len == 1 || (len == 2 && s[1] == 'i') || (len == 3 && s[1] == 'i' && s[2] == 'B'))
        base = 1024;
    else if (len == 2 && s[1] == 'B')
        base = 1000;
    else
        return 0;
    uint64_t unit = 1;
    for (const char *p = letters; p <= at; p++)
        unit *= base;
    return unit;
}

int gf_parse_size(const char *s, size_t len, uint64_t *out, struct gf_perr *e)
{
    struct gf_decimal d;
    size_t used;
    if (gf_parse_decimal(s, len, &d, &used, e) != 0) {
        if (e)
            e->hint = size_hint;
        return -1;
    }
    size_t n = len - used;
    uint64_t unit = gf_size_unit(s + used, n);
    if (unit == 0)
        return gf_perr_set(e, used, n, size_hint, "unknown unit '%.*s'", (int)(n < 40 ? n : 40),
                           s + used);
    uint64_t v;
    int inexact = gf_decimal_scale(d, unit, &v);
    if (inexact < 0 || v > INT64_MAX)
        return gf_perr_set(e, 0, len, NULL, "over the largest size, 8E");
    if (inexact > 0)
        return gf_perr_set(e, 0, len, NULL, "not a whole number of bytes");
    *out = v;
    return 0;
}

void gf_format_size(uint64_t n, char out[GF_SIZE_SIZE])
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (n < 1024) {
        snprintf(out, GF_SIZE_SIZE, "%" PRIu64 "B", n);
        return;
    }
    double x = (double)n;
    size_t i = 0;
    while (x >= 1023.5 && i + 1 < sizeof names / sizeof names[0]) {
        x /= 1024;
        i++;
    }
    snprintf(out, GF_SIZE_SIZE, "%.*f%s", x < 9.995 ? 2 : x < 99.95 ? 1 : 0, x, names[i]);
}
