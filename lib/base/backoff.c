/*
 * backoff.c - parts cut at commas; a wait is multiplied up step by step.
 *
 * Multiplying stops at the ceiling, before it could wrap. The caller's 64 random bits become a wait
 * below the bound as the upper half of a 128-bit product.
 */
#include "base/backoff.h"

#include <string.h>

#include "base/duration.h"
#include "base/num.h"

enum {
    MOST_FACTOR = 1000
};

static bool begins(const char *s, size_t len, const char *with)
{
    size_t n = strlen(with);
    return len >= n && memcmp(s, with, n) == 0;
}

/* One part behind the first. */
static int parse_part(const char *s, size_t len, struct gf_backoff *out, struct gf_perr *e)
{
    int bad = 0;
    size_t skip = 0;
    if (len == strlen("jitter") && begins(s, len, "jitter")) {
        out->jitter = true;
    } else if (begins(s, len, "max ") || begins(s, len, "max=")) {
        skip = strlen("max ");
        bad = gf_parse_duration(s + skip, len - skip, &out->max, e);
    } else if (begins(s, len, "x")) {
        skip = 1;
        bad = gf_parse_count(s + skip, len - skip, 1, MOST_FACTOR, &out->factor, e);
    } else {
        return gf_perr_set(e, 0, len, "write 1s or 1s,x2,max 1m,jitter", "not x, max or jitter");
    }
    if (bad && e)
        e->col += skip;
    return bad;
}

int gf_parse_backoff(const char *s, size_t len, struct gf_backoff *out, struct gf_perr *e)
{
    *out = (struct gf_backoff){0};
    for (size_t at = 0, n = 0;; at += n + 1) {
        const char *comma = memchr(s + at, ',', len - at);
        n = comma ? (size_t)(comma - s) - at : len - at;
        int bad = at == 0 ? gf_parse_duration(s, n, &out->first, e) : parse_part(s + at, n, out, e);
        if (bad && e && at)
            e->col += at;
        if (bad || !comma)
            return bad;
    }
}

gf_ns gf_backoff_wait(const struct gf_backoff *b, unsigned retry, uint64_t random)
{
    gf_ns most = b->max ? b->max : GF_NEVER / 2;
    gf_ns wait = b->first < most ? b->first : most;
    uint64_t factor = b->factor ? b->factor : 1;
    for (unsigned i = 1; i < retry && factor > 1 && wait > 0 && wait < most; i++)
        wait = (uint64_t)wait > (uint64_t)most / factor ? most : wait * (gf_ns)factor;
    if (!b->jitter || wait <= 0)
        return wait;
    return (gf_ns)((unsigned __int128)random * ((uint64_t)wait + 1) >> 64);
}
