/*
 * stages.h - what a page shows of stages that records go through one after the other: a picture of
 * them, how long each took, and dead letters by stage and reason.
 *
 *     struct gf_page_stage stage[] = {{.name = "validate", .mode = "map", .jobs = 4, ...}, ...};
 *     struct gf_page_stages stages = {.stage = stage, .n = 2, .slowest = 2, .words = "...", ...};
 *     struct gf_page page = {.stages = &stages, ...};
 *
 * In the picture a stage is a box, with more colour the more of the time it was busy; the arrows
 * between them are as wide as records a second went there. All is borrowed. Pure; any thread.
 */
#ifndef GF_PAGE_STAGES_H
#define GF_PAGE_STAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/hist.h"

/* The struct has a member for each number that is shown. */
struct gf_page_stage {
    const char *name, *mode;
    const char *command; /* as gf_quote_sh has it */
    uint64_t jobs;       /* processes at once */
    uint64_t in, out, dead;
    uint64_t dropped, passed, retried, inside; /* shown where there are any */
    double busy;                               /* share of the time, 0 to 1; -1: not known */
    const struct gf_hist *service, *waiting;   /* at a process, and in front of the stage */
    const uint64_t *letters;                   /* dead letters of each reason */
};

struct gf_page_stages {
    const struct gf_page_stage *stage;
    size_t n;
    size_t slowest;            /* which stage is the bottleneck; n: none is */
    const char *words;         /* the same in words */
    const char *const *reason; /* NULL-terminated */
    const uint64_t *letters;   /* dead letters of records that came to no stage */
};

#endif
