/*
 * failures.h - what a run that ends with 123 says at its end: how many failed, and the first.
 *
 *     struct gf_failures f = {0};
 *     gf_failures_add(&f, seq, "job %llu, exit status %d: %s", seq, code, command);
 *     gf_failures_say(&f, jobs, "jobs");
 *         // gf-pool: 2 of 9 jobs failed; first: job 3, exit status 1: curl -fsS http://a/
 *
 * A line a run, never one a failure: the log of jobs has the others. The text of the first failure
 * is cut to a line of moderate length, with three dots. Memory is the struct's own; a zeroed struct
 * is empty, and there is nothing to release. One thread.
 */
#ifndef GF_BASE_FAILURES_H
#define GF_BASE_FAILURES_H

#include <stdint.h>

struct gf_failures {
    uint64_t failed;
    uint64_t place; /* of the one that is kept */
    char first[200];
};

/*
 * Counts one. The text (printf) of the lowest place is kept, in whatever order they come: the
 * number of the job or record, so that two runs with the same failures name the same one. Where
 * there is no number, 0: the one that came first is kept. Bytes are escaped when they are said.
 */
void gf_failures_add(struct gf_failures *f, uint64_t place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Says the line, as gf_note does (so -q keeps it back); says nothing when nothing failed. `total`
 * is how many `things` ("jobs", "records") there were. */
void gf_failures_say(const struct gf_failures *f, uint64_t total, const char *things);

#endif
