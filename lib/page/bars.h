/*
 * bars.h - what a page draws, gathered while a run goes on, in bounded memory.
 *
 * An attempt of something is a bar, in a lane: a slot, a host. When there are twenty thousand bars
 * the shorter half goes, and what is shorter than those is not kept any more: at the width of a
 * page such bars cannot be seen. How long attempts took is counted for all of them. Failures are
 * kept with their last words, the first five hundred of them; all are counted.
 *
 *     struct gf_bars bars = {0};
 *     struct gf_bar bar = {.start = 0, .end = 12 * GF_MS, .seq = 1, .lane = 3};
 *     gf_bar_name(&bar, "curl http://a/", 14);
 *     gf_bars_add(&bars, &bar);
 *     gf_bars_release(&bars);
 *
 * Times are from the beginning of the run. When memory is out a bar is not drawn, and a failure one
 * of those that are only counted. A zeroed struct is empty. Pure; one thread.
 */
#ifndef GF_PAGE_BARS_H
#define GF_PAGE_BARS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

enum gf_bar_outcome {
    GF_BAR_OK,
    GF_BAR_FAILED,
    GF_BAR_TIMED_OUT,
    GF_BAR_RETRIED,
    GF_BAR_CUT /* ended before its time, as all of the run was */
};

enum {
    GF_BAR_OUTCOMES = 5,
    GF_BAR_HOW = 32,     /* room for how it ended */
    GF_BAR_NAME = 72,    /* room for what it was, cut in the middle */
    GF_BARS_BUCKETS = 40 /* see gf_bars_from */
};

struct gf_bar {
    gf_ns start, end;
    uint64_t seq;  /* the number of what it is an attempt of */
    uint64_t lane; /* from 0; until the page is made a number of the caller's own */
    unsigned row;  /* in its lane, from 0 */
    enum gf_bar_outcome outcome;
    char how[GF_BAR_HOW];
    char name[GF_BAR_NAME];
    unsigned shown_from; /* what of its name stands in the bar itself: all behind so many bytes */
};

struct gf_bars {
    struct gf_bar *bar;
    size_t n, cap;
    gf_ns shortest;     /* what is shorter is not drawn */
    uint64_t not_drawn; /* for their length */
    uint64_t bucket[GF_BARS_BUCKETS][GF_BAR_OUTCOMES];
};

void gf_bars_add(struct gf_bars *all, const struct gf_bar *bar);
void gf_bars_release(struct gf_bars *all);

void gf_bar_name(struct gf_bar *bar, const char *text, size_t len);

/* The shortest time that bucket `i` counts: 0, 1 ms, 2 ms, 5 ms, 10 ms and so on. */
gf_ns gf_bars_from(unsigned i);

/*
 * Gives each bar a row of its lane, such that two that overlap in time do not lie on one another:
 * the bars are sorted by their start. A lane gets at most `most` rows; what finds none free is in
 * the row that is free first. rows[l] is set to how many lane `l` of `lanes` has, at least one. -1:
 * out of memory, and all are in row 0.
 */
int gf_bars_stack(struct gf_bars *all, unsigned *rows, size_t lanes, unsigned most);

struct gf_page_failure {
    uint64_t seq;
    unsigned attempt;
    char how[GF_BAR_HOW];
    const char *where; /* borrowed: the stage that it failed in, or NULL */
    gf_ns length;      /* -1: nothing was begun */
    struct gf_buf what, words;
};

struct gf_page_failures {
    struct gf_page_failure *failure;
    size_t n;
    uint64_t more; /* that are only counted */
};

/* Of `from` all but its texts is taken: `what` failed, cut in its middle where it is too long, and
 * its last `words`. */
void gf_page_failures_add(struct gf_page_failures *all, const struct gf_page_failure *from,
                          const char *what, size_t len, const char *words, size_t words_len);
void gf_page_failures_release(struct gf_page_failures *all);

#endif
