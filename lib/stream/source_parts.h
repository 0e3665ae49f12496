/* source_parts.h - what the files of the source share: its inputs, and how far it is. */
#ifndef GF_STREAM_SOURCE_PARTS_H
#define GF_STREAM_SOURCE_PARTS_H

#include "stream/head.h"
#include "stream/source.h"
#include "text/merge.h"
#include "text/reader.h"

struct gf_source {
    const struct gf_input *in;
    size_t n, now;
    const struct gf_source_hooks *hooks;
    struct gf_reader *reader;      /* one for each input */
    struct gf_head *head;          /* likewise */
    struct gf_tabular_in *tabular; /* likewise; NULL: the inputs are no tables */
    const struct gf_names *names;  /* that each input begins with */
    size_t named;                  /* the input that they were read from */
    bool *headed;                  /* of each input: its names were read */
    struct gf_merge *merge;
    bool stopped;
    bool ready; /* the input at hand can be read */
    bool piped; /* and another process writes it */
};

/* One read for input `which`. 1; 0: stopped by a signal; -1. */
int gf_source_fill(struct gf_stage *s, struct gf_source *c, size_t which);

/* All of input `which` was given. 1, or -1 when that was not its end. */
int gf_source_end(struct gf_stage *s, struct gf_source *c, size_t which);

/* The fault that a record of input `which` is over the limit. */
int gf_source_too_long(struct gf_stage *s, const struct gf_source *c, size_t which,
                       uint64_t record);

/* Before anything of input `which` is given: its names have to be the known ones. 1; 0: there is no
 * more to come; -1. */
int gf_source_pass_header(struct gf_stage *s, struct gf_source *c, size_t which);

#endif
