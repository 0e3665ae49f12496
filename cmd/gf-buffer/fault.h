/*
 * fault.h - a file that cannot be written for now: a full disk, an error of the device.
 *
 * The write is tried again, after 100 ms at first and 10 s at last, always soon in relation to how
 * long it has lasted; by --retries and --retry-for it is given up. Told when it begins, and when it
 * is over.
 *
 *     if (write(...) == -1)
 *         fault_met(&f);              // errno; the run may be over now
 *     else
 *         fault_over(&f);             // it is written again
 *     if (fault_waits(&f)) ... not now ...
 */
#ifndef GF_CMD_BUFFER_FAULT_H
#define GF_CMD_BUFFER_FAULT_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct run;

struct fault {
    struct run *run;
    const char *name; /* of the file, for messages; borrowed */
    bool patient;     /* it is tried again */
    bool met;         /* the last write failed */
    gf_ns since_mono;
    uint64_t tries;
    ev_timer timer;
};

void fault_begin(struct fault *f, struct run *r, const char *name, bool patient);

/* A write has failed, errno says why. */
void fault_met(struct fault *f);

/* A write has not failed. */
void fault_over(struct fault *f);

/* Whether it is not the time for another try yet. */
static inline bool fault_waits(const struct fault *f)
{
    return ev_is_active(&f->timer);
}

#endif
