/*
 * ci.h - --ci: each job's output folded under a line that says how it went, as the logs of GitHub
 * Actions (::group::) and GitLab (section_start) do on their pages.
 *
 * The lines that open and close a fold go to standard output in front of the job's output and
 * behind it. A job that printed nothing and succeeded has no fold; one that failed is named once
 * more behind it, where the log shows it unfolded.
 */
#ifndef GF_POOL_CI_H
#define GF_POOL_CI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "options.h"

struct job;

/* Of one job. */
struct ci_fold {
    bool open;
    bool open_line[2]; /* the last byte that was read of each stream was no newline */
};

/* Bytes that the job wrote. Nothing is done without --ci. */
void ci_output(enum ci ci, struct ci_fold *f, int stream, const char *data, size_t len);

/* Appends what opens the fold of the job, and what closes it; nothing where there is nothing to
 * say. */
void ci_open(enum ci ci, struct job *j, struct gf_buf *b);
void ci_close(enum ci ci, struct job *j, struct gf_buf *b);

#endif
