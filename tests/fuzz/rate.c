/* rate.c - gf_parse_rate: a fraction in lowest terms and in range, or an error inside the text. */
#include "base/rate.h"

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
    MUST(r.count >= 1 && r.period >= 1);
    MUST(gcd(r.count, (uint64_t)r.period) == 1);
    MUST((unsigned __int128)r.count <= (unsigned __int128)r.period * (r.bytes ? 1000 : 1));
    MUST((uint64_t)r.period / r.count <= (uint64_t)GF_DURATION_MAX);
    return 0;
}
