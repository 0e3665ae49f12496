/* clock.c - see clock.h. */
#include "clock.h"

#include "base/sat.h"
#include "ratelimit.h"

enum {
    WINDOW_RECORDS = 10 /* as many as tell how a rate is taken */
};

/* How much of the rate --min leaves. */
static uint32_t least_speed(const struct gf_rate *min, const struct gf_rate *rate)
{
    double part = gf_rate_per_second(min) / gf_rate_per_second(rate);
    uint32_t speed = (uint32_t)(part * GF_TEMPO_FULL);
    return speed ? speed : 1;
}

void clock_start(struct limit_clock *k, const struct config *c, gf_ns now_mono)
{
    pthread_mutex_init(&k->lock, NULL);
    gf_tempo_init(&k->tempo, now_mono);
    k->slower = c->ramp || c->feedback;
    k->tempo.ramp = c->ramp;
    const struct gf_rate *rate = &c->limits[0].rate;
    if (!rate->unlimited) {
        unsigned __int128 window =
            (unsigned __int128)WINDOW_RECORDS * (uint64_t)rate->period / rate->count;
        if (window > (unsigned __int128)k->tempo.window && window < INT64_MAX)
            k->tempo.window = (gf_ns)window;
        if (c->has_min)
            k->tempo.least = least_speed(&c->min, rate);
    }
}

gf_ns clock_at(struct limit_clock *k, gf_ns now_mono)
{
    if (!k->slower)
        return now_mono - k->lost;
    pthread_mutex_lock(&k->lock);
    gf_ns time = gf_tempo_at(&k->tempo, now_mono);
    pthread_mutex_unlock(&k->lock);
    return time - k->lost;
}

gf_ns clock_when(struct limit_clock *k, gf_ns time)
{
    time = gf_sat_add_i64(time, k->lost);
    if (!k->slower)
        return time;
    pthread_mutex_lock(&k->lock);
    gf_ns when = gf_tempo_when(&k->tempo, time);
    pthread_mutex_unlock(&k->lock);
    return when;
}

void clock_lose(struct limit_clock *k, gf_ns d)
{
    k->lost += d;
}

double clock_speed(struct limit_clock *k)
{
    pthread_mutex_lock(&k->lock);
    double speed = (double)k->tempo.speed / GF_TEMPO_FULL;
    pthread_mutex_unlock(&k->lock);
    return speed;
}
