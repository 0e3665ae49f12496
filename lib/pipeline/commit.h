/*
 * commit.h - how far an input is done, as two rows of a file.
 *
 *     struct gf_commit c = {0};
 *     switch (gf_commit_read(fd, &c)) ...                  // the newer of the two rows
 *     c.offset = ...;
 *     if (gf_commit_write(fd, &c) != 0) ... errno ...      // over the older one
 *
 * A row has GF_COMMIT_ROW bytes and is written by one call; the other row is what counted until
 * then. A row whose sum is not right (half of it was written) does not count. So whoever reads the
 * file after a kill finds the old or the new value.
 *
 * The row names the input, so that another one is known: for a regular file device and inode, and
 * for all hashes of the first GF_COMMIT_HEAD bytes and of the GF_COMMIT_TAIL bytes in front of the
 * offset, or as many as there are. The hashes are no signatures (XXH3, 64 bits).
 *
 * One thread at a time.
 */
#ifndef GF_PIPELINE_COMMIT_H
#define GF_PIPELINE_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GF_COMMIT_ROW = 512,
    GF_COMMIT_HEAD = 64 * 1024,
    GF_COMMIT_TAIL = 4096
};

/* A regular file; ino 0: it is none. */
struct gf_commit_file {
    uint64_t dev, ino;
};

struct gf_commit {
    uint64_t number;  /* of the row, from 1; 0: nothing was written */
    uint64_t offset;  /* in the input: all before it is done */
    uint64_t records; /* before it */
    bool ended;       /* the input ended there */
    struct gf_commit_file input;
    uint64_t head, tail; /* hashes */
    struct gf_commit_file output;
    uint64_t length; /* of the output */
};

uint64_t gf_commit_hash(const void *data, size_t len);

/* How many bytes the hashes are of, for an offset. */
size_t gf_commit_head_length(uint64_t offset);
size_t gf_commit_tail_length(uint64_t offset);

/* A row as text, without a NUL; and back: false: it is none. */
void gf_commit_format(const struct gf_commit *c, char row[GF_COMMIT_ROW]);
bool gf_commit_parse(const char row[GF_COMMIT_ROW], struct gf_commit *c);

enum gf_commit_state {
    GF_COMMIT_EMPTY, /* the file is, or has a part of its first row */
    GF_COMMIT_FOUND,
    GF_COMMIT_FOREIGN, /* it is not empty, and no row of it counts */
    GF_COMMIT_ERROR    /* errno */
};

enum gf_commit_state gf_commit_read(int fd, struct gf_commit *c);

/* Becomes the newer row; c->number goes up. -1: errno. */
int gf_commit_write(int fd, struct gf_commit *c);

#endif
