/*
 * hosts.h - who may start next: a queue for each host, so that a slow one holds up no other.
 *
 * An origin (scheme, host, port) has a queue of its own, first come first served, a number of
 * requests that it may have at once, and maybe a rate. Hosts whose queue may go on take turns. A
 * host that asked for time (Retry-After) is left alone until then; one that refused has half its
 * rate, or without a rate half its requests at once, and gets it back step by step (limit/aimd.h).
 *
 *     struct gf_hosts hosts;
 *     gf_hosts_init(&hosts, 6, &limit);                      // limit: NULL where there is no rate
 *     struct gf_host *h = gf_hosts_find(&hosts, "https://example.com:443", now_mono);
 *     gf_hosts_add(&hosts, h, &request->item, now_mono);
 *     while (there is room for one more && (item = gf_hosts_next(&hosts, now_mono)))
 *         start(item);                                       // counts for its host from now on
 *     wake_at(gf_hosts_wake(&hosts));                        // when time alone lets another one go
 *     gf_hosts_done(&hosts, h, now_mono);                    // for each that was started
 *
 * When memory runs out `no_memory` is set, and the owner gives up. An item is its owner's, in its
 * place while it is queued. Hosts that have nothing to remember are forgotten when there are more
 * than GF_HOSTS_KEPT. Pure; one thread. A zeroed struct is safe to release.
 */
#ifndef GF_NET_HOSTS_H
#define GF_NET_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit/aimd.h"
#include "limit/gcra.h"
#include "run/timers.h"

enum {
    GF_HOSTS_KEPT = 10000
};

struct gf_host_item {
    struct gf_host_item *next;
    struct gf_host *host;
};

/* What became of the requests of a host: the caller counts, for gf_hosts_top. */
struct gf_host_counts {
    uint64_t requests, failed, bytes;
};

struct gf_host {
    struct gf_host *same_bucket;
    struct gf_host *next, *before; /* among those that may go on, or those that are at rest */
    enum gf_host_place {
        GF_HOST_AT_REST, /* nothing waits and nothing is under way */
        GF_HOST_READY,   /* something waits and may start */
        GF_HOST_LATER,   /* something waits for a time */
        GF_HOST_FULL,    /* the next start follows an end; or nothing waits */
    } place;
    struct gf_host_item *first, **last; /* who waits */
    size_t waiting;
    unsigned active;
    gf_ns tat;             /* of the rate */
    gf_ns held_until_mono; /* it asked for time until then */
    struct gf_aimd aimd;
    struct gf_timer later;
    struct gf_host_counts counts;
    uint64_t number; /* from 1; no other host of the run has had it */
    char origin[];
};

struct gf_hosts {
    unsigned most; /* requests that a host may have at once */
    const struct gf_gcra *limit;
    struct gf_host **bucket;
    size_t buckets, n; /* a power of two; hosts in the table */
    struct gf_host *ready, *ready_last;
    struct gf_host *rest, *rest_last; /* the one that has rested longest is first */
    struct gf_timers timers;          /* without a loop */
    size_t waiting;                   /* items in all */
    uint64_t made;                    /* hosts, with those that were forgotten */
    bool no_memory;                   /* sticky: a host may not be told when its time comes */
};

/* `limit` is borrowed. */
void gf_hosts_init(struct gf_hosts *all, unsigned most, const struct gf_gcra *limit);
void gf_hosts_release(struct gf_hosts *all);

/* The host of an origin; NULL: out of memory. */
struct gf_host *gf_hosts_find(struct gf_hosts *all, const char *origin, gf_ns now_mono);

/* Behind those that wait already, or in front of them. */
void gf_hosts_add(struct gf_hosts *all, struct gf_host *h, struct gf_host_item *item,
                  gf_ns now_mono);
void gf_hosts_add_first(struct gf_hosts *all, struct gf_host *h, struct gf_host_item *item,
                        gf_ns now_mono);

/* One that may start now, taken out and counted as active, and charged to the rate of its host;
 * NULL: none may. */
struct gf_host_item *gf_hosts_next(struct gf_hosts *all, gf_ns now_mono);

/* Whether gf_hosts_next would have one. */
bool gf_hosts_is_ready(struct gf_hosts *all, gf_ns now_mono);

/* When time lets one more host go on; GF_NEVER: only an end does. */
gf_ns gf_hosts_wake(const struct gf_hosts *all);

/* One that was active has ended. */
void gf_hosts_done(struct gf_hosts *all, struct gf_host *h, gf_ns now_mono);

/* All items that wait, taken out and not counted, linked by `next`: for who gives up. */
struct gf_host_item *gf_hosts_drain(struct gf_hosts *all);

/* The host asked for time: nothing of it starts before `until`. One that asked for more time keeps
 * it. */
void gf_hosts_hold(struct gf_hosts *all, struct gf_host *h, gf_ns until_mono, gf_ns now_mono);

/* The host refused: half of what it had, once in a second. */
void gf_hosts_slower(struct gf_host *h, gf_ns now_mono);

/* How many requests it may have at once now. */
unsigned gf_hosts_allowed(const struct gf_hosts *all, const struct gf_host *h, gf_ns now_mono);

/* The hosts with most requests, most first: how many of the at most `n` were put into out. */
size_t gf_hosts_top(const struct gf_hosts *all, const struct gf_host **out, size_t n);

#endif
