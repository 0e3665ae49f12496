/*
 * numbers.h - the numbers of a run and of its stages: for --stats, the progress line, SIGUSR1 and
 * the page.
 */
#ifndef GF_PIPELINE_NUMBERS_H
#define GF_PIPELINE_NUMBERS_H

#include "base/outfile.h"
#include "run.h"

/* Of the whole run. */
struct numbers {
    uint64_t in, out, dead, dropped;
    uint64_t passed;   /* of out: handed on as they came */
    uint64_t rejected; /* of dead */
    uint64_t inside;   /* has no fate */
    gf_ns span;        /* since the begin */
    double rate;       /* records out a second */
};

struct numbers numbers_of(const struct run *r, gf_ns now_mono);

/* Records that failed somewhere, whatever became of them, each once: an answer of several lines is
 * one record. */
uint64_t numbers_failed(const struct run *r);

/* The share of the time in which its processes had something to do, 0 to 1. */
double numbers_busy(const struct stage *s, gf_ns now_mono);

/* The busiest stage; NULL: none had anything to do. */
const struct stage *numbers_slowest(const struct run *r, gf_ns now_mono);

/* The stage that holds the others up; NULL: none does. */
const struct stage *numbers_bottleneck_stage(const struct run *r, gf_ns now_mono);

enum {
    NUMBERS_WORDS = 192
};

/* Which stage is the bottleneck, in words. */
void numbers_bottleneck(const struct run *r, gf_ns now_mono, char out[NUMBERS_WORDS]);

/* Writes --stats. -1 after a message. */
int numbers_write(const struct run *r, struct gf_outfile *out);

#endif
