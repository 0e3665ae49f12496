/*
 * window.h - how many records a persistent command may have that it has not answered.
 *
 *     struct gf_window w = {0};
 *     gf_window_begin(&w, 0, now_mono);                      // a process has started
 *     if (waiting < gf_window_size(&w)) ... give it a record ...
 *     gf_window_first(&w, now_mono);                         // when nothing had waited
 *     gf_window_answered(&w, &answers, now_mono);
 *     gf_ns at = gf_window_grow_at(&w, waiting);             // come back then:
 *     gf_window_grow(&w, has_read_all, now_mono);
 *
 * The window begins with one, so that few records are shared out evenly, and doubles while it is
 * less than what is answered in `period`: a fast command never waits for us. A command that holds
 * its output back, or its input (mawk reads 4 KiB before it goes on), answers nothing until it has
 * enough; so the window of one that has read all it was given and is silent doubles with time.
 * Silent is who has not answered for `silence`, and for GF_WINDOW_PATIENCE times as long as its
 * answers took lately: a slow command is not given the records of others. Where `narrows` is set,
 * the window is halved again while answers take more than twice the period, but to no less than
 * twice what came at once lately: who holds its output back needs as much to answer at all.
 *
 * Pure: `now_mono` is an argument. A zeroed struct has the constants below. One thread at a time.
 */
#ifndef GF_PROC_WINDOW_H
#define GF_PROC_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum {
    GF_WINDOW_MOST = 65536, /* records */
    GF_WINDOW_PATIENCE = 4
};

#define GF_WINDOW_PERIOD (50 * GF_MS)
#define GF_WINDOW_SILENCE (100 * GF_MS)

struct gf_window {
    size_t most;   /* records; 0: GF_WINDOW_MOST */
    gf_ns period;  /* 0: GF_WINDOW_PERIOD */
    gf_ns silence; /* 0: GF_WINDOW_SILENCE */
    bool narrows;
    size_t size;       /* 0 stands for 1 */
    size_t burst;      /* answers that came at once, the most of late */
    gf_ns heard_mono;  /* when it answered last, or was given a first record */
    gf_ns grown_mono;  /* when the window was looked at last */
    gf_ns pace;        /* how long it takes to be heard again, the longest of late */
    bool has_answered; /* this process has */
};

/* Answers that have come. */
struct gf_window_answers {
    size_t n;         /* records; 0: nothing happens */
    size_t waiting;   /* of those that were given, these included */
    gf_ns since_mono; /* since when the command has worked on the first of them */
    gf_ns took;       /* since that one was sent; counts where the window narrows */
};

/* A process has started, and is given so many at once: what was not answered. */
void gf_window_begin(struct gf_window *w, size_t waiting, gf_ns now_mono);

/* A record is given where none was waiting. */
void gf_window_first(struct gf_window *w, gf_ns now_mono);

size_t gf_window_size(const struct gf_window *w);

void gf_window_answered(struct gf_window *w, const struct gf_window_answers *a, gf_ns now_mono);

/* When gf_window_grow is to be called, with so many records that wait; GF_NEVER: the window is not
 * in the way. */
gf_ns gf_window_grow_at(const struct gf_window *w, size_t waiting);

/* `has_read_all`: nothing of what was written is left in the pipe. */
void gf_window_grow(struct gf_window *w, bool has_read_all, gf_ns now_mono);

#endif
