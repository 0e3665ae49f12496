/*
 * ownclock.so.c - preloaded, gives a process a clock of its own. GF_CLOCK="BASE ZERO SPEED": when
 * the machine has been up for ZERO ns, the clock shows BASE (seconds since 1970), and it goes SPEED
 * times as fast as the real one, wall and monotonic alike. All processes with the same GF_CLOCK
 * have the same clock, so nights pass in seconds and go on across kill -9 and restart.
 *
 * With two more numbers, "... AT BY", the wall clock is set once: when the clock has gone AT
 * seconds, by BY seconds forward, or back where BY is negative. Whoever waits for a time on the
 * wall wakes then, as TFD_TIMER_CANCEL_ON_SET has it.
 *
 * Only what waits for a time of a clock (timerfd_settime(2), absolute) is turned back into real
 * time, one on the wall or one since the boot, which is smaller by half a century; other waits take
 * as long as they say. Children run without it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL

static int64_t base, zero, speed; /* speed 0: not asked for */
static int64_t step_at, step_by;  /* ns; step_by 0: the clock is not set */

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("GF_CLOCK");
    long long b, z, s, at = 0, by = 0;
    unsetenv("LD_PRELOAD");
    if (text && sscanf(text, "%lld %lld %lld %lld %lld", &b, &z, &s, &at, &by) >= 3) {
        base = b;
        zero = z;
        speed = s;
        step_at = at * NS;
        step_by = by * NS;
    }
}

static int64_t real(clockid_t id)
{
    struct timespec t = {0};
    syscall(SYS_clock_gettime, id, &t);
    return t.tv_sec * NS + t.tv_nsec;
}

static int64_t gone(void)
{
    return (real(CLOCK_MONOTONIC) - zero) * speed;
}

/* What the wall clock shows beyond `base`. */
static int64_t gone_wall(void)
{
    int64_t t = gone();
    return step_by && t >= step_at ? t + step_by : t;
}

/* When, as gone() counts, whoever waits for the time `t` beyond `base` on the wall is to wake. */
static int64_t wake_at(int64_t t)
{
    if (!step_by)
        return t;
    if (gone() < step_at)
        return t < step_at ? t : step_at;
    return t - step_by;
}

static struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / NS, .tv_nsec = ns % NS};
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    if (!speed)
        return (int)syscall(SYS_clock_gettime, id, out);
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
        *out = timespec_of(base * NS + gone_wall());
    else if (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE || id == CLOCK_BOOTTIME)
        *out = timespec_of(zero + gone());
    else
        return (int)syscall(SYS_clock_gettime, id, out);
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    *out = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
    return 0;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *at, struct itimerspec *old)
{
    struct itimerspec moved = *at;
    bool is_set = at->it_value.tv_sec || at->it_value.tv_nsec;
    if (speed && (flags & TFD_TIMER_ABSTIME) && is_set && at->it_value.tv_sec < base / 2) {
        int64_t since_boot = at->it_value.tv_sec * NS + at->it_value.tv_nsec;
        int64_t to = zero + (since_boot - zero) / speed;
        moved.it_value = timespec_of(to > 0 ? to : 1);
    } else if (speed && (flags & TFD_TIMER_ABSTIME) && is_set) {
        int64_t far = (int64_t)1 << 31; /* NS times the year 9999 is no int64_t */
        int64_t ahead = at->it_value.tv_sec - base;
        int64_t to = wake_at((ahead < far ? ahead : far) * NS + at->it_value.tv_nsec) / speed + 1;
        to += zero - real(CLOCK_MONOTONIC) + real(CLOCK_REALTIME);
        moved.it_value = timespec_of(to > 0 ? to : 1);
    }
    return (int)syscall(SYS_timerfd_settime, fd, flags, &moved, old);
}
