/*
 * aimd.h - the clock that limits run by: the monotonic one, made slower by a ramp, by pauses and by
 * additive increase, multiplicative decrease.
 *
 * A limiter asks only how much time has passed. So what slows a whole set of limits down - a ramp
 * at the start, a pause that the other side asked for, half the rate after a refusal - is one clock
 * that runs slower, under every kind of limiter alike. It never runs faster than time, so no limit
 * is ever exceeded by it.
 *
 * The ramp: from the start until `ramp` later the speed grows evenly from nothing to full, so half
 * of what the rate allows passes in that time.
 *
 * Feedback is additive increase, multiplicative decrease (Chiu and Jain 1989; TCP's, RFC 5681): a
 * refusal halves the speed, at most once in a window, since all that was under way then meets the
 * same refusal; each window without one adds a step of a twentieth. The speed stays between `least`
 * and full.
 *
 *     struct gf_aimd t;
 *     gf_aimd_init(&t, now_mono);
 *     t.ramp = 30 * GF_S;
 *     gf_ns now = gf_aimd_at(&t, gf_now_mono());           // for the limiter
 *     gf_sleep_until(gf_aimd_when(&t, due));               // what it answered
 *
 * Pure; the caller guards it.
 */
#ifndef GF_LIMIT_AIMD_H
#define GF_LIMIT_AIMD_H

#include <stdbool.h>

#include "base/clock.h"

#define GF_AIMD_FULL ((uint32_t)1 << 20) /* a speed: so many parts of the monotonic clock's */

struct gf_aimd {
    gf_ns start;
    gf_ns ramp;   /* 0: none; up to 100 years */
    gf_ns window; /* of feedback; 1 s */
    uint32_t least;
    /* What feedback has made of it: at the moment `at` it showed `time`. */
    gf_ns at, time;
    gf_ns paused_until;
    gf_ns grows; /* when the speed takes its next step */
    gf_ns slowed;
    uint32_t speed;
};

/* Full speed, no ramp, least speed a hundredth, windows of 1 s. */
void gf_aimd_init(struct gf_aimd *t, gf_ns now_mono);

/* What it shows, or will show if nothing more is fed back. `now_mono` is not before the last
 * feedback. */
gf_ns gf_aimd_at(const struct gf_aimd *t, gf_ns now_mono);

/* The first moment of the monotonic clock at which it shows `time` or more. */
gf_ns gf_aimd_when(const struct gf_aimd *t, gf_ns time);

/* Halves the speed, unless that was done within a window; whether it was. */
bool gf_aimd_slower(struct gf_aimd *t, gf_ns now_mono);

/* One step towards full speed. */
void gf_aimd_faster(struct gf_aimd *t, gf_ns now_mono);

/* Whether it stands still at `now_mono`. Saved units do not wait for a clock: while it stands
 * still, let nothing pass before it shows a nanosecond more. */
bool gf_aimd_is_paused(const struct gf_aimd *t, gf_ns now_mono);

/* Whether it runs at full speed at `now_mono`, and will if nothing more is fed back. */
bool gf_aimd_is_full(const struct gf_aimd *t, gf_ns now_mono);

/* The speed that feedback has made it run at, paused or not. */
uint32_t gf_aimd_speed(const struct gf_aimd *t, gf_ns now_mono);

/* Moves the end of a pause that has not ended, earlier too, as far as now; without one, nothing. */
void gf_aimd_move_pause(struct gf_aimd *t, gf_ns now_mono, gf_ns until_mono);

/* Stands still until then; an earlier pause that is longer stays. */
void gf_aimd_pause(struct gf_aimd *t, gf_ns now_mono, gf_ns until_mono);

#endif
