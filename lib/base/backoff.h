/*
 * backoff.h - how long to wait before a failed job is tried again.
 *
 * Written `DUR[,xF][,max DUR][,jitter]`: the first wait is DUR, each further one F times the one
 * before (a whole number, 1 without it), none longer than max. With jitter a wait is drawn evenly
 * from 0 to what it would be ("full jitter"), so that jobs which failed together are not tried
 * together.
 *
 *     struct gf_backoff b;
 *     gf_parse_backoff("1s,x2,max 1m,jitter", 19, &b, &e);
 *     gf_backoff_wait(&b, 3, random)      before the third retry: 0 .. 4 s
 *
 * Source of full jitter: Brooker, "Exponential Backoff And Jitter" (2015). Pure; any thread.
 */
#ifndef GF_BASE_BACKOFF_H
#define GF_BASE_BACKOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/perr.h"

struct gf_backoff {
    gf_ns first;
    uint64_t factor; /* 0 and 1: all waits alike */
    gf_ns max;       /* 0: no bound */
    bool jitter;
};

/* -1 with EINVAL: `e` says where and why. */
int gf_parse_backoff(const char *s, size_t len, struct gf_backoff *out, struct gf_perr *e);

/* The wait before retry number `retry`, from 1; `random` is any 64 random bits. */
gf_ns gf_backoff_wait(const struct gf_backoff *b, unsigned retry, uint64_t random);

#endif
