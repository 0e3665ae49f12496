/*
 * clock.h - the clock that the limits of this run go by: the monotonic one, or with --ramp and
 * --feedback one that is slower (limit/tempo.h). Feedback comes in a thread of its own, so that one
 * is guarded.
 */
#ifndef GF_CMD_RATELIMIT_CLOCK_H
#define GF_CMD_RATELIMIT_CLOCK_H

#include <pthread.h>

#include "limit/tempo.h"

struct limit_clock {
    bool slower; /* else it is the monotonic one */
    gf_ns lost;  /* it is so far behind: main thread */
    pthread_mutex_t lock;
    struct gf_tempo tempo;
};

struct config;

void clock_start(struct limit_clock *k, const struct config *c, gf_ns now_mono);

/* What it shows at that moment, and the moment at which it will show that. */
gf_ns clock_at(struct limit_clock *k, gf_ns now_mono);
gf_ns clock_when(struct limit_clock *k, gf_ns time);

/* So much time has not passed. Main thread. */
void clock_lose(struct limit_clock *k, gf_ns d);

/* Its speed, 0 to 1. */
double clock_speed(struct limit_clock *k);

#endif
