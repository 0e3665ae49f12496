/*
 * feedback.h - what comes back from those who take the records (limit/feedback.h), read while the
 * records go on.
 *
 * A thread reads it, whatever the main one waits for: if nobody did, one who writes feedback and
 * takes records would stand still, and we with it. What concerns all goes to the clock at once;
 * pauses of single keys are left here for the main thread.
 */
#ifndef GF_CMD_RATELIMIT_FEEDBACK_H
#define GF_CMD_RATELIMIT_FEEDBACK_H

#include "clock.h"

enum {
    FEEDBACK_PAUSES = 1024 /* of single keys at a time; then all are paused */
};

struct feedback_pause {
    uint64_t hash; /* of the key */
    gf_ns until_mono;
};

struct feedback {
    const struct config *config;
    struct limit_clock *clock; /* its lock guards what follows, too */
    uint64_t seed;             /* of the hash of keys */
    int fd;
    bool regular; /* a file that may grow */
    struct feedback_pause pause[FEEDBACK_PAUSES];
    size_t pauses;
    uint64_t ok, refused, slow, fast, unread; /* lines of each kind */
    bool failed;                              /* it could not be read any more; said */
};

/* Opens it and starts the thread. 0 or -1 (said). Nothing happens without --feedback. */
int feedback_start(struct feedback *f, const struct config *c, struct limit_clock *clock,
                   uint64_t seed);

/* The next pause of a key, once. False: there is none. */
bool feedback_next_pause(struct feedback *f, struct feedback_pause *out);

/* How many lines asked for less: 429 and slow. */
uint64_t feedback_refusals(struct feedback *f);

bool feedback_failed(struct feedback *f);

#endif
