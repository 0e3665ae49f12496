/* shared.h - a budget that processes share: where it lies, and the two ways to use it. */
#ifndef GF_CMD_RATELIMIT_SHARED_H
#define GF_CMD_RATELIMIT_SHARED_H

#include "limit/budget.h"
#include "ratelimit.h"

struct shared {
    struct gf_gcra limit;
    struct gf_budget budget;
};

/* 0 or -1 (said). */
int shared_open(struct shared *s, const struct config *c);

/* Waits for its turn, then becomes the command. Comes back with the exit status when that fails. */
int shared_run(const struct config *c, const struct tally *t);

/* --check: takes now, or says when to ask again. The exit status. */
int shared_check(const struct config *c);

#endif
