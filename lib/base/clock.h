/*
 * clock.h - the one place that reads the clock, and the unit all times are in.
 *
 * gf_ns is nanoseconds, signed, 64 bits: 292 years. The name of a variable says which clock it is
 * on: `_mono` (CLOCK_MONOTONIC: waiting, deadlines, durations), `_wall` (CLOCK_REALTIME: calendars,
 * logs) or `_boot` (CLOCK_BOOTTIME: monotonic, and goes on while the machine is suspended, as the
 * clocks of other machines do). Deadlines are absolute. Library rooms other than base take `now` as
 * an argument, so tests run on a made-up clock.
 *
 *     gf_ns now_mono = gf_now_mono();
 *     gf_sleep_until(now_mono + 250 * GF_MS);
 *
 * Any thread.
 */
#ifndef GF_BASE_CLOCK_H
#define GF_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t gf_ns;

#define GF_US ((gf_ns)1000)
#define GF_MS ((gf_ns)1000000)
#define GF_S ((gf_ns)1000000000)
#define GF_NEVER INT64_MAX /* a deadline that does not come */

gf_ns gf_now_mono(void);
gf_ns gf_now_wall(void);
gf_ns gf_now_boot(void);

/*
 * Sleeps until `deadline_mono` has come, by clock_nanosleep to an absolute time. Returns 0, or -1
 * with errno EINTR when a signal was caught first (the caller looks at its flags and calls again).
 */
int gf_sleep_until(gf_ns deadline_mono);

/* Asks the kernel for wake-ups without coalescing (timer slack 1 ns) in this thread. */
void gf_clock_precise(void);

/* Room for what gf_time_utc writes: "2026-11-15T11:12:37.339Z" and a NUL. */
#define GF_TIME_UTC_SIZE 32

/* Writes `wall` as RFC 3339 in UTC with milliseconds, cut, not rounded. */
void gf_time_utc(gf_ns wall, char out[GF_TIME_UTC_SIZE]);

#endif
