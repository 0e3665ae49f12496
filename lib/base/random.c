/*
 * random.c - random numbers of the kernel.
 *
 * A number below a bound is the upper half of a product of 64 by 64 bits. The bias is at most one
 * part in 2^64 for each value, far below what any run could show.
 */
#include "base/random.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"

#define STEP UINT64_C(0x9e3779b97f4a7c15)

/* SplitMix64; over the clock and the process id where the kernel has no random numbers. */
static uint64_t mix(uint64_t x)
{
    x += STEP;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t gf_random(void)
{
    uint64_t x;
    ssize_t n;
    while ((n = getrandom(&x, sizeof x, 0)) == -1 && errno == EINTR)
        ;
    return n == sizeof x ? x : mix((uint64_t)gf_now_mono() ^ (uint64_t)getpid() << 32);
}

struct gf_token gf_token_make(void)
{
    struct gf_token t;
    snprintf(t.text, sizeof t.text, "%016" PRIx64 "%016" PRIx64, gf_random(), gf_random());
    return t;
}

static uint64_t below(uint64_t x, uint64_t most)
{
    return most == UINT64_MAX ? x : (uint64_t)((unsigned __int128)x * (most + 1) >> 64);
}

uint64_t gf_random_upto(uint64_t most)
{
    return below(gf_random(), most);
}

uint64_t gf_random_seeded(uint64_t *state, uint64_t most)
{
    uint64_t x = mix(*state);
    *state += STEP;
    return below(x, most);
}
