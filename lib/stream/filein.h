/*
 * filein.h - the FILE of an operation, record by record: lines or tables, as the inputs are.
 *
 *     struct gf_filein in;
 *     if (gf_filein_open(&in, word, st) != 0) ... the fault of st is set ...
 *     while ((got = gf_filein_next(&in, st, &rec)) == 1) ... in.record is its number ...
 *     gf_filein_close(&in);
 *
 * `-` is standard input. With --header the first record is names, and the first call gives it as
 * any other: gf_filein_pass_header passes it by. One thread.
 */
#ifndef GF_STREAM_FILEIN_H
#define GF_STREAM_FILEIN_H

#include "stream/head.h"
#include "text/reader.h"

struct gf_filein {
    int fd, read_fd; /* that was opened, and that is read: not the same where it is unpacked */
    const char *path;
    struct gf_reader reader;
    struct gf_head head;
    struct gf_tabular_in table;
    uint64_t record; /* that was given last, from 1 */
};

/* It borrows the word, and the settings of st. -1: the fault is set. */
int gf_filein_open(struct gf_filein *in, const char *word, struct gf_stream *st);

/* 1; 0 at the end; -1 with the fault. The record is valid until the next call. */
int gf_filein_next(struct gf_filein *in, struct gf_stream *st, struct gf_slice *rec);

/* Up to `max` records at once: how many, 0 at the end, -1 with the fault. They are valid until the
 * next call; in.record is the number of the last. */
int gf_filein_many(struct gf_filein *in, struct gf_stream *st, struct gf_slice *out, int max);

/* With --header: the names of its columns are passed by. 0 or -1. */
int gf_filein_pass_header(struct gf_filein *in, struct gf_stream *st);

/* Also one that is not open, with fd -1. */
void gf_filein_close(struct gf_filein *in);

#endif
