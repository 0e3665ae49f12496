/*
 * output.h - records on their way to standard output: whole, one behind the other, with -k in the
 * order of the input.
 *
 *     struct output out = {0};
 *     output_open(&out, o, loop);
 *     output_expect(&out, line);            // with -k, when it is read
 *     gf_buf_puts(&line->record, "...");    // and maybe line->body, line->tail
 *     output_finish(&out, line);            // the line is the output's, which frees it when it is
 * out output_pump(&out);                    // before the loop waits if (output_is_full(&out)) ...
 * start nothing more, until on_change ... output_close(&out);
 *
 * Records that wait for their turn take 8 MiB of memory at most; from then on they are put into one
 * temporary file. A reader that stalls holds up nobody else's end, only new starts.
 */
#ifndef GF_FETCH_OUTPUT_H
#define GF_FETCH_OUTPUT_H

#include "line.h"
#include "options.h"
#include "run/outlet.h"

struct output {
    const struct options *opt;
    struct gf_outlet outlet;
    struct line *first, **last;
    struct gf_capture_store store; /* of long bodies */
    size_t memory;                 /* of records that wait */
    size_t kept;                   /* lines that are finished and not out */
    int spool;                     /* the temporary file, or -1 */
    uint64_t spool_end;
    size_t spooled; /* records in it */
    struct gf_buf piece;
    struct gf_buf
        etags; /* URL, NUL, ETag, NUL, name, NUL, of records that the outlet has not written yet */
    int err;   /* errno of what went wrong */
    const char *wrong; /* what that was: "cannot write to standard output" */
    void (*on_change)(void *owner);
    /* The record of what has this tag is out; `name` is of its file, or empty. */
    void (*on_etag)(void *owner, const char *url, const char *etag, const char *name);
    void *owner;
};

void output_open(struct output *out, const struct options *o, struct ev_loop *loop);
void output_close(struct output *out);

void output_expect(struct output *out, struct line *line);
void output_finish(struct output *out, struct line *line);

/* Writes what may be written now; whether nothing is left that could be. out->err: it failed. */
bool output_pump(struct output *out);

/* Whether so much waits for the reader that nothing more is to be started. */
bool output_is_full(const struct output *out);

/* Whether a finished record is still to be written. */
bool output_is_pending(const struct output *out);

#endif
