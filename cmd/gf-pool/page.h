/*
 * page.h - --report: one page about a run (page/page.h): totals, which slot did what when, how long
 * jobs took, what failed and its last words.
 */
#ifndef GF_POOL_PAGE_H
#define GF_POOL_PAGE_H

#include "base/outfile.h"
#include "tally.h"
#include "timeline.h"

/* Writes the page, if one is wanted, to what gf_report_open has opened. -1 after a message. */
int page_write(const struct timeline *t, struct tally *tally, struct gf_outfile *out);

#endif
