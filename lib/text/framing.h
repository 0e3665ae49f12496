/*
 * framing.h - how records lie in the bytes, where that is more than one byte behind each.
 *
 *   MARKS       A string ends a record, or begins one, or both: then a record ends where the two
 *               follow one another. The end is no part of the record, the start is. What lies in
 *               front of the first start is a record; strings that overlap count once.
 *   PARAGRAPHS  Empty lines lie between records, and are no part of them. Lines end with LF or CR
 * LF. CSV         A record ends with its line, and a line end in quotes is data (text/csv.h). A
 * byte order mark in front of the first record, and the CR of a CR LF, are no part of it.
 *
 * struct gf_framing says which, may be shared and is never written to. A framer finds the ends in
 * one input; text/reader.h asks it:
 *
 *     struct gf_framing how = {.kind = GF_FRAME_PARAGRAPHS};
 *     struct gf_framer f;
 *     gf_framer_init(&f, &how);
 *     reader.framer = &f;                          // after gf_reader_init
 *
 * With `passes` the bytes are passed on: those of a record with what is around it are the input
 * again, in one piece behind the other, and do not depend on the pieces in which they came. So an
 * empty line more, which is skipped elsewhere, belongs to the record before it, which is found when
 * the next one begins. Without it a record is found as soon as its end is there.
 *
 * Pure; one thread a framer.
 */
#ifndef GF_TEXT_FRAMING_H
#define GF_TEXT_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/csv.h"
#include "text/fields.h"
#include "text/scan.h"
#include "text/slice.h"

enum gf_frame_kind {
    GF_FRAME_BYTE, /* one byte behind each record: no framer is needed */
    GF_FRAME_MARKS,
    GF_FRAME_PARAGRAPHS,
    GF_FRAME_CSV
};

struct gf_framing {
    enum gf_frame_kind kind;
    struct gf_sep end, start; /* MARKS: one of them may be empty */
    char comma;               /* CSV */
    bool passes;
};

/* A record within the bytes that were looked at. */
struct gf_frame {
    size_t begin; /* bytes in front that belong to no record */
    size_t len;
    size_t used; /* from the first byte to the next record */
    bool terminated;
};

struct gf_framer {
    const struct gf_framing *how;
    char mark[2 * GF_SEP_MAX]; /* what is looked for: the end, then the start */
    struct gf_literal literal;
    bool begun;      /* the first record was looked at */
    uint64_t lines;  /* LF in front of the record at hand: CSV */
    size_t searched; /* of the record at hand: no end begins before */
    size_t lead;     /* PARAGRAPHS: empty lines in front of it, */
    size_t tail;     /* and where those behind it end so far; 0: none is found */
    struct gf_csv_scan csv;
};

void gf_framer_init(struct gf_framer *f, const struct gf_framing *how);

/*
 * The record at the front of s[0..len), which is what was there at the last call, and more. 1: *out
 * says where; 0: more bytes are needed, of which there are none behind `eof`; the first out->begin
 * bytes may go, and the next call begins behind them. -1: the input ends in quotes.
 */
int gf_framer_find(struct gf_framer *f, const char *s, size_t len, bool eof, struct gf_frame *out);

/* The line, from 1, in which quotes begin that are open after gf_framer_find said 0 or -1 of what
 * begins at s; 0: none are. */
uint64_t gf_framer_open_line(const struct gf_framer *f, const char *s);

/* What has to follow the bytes of a last record that was not terminated, so that it is; nothing
 * where records have no end but the next one's beginning. */
struct gf_slice gf_framing_missing(const struct gf_framing *how, const char *s, size_t len);

#endif
