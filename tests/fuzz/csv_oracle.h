/*
 * csv_oracle.h - the fields of a CSV record, one after the other, as simply as can be: to compare
 * with. A field without quotes is a slice of the record, one with quotes of *bytes, which has to
 * have room for all of the record.
 */
#ifndef GF_FUZZ_CSV_ORACLE_H
#define GF_FUZZ_CSV_ORACLE_H

#include <string.h>

#include "base/buf.h"
#include "text/slice.h"

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

static int simple_cut(char comma, struct gf_slice rec, struct gf_buf *bytes,
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

#endif
