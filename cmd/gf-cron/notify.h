/*
 * notify.h - tells a service manager how we are: sd_notify(3)'s protocol, a datagram to the socket
 * that NOTIFY_SOCKET names. Where it is not set, nothing happens; what cannot be sent is dropped.
 *
 *     notify_send("READY=1");
 *     double s = notify_watchdog();     0: no watchdog; else send WATCHDOG=1 this often
 */
#ifndef GF_CMD_CRON_NOTIFY_H
#define GF_CMD_CRON_NOTIFY_H

void notify_send(const char *text);

/* Half of the time after which the manager takes us for dead, in seconds; 0: it does not watch
 * us. */
double notify_watchdog(void);

#endif
