/*
 * tabular.h - CSV and TSV, into the form that chains work on and back.
 *
 * In that form a record is its fields with the byte 1F between them, and ends with NUL, so that a
 * field may hold the commas, quotes and line ends that CSV writes in quotes. The three bytes that
 * have a meaning there are two each: 1E, and the byte with its bit 40 turned (NUL is 1E 40). All is
 * written again as it was read, but for quotes that need not be.
 *
 * CSV is that of RFC 4180: a field in double quotes may hold anything, two quotes in it being one.
 * Where a file is not what the RFC says, it is read as Python's csv module does without `strict`: a
 * quote that does not begin its field is data, and so is what stands between a closing quote and
 * the next comma. A line without a byte is no record. TSV has no quotes: \t \n \r \\ are the bytes
 * that cannot stand there, any other backslash is data; a first value that begins like a byte order
 * mark cannot be said in it. In both a record ends with LF or CR LF, and a byte order mark in front
 * of the first is left out.
 *
 *     struct gf_tabular_in in = {.kind = GF_TABULAR_CSV, .comma = ','};
 *     size_t used, len = gf_tabular_read(&in, raw, n, last, out, &used);
 *     ... raw + used is to be given again, with what is behind it ...
 *
 *     struct gf_tabular_out form = {.kind = GF_TABULAR_CSV, .comma = ','};
 *     if (!gf_tabular_plain(&form, rec, out)) gf_tabular_add(&form, rec, &line);
 *
 * Pure; one thread a gf_tabular_in, a gf_tabular_out may be shared.
 */
#ifndef GF_TEXT_TABULAR_H
#define GF_TEXT_TABULAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/slice.h"

enum gf_tabular_kind {
    GF_TABULAR_NONE,
    GF_TABULAR_CSV,
    GF_TABULAR_TSV,
};

#define GF_TABULAR_UNIT '\x1f' /* between fields */

enum {
    GF_TABULAR_SLACK = 64 /* bytes behind `raw` and `out` that may be read, and written */
};

/* An input; with its kind and its comma it is at the beginning. */
struct gf_tabular_in {
    enum gf_tabular_kind kind;
    /* TAB for TSV; else no quote, nothing below blank but TAB, and no byte of a byte order mark. */
    char comma;
    unsigned char state;
    bool begun;             /* something was read */
    bool quoted;            /* the record at hand has had a quoted field */
    bool crlf;              /* its first record ended with CR LF */
    char before;            /* the last byte that was made; NUL at the beginning */
    uint64_t lines;         /* ends of lines that were read, also in quotes */
    uint64_t records;       /* that were made */
    uint64_t fields;        /* commas of the record at hand */
    uint64_t columns;       /* fields of the first record; 0: it has not ended */
    uint64_t quote_line;    /* in which the last quoted field begins, from 1 */
    uint64_t ragged;        /* records with another number of fields */
    uint64_t ragged_line;   /* of the first of them: the line in which it ends, from 1, */
    uint64_t ragged_fields; /* and its fields */
};

/*
 * Reads raw[0..n) into out, which has room for 2 * n bytes, GF_TABULAR_SLACK behind both; returns
 * how many bytes were made. *used is how many were read: all, or all but the last one or two, whose
 * meaning the next byte says. With `last` nothing follows, and all are read.
 */
size_t gf_tabular_read(struct gf_tabular_in *in, const char *raw, size_t n, bool last, char *out,
                       size_t *used);

/* Whether a quoted field has not ended; at the end of an input a fault of quote_line. */
bool gf_tabular_is_open(const struct gf_tabular_in *in);

struct gf_tabular_out {
    enum gf_tabular_kind kind;
    char comma;
    bool crlf; /* records end with CR LF */
};

/*
 * Writes records of this form (each ended by NUL, or one without its end) to out, in as many bytes,
 * GF_TABULAR_SLACK behind both. False: a field needs quotes or escapes, or ends are to be CR LF;
 * what is in out is then of no use.
 */
bool gf_tabular_plain(const struct gf_tabular_out *form, struct gf_slice run, char *out);

/* Appends one record, in quotes and escapes where it needs them, with the end of its line. -1:
 * errno. */
int gf_tabular_add(const struct gf_tabular_out *form, struct gf_slice rec, struct gf_buf *out);

#endif
