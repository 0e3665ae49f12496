/*
 * ci.h - --ci: each job's output folded under a line that says how it went, as the logs of GitHub
 * Actions (::group::) and GitLab (section_start) do on their pages.
 *
 * What a job prints must not end the fold, or set a variable for the next step. So
 * GitHub is told to obey no command until a word comes that no job knows (::stop-commands::), but
 * with --ci-commands; and GitLab, which only knows commands that open and close sections, has a
 * name for the section that no job knows.
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
#include "base/random.h"
#include "options.h"

struct job;

/* Of one job. */
struct ci_fold {
    bool open;
    struct gf_token token; /* what ends it */
    bool open_line[2];     /* the last byte that was read of each stream was no newline */
};

/* Bytes that the job wrote. Nothing is done without --ci. */
void ci_output(enum ci ci, struct ci_fold *f, int stream, const char *data, size_t len);

/* Appends what opens the fold of the job, and what closes it; nothing where there is nothing to
 * say. */
void ci_open(const struct options *o, struct job *j, struct gf_buf *b);
void ci_close(const struct options *o, struct job *j, struct gf_buf *b);

#endif
