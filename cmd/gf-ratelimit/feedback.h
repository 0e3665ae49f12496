/*
 * feedback.h - lines from the readers of the records (limit/feedback.h), read while records pass.
 *
 * A thread reads feedback, whatever the main thread waits for. Without that thread, a process that
 * both takes records and writes feedback could block on its write, and gf-ratelimit on that
 * process. Feedback about all records changes the clock at once; pauses of single keys are kept
 * here for the main thread.
 */
#ifndef GF_CMD_RATELIMIT_FEEDBACK_H
#define GF_CMD_RATELIMIT_FEEDBACK_H

#include "clock.h"

enum {
    FEEDBACK_PAUSES = 1024 /* pauses of single keys that are kept; one more pauses all keys */
};

struct feedback_pause {
    uint64_t hash; /* the hash of the key */
    gf_ns until_mono;
};

struct feedback {
    const struct config *config;
    struct limit_clock *clock; /* the lock of the clock guards `pause` to `failed`, too */
    uint64_t seed;             /* the seed of the hash of keys */
    int fd;
    bool regular; /* a file that may grow */
    struct feedback_pause pause[FEEDBACK_PAUSES];
    size_t pauses;
    uint64_t ok, refused, slow, fast, unread; /* lines of each kind */
    bool failed; /* feedback could not be read any more, with a message */
};

/* Opens the feedback and starts the thread; does nothing without --feedback. 0, or -1 after a
 * message. */
int feedback_start(struct feedback *f, const struct config *c, struct limit_clock *clock,
                   uint64_t seed);

/* The next pause of a key, once. False: there is none. */
bool feedback_next_pause(struct feedback *f, struct feedback_pause *out);

/* How many lines asked for less: 429 and slow. */
uint64_t feedback_refusals(struct feedback *f);

bool feedback_failed(struct feedback *f);

#endif
