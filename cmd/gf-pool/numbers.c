/*
 * numbers.c - which number a job has.
 *
 * The numbers of the rows are marked. A number that is given to a new job need not be kept: places
 * rise, so above the numbers of the rows everything up to the highest one given counts as given.
 */
#include "numbers.h"

int numbers_open(struct numbers *n, uint64_t rows)
{
    return marks_open(&n->of_rows, rows);
}

int numbers_add(struct numbers *n, uint64_t seq)
{
    if (seq > n->most_of_rows)
        n->most_of_rows = n->most = seq;
    return marks_set(&n->of_rows, seq, 1);
}

/* Whether a row of the log, or a job that was given it in this run, has the number. */
static bool is_given(const struct numbers *n, uint64_t seq)
{
    return seq > n->most_of_rows ? seq <= n->most : marks_get(&n->of_rows, seq) != 0;
}

uint64_t numbers_new(struct numbers *n, uint64_t place, struct results *results,
                     struct gf_slice command)
{
    uint64_t seq = place;
    while (is_given(n, seq) || (results && results_hold_another(results, seq, command))) {
        if (seq > n->most)
            n->most = seq;
        if (n->most == UINT64_MAX) /* whoever wrote such a row has left no number above it */
            return place;
        seq = n->most + 1;
    }
    if (seq > n->most)
        n->most = seq;
    return seq;
}

void numbers_release(struct numbers *n)
{
    marks_release(&n->of_rows);
    *n = (struct numbers){0};
}
