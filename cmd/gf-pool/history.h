/*
 * history.h - what earlier runs have done, read from their job logs.
 *
 * A job is known by its words as the log shows them, so the input may be reordered, extended and
 * edited in between; by its number only where that is asked for (logs of GNU parallel, whose rows
 * quote words in another way). Of one job that has several rows, one for each time it was tried,
 * the last one counts: rows with the same number and the same words are one job's. One that failed
 * and that a later run did under another number is done, for --retry-failed. A job that the earlier
 * run interrupted is to be done still, whatever is resumed. Equal jobs are counted: three rows of
 * `echo a` let the first three pass by and no more.
 *
 * A job has its number from its row, or one that is its own (numbers.h); where jobs are known by
 * their number that is always their place in the input.
 *
 * Of each job that has a row a fingerprint of its words is kept (past.h), or with =seq what became
 * of its number (marks.h); the words only of those that --retry-failed is to run.
 *
 *     struct history h = {.opt = o, .results = r};
 *     if (history_load(&h, &logs) != 0) ...
 *     seq = place;
 *     history_skips(&h, &template, &work, &seq, &skip);    // --resume: is it done already?
 *     while (history_next(&h, &work, &seq) == 1) ...       // --retry-failed: the input
 *     history_release(&h);
 */
#ifndef GF_POOL_HISTORY_H
#define GF_POOL_HISTORY_H

#include "logs.h"
#include "marks.h"
#include "numbers.h"
#include "options.h"
#include "past.h"
#include "proc/words.h"
#include "text/table.h"
#include "work.h"

struct history {
    const struct options *opt;
    struct results *results; /* --results: files that stay; NULL: none */
    struct numbers numbers;  /* of jobs that have a row */
    struct past past;        /* what became of those; and by number alone */
    struct marks by_number;
    struct gf_keytable numbered; /* --retry-failed: the last run that had each number */
    uint64_t run;                /* that the rows at hand are of */
    struct gf_buf failed_jobs;   /* --retry-failed: number, length and words of each */
    size_t walked;               /* of them, by history_next */
    uint64_t to_rerun;           /* jobs that failed or were interrupted */
    uint64_t rerun;              /* jobs that history_next returned */
    struct gf_words words;
    struct gf_buf command;
    uint64_t rows, skipped;
    bool knows_one;  /* a job of this input has a row */
    uint64_t failed; /* of the skipped ones */
};

/* Reads the logs; nothing without --resume and --retry-failed. -1 after a message. */
int history_load(struct history *h, const struct logs *logs);

/* Whether the job is done already; it is passed by once. *seq is its place in the input, and
 * becomes its number. -1: memory is out. */
int history_skips(struct history *h, struct gf_template *command, const struct work *w,
                  uint64_t *seq, bool *skip);

/* The same for a job whose row has that text as its command. */
void history_skips_text(struct history *h, struct gf_slice text, uint64_t *seq, bool *skip);

/* The next job that failed or was interrupted: 1 with its work and its number, 0: there is no more,
 * -1: memory is out. */
int history_next(struct history *h, struct work *w, uint64_t *seq);

/* How many of them there are. */
uint64_t history_failed(const struct history *h);

/* The words of such a job; NULL with errno, ENOEXEC when only a shell could run it. */
char **history_words(struct history *h, const struct gf_value *command);

/* Says what was passed by, of so many jobs. */
void history_say(const struct history *h, uint64_t jobs);
void history_release(struct history *h);

#endif
