/*
 * report.h - --report: one page about a run (page/page.h): totals, the stages as a picture, how
 * long records took in each, dead letters by stage and reason, which records failed and why.
 *
 * Memory is bounded: a count for each stage and reason, and the failures that page/bars.h keeps.
 *
 *     report_open(r);                    // before anything is read
 *     report_letter(r, letter, "timed out");     // each dead letter
 *     report_write(r);                   // at the end
 *     report_close(r);
 *
 * Without --report nothing is done by any of these.
 */
#ifndef GF_PIPELINE_REPORT_H
#define GF_PIPELINE_REPORT_H

#include "base/outfile.h"
#include "page/bars.h"
#include "pipeline/letter.h"

struct run;

struct report {
    struct gf_outfile file;
    uint64_t (*letters)[GF_REASONS]; /* a row a stage; the first one: came to none. NULL: no page */
    struct gf_page_failures failures;
};

/* -1 after a message. */
int report_open(struct run *r);

/* A record is dead; `how` says of what. What ended with the run is counted alone. */
void report_letter(struct run *r, const struct gf_letter *l, const char *how);

/* -1 after a message. */
int report_write(struct run *r);
void report_close(struct run *r);

#endif
