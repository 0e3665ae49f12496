/*
 * permits.h - permits of a semaphore that lies on a Redis server, as leases.
 *
 *     struct gf_permits p;
 *     gf_permits_init(&p, &server, 1, 30 * GF_S);            // a claim: weight 1
 *     p.permits = 4;                                         // -j; 0: the state says
 *     struct gf_permits_answer a;
 *     if (gf_permits_ask(&p, true, &a) != 0) ... server.link.trouble ...
 *     if (a.stand == GF_PERMITS_WAITS) ... wait for a message on gf_permits_channel(&p), but no
 *                                          longer than a.nap, and ask again ...
 *     if (a.stand == GF_PERMITS_HOLDS) ... a.fence; renew in a third of the lease ...
 *     gf_permits_release(&p, &a);
 *
 * A claim holds, waits or is not there. Who holds or waits has a lease: when nothing is heard of it
 * for so long, by the server's clock, the claim is gone and the others go on. Each step is one
 * script, so it happens whole or not at all, and each may be done again when the connection was
 * lost before the answer: a claim is known by its random id.
 *
 * Who waits stands in a line, in the order of arrival. Only the first in line takes permits, when
 * there are as many as it wants; nobody passes it, so one that wants many is not starved. One whose
 * lease ended while it waited (it was stopped, or the server was away) gets its old place when it
 * asks again.
 *
 * Whoever frees permits, or takes some and leaves enough for the next, publishes a message on the
 * channel of the one who is first in line; it asks, and takes. So one process wakes for each
 * change, however many wait. A message may be lost: so each waiter asks again after a.nap, which is
 * a third of its lease (that renews it) or the time until the first lease of anybody ends.
 * Rejected: a list for each waiter and BLPOP (keys that a dead waiter leaves behind, and writes to
 * the log); one channel for all (each release would wake all); giving the permit to the first in
 * line in the release (its lease would run before it knows).
 *
 * The fence grows with every permit that is given out. It is the last one and one more, but at
 * least the server's clock in microseconds: so it grows too when the server has lost its last
 * writes, or all of them (a failover, a disk), as long as its clock is not set back.
 *
 * Keys, layout 1:
 *     gf:{NAME}:sem        hash: v (the layout), permits, declared (what the first -j said), used
 *                          (the sum of weights that are held), ticket and fence (the last ones)
 *     gf:{NAME}:sem:held   sorted set: claim -> end of its lease, microseconds of the server's
 * clock gf:{NAME}:sem:wait   sorted set: claim -> ticket gf:{NAME}:sem:alive  sorted set: claim
 * that waits -> end of its lease gf:{NAME}:sem:who    hash: claim -> "WEIGHT FENCE SINCE PID HOST
 * LABEL" and the channels gf:{NAME}:sem:turn:CLAIM and gf:{NAME}:sem:idle.
 *
 * Source of leases and fences: C. Gray, D. Cheriton, "Leases" (SOSP 1989); M. Kleppmann, "How to do
 * distributed locking" (2016). The clock is read by the server alone. One thread a claim.
 */
#ifndef GF_REDIS_PERMITS_H
#define GF_REDIS_PERMITS_H

#include <stdint.h>

#include "base/random.h"
#include "redis/server.h"

enum {
    GF_PERMITS_MOST = 1000000,
    GF_PERMITS_CHANNEL = 300, /* room for the name of a channel */
};

enum gf_permits_stand {
    GF_PERMITS_HOLDS,
    GF_PERMITS_WAITS,
    GF_PERMITS_BUSY,   /* too few are free, or others wait, and we do not want to wait */
    GF_PERMITS_LOST,   /* a renewal: the claim does not hold any more */
    GF_PERMITS_ABSENT, /* there is no such semaphore, and p->permits is 0 */
    GF_PERMITS_EXCESS, /* the weight is more than there are permits; we do not wait */
    GF_PERMITS_AROUND, /* p->around hold so many that we would wait for ourselves; we do not wait */
    GF_PERMITS_IDLE,   /* nobody holds or waits */
};

struct gf_permits {
    struct gf_redis_server *server; /* borrowed, as all that follows */
    struct gf_token id;
    uint32_t weight;
    gf_ns lease;
    uint32_t permits; /* for who makes the semaphore */
    int64_t ticket;   /* our place in line, once we have one */
    long pid;         /* for lists, as host (no blanks; NULL: none) and label */
    const char *host;
    const char *label;  /* may hold any bytes but NUL; NULL: none */
    const char *around; /* ids of claims that commands around ours hold, with blanks between */
};

struct gf_permits_answer {
    enum gf_permits_stand stand;
    int64_t fence; /* of a holder; of a waiter its ticket */
    uint32_t permits, declared;
    uint64_t used; /* the sum of weights that are held */
    uint64_t holders, waiters;
    gf_ns nap; /* after that time a waiter asks again */
};

void gf_permits_init(struct gf_permits *p, struct gf_redis_server *server, uint32_t weight,
                     gf_ns lease);

/* The channel on which a claim that waits is told to ask again, and that of who waits until nobody
 * holds or waits. */
void gf_permits_channel(const struct gf_permits *p, char out[GF_PERMITS_CHANNEL]);
void gf_permits_channel_idle(const struct gf_permits *p, char out[GF_PERMITS_CHANNEL]);

/*
 * Each: 0 and *a, or -1: server->link.trouble.
 *
 * ask: takes permits; where there are too few it stands in line (`wait`), or is BUSY. Whoever
 * stands in line asks again. renew: HOLDS or LOST; a lease that has ended is renewed too while
 * nobody has noticed. release: takes the claim out, however it stands. idle: IDLE, BUSY,
 * ABSENT, or AROUND when one of p->around holds.
 */
int gf_permits_ask(struct gf_permits *p, bool wait, struct gf_permits_answer *a);
int gf_permits_renew(struct gf_permits *p, struct gf_permits_answer *a);
int gf_permits_release(struct gf_permits *p, struct gf_permits_answer *a);
int gf_permits_idle(struct gf_permits *p, struct gf_permits_answer *a);

/* The number of permits for all users; makes a semaphore that is not there. */
int gf_permits_set(struct gf_permits *p, uint32_t permits, struct gf_permits_answer *a);

/* ---- who is there ---------------------------------------------------------------------------- */

struct gf_permits_user {
    bool waits;
    uint32_t weight;
    int64_t fence;
    gf_ns since_wall; /* by the server's clock */
    gf_ns lease;      /* what is left of it */
    long pid;
    const char *host, *label; /* into the list */
    size_t label_len;
};

struct gf_permits_list {
    struct gf_permits_answer sum;
    gf_ns now_wall;                /* of the server */
    struct gf_permits_user *users; /* holders by the ends of their leases, then the line */
    size_t count;
    redisReply *reply;
};

/* Changes nothing on the server. The caller releases the list. */
int gf_permits_look(struct gf_permits *p, struct gf_permits_list *list);
void gf_permits_list_release(struct gf_permits_list *list);

#endif
