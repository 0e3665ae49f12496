/*
 * notify.h - tells a service manager how the scheduler is: sd_notify(3)'s protocol, a datagram to
 * the socket that NOTIFY_SOCKET names. Without NOTIFY_SOCKET nothing happens; a message that cannot
 * be sent is dropped.
 *
 *     notify_send("READY=1");
 *     double s = notify_watchdog();     0: no watchdog; else send WATCHDOG=1 this often
 */
#ifndef GF_CMD_CRON_NOTIFY_H
#define GF_CMD_CRON_NOTIFY_H

void notify_send(const char *text);

/* Half of the time after which the manager takes gf-cron for dead, in seconds; 0: no watchdog. */
double notify_watchdog(void);

#endif
