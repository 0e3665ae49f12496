/*
 * intake.h - the input side: which job comes next.
 *
 *     struct intake in = {0};
 *     if (intake_open(&in, o) != 0) ...
 *     in.command = &template;                       // with -X: how long a record makes a command
 *     int got = intake_next(&in);                   // 1: in.work is what job number in.seq is
 * about if (got == 0 && source_waits(&in.source)) ... until in.source.reader.fd is readable ... if
 * (got == 0 && source_fill(&in.source) != 0) ... intake_release(&in);
 *
 * Nothing is read ahead of need: a record is taken when a slot is free for its job, and a read is
 * made when none is buffered. So a slow producer's first record starts at once, and a million
 * records cost no more memory than ten.
 */
#ifndef GF_POOL_INTAKE_H
#define GF_POOL_INTAKE_H

#include "blocks.h"
#include "options.h"
#include "shuffle.h"
#include "source.h"
#include "work.h"

struct intake {
    const struct options *opt;
    struct source source;
    struct work work; /* of the job at hand */
    uint64_t seq;     /* its number */
    struct blocks blocks;
    struct shuffle shuffle;
    const struct gf_template *command; /* -X; borrowed */
    size_t room;                       /* -n, -X: bytes that a command may have, */
    size_t word_room;                  /* and one word of it */
    size_t gathered;                   /* bytes that the work has in it */
    bool has_overflow;                 /* a record begins the next job: */
    struct gf_value overflow;          /* in the source */
    struct gf_value *names;            /* of columns or lists: --header */
    size_t nnames;
    struct gf_buf name_bytes;
};

/* Opens the input and reads the header. -1 after a message. */
int intake_open(struct intake *in, const struct options *o);
void intake_release(struct intake *in);

/* The environment of jobs takes so many bytes of what the system lets a command have. */
void intake_measure(struct intake *in, size_t environment);

/* The work of the next job: 1, 0, GF_READER_END as source_take; -1 after a message. */
int intake_next(struct intake *in);

#endif
