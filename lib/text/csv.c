/*
 * csv.c - one pass over the bytes with four states.
 *
 * The scan keeps its state between calls, so a record in pieces is looked at once. In quotes, where
 * long texts are, memchr finds the next quote; outside each byte is looked at. Cutting has the
 * whole record: a field without quotes is a slice of it, and only one with quotes is copied.
 */
#include "text/csv.h"

#include <string.h>

enum {
    BEGIN, /* of a field */
    PLAIN,
    QUOTED,
    CLOSED /* behind a quote in quotes: the end of them, or the first of two */
};

bool gf_csv_scan_is_open(const struct gf_csv_scan *scan)
{
    return scan->state == QUOTED;
}

/* The next state outside of quotes, after a byte that does not end the record. */
static unsigned char next_state(struct gf_csv_scan *scan, char c)
{
    if (c == scan->comma)
        return BEGIN;
    if (c == '"' && scan->state == CLOSED)
        return QUOTED;
    if (c != '"' || scan->state != BEGIN)
        return PLAIN;
    scan->quote = scan->at;
    return QUOTED;
}

bool gf_csv_scan_on(struct gf_csv_scan *scan, const char *s, size_t len)
{
    while (scan->at < len) {
        if (scan->state == QUOTED) {
            const char *quote = memchr(s + scan->at, '"', len - scan->at);
            scan->at = quote ? (size_t)(quote - s) + 1 : len;
            if (quote)
                scan->state = CLOSED;
        } else if (s[scan->at] == '\n') {
            return true;
        } else {
            scan->state = next_state(scan, s[scan->at]);
            scan->at++;
        }
    }
    return false;
}

/* ---- cutting --------------------------------------------------------------------------------- */

/* Where the next c is from `at` on, or the end. */
static size_t find(struct gf_slice rec, size_t at, char c)
{
    const char *p = at < rec.len ? memchr(rec.data + at, c, rec.len - at) : NULL;
    return p ? (size_t)(p - rec.data) : rec.len;
}

/* The text in quotes that begins at `at`, appended to b; behind the quote that closes it. */
static size_t unquote(struct gf_slice rec, size_t at, struct gf_buf *b)
{
    for (;;) {
        size_t quote = find(rec, at, '"');
        gf_buf_add(b, rec.data + at, quote - at);
        if (quote == rec.len)
            return quote;
        at = quote + 1;
        if (at == rec.len || rec.data[at] != '"')
            return at;
        gf_buf_putc(b, '"');
        at++;
    }
}

/* The field at `at`; the place of the separator behind it, or the end. */
static size_t take_field(char comma, struct gf_slice rec, size_t at, struct gf_buf *b,
                         struct gf_slice *field)
{
    size_t end, start = b->len;
    if (at == rec.len || rec.data[at] != '"') {
        end = find(rec, at, comma);
        *field = (struct gf_slice){at < rec.len ? rec.data + at : "", end - at};
        return end;
    }
    at = unquote(rec, at + 1, b);
    end = find(rec, at, comma);
    gf_buf_add(b, rec.data + at, end - at);
    *field = (struct gf_slice){b->len > start ? b->data + start : "", b->len - start};
    return end;
}

int gf_csv_cut(char comma, struct gf_slice rec, struct gf_buf *bytes,
               int (*add)(void *to, struct gf_slice field), void *to)
{
    for (size_t at = 0;; at++) {
        struct gf_slice field;
        at = take_field(comma, rec, at, bytes, &field);
        if (bytes->failed || add(to, field) != 0)
            return -1;
        if (at == rec.len)
            return 0;
    }
}
