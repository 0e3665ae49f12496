/*
 * window.h - never more than so many in any window of time, exactly.
 *
 * A bucket lets a burst pass and then its rate, so a window may hold up to twice what the rate
 * says. This one remembers what passed and when, for as long as it counts: n may pass when what
 * passed in the last `span` and n make no more than `most`. A window is half open: what passed
 * exactly `span` ago does not count any more. All of `most` may pass at once, and then nothing for
 * `span`.
 *
 * What has been decided and what has been written are two moments, and the one who reads us sees
 * the second. So gf_window_pass counts at once, and gf_window_written says when that went out; it
 * is remembered as one entry, 16 bytes, of at most `most`.
 *
 *     struct gf_window w;
 *     gf_window_init(&w, 600, 60 * GF_S);
 *     gf_ns due = gf_window_due(&w, 1, now_mono);         // wait until then, ask again
 *     gf_window_pass(&w, 1);
 *     ...write...
 *     if (gf_window_written(&w, gf_now_mono()) != 0) ... out of memory ...
 *
 * One thread a window.
 */
#ifndef GF_LIMIT_WINDOW_H
#define GF_LIMIT_WINDOW_H

#include <stddef.h>

#include "base/clock.h"

struct gf_window_entry {
    gf_ns at;
    uint64_t n;
};

struct gf_window {
    uint64_t most;
    gf_ns span;
    struct gf_window_entry *ring; /* oldest at `first` */
    size_t first, count, cap;
    uint64_t sum;  /* of the entries */
    uint64_t open; /* passed and not yet written */
};

/* No allocation. `most` is 1 or more. */
void gf_window_init(struct gf_window *w, uint64_t most, gf_ns span);

/* When n may pass: now, or later, or GF_NEVER when n is over `most`. What is not yet written
 * counts as written now. */
gf_ns gf_window_due(struct gf_window *w, uint64_t n, gf_ns now);

/* n pass; they were due. */
void gf_window_pass(struct gf_window *w, uint64_t n);

/* All that passed has been written by now. -1: out of memory. */
int gf_window_written(struct gf_window *w, gf_ns now);

void gf_window_release(struct gf_window *w);

#endif
