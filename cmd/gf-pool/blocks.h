/*
 * blocks.h - --pipe: records go to the standard input of jobs, in blocks.
 *
 * A block is whole records, their bytes unchanged, as many as fit into --block or as -n says; a
 * record that is longer than a block is one by itself. How the input comes in makes no difference
 * to where blocks end.
 *
 *     blocks_header(&b, &source);                    // in front of each block from now on
 *     int got = blocks_next(&b, &source);            // 1: there is one
 *     int err = blocks_keep(&b, &job->block);        // as a file of the job's
 *     int fd = block_open(job->block);               // to read from its start, for each attempt
 *     block_drop(&job->block);
 */
#ifndef GF_POOL_BLOCKS_H
#define GF_POOL_BLOCKS_H

#include "options.h"
#include "source.h"

struct blocks {
    const struct options *opt;
    struct gf_buf header; /* what stands in front of each */
    struct gf_buf block;
    struct gf_slice rest; /* whole records that did not fit, in the source */
    bool rest_open;       /* the last of them has no end */
    bool open_end;        /* that of the block has none */
    uint64_t records;     /* in the block; counted with -n only */
    bool whole;           /* the block is complete: the next call begins another */
};

/* The next block: 1, 0, GF_READER_END as source_take; -1 after a message. */
int blocks_next(struct blocks *b, struct source *s);

/* The record that was taken is the header. -1: memory is out. */
int blocks_header(struct blocks *b, const struct source *s);

/* Puts the block at hand into a file; *block is its descriptor plus 1. 0, or an errno. */
int blocks_keep(const struct blocks *b, int *block);
void blocks_release(struct blocks *b);

/* Says that the block of a job could not be kept, and why. The exit status that goes with it. */
int block_lost(uint64_t seq, int err);

/* A descriptor that reads the file from its start, yours; -1: errno. */
int block_open(int block);
void block_drop(int *block);

#endif
