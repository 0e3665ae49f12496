/*
 * alarm.h - a descriptor that is readable when the wall clock shows a time, or when the clock was
 * set.
 *
 *     int fd = alarm_open();                      // -1: errno
 *     if (alarm_set(fd, due) != 0) ...            // seconds; INT64_MAX: only when the clock is set
 *     poll fd; alarm_clear(fd);
 *
 * A timerfd on CLOCK_REALTIME that the kernel cancels when the clock is set (timerfd_create(2),
 * TFD_TIMER_CANCEL_ON_SET): no ticks, and no jump goes unnoticed.
 */
#ifndef GF_CMD_CRON_ALARM_H
#define GF_CMD_CRON_ALARM_H

#include <stdint.h>

int alarm_open(void);
int alarm_set(int fd, int64_t due);
void alarm_clear(int fd);

/* Waits until the descriptor is readable. -1: errno, EINTR when a signal was caught. */
int alarm_wait(int fd);

#endif
