/*
 * feedback.h - lines from the readers of the records (limit/feedback.h), read while records pass.
 *
 * A thread reads feedback, whatever the main thread waits for. Without that thread, a process that
 * both takes records and writes feedback could block on its write, and gf-ratelimit on that
 * process. Feedback about all records changes the clock at once; what is said of single keys is
 * kept here for the main thread (keyclock.h), one entry a key.
 */
#ifndef GF_CMD_RATELIMIT_FEEDBACK_H
#define GF_CMD_RATELIMIT_FEEDBACK_H

#include <stdatomic.h>

#include "clock.h"

enum {
    FEEDBACK_KEYS = 65536 /* keys with news for the main thread; one more, and all are meant */
};

/* What was said of one key, in one line or several. */
struct feedback_news {
    uint64_t hash;
    gf_ns until_mono; /* 0: no pause */
    bool slower;
    unsigned faster; /* steps */
    size_t slot;     /* of the index */
};

struct feedback {
    const struct config *config;
    struct limit_clock *clock; /* the lock of the clock guards all from `news` on, too */
    uint64_t seed;             /* the seed of the hash of keys */
    int fd;
    bool regular; /* a file that may grow */
    bool inside;  /* a regular file did not end with a newline: the rest of its last line is passed
                     by */
    atomic_bool is_new; /* whether there is anything for feedback_take; read without the lock */
    struct feedback_news *news,
        *taken;      /* FEEDBACK_KEYS each, with -K; feedback_take exchanges them */
    uint32_t *index; /* a hash table: 0, or the number of an entry of `news`, from 1 */
    size_t count;
    bool all_changed;                         /* feedback has changed the clock of all */
    uint64_t ok, refused, slow, fast, unread; /* lines of each kind */
    bool timeless;                            /* a 429 with a time that is not understood came */
    bool failed; /* feedback could not be read any more, with a message */
};

/* Opens the feedback and starts the thread; does nothing without --feedback. 0, or -1 after a
 * message. */
int feedback_start(struct feedback *f, const struct config *c, struct limit_clock *clock,
                   uint64_t seed);

/* The news of single keys since the last call, *count of them; valid until the next call.
 * *all_changed: the clock of all has changed since the last call. */
const struct feedback_news *feedback_take(struct feedback *f, size_t *count, bool *all_changed);

/* The same change for one key or for all: the clock is t, its time is `now`. */
void feedback_apply(struct gf_aimd *t, const struct feedback_news *n, gf_ns now, gf_ns until);

/* A change that was for one key, and is for all. */
void feedback_for_all(struct feedback *f, const struct feedback_news *n);

/* How many lines asked for less: 429 and slow. */
uint64_t feedback_refusals(struct feedback *f);

bool feedback_failed(struct feedback *f);

#endif
