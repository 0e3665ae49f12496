/*
 * rate.h - how many in how long: 10/s 600/m 1000/h 5/15s 10/100ms 2.5/s 1e6/s; a bare number is
 * per second; a number with a byte unit (1MiB/s, 64kB/s, 500B/s) is a rate of bytes; `unlimited`
 * is no limit at all. The words of iptables and nginx are taken, too: 10/min, 5/hour, 10r/s.
 *
 * Kept exactly as a fraction in lowest terms: `count` units every `period` nanoseconds. From one
 * in 100 years up to 1e9 records/s, or 1e12 bytes/s. Zero is an error: a limit that lets nothing
 * pass is written by not running the command.
 * Errors: -1, errno EINVAL, `e` (may be NULL) says where. Pure; any thread.
 *
 *     struct gf_rate r;
 *     gf_parse_rate("2.5/s", 5, &r, &e);      r.count 1, r.period 400 * GF_MS
 */
#ifndef GF_BASE_RATE_H
#define GF_BASE_RATE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/perr.h"

struct gf_rate {
    uint64_t count; /* 1 or more, unless unlimited */
    gf_ns period;   /* 1 or more, unless unlimited */
    gf_ns window;   /* the time it was written for: 60 s in 600/m */
    bool bytes;     /* the unit is a byte, not a record */
    bool unlimited;
};

int gf_parse_rate(const char *s, size_t len, struct gf_rate *out, struct gf_perr *e);

/* Room for what gf_format_rate writes. */
#define GF_RATE_SIZE 64

/* The rate as gf_parse_rate reads it back, exactly: "10/s", "150/m", "1MiB/s", "unlimited". */
void gf_format_rate(const struct gf_rate *r, char out[GF_RATE_SIZE]);

/* Units a second, for people and statistics; infinity when unlimited. */
double gf_rate_per_second(const struct gf_rate *r);

#endif
