/*
 * duration.h - spans of time as the family writes them: 250ms 2s 1.5m 1h30m 1d 2w; a bare number
 * is seconds. Units are ns, us, ms, s, m, h, d, w; each at most once, largest first. Exact: a span
 * that is no whole number of nanoseconds, or over 100 years, is an error.
 * Errors: -1, errno EINVAL, `e` (may be NULL) says where. Pure; any thread.
 *
 *     gf_ns timeout;
 *     if (gf_parse_duration("1h30m", 5, &timeout, &e) == 0) ... 5400 * GF_S ...
 */
#ifndef GF_BASE_DURATION_H
#define GF_BASE_DURATION_H

#include "base/clock.h"
#include "base/perr.h"

#define GF_DURATION_MAX ((gf_ns)3155760000 * GF_S) /* 100 years of 365.25 days */

int gf_parse_duration(const char *s, size_t len, gf_ns *out, struct gf_perr *e);

/*
 * The unit that is exactly s[0..len): its length in ns, or 0 when there is none. A rate has
 * longer words too (rate.c).
 */
gf_ns gf_time_unit(const char *s, size_t len);

/* Room for what gf_format_duration writes. */
#define GF_DURATION_SIZE 24

/*
 * `d` for people, in at most two units or three digits: "0s" "250us" "38.2ms" "1.98s" "3m05s"
 * "2h07m" "4d03h". Negative spans show a minus.
 */
void gf_format_duration(gf_ns d, char out[GF_DURATION_SIZE]);

#endif
