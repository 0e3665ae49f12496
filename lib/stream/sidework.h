/*
 * sidework.h - operations that look at each record by itself, at work on one block of records.
 *
 * A worker has stages of its own over a block that it is given, and notes in the job what comes out
 * of them. So several workers, each in a thread of its own, go through different blocks of one
 * input at once (crew.h).
 *
 *     struct gf_sidework w;
 *     if (gf_sidework_open(&w, st, nodes, n) != 0) ... the fault of st is set ...
 *     gf_sidework_run(&w, &job);                    job.failed: w.st.fault says why
 *     gf_sidework_close(&w);
 *
 * With a preparer what comes out are records of the block itself, each with what was found in it:
 * the operations may only choose among them.
 *
 * The nodes are shared and only read; everything else is the worker's. One thread at a time.
 */
#ifndef GF_STREAM_SIDEWORK_H
#define GF_STREAM_SIDEWORK_H

#include "stream/aggregate.h"
#include "stream/op.h"
#include "stream/prepare.h"

enum {
    GF_SIDE_OPS = 8 /* operations at most */
};

/* Records of each stage, from the block itself (0) to the last operation: what came out of it. */
struct gf_side_counts {
    uint64_t given[GF_SIDE_OPS + 1];
};

struct gf_sidejob {
    struct gf_block block; /* complete records, each with its separator */
    struct gf_slice *run;  /* runs of records that came out, none of which holds a separator ... */
    size_t nruns, runs_cap;
    struct gf_buf out; /* ... or, with `made`, the records that were made, each with a separator */
    struct gf_buf lengths; /* and the length of each, for such a record may hold separators */
    size_t n;              /* records that were made, or prepared */
    bool made;
    struct gf_buf prepared; /* or, with a preparer: n struct gf_prepared, in block.run */
    size_t most;            /* bytes that these may have together; the owner sets it */
    size_t bytes;           /* that they have, or would have had */
    bool large; /* those were too many: nothing was kept, the records are to be made once more */
    struct gf_aggregate part; /* where the last operation folds: what came of the block */
    bool failed;              /* a fault follows the records */
    struct gf_side_counts counts;
};

struct gf_sidework {
    struct gf_stream st;
    struct gf_stage *source, *last;
    struct gf_stage *stage[GF_SIDE_OPS + 1]; /* from the source to the last */
    size_t n;
    const struct gf_preparer *preparer; /* NULL: there is none */
};

/* n is at most GF_SIDE_OPS, and 1 at least without a preparer, which is borrowed. -1: the fault of
 * `st` is set. */
int gf_sidework_open(struct gf_sidework *w, struct gf_stream *st, const struct gf_node *node,
                     size_t n, const struct gf_preparer *preparer);
void gf_sidework_close(struct gf_sidework *w);

/* Does job->block; the rest of the job is filled. */
void gf_sidework_run(struct gf_sidework *w, struct gf_sidejob *job);

/* Lets the stages read job->block: its records are made as w->last is asked for them. */
void gf_sidework_begin(struct gf_sidework *w, const struct gf_sidejob *job);

/* The next of job->lengths; *at, 0 for the first, is moved on. */
size_t gf_sidejob_length(const struct gf_sidejob *job, size_t *at);

/* The records that came out before this block: what messages count from. */
void gf_sidework_count_from(struct gf_sidework *w, const struct gf_side_counts *before);

/* What was not in blocks: the stages read from `up` itself, as long as that is not NULL. */
void gf_sidework_through(struct gf_sidework *w, struct gf_stage *up);

/* The bytes that the job keeps room for when it is void, and an end to that. */
size_t gf_sidejob_room(const struct gf_sidejob *job);
void gf_sidejob_shrink(struct gf_sidejob *job);
void gf_sidejob_release(struct gf_sidejob *job);

#endif
