/*
 * clock.h - the clock that the limits of this run go by: the monotonic clock, or with --ramp and
 * --feedback a slower clock (limit/aimd.h). Feedback comes in a thread of its own, so the slower
 * clock has a lock.
 */
#ifndef GF_CMD_RATELIMIT_CLOCK_H
#define GF_CMD_RATELIMIT_CLOCK_H

#include <pthread.h>

#include "limit/aimd.h"

struct limit_clock {
    bool slower; /* --ramp or --feedback: time goes through `aimd` */
    gf_ns lost;  /* time that clock_lose took off; main thread only */
    pthread_mutex_t lock;
    struct gf_aimd aimd;
};

struct config;
struct gf_rate;

/* The clock under feedback of a limit with this rate, at full speed from now on. */
void clock_feedback(struct gf_aimd *t, const struct config *c, const struct gf_rate *rate,
                    gf_ns now);

void clock_start(struct limit_clock *k, const struct config *c, gf_ns now_mono);

/* clock_at: what the clock shows at the monotonic time. clock_when: the monotonic time at which the
 * clock shows `time`. */
gf_ns clock_at(struct limit_clock *k, gf_ns now_mono);
gf_ns clock_when(struct limit_clock *k, gf_ns time);

/* Whether feedback has stopped the clock at the monotonic time. */
bool clock_is_paused(struct limit_clock *k, gf_ns now_mono);

/* Puts the clock back by d. Main thread only. */
void clock_lose(struct limit_clock *k, gf_ns d);

/* The speed of the clock: 1 is that of the monotonic clock, 0 is a clock that stands still. */
double clock_speed(struct limit_clock *k);

#endif
