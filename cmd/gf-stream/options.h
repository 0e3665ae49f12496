/* options.h - what the options of gf-stream itself say. */
#ifndef GF_STREAM_CMD_OPTIONS_H
#define GF_STREAM_CMD_OPTIONS_H

#include "base/outfile.h"
#include "stream/chain.h"
#include "stream/source.h"
#include "text/splitter.h"

struct options {
    struct gf_settings set;
    struct gf_sep joiner;
    struct gf_input *in;
    size_t nin;
    const char *dirs[GF_RUNFILE_DIRS];
    const char *chain_file, *stats_file, *separator_re;
    struct gf_regex *regex; /* made of it; owned */
    struct gf_splitter splitter;
    const char *output; /* NULL: standard output */
    bool explain, no_fuse, fields_set, joiner_set, crlf_set, decompress, stats;
    bool helped; /* help was printed, and standard output is closed */
    int stats_format;
    struct gf_optparser *p; /* has read the options; stands behind them */
    char *const *words;     /* of the chain */
    size_t nwords;
    bool typed; /* the words of the chain are those where `p` stands */
};

void options_default(struct options *o);
void options_release(struct options *o);

/* Takes the option that `p` has just read. 0, or the exit status after a message. */
int options_take(struct options *o, struct gf_optparser *p);

/* Called when all options were read: sets the values that depend on several of them. 0, or the exit
 * status after a message. */
int options_settle(struct options *o);

/* Adds a file to read. 0, or the exit status after a message. */
int options_add_input(struct options *o, const char *name);

/* No two read standard input, where FILE of an operation is one. -1, or the exit status after a
 * message. */
int inputs_check(const struct options *o, const struct gf_chain *c);

/* Reads the file of --chain. 0, or the exit status after a message. */
int inputs_read_chain(const char *path, struct gf_buf *text);

/* Opens the files to read. 0, or the exit status after a message. */
int inputs_open(struct options *o);

/* Says once what is read from a terminal. */
void inputs_say_waits(const struct options *o);

/* Tells with what an input begins (stream/head.h); or only that it is compressed. */
void inputs_tell(const char *name, unsigned sign);
void inputs_tell_packed(const char *name, unsigned sign);

/* Tells that records of a table had another number of fields. */
void inputs_tell_ragged(const char *name, const struct gf_tabular_in *in);

/* For -v: prints how many records went into and out of each of the n operations that end at `last`.
 * -1 after a message. */
int stats_detail(const struct gf_stage *last, size_t n);

/* Prints for each operation up to `last` how many records --skip-bad skipped, and the first. */
void stats_skipped(const struct gf_stage *last);

/* Writes the statistics of the n operations that end at `last` to what gf_stats_open has opened. -1
 * after a message. */
int stats_emit(const struct options *o, struct gf_outfile *to, const struct gf_stage *last,
               size_t n);

/* Raises the wall, where the run has one; output_dir is the directory in which -o is replaced, or
 * -1. */
void wall_raise(const struct options *o, const struct gf_chain *c, int output_dir);

/* The options go with the operations of the chain. -1, or the exit status after a message. */
int options_check_chain(const struct options *o, const struct gf_chain *c);

/* No output is an input, of the chain either. -1, or the exit status after a message. */
int options_check_outputs(const struct options *o, const struct gf_chain *c);

#endif
