/* options.h - what the options of gf-stream itself say. */
#ifndef GF_STREAM_CMD_OPTIONS_H
#define GF_STREAM_CMD_OPTIONS_H

#include "stream/chain.h"
#include "stream/source.h"

struct options {
    struct gf_settings set;
    struct gf_sep joiner;
    struct gf_input *in;
    size_t nin;
    const char *dirs[GF_RUNFILE_DIRS];
    const char *chain_file, *stats_file;
    bool explain, no_fuse, fields_set, joiner_set, stats;
    bool helped; /* help was printed, and stdout closed behind it */
    int stats_format;
    const struct gf_optparser
        *line; /* at the first word of the chain; NULL: the chain is in a file */
};

void options_default(struct options *o);

/* One option as read: 0, or the exit status (the message is out). */
int options_take(struct options *o, struct gf_optparser *p);

/* All were read. */
void options_settle(struct options *o);

/* One more file to read. 0, or the exit status. */
int options_add_input(struct options *o, const char *name);

/* -v: says how many records went into each of the n operations that end at `last`, and out. -1: it
 * failed (the message is out). */
int stats_detail(const struct gf_stage *last, size_t n);

/* Says for each operation up to `last` how many records --skip-bad skipped, and the first. */
void stats_skipped(const struct gf_stage *last);

/* Prints what the n operations that end at `last` did. -1: it failed (the message is out). */
int stats_emit(const struct options *o, const struct gf_stage *last, size_t n);

#endif
