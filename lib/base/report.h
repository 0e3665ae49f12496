/*
 * report.h - the file of --report: a page about a run, opened before the run, written at its end.
 *
 *     if (gf_report_open(&out, "run.html") != 0)           // before anything runs
 *         return GF_EXIT_TOOL;
 *     ... the run; its page is made in `html` ...
 *     if (gf_report_write(&out, "run.html", &html) != 0)
 *         status = GF_EXIT_TOOL;
 *
 * It is a file of ours that a user gave a name (base/outfile.h), for its owner alone: 0600. It is
 * written whole or not at all. A zeroed gf_outfile may be abandoned. One thread.
 */
#ifndef GF_BASE_REPORT_H
#define GF_BASE_REPORT_H

#include "base/buf.h"
#include "base/outfile.h"

/* -1 after a message. */
int gf_report_open(struct gf_outfile *out, const char *file);

/* Writes the page, and commits it; nothing is open any more. -1 after a message. */
int gf_report_write(struct gf_outfile *out, const char *file, const struct gf_buf *html);

#endif
