/*
 * redis.h - a queue on a Redis server, for any number of machines.
 *
 *     struct gf_queue *q;
 *     if (gf_queue_open_redis(&q, &tool.server) != 0) ... memory is out ...
 *
 * Nothing is connected before the first call. What was accepted is as safe as the server is: with
 * `appendonly yes` it survives the death of the server's process; with `appendfsync always` also
 * the loss of power (everysec: at most the last second is lost), and a failover to a replica may
 * lose what had not been copied yet. All times are the server's. A call whose connection is lost
 * before its answer may have been done (`unsure`): the next call of the same kind, with the same
 * arguments, repeats it, and what was done is not done twice. Jobs that were delivered in it are
 * delivered again when the lease is over.
 *
 * Keys, for a name N: gf:{N}:queue (a hash: v, the layout's version; id and fence, which go up; the
 * counts) and, behind it, :high :normal :low (streams, read as the group "gf"), :lease (a sorted
 * set, by the end of each lease) and :run (who has it), :delayed (a sorted set, by the due time),
 * :dead and :deadjob, :done and :donejob, :keys (of unique jobs), :bell (a stream that wakes those
 * who wait), :tick:T (counts of ten seconds), :once:CLIENT (the last call of each, which may
 * be repeated).
 *
 * Leases lie in a sorted set of their own, and not in the pending list of the group, because each
 * holder's own lease counts, whoever looks, and because a job that is given back is no delivery.
 */
#ifndef GF_QUEUE_REDIS_H
#define GF_QUEUE_REDIS_H

#include "queue/queue.h"
#include "redis/server.h"

/* The server stays the caller's, and is used by nobody else meanwhile. */
int gf_queue_open_redis(struct gf_queue **out, struct gf_redis_server *server);

#endif
