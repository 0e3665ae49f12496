/*
 * lease.h - a scheduler on a state that others share by leases: on a server.
 *
 *     lease_open(s);      // after the table was read
 *     lease_close(s);
 *
 * Without such a state all of these do nothing.
 */
#ifndef GF_CMD_CRON_LEASE_H
#define GF_CMD_CRON_LEASE_H

#include <stdbool.h>

struct server;

void lease_open(struct server *s);
void lease_close(struct server *s);

#endif
