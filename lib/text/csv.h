/*
 * csv.h - CSV (RFC 4180) by records that stay as they are: where one ends, and its fields.
 *
 * What a quote means is said in tabular.h, which reads the fields. Blanks belong to fields. A
 * record ends with LF; a CR in front of it is the caller's to take off.
 *
 * Finding the end goes on where it stopped when more bytes are there:
 *
 *     struct gf_csv_scan scan = {.comma = ','};
 *     while (!gf_csv_scan_on(&scan, s, len)) ... more bytes behind the same s ...
 *     s[0..scan.at) is the record, s[scan.at] the LF
 *
 * An empty record is one empty field. Bytes are bytes: NUL is data. Pure; one thread a scan.
 */
#ifndef GF_TEXT_CSV_H
#define GF_TEXT_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/sat.h"
#include "text/slice.h"
#include "text/tabular.h"

/* Zeroed, with the comma, it is at the beginning of a record. */
struct gf_csv_scan {
    char comma; /* neither a quote, nor CR or LF */
    unsigned char state;
    size_t at;    /* bytes of the record that were looked at */
    size_t quote; /* where the last field in quotes begins */
};

/* Whether the record that s[0..len) begins with ends there: at s[scan->at]. */
bool gf_csv_scan_on(struct gf_csv_scan *scan, const char *s, size_t len);

/* Whether a quote is open after what was looked at. */
bool gf_csv_scan_is_open(const struct gf_csv_scan *scan);

/* Bytes that gf_csv_cut has to have at hand for a record of so many. */
static inline size_t gf_csv_room(size_t len)
{
    return gf_sat_add(gf_sat_mul(len, 3), (size_t)3 * GF_TABULAR_SLACK);
}

/*
 * Calls `add` for each field of a record (without what ends it), as text/tabular.h reads it. A
 * field is a slice of *bytes, which grows by at most rec.len: who has reserved gf_csv_room of all
 * that is to be cut keeps the slices valid until then. A quote that is not closed ends with the
 * record. -1: `add` said so, or ENOMEM.
 */
int gf_csv_cut(char comma, struct gf_slice rec, struct gf_buf *bytes,
               int (*add)(void *to, struct gf_slice field), void *to);

#endif
