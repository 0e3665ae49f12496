/*
 * alarm.c - a timerfd on the wall clock, which is also readable when the clock was set.
 *
 * The timer is always armed, at the end of the year 9999 when nothing is planned: a timer that is
 * not armed would not ring when the clock is set. A due time up to 1970 is armed as one nanosecond,
 * since zero disarms. Once after the clock was set, timerfd_settime reports ECANCELED although the
 * timer is armed: that is success. A read clears the alarm, also a read that fails with ECANCELED.
 */
#include "alarm.h"

#include <errno.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The alarm when nothing is planned: the last second of the year 9999. */
#define FAR_AWAY ((int64_t)253402300799)

int alarm_open(void)
{
    return timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
}

int alarm_set(int fd, int64_t due)
{
    struct itimerspec at = {.it_value.tv_sec = due < FAR_AWAY ? due : FAR_AWAY};
    if (at.it_value.tv_sec <= 0)
        at.it_value = (struct timespec){.tv_nsec = 1}; /* zero would disarm the timer */
    /* ECANCELED: the clock was set since the last alarm; this alarm is armed all the same. */
    if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL) == 0 ||
        errno == ECANCELED)
        return 0;
    return -1;
}

void alarm_clear(int fd)
{
    uint64_t n;
    while (read(fd, &n, sizeof n) > 0)
        continue;
}

int alarm_wait(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, -1) == -1 ? -1 : 0;
}
