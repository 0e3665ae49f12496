/*
 * csv.c - where a record ends, in one pass over the bytes with four states; its fields are what
 * tabular.h makes of it.
 *
 * The scan keeps its state between calls, so a record in pieces is looked at once. In quotes, where
 * long texts are, memchr finds the next quote; outside each byte is looked at.
 *
 * To be cut, a record is copied behind what the buffer has, made a record of tabular.h behind that,
 * and its fields are decoded to where the copy began, which is never behind what they are made of.
 * That form knows no control byte as a separator but TAB: any separator changes places with the
 * comma in the copy, and again in the fields.
 */
#include "text/csv.h"

#include <string.h>

#include "text/tabular.h"

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

static void swap(char *s, size_t len, char a, char b)
{
    for (size_t i = 0; i < len; i++)
        s[i] = s[i] == a ? b : s[i] == b ? a : s[i];
}

/* The field that s begins with, of the form of tabular.h, to `to`: what is read of it, without the
 * byte that ends it; *made is how many bytes it has. */
static size_t decode(const char *s, size_t len, char *to, size_t *made)
{
    size_t i = 0, n = 0;
    for (; i < len && s[i] != GF_TABULAR_UNIT && s[i] != '\0'; i++) {
        bool coded = s[i] == '\x1e' && i + 1 < len;
        i += coded;
        to[n++] = (char)(coded ? s[i] ^ 0x40 : s[i]);
    }
    *made = n;
    return i;
}

/* Each field to `to`, one behind the other, where they stay. */
static int hand_on(char *to, const char *s, size_t len, char comma,
                   int (*add)(void *arg, struct gf_slice field), void *arg, size_t *made)
{
    *made = 0;
    for (size_t at = 0;; at++) {
        size_t n;
        char *field = to + *made;
        at += decode(s + at, len - at, field, &n);
        if (comma != ',')
            swap(field, n, comma, ',');
        *made += n;
        if (add(arg, (struct gf_slice){field, n}) != 0)
            return -1;
        if (at >= len || s[at] == '\0')
            return 0;
    }
}

int gf_csv_cut(char comma, struct gf_slice rec, struct gf_buf *bytes,
               int (*add)(void *to, struct gf_slice field), void *to)
{
    struct gf_tabular_in in = {.kind = GF_TABULAR_CSV, .comma = ',', .begun = true};
    size_t used, made;
    if (gf_buf_reserve(bytes, gf_csv_room(rec.len)) != 0)
        return -1;
    char *raw = bytes->data + bytes->len, *out = raw + rec.len + GF_TABULAR_SLACK;
    gf_slice_put(raw, rec);
    memset(raw + rec.len, 0, GF_TABULAR_SLACK);
    if (comma != ',')
        swap(raw, rec.len, comma, ',');
    size_t len = gf_tabular_read(&in, raw, rec.len, true, out, &used);
    int bad = hand_on(raw, out, len, comma, add, to, &made);
    bytes->len += made;
    return bad;
}
