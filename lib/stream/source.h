/*
 * source.h - where a chain begins: records out of open descriptors, one after the other, or merged.
 *
 * Before a read that would wait, `idle` is called, so that what was made so far can be written out,
 * and a reader that goes is noticed. When a signal interrupts the wait or a read, `interrupted`
 * says whether to stop. A source gives runs (stage.h) until what is left has to be looked at by
 * record: the end, or one over the limit.
 *
 * With `header` in the settings the first record of each input is names, which are no record of the
 * chain. Those of the first input are asked for before anything else; an input whose names are
 * others is a fault. Tables (`table`) are of the form of text/tabular.h from here on.
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

/* What the columns are called, by the first record that there is; the caller's, and to be kept as
 * long as the source. 1; 0: there is no record, or a signal came; -1: the fault is set. */
int gf_source_header(struct gf_stage *source, struct gf_names *names);

/* Turns a source that has given nothing into one that merges inputs that are sorted by `keys` (sort
 * --merge). -1: the fault is set. */
int gf_source_merge(struct gf_stage *source, const struct gf_keyspec *keys);

/* Whether the records of its first table end with CR LF; false before one was read. */
bool gf_source_crlf(const struct gf_stage *source);

#endif
