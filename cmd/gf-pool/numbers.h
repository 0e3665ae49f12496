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
 *     numbers_add(&n, &chain, seq);                      // for each row; a chain for each name
 *     numbers_settle(&n);
 *     uint64_t seq = numbers_take(&n, &chain);           // 0: no row of that name is left
 *     seq = seq ? seq : numbers_new(&n, place, results, command);
 *     numbers_release(&n);
 */
#ifndef GF_POOL_NUMBERS_H
#define GF_POOL_NUMBERS_H

#include "results.h"
#include "text/slice.h"

/* Numbers of jobs with the same name, the first one first. */
struct numbers_chain {
    size_t first, last; /* plus 1; 0: none */
};

struct numbers {
    struct number {
        uint64_t seq;
        size_t next; /* of the chain, plus 1 */
    } * list;
    uint64_t *sorted; /* all of them */
    size_t n, cap;
    uint64_t most; /* the highest that a job has, in the log or in this run */
};

/* -1: memory is out. */
int numbers_add(struct numbers *n, struct numbers_chain *c, uint64_t seq);

/* All are added. -1: memory is out. */
int numbers_settle(struct numbers *n);

/* The next one of the chain, which is taken off; 0: there is none. */
uint64_t numbers_take(const struct numbers *n, struct numbers_chain *c);

/* The number of a job that has no row. Its places rise from call to call. `results`: whose files
 * must stay, or NULL; `command`: the words of the job, as its files have them. */
uint64_t numbers_new(struct numbers *n, uint64_t place, struct results *results,
                     struct gf_slice command);

void numbers_release(struct numbers *n);

#endif
