/*
 * page.h - --report: one page about a run, with nothing from the network: totals, which slot did
 * what when, how long jobs took, what failed and its last words. Light or dark as the reader's
 * system is. What came from jobs is text in it, whatever its bytes.
 */
#ifndef GF_POOL_PAGE_H
#define GF_POOL_PAGE_H

#include "tally.h"
#include "timeline.h"

/* Writes the page to the file that --report names; nothing without it. -1 after a message. */
int page_write(const struct timeline *t, struct tally *tally);

#endif
