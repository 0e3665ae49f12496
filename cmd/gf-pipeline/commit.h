/*
 * commit.h - --commit and --resume: how far the input is done, kept in a file.
 *
 * A commit follows the output and the dead letters that it is about: it is made when both were
 * written, at most once in each turn of the loop. The first one is made before anything is written:
 * the next run has to know where our output begins.
 */
#ifndef GF_PIPELINE_CMD_COMMIT_H
#define GF_PIPELINE_CMD_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "pipeline/commit.h"

struct run;

struct gf_piece;

/* All in front of the offset is done, so many records, and out, so many bytes. */
struct commit_place {
    uint64_t offset, records, delivered;
};

struct commit {
    int fd; /* -1: none */
    struct gf_commit now;
    bool seeks;           /* the input does */
    bool head_is_known;   /* now.head is that of GF_COMMIT_HEAD bytes */
    char *text;           /* room for GF_COMMIT_HEAD bytes */
    struct gf_buf head;   /* the first bytes of an input that does not seek */
    struct gf_buf recent; /* of it, from GF_COMMIT_TAIL bytes in front of the commit on */
    uint64_t recent_at;   /* offset of recent.data[0] */
    uint64_t base;        /* length of the output when we began */
    bool is_marked;
    struct commit_place mark;  /* what is to be committed when it is written */
    struct commit_place clean; /* in front of the last group of lines that began */
    bool is_within; /* the last record that was counted is too long, and still passed by */
    bool lacks_end; /* the last record that was done had no separator: the input ended there */
    gf_ns synced_mono;
};

/* Opens the file, and with --resume looks what is done: *offset is where to go on, *known how much
 * of an input that does not seek is to be passed by. -1 after a message. */
int commit_open(struct run *r, uint64_t *offset, uint64_t *known);

/* Bytes of the input at this offset, in order. */
void commit_read(struct run *r, const char *data, size_t len, uint64_t offset);

/* All that is known was passed by. -1 after a message, such as that it was another input. */
int commit_check_known(struct run *r);

/* The piece, a part of a group, is about to be written. */
void commit_group(struct run *r, struct gf_piece *p);

/* Commits what can be. */
void commit_pump(struct run *r);

/* The last commit. */
void commit_end(struct run *r);
void commit_close(struct run *r);

#endif
