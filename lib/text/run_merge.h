/*
 * run_merge.h - several sorted runs of text/runfile.h as one sequence of records.
 *
 *     struct gf_run_merge m;
 *     struct gf_run_merge_conf conf = {.keys = &keys, .block = 32 << 10};
 *     if (gf_run_merge_open(&m, &conf, runs, n) != 0) ... ENOMEM ...
 *     while ((got = gf_run_merge_next(&m, &rec)) == 1) ...
 *     gf_run_merge_close(&m);
 *
 * Of equal keys the record of the earlier run is first. One thread.
 */
#ifndef GF_TEXT_RUN_MERGE_H
#define GF_TEXT_RUN_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/keys.h"
#include "text/merge.h"
#include "text/runfile.h"

/* keys, tag, unique and limit as in text/sorter.h. */
struct gf_run_merge_conf {
    const struct gf_keyspec *keys; /* borrowed */
    bool tag;
    bool unique;
    uint64_t limit;
    size_t block; /* least that is read at once from a run */
};

struct gf_run_merge {
    struct gf_run_merge_conf conf;
    struct gf_run_reader *reader;
    size_t n;
    struct gf_merge *merge;
    struct gf_buf last; /* key of the record before, for `unique` */
    bool has_last;
    uint64_t given;
};

/* -1: ENOMEM, and nothing is open. The runs are copied; their files stay open meanwhile. */
int gf_run_merge_open(struct gf_run_merge *m, const struct gf_run_merge_conf *conf,
                      const struct gf_runfile_run *runs, size_t n);

/* 1: the next record that `unique` and `limit` let through, valid until the next call; 0: no more;
 * -1: errno. */
int gf_run_merge_next(struct gf_run_merge *m, struct gf_slice *rec);

void gf_run_merge_close(struct gf_run_merge *m);

#endif
