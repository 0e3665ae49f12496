/*
 * past.h - the jobs that a log has rows of: how the last row of each says that it ended.
 *
 * A job is its words and its number. Of the words only a fingerprint is kept (text/fingerprint.h),
 * 124 bits under a key that each run draws anew: with a thousand million rows, and as many jobs
 * that are asked for, the chance that any job is taken for another one is one in 2^64. So a job
 * takes 24 bytes and an index of up to 11, whatever the length of its words, and 4 more where jobs
 * have equal words.
 *
 *     struct past p;
 *     past_open(&p, false);
 *     past_add(&p, words, number, PAST_OK, 1);             // each row; the last one of a job
 * counts past_settle(&p); enum past_outcome outcome; uint64_t number = past_take(&p, past_name(&p,
 * words), &outcome); past_release(&p);
 *
 * A zeroed struct is safe to release. One thread.
 */
#ifndef GF_POOL_PAST_H
#define GF_POOL_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/fingerprint.h"

/* How a job ended, by its last row. What is done comes first. */
enum past_outcome {
    PAST_OK,
    PAST_FAILED,
    PAST_INTERRUPTED
};

struct past {
    uint64_t *word; /* of all jobs, one behind the other */
    size_t n, cap;  /* jobs */
    size_t width;   /* words of one of them */
    size_t equal;   /* jobs that another one of the same words is in front of */
    struct gf_fingerprint_key key;
    uint32_t *slot; /* which job is where, and some bits of its hash */
    unsigned slot_bits;
    uint32_t *next; /* of the same words; NULL: none are equal */
};

/* With `runs` it is kept too which runs the first and the last row of each job are of. Then a job
 * takes 40 bytes. */
void past_open(struct past *p, bool runs);

/* A row. `run` counts with `runs`. -1: memory is out, or there are four thousand million jobs. */
int past_add(struct past *p, struct gf_slice words, uint64_t seq, enum past_outcome outcome,
             uint64_t run);

/* All rows are added; from now on jobs may be asked for. -1: memory is out. */
int past_settle(struct past *p);

/* What stands for the words. */
struct gf_fingerprint past_name(const struct past *p, struct gf_slice words);

/* Whether there is a job of these words. */
bool past_knows(const struct past *p, struct gf_fingerprint name);

/* Takes off a job of these words: in the order of outcomes, and then of first rows. Its number, and
 * how it ended; 0: none is left. */
uint64_t past_take(struct past *p, struct gf_fingerprint name, enum past_outcome *outcome);

/* Takes off the one job of these words that has this number, if it is not OK. False: it is, or
 * there is none, or it was taken. */
bool past_take_number(struct past *p, struct gf_fingerprint name, uint64_t seq);

/* With `runs`: what failed, or was interrupted, and was done in a later run under another number is
 * taken off. */
void past_drop_done_again(struct past *p);
void past_release(struct past *p);

#endif
