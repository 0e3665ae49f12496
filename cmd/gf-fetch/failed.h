/*
 * failed.h - --failed: the lines that failed, as they came, for the next run.
 *
 * A file made anew, 0600: a line may hold secrets. Each line is one write.
 *
 *     struct failed f = {.fd = -1};
 *     if (failed_open(&f, o) != 0 || failed_keep(&f, line) != 0 || failed_close(&f) != 0) ... said
 * ...
 */
#ifndef GF_FETCH_FAILED_H
#define GF_FETCH_FAILED_H

#include "line.h"
#include "options.h"

struct failed {
    const char *name;
    int fd;   /* -1: there is none */
    bool cut; /* a line could not be written: nothing goes behind the part of it */
    struct gf_buf text;
};

int failed_open(struct failed *f, const struct options *o);

/* -1 for the first line that cannot be written, after a message. The lines behind it are those that
 * the end of the run cancels: they are not written. */
int failed_keep(struct failed *f, const struct line *line);
int failed_close(struct failed *f);

#endif
