/*
 * tabular.c - tables in the form that chains work on are what a simple reader of CSV reads, and one
 * of TSV likewise, in pieces of any size; written and read again they are the same. The first byte
 * is the size of a piece, the second the separator; TAB is TSV.
 */
#include "text/tabular.h"

#include <stdlib.h>

#include "oracle.h"
#include "csv_oracle.h"
#include "text/csv.h"

enum {
    LARGEST = 4096
};

static void add_coded(struct gf_buf *out, char c)
{
    bool coded = c == '\0' || c == '\x1e' || c == '\x1f';
    if (coded)
        gf_buf_putc(out, '\x1e');
    gf_buf_putc(out, (char)(coded ? c ^ 0x40 : c));
}

struct want {
    struct gf_buf out;
    bool first;
};

static int add_field(void *to, struct gf_slice field)
{
    struct want *w = to;
    if (!w->first)
        gf_buf_putc(&w->out, GF_TABULAR_UNIT);
    w->first = false;
    for (size_t i = 0; i < field.len; i++)
        add_coded(&w->out, field.data[i]);
    return 0;
}

static void add_csv(struct want *w, char comma, struct gf_slice rec)
{
    struct gf_buf bytes = {0};
    if (rec.len == 0)
        return;
    w->first = true;
    MUST(gf_buf_reserve(&bytes, rec.len) == 0);
    MUST(simple_cut(comma, rec, &bytes, add_field, w) == 0);
    gf_buf_putc(&w->out, '\0');
    gf_buf_release(&bytes);
}

static void add_tsv(struct want *w, struct gf_slice rec)
{
    for (size_t i = 0; i < rec.len; i++) {
        char c = rec.data[i], next = i + 1 < rec.len ? rec.data[i + 1] : 'x';
        if (c == '\t') {
            gf_buf_putc(&w->out, GF_TABULAR_UNIT);
        } else if (c == '\\' && (next == 't' || next == 'n' || next == 'r' || next == '\\')) {
            add_coded(&w->out, next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : '\\');
            i++;
        } else {
            add_coded(&w->out, c);
        }
    }
    gf_buf_putc(&w->out, '\0');
}

/* How long the record at the front is, without its LF; *ends: it has one. */
static size_t record_length(char comma, const char *s, size_t len, bool *ends)
{
    struct gf_csv_scan scan = {.comma = comma};
    if (comma != '\t') {
        *ends = gf_csv_scan_on(&scan, s, len);
        return *ends ? scan.at : len;
    }
    const char *lf = memchr(s, '\n', len);
    *ends = lf;
    return lf ? (size_t)(lf - s) : len;
}

static void oracle(struct want *w, char comma, const char *s, size_t len)
{
    if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
        s += 3;
        len -= 3;
    }
    while (len) {
        bool ends;
        size_t n = record_length(comma, s, len, &ends);
        struct gf_slice rec = {s, n};
        rec.len -= ends && gf_slice_ends_in_cr(rec);
        if (comma == '\t')
            add_tsv(w, rec);
        else
            add_csv(w, comma, rec);
        s += n + ends;
        len -= n + ends;
    }
}

/* Reads it in pieces; each is put into memory of its own, with nothing behind the slack. */
static void read_in_pieces(struct gf_tabular_in *in, const char *s, size_t len, size_t piece,
                           struct gf_buf *out)
{
    for (size_t from = 0, to = 0; from < len || to < len || !len;) {
        to = piece < len - to ? to + piece : len;
        size_t n = to - from, used;
        char *raw = calloc(1, n + GF_TABULAR_SLACK);
        MUST(raw && gf_buf_reserve(out, 2 * n + GF_TABULAR_SLACK) == 0);
        memcpy(raw, s + from, n);
        out->len += gf_tabular_read(in, raw, n, to == len, out->data + out->len, &used);
        free(raw);
        MUST(used <= n && (to < len || used == n) && n - used <= 2);
        from += used;
        if (!len)
            return;
    }
}

static bool is_same(const struct gf_buf *a, const struct gf_buf *b)
{
    return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

/* Each record, as it is written; what is plain is the same by both ways. */
static void write_all(const struct gf_tabular_out *form, const struct gf_buf *records,
                      struct gf_buf *out)
{
    for (size_t at = 0; at < records->len;) {
        const char *p = records->data + at;
        struct gf_slice rec = {p, strlen(p)};
        size_t before = out->len;
        char *plain = malloc(rec.len + GF_TABULAR_SLACK);
        MUST(plain && gf_tabular_add(form, rec, out) == 0);
        if (gf_tabular_plain(form, rec, plain))
            MUST(out->len - before == rec.len + 1 &&
                 (!rec.len || memcmp(plain, out->data + before, rec.len) == 0));
        free(plain);
        at += rec.len + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > LARGEST || data[1] == '"' || (data[1] < ' ' && data[1] != '\t') ||
        strchr("\xef\xbb\xbf", data[1]))
        return 0;
    char comma = (char)data[1];
    size_t piece = data[0] ? data[0] : 1, len = size - 2;
    const char *s = (const char *)data + 2;
    enum gf_tabular_kind kind = comma == '\t' ? GF_TABULAR_TSV : GF_TABULAR_CSV;
    struct gf_tabular_in in = {.kind = kind, .comma = comma}, again = in;
    struct gf_tabular_out form = {.kind = kind, .comma = comma, .crlf = data[0] & 1};
    struct want want = {0};
    struct gf_buf got = {0}, text = {0}, twice = {0};
    oracle(&want, comma, s, len);
    read_in_pieces(&in, s, len, piece, &got);
    if (gf_tabular_is_open(&in))
        MUST(got.len < want.out.len && (!got.len || memcmp(got.data, want.out.data, got.len) == 0));
    else
        MUST(is_same(&got, &want.out));
    write_all(&form, &want.out, &text);
    read_in_pieces(&again, text.data ? text.data : "", text.len, piece, &twice);
    bool is_mark = text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0;
    MUST(is_same(&twice, &want.out) || (is_mark && kind == GF_TABULAR_TSV));
    MUST(!gf_tabular_is_open(&again));
    gf_buf_release(&want.out);
    gf_buf_release(&got);
    gf_buf_release(&text);
    gf_buf_release(&twice);
    return 0;
}
