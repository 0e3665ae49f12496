/*
 * report.h - --report: one page about a run (page/page.h): totals, which host was asked when, how
 * long requests took, which lines failed and why.
 *
 * Each request is a bar in the lane of its host. Which hosts have a lane is known at the end only:
 * those with most requests. Memory is bounded (page/bars.h), whatever the number of lines and
 * hosts.
 *
 *     struct report r = {.begin_mono = now};
 *     report_hop(&r, hop);                               // each request
 *     report_end(&r, line, outcome);                     // each line
 *     report_write(&r, &tally, &source, &fetcher, &file);
 *     report_release(&r);
 */
#ifndef GF_FETCH_REPORT_H
#define GF_FETCH_REPORT_H

#include "base/outfile.h"
#include "page/bars.h"
#include "tally.h"

struct report {
    gf_ns begin_mono;
    struct gf_bars bars;
    struct gf_page_failures failures;
};

void report_hop(struct report *r, const struct hop *hop);
void report_end(struct report *r, const struct line *line, const struct outcome *out);

/* Writes the page to what gf_report_open has opened. -1 after a message. */
int report_write(struct report *r, const struct tally *t, const struct source *s,
                 const struct fetcher *f, struct gf_outfile *out);
void report_release(struct report *r);

#endif
