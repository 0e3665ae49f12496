/*
 * letter.h - a dead letter: one line of JSON about a record that did not make it.
 *
 *     {"v":1,"time":"2026-11-29T22:38:19.5Z","pipeline":"load","stage":"validate",
 *      "stage_number":1,"seq":17,"records":1,"reason":"exit","exit":3,"signal":null,"attempts":2,
 *      "seconds":0.25,"stderr":"no such user\n","input":"...","origin":"..."}
 *
 * `input` is the record as the stage saw it, `origin` as it was read; both without what ends a
 * record, and left out where they are not known. Bytes that are no UTF-8 go to NAME_b64. A record
 * that was too long is cut, with "truncated":true and its "offset" in the input.
 *
 * Pure; any thread.
 */
#ifndef GF_PIPELINE_LETTER_H
#define GF_PIPELINE_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

enum gf_reason {
    GF_REASON_EXIT,
    GF_REASON_SIGNAL,
    GF_REASON_TIMEOUT,
    GF_REASON_REJECT,
    GF_REASON_OVERSIZE,
    GF_REASON_SPAWN,
    GF_REASON_CRASH,
    GF_REASON_SHUTDOWN,
    GF_REASONS
};

/* The words of the reasons, NULL-terminated. */
extern const char *const gf_reasons[];

struct gf_letter {
    gf_ns time_wall;
    const char *pipeline, *stage;
    unsigned stage_number; /* from 1; 0: it came to no stage */
    uint64_t seq, records;
    enum gf_reason reason;
    int exit;   /* -1: none */
    int signal; /* 0: none */
    uint64_t attempts;
    gf_ns seconds;
    const char *text; /* the end of standard error, or the answer */
    size_t text_len;
    const char *input, *origin; /* NULL: left out */
    size_t input_len, origin_len;
    bool truncated;
    uint64_t offset; /* with truncated */
};

/* Appends the line. Look at b->failed. */
void gf_letter_add(struct gf_buf *b, const struct gf_letter *l);

/* What --replay needs of a line: the record, and where it failed. */
struct gf_letter_read {
    struct gf_buf stage;  /* empty: none */
    struct gf_buf record; /* its origin, or its input */
    uint64_t seq;
    bool truncated;
    const char *wrong; /* why it is no letter; static */
};

/* Reads a line into *l, whose buffers are used again. `input`: the record as the stage saw it is
 * wanted. -1: l->wrong says why; NULL: memory is out. */
int gf_letter_parse(struct gf_letter_read *l, const char *line, size_t len, bool input);
void gf_letter_release(struct gf_letter_read *l);

#endif
