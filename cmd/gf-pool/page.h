/*
 * page.h - --report: one page about a run, with nothing from the network: totals, which slot did
 * what when, how long jobs took, what failed and its last words. Light or dark as the reader's
 * system is. What came from jobs is text in it, whatever its bytes.
 */
#ifndef GF_POOL_PAGE_H
#define GF_POOL_PAGE_H

#include "base/outfile.h"
#include "tally.h"
#include "timeline.h"

/* Opens the file that --report names, before anything runs; nothing without it. -1 after a
 * message. */
int page_open(struct gf_outfile *out, const char *path);

/* Writes the page there, and commits it. -1 after a message. */
int page_write(const struct timeline *t, struct tally *tally, struct gf_outfile *out);

#endif
