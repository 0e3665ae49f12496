/*
 * source.h - where a chain begins: records out of open descriptors, one after the other, or merged.
 *
 * Before a read that would wait, `idle` is called, so that what was made so far can be written out,
 * and a reader that goes is noticed. When a signal interrupts the wait or a read, `interrupted`
 * says whether to stop. A source gives runs (stage.h) until what is left has to be looked at by
 * record: the end, or one over the limit.
 */
#ifndef GF_STREAM_SOURCE_H
#define GF_STREAM_SOURCE_H

#include "stream/op.h"

struct gf_input {
    int fd;
    const char *name; /* for messages */
};

struct gf_source_hooks {
    /* Until fd can be read. 0; 1: a signal was caught; -1: the output failed (it has said why). */
    int (*idle)(void *arg, int fd);
    bool (*interrupted)(void *arg); /* true: stop as if the input had ended */
    void *arg;
};

/* The inputs are borrowed and stay open. NULL: the fault is set. */
struct gf_stage *gf_source_open(struct gf_stream *st, const struct gf_input *in, size_t n,
                                const struct gf_source_hooks *hooks);

/* The same for inputs that are sorted by `keys` (sort --merge). */
struct gf_stage *gf_source_open_merge(struct gf_stream *st, const struct gf_input *in, size_t n,
                                      const struct gf_keyspec *keys,
                                      const struct gf_source_hooks *hooks);

#endif
