/*
 * terms.c - a rate and a burst as numbers that a script can add without loss.
 *
 * The fraction is brought to lowest terms, and 128 bits hold each product. What was read is written
 * once more and compared, so that damage, and a way of writing that is not ours, show.
 */
#include "redis/terms.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

typedef unsigned __int128 u128;

#define PART_MOST ((uint64_t)1 << 52)        /* c, and p */
#define COST_MOST UINT64_C(3155760000000000) /* microseconds: 100 years */

static u128 gcd(u128 a, u128 b)
{
    while (b) {
        u128 t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static int out_of_range(const char **why, const char *what)
{
    *why = what;
    errno = ERANGE;
    return -1;
}

static void write_terms(struct gf_redis_terms *t)
{
    char rate[GF_RATE_SIZE];
    gf_format_rate(&t->rate, rate);
    snprintf(t->text, sizeof t->text,
             "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %s %s %" PRIu64, t->p, t->c, t->depth,
             t->depth_rem, t->rate.bytes ? "bytes" : "records", rate, t->burst);
}

int gf_redis_terms_set(struct gf_redis_terms *t, const struct gf_rate *rate, uint64_t burst,
                       const char **why)
{
    *t = (struct gf_redis_terms){.rate = *rate, .burst = burst ? burst : 1, .c = 1};
    if (rate->border != GF_BORDER_NONE)
        return out_of_range(why, "a window of the calendar has no room on a server");
    if (!rate->unlimited) {
        u128 p = (u128)rate->period, c = (u128)rate->count * 1000, g = gcd(p, c);
        p /= g;
        c /= g;
        if (p > PART_MOST || c > PART_MOST || c == 0)
            return out_of_range(why, "the rate has more digits than a server keeps");
        u128 depth = p * t->burst;
        if (depth / c > COST_MOST)
            return out_of_range(why, "a burst of that size would take over 100 years to earn");
        t->p = (uint64_t)p;
        t->c = (uint64_t)c;
        t->depth = (uint64_t)(depth / c);
        t->depth_rem = (uint64_t)(depth % c);
    }
    write_terms(t);
    return 0;
}

/* The word behind so many, with a blank behind each: its place, and its length. */
static const char *skip_words(const char *text, int n, size_t *len)
{
    for (; n; n--) {
        text += strcspn(text, " ");
        text += *text == ' ';
    }
    *len = strcspn(text, " ");
    return text;
}

int gf_redis_terms_read(struct gf_redis_terms *t, const char *text)
{
    enum {
        UNIT = 4, /* words in front of it: p, c, and the depth in two */
    };
    size_t unit_len, rate_len, burst_len;
    const char *unit = skip_words(text, UNIT, &unit_len), *rate = skip_words(unit, 1, &rate_len),
               *last = skip_words(rate, 1, &burst_len), *why;
    uint64_t burst;
    struct gf_rate parsed;
    if (gf_parse_rate(rate, rate_len, &parsed, NULL) != 0 ||
        gf_parse_count(last, burst_len, 0, UINT64_MAX, &burst, NULL) != 0)
        return -1;
    parsed.bytes = unit_len == 5 && memcmp(unit, "bytes", 5) == 0;
    return gf_redis_terms_set(t, &parsed, burst, &why) == 0 && strcmp(t->text, text) == 0 ? 0 : -1;
}

uint64_t gf_redis_cost(const struct gf_redis_terms *t, uint64_t n, uint64_t *rem)
{
    u128 all = (u128)n * t->p;
    *rem = (uint64_t)(all % t->c);
    return all / t->c > COST_MOST ? UINT64_MAX : (uint64_t)(all / t->c);
}
