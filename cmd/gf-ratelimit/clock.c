/*
 * clock.c - the clock that the limits of a run go by.
 *
 * The clock shows the monotonic time, run through a tempo (limit/tempo.h) when --ramp or --feedback
 * may slow it down, less the time that was lost. A limit need not know of a slower rate: its
 * interval stays as it is, and the clock takes longer for it. The lock guards the tempo, which the
 * thread of feedback changes; `lost` belongs to the main thread alone, so that without a tempo no
 * lock is taken.
 */
#include "clock.h"

#include "base/sat.h"
#include "ratelimit.h"

enum {
    WINDOW_RECORDS = 10 /* the tempo's window is the time of so many records, or longer */
};

/* The least speed of the clock: the part of the rate that --min is, and never above full speed. */
static uint32_t least_speed(const struct gf_rate *min, const struct gf_rate *rate)
{
    double part = gf_rate_per_second(min) / gf_rate_per_second(rate);
    uint32_t speed = part < 1 ? (uint32_t)(part * GF_AIMD_FULL) : GF_AIMD_FULL;
    return speed ? speed : 1;
}

void clock_feedback(struct gf_aimd *t, const struct config *c, const struct gf_rate *rate,
                    gf_ns now)
{
    gf_aimd_init(t, now);
    if (rate->unlimited)
        return;
    unsigned __int128 window =
        (unsigned __int128)WINDOW_RECORDS * (uint64_t)rate->period / rate->count;
    if (window > (unsigned __int128)t->window && window < INT64_MAX)
        t->window = (gf_ns)window;
    if (c->has_min && c->min.bytes == rate->bytes)
        t->least = least_speed(&c->min, rate);
}

void clock_start(struct limit_clock *k, const struct config *c, gf_ns now_mono)
{
    pthread_mutex_init(&k->lock, NULL);
    clock_feedback(&k->aimd, c, &c->limits[0].rate, now_mono);
    k->slower = c->ramp || c->feedback;
    k->aimd.ramp = c->ramp;
}

gf_ns clock_at(struct limit_clock *k, gf_ns now_mono)
{
    if (!k->slower)
        return now_mono - k->lost;
    pthread_mutex_lock(&k->lock);
    gf_ns time = gf_aimd_at(&k->aimd, now_mono);
    pthread_mutex_unlock(&k->lock);
    return time - k->lost;
}

gf_ns clock_when(struct limit_clock *k, gf_ns time)
{
    time = gf_sat_add_i64(time, k->lost);
    if (!k->slower)
        return time;
    pthread_mutex_lock(&k->lock);
    gf_ns when = gf_aimd_when(&k->aimd, time);
    pthread_mutex_unlock(&k->lock);
    return when;
}

bool clock_is_paused(struct limit_clock *k, gf_ns now_mono)
{
    pthread_mutex_lock(&k->lock);
    bool paused = gf_aimd_is_paused(&k->aimd, now_mono);
    pthread_mutex_unlock(&k->lock);
    return paused;
}

void clock_lose(struct limit_clock *k, gf_ns d)
{
    k->lost += d;
}

double clock_speed(struct limit_clock *k)
{
    pthread_mutex_lock(&k->lock);
    double speed = (double)k->aimd.speed / GF_AIMD_FULL;
    pthread_mutex_unlock(&k->lock);
    return speed;
}
