/* output.h - writes the records that the chain gives to standard output or a file, in blocks. */
#ifndef GF_STREAM_CMD_OUTPUT_H
#define GF_STREAM_CMD_OUTPUT_H

#include "base/outfile.h"
#include "stream/stage.h"

enum {
    OUTPUT_SIZE = 128 * 1024
};

struct output {
    int fd;
    const char *name; /* of the file; NULL: standard output */
    char *buf;        /* OUTPUT_SIZE bytes, and GF_TABULAR_SLACK */
    size_t used;
    struct gf_outfile *numbers;  /* where --stats go; not open without */
    const struct gf_stage *last; /* the last stage of the chain */
    struct gf_stream *stream;
    struct gf_tabular_out table;   /* records are of a table */
    struct gf_buf line;            /* one of them that is not plain */
    const struct gf_stage *source; /* which knows how its lines end */
};

/* Waiting failed, errno says why: as a write that failed, which ends us by SIGPIPE where the reader
 * is gone. -1. */
int output_lost(struct output *out);

/* These three return -1 when writing failed, with the fault of the stream set. */
int output_flush(struct output *out);
int output_record(struct output *out, struct gf_slice rec, char separator);

/* The same of records of tables. */
int output_table_record(struct output *out, struct gf_slice rec);
int output_table_run(struct output *out, struct gf_slice run);

/* Takes many records in one piece, with their separators. */
int output_run(struct output *out, struct gf_slice run);

#endif
