/*
 * inflight.h - the records that a persistent command has been given and has not answered.
 *
 * The command reads records and answers each with one, in the same order. Which record a byte that
 * it writes belongs to is known by counting; so records are kept until they are answered, and when
 * the command dies the first of them is the one that it worked on.
 *
 *     struct gf_inflight f = {.separator = '\n', .span = gf_span_records};
 *     gf_inflight_begin(&f, now_mono);                       // a process has started
 *     while (gf_inflight_has_room(&f))
 *         gf_inflight_give(&f, record, len, now_mono);
 *     size_t n = gf_inflight_unsent(&f, &data);              // write(fd, data, n)
 *     gf_inflight_sent(&f, written, now_mono);
 *     gf_inflight_answered(&f, answers, now_mono);           // so many of the first ones
 *     const char *record = gf_inflight_first(&f, &len);      // what it works on
 *     gf_inflight_drop_first(&f, now_mono);                  // that has failed
 *     gf_inflight_release(&f);
 *
 * THE WINDOW, how many may be unanswered, is proc/window.h's, with GF_INFLIGHT_BYTES as a further
 * bound.
 *
 * Pure: `now_mono` is an argument, and where a record ends is for the owner to find. A struct that
 * is zero but for the first two members is ready, and safe to release. One thread at a time.
 */
#ifndef GF_PROC_INFLIGHT_H
#define GF_PROC_INFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "proc/window.h"

enum {
    GF_INFLIGHT_BYTES = 1024 * 1024 /* of records that are unanswered, when another is given */
};

struct gf_inflight {
    char separator;
    /* The length of the first *count whole records; *count becomes how many there are. */
    size_t (*span)(const char *data, size_t len, char separator, size_t *count);
    struct gf_buf queue; /* queue.data[head..len), of which [head..sent) is written */
    size_t head, sent;
    size_t waiting;   /* records there */
    uint64_t given;   /* to this process */
    unsigned attempt; /* at the first of them, from 1 */
    gf_ns head_mono;  /* since when the command works on the first; GF_NEVER: it has not got it */
    struct gf_window window;
};

/* A process has started: it is given what was not answered. */
void gf_inflight_begin(struct gf_inflight *f, gf_ns now_mono);

/* Whether another record may be given, as far as the window goes. */
bool gf_inflight_has_room(const struct gf_inflight *f);

/* Room for a record of so many bytes, so that gf_inflight_give cannot fail. -1: memory is out. */
int gf_inflight_reserve(struct gf_inflight *f, size_t len);

/* `now_mono` counts where nothing waits yet. -1: memory is out. */
int gf_inflight_give(struct gf_inflight *f, const char *record, size_t len, gf_ns now_mono);

/* What is still to be written. */
size_t gf_inflight_unsent(const struct gf_inflight *f, const char **data);
void gf_inflight_sent(struct gf_inflight *f, size_t bytes, gf_ns now_mono);

/* The first `n` are answered; n is at most f->waiting. */
void gf_inflight_answered(struct gf_inflight *f, size_t n, gf_ns now_mono);

/* The first one, without its separator, valid until the next call; there is one. */
const char *gf_inflight_first(const struct gf_inflight *f, size_t *len);

/* The first one will not be answered. */
void gf_inflight_drop_first(struct gf_inflight *f, gf_ns now_mono);

/* When the first one has been worked on for `timeout`; GF_NEVER: there is none, or it was not
 * sent. */
gf_ns gf_inflight_deadline(const struct gf_inflight *f, gf_ns timeout);

/* When gf_inflight_grow is to be called; GF_NEVER: the window is not in the way. */
gf_ns gf_inflight_grow_at(const struct gf_inflight *f);

/* `has_read_all`: nothing of what was written is left in the pipe. */
void gf_inflight_grow(struct gf_inflight *f, bool has_read_all, gf_ns now_mono);

/* We did not read its answers, so its times begin anew. */
void gf_inflight_excuse(struct gf_inflight *f, gf_ns now_mono);

void gf_inflight_release(struct gf_inflight *f);

#endif
