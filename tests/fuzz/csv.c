/*
 * csv.c - a CSV record in odd pieces ends where it ends in one, and its fields, written with
 * quotes, are the same fields again, and those that a simple reader finds. The first byte is the
 * size of a piece, the second the separator.
 */
#include "text/csv.h"

#include "csv_oracle.h"
#include "oracle.h"

enum {
    LARGEST = 4096
};

struct fields {
    struct gf_buf bytes; /* of all fields */
    struct gf_buf lengths;
    struct gf_buf quoted; /* the record that they make */
    char comma;
};

static int add_field(void *to, struct gf_slice field)
{
    struct fields *f = to;
    gf_buf_add(&f->bytes, field.data, field.len);
    gf_buf_printf(&f->lengths, "%zu ", field.len);
    if (f->quoted.len)
        gf_buf_putc(&f->quoted, f->comma);
    gf_buf_putc(&f->quoted, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.data[i] == '"')
            gf_buf_putc(&f->quoted, '"');
        gf_buf_putc(&f->quoted, field.data[i]);
    }
    return gf_buf_putc(&f->quoted, '"');
}

typedef int cutter(char comma, struct gf_slice rec, struct gf_buf *bytes,
                   int (*add)(void *to, struct gf_slice field), void *to);

static void cut(struct fields *f, cutter *by, char comma, const char *rec, size_t len)
{
    struct gf_buf bytes = {0};
    *f = (struct fields){.comma = comma};
    MUST(gf_buf_reserve(&bytes, gf_csv_room(len)) == 0);
    MUST(by(comma, (struct gf_slice){rec, len}, &bytes, add_field, f) == 0);
    MUST(bytes.len <= len);
    gf_buf_release(&bytes);
}

static void drop(struct fields *f)
{
    gf_buf_release(&f->bytes);
    gf_buf_release(&f->lengths);
    gf_buf_release(&f->quoted);
}

static bool is_same(const struct gf_buf *a, const struct gf_buf *b)
{
    return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > LARGEST || strchr("\"\r\n", data[1]))
        return 0;
    char comma = (char)data[1];
    size_t piece = data[0] ? data[0] : 1;
    const char *s = (const char *)data + 2;
    size_t len = size - 2;
    struct gf_csv_scan whole = {.comma = comma}, pieces = {.comma = comma};
    bool ends = gf_csv_scan_on(&whole, s, len);
    bool ended = false;
    for (size_t n = 0; n < len && !ended;) {
        n = piece < len - n ? n + piece : len;
        ended = gf_csv_scan_on(&pieces, s, n);
    }
    MUST(ends == ended && whole.at == pieces.at);
    MUST(gf_csv_scan_is_open(&whole) == gf_csv_scan_is_open(&pieces));
    MUST(!ends || s[whole.at] == '\n');
    struct fields once, twice, want;
    cut(&once, gf_csv_cut, comma, s, whole.at);
    cut(&want, simple_cut, comma, s, whole.at);
    MUST(is_same(&once.bytes, &want.bytes) && is_same(&once.lengths, &want.lengths));
    cut(&twice, gf_csv_cut, comma, once.quoted.data, once.quoted.len);
    MUST(is_same(&once.bytes, &twice.bytes) && is_same(&once.lengths, &twice.lengths));
    struct gf_csv_scan again = {.comma = comma};
    MUST(!gf_csv_scan_on(&again, once.quoted.data, once.quoted.len));
    MUST(!gf_csv_scan_is_open(&again));
    drop(&once);
    drop(&want);
    drop(&twice);
    return 0;
}
