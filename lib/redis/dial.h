/*
 * dial.h - a connected socket to the server of an address. For lib/redis alone; link.h is the
 * contract.
 */
#ifndef GF_REDIS_DIAL_H
#define GF_REDIS_DIAL_H

#include <signal.h>

#include "base/clock.h"
#include "redis/address.h"
#include "redis/trouble.h"

/* A socket that does not block and is closed on exec; each address of a host is tried in turn. -1
 * with *t. `stop` as of a link. */
int gf_redis_connect(const struct gf_redis_address *to, gf_ns deadline_mono,
                     const volatile sig_atomic_t *stop, struct gf_redis_trouble *t);

#endif
