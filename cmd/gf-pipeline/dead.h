/*
 * dead.h - --dead: a line for each record that did not make it, and what is said without it.
 *
 * A letter is written before the record counts as done; with --fsync it is on the disk by then. A
 * file that cannot be written ends the run with 125.
 */
#ifndef GF_PIPELINE_DEAD_H
#define GF_PIPELINE_DEAD_H

#include <stdint.h>

#include "base/buf.h"
#include "pipeline/letter.h"
#include "run/linelog.h"

struct run;
struct stage;
struct flow;
struct gf_piece;
struct failure;

struct dead {
    struct gf_linelog log;
    struct gf_buf line, origin;
    uint64_t letters; /* records that are dead */
    uint64_t by_reason[GF_REASONS];
    unsigned told; /* without --dead: messages */
};

/* -1 after a message. */
int dead_open(struct run *r);
void dead_begin(struct run *r);

/* How often the stage has tried the one record of the piece that failed so; 0: it came to no
 * process before the end of the run, or of its total time. */
unsigned dead_attempts(const struct gf_piece *p, const struct failure *why);

/* The one record of the piece did not make it through the stage. */
void dead_letter(struct stage *s, const struct gf_piece *p, const struct failure *why);

/* The one record of the piece failed, and is no dead letter: what became of it. */
void dead_count_spared(struct stage *s, const struct gf_piece *p, const struct failure *why,
                       const char *became);

/* A record that was too long to be read: its beginning, and where it is. */
void dead_oversize(struct run *r, uint64_t seq, uint64_t offset, const char *data, size_t len);

/* Waits for the reader. -1: it is lost, which was said. */
int dead_end(struct run *r);
void dead_close(struct run *r);

#endif
