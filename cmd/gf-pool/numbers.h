/*
 * numbers.h - --resume: which number a job has.
 *
 * The number of a job is its place in the input of the run that began it. A later run, whose input
 * may have another order, finds that number in the rows of the log: a job that runs again keeps it.
 * A job that is new has the number of its place, unless that is another job's; then it has the next
 * one above all that are known. So no two jobs of a log have one number, and the files of --results
 * of a job that is done are not written over.
 *
 *     struct numbers n = {0};
 *     numbers_open(&n, rows);
 *     numbers_add(&n, seq);                              // for each row
 *     seq = numbers_new(&n, place, results, command);    // for each job that has no row
 *     numbers_release(&n);
 */
#ifndef GF_POOL_NUMBERS_H
#define GF_POOL_NUMBERS_H

#include "marks.h"
#include "results.h"
#include "text/slice.h"

struct numbers {
    struct marks of_rows;
    uint64_t most_of_rows;
    uint64_t most; /* the highest that a job has, in the log or in this run */
};

/* For at most so many rows. -1: memory is out. */
int numbers_open(struct numbers *n, uint64_t rows);

/* -1: memory is out. */
int numbers_add(struct numbers *n, uint64_t seq);

/* The number of a job that has no row. Its places rise from call to call. `results`: whose files
 * must stay, or NULL; `command`: the words of the job, as its files have them. */
uint64_t numbers_new(struct numbers *n, uint64_t place, struct results *results,
                     struct gf_slice command);

void numbers_release(struct numbers *n);

#endif
