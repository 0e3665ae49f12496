/*
 * hint.h - why a job may have failed: its record begins with '-' and was taken for an option, or sh
 * was given a function of bash.
 *
 * An observer: when the first such job fails, a note says so.
 */
#ifndef GF_POOL_HINT_H
#define GF_POOL_HINT_H

#include "observer.h"
#include "options.h"
#include "work.h"

struct hint {
    const struct options *opt;
    bool said; /* once is enough */
};

extern const struct observer_events hint_observer;

/* Whether the command may take the record for an option. `appends`: the record is its last word. */
bool hint_looks_like_option(const struct options *o, bool appends, const struct work *w);

#endif
