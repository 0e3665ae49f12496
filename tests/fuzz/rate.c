/*
 * rate.c - gf_parse_rate: a fraction in lowest terms and in range, a quota of a window of the
 * calendar, or an error inside the text. What is written again is read as the same.
 */
#include "base/rate.h"

#include <string.h>

#include "base/duration.h"
#include "oracle.h"

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static void must_come_back(const struct gf_rate *r)
{
    char text[GF_RATE_SIZE];
    struct gf_rate again = {0};
    gf_format_rate(r, text);
    MUST(gf_parse_rate(text, strlen(text), &again, NULL) == 0);
    MUST(again.count == r->count && again.period == r->period && again.bytes == r->bytes);
    MUST(again.border == r->border && again.minute == r->minute);
    MUST(again.zone_len == r->zone_len);
    MUST(r->zone_len == 0 || memcmp(again.zone, r->zone, r->zone_len) == 0);
}

/* All of a window is one amount, which is no pace: nothing is reduced. */
static void must_be_quota(const struct gf_rate *r)
{
    MUST(r->count >= 1 && r->period == gf_rate_about(r->border));
    if (r->border == GF_BORDER_HOUR)
        MUST(r->minute >= 0 && r->minute <= 59);
    else
        MUST(r->zone_len >= 1 && r->zone_len <= GF_RATE_ZONE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_perr e = {0};
    struct gf_rate r = {0};
    if (gf_parse_rate((const char *)data, size, &r, &e) != 0) {
        must_be_error(&e, size);
        return 0;
    }
    MUST(gf_rate_per_second(&r) > 0);
    if (r.unlimited)
        return 0;
    must_come_back(&r);
    if (r.border) {
        must_be_quota(&r);
        return 0;
    }
    MUST(r.count >= 1 && r.period >= 1);
    MUST(gcd(r.count, (uint64_t)r.period) == 1);
    MUST((unsigned __int128)r.count <= (unsigned __int128)r.period * (r.bytes ? 1000 : 1));
    MUST((uint64_t)r.period / r.count <= (uint64_t)GF_DURATION_MAX);
    return 0;
}
