/*
 * clock.c - the clocks by clock_gettime, a sleep to a point of time, and a time as text.
 *
 * The sleep is given the moment itself (TIMER_ABSTIME), so it is no longer because the call was
 * late. A signal ends it with EINTR. The text of a time is cut, not rounded: for times before 1970
 * the remainder is made positive first.
 */
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

static gf_ns now(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts); /* cannot fail for these three clocks */
    return (gf_ns)ts.tv_sec * GF_S + ts.tv_nsec;
}

gf_ns gf_now_mono(void)
{
    return now(CLOCK_MONOTONIC);
}

gf_ns gf_now_wall(void)
{
    return now(CLOCK_REALTIME);
}

gf_ns gf_now_boot(void)
{
    return now(CLOCK_BOOTTIME);
}

int gf_sleep_until(gf_ns deadline_mono)
{
    if (deadline_mono < 0)
        return 0;
    struct timespec ts = {.tv_sec = deadline_mono / GF_S, .tv_nsec = deadline_mono % GF_S};
    int err = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
    if (err) {
        errno = err;
        return -1;
    }
    return 0;
}

void gf_clock_precise(void)
{
    /* Without it a wake-up may come 50 us late so that the kernel can batch timers. A kernel
     * that refuses leaves us with that default, which is no error. */
    (void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

void gf_time_utc(gf_ns wall, char out[GF_TIME_UTC_SIZE])
{
    time_t sec = wall / GF_S;
    gf_ns below = wall % GF_S;
    if (below < 0) { /* before 1970 too, a time is cut to the millisecond that began last */
        below += GF_S;
        sec--;
    }
    long ms = (long)(below / GF_MS);
    struct tm tm;
    memset(&tm, 0, sizeof tm);
    gmtime_r(&sec, &tm);
    char day[24];
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out, GF_TIME_UTC_SIZE, "%s.%03ldZ", day, ms);
}
