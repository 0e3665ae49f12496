/*
 * framing.c - records that come in odd pieces are those that come in one, and where bytes are
 * passed on none is lost. The first byte says the kind and the size of a piece, the next two lines
 * the strings that end and begin records; the rest is the input.
 */
#include "text/framing.h"

#include "base/buf.h"
#include "oracle.h"

enum {
    LARGEST = 4096
};

/* A line of the input, as a string of records; false: it is none. */
static bool take_mark(struct gf_sep *mark, struct gf_slice *left)
{
    const char *end = left->len ? memchr(left->data, '\n', left->len) : NULL;
    size_t n = end ? (size_t)(end - left->data) : left->len;
    bool good = n == 0 || gf_sep_parse(mark, left->data, n, NULL) == 0;
    left->data += n + (end != NULL);
    left->len -= n + (end != NULL);
    return good;
}

/* The records, each with its length in front; the bytes with what is around them in *whole. */
static void find_all(const struct gf_framing *how, struct gf_slice s, size_t piece,
                     struct gf_buf *records, struct gf_buf *whole)
{
    struct gf_framer f;
    gf_framer_init(&f, how);
    for (size_t start = 0, end = 0; start < s.len;) {
        struct gf_frame at;
        bool eof = end == s.len;
        int got = gf_framer_find(&f, s.data + start, end - start, eof, &at);
        MUST(at.begin <= end - start);
        if (got == 1) {
            MUST(at.used && at.begin + at.len <= at.used && at.used <= end - start);
            gf_buf_printf(records, "%zu%c", at.len, at.terminated ? ':' : '|');
            gf_buf_add(records, s.data + start + at.begin, at.len);
            gf_buf_add(whole, s.data + start, at.used);
            start += at.used;
        } else if (got == -1) {
            MUST(eof && gf_framer_open_line(&f, s.data + start + at.begin));
            gf_buf_puts(records, "!");
            return;
        } else {
            MUST(!eof || at.begin == end - start);
            start += at.begin;
            end = piece < s.len - end ? end + piece : s.len;
        }
    }
}

static bool is_same(const struct gf_buf *a, const char *data, size_t len)
{
    return a->len == len && (!len || memcmp(a->data, data, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum gf_frame_kind kinds[] = {GF_FRAME_MARKS, GF_FRAME_PARAGRAPHS, GF_FRAME_CSV};
    if (size < 1 || size > LARGEST)
        return 0;
    struct gf_framing how = {.kind = kinds[data[0] % 3], .passes = data[0] / 3 % 2, .comma = ','};
    size_t piece = data[0] / 6u + 1;
    struct gf_slice text = {(const char *)data + 1, size - 1};
    if (how.kind == GF_FRAME_MARKS &&
        (!take_mark(&how.end, &text) || !take_mark(&how.start, &text) ||
         how.end.len + how.start.len == 0))
        return 0;
    struct gf_buf once = {0}, pieces = {0}, whole = {0}, none = {0};
    find_all(&how, text, text.len, &once, &none);
    find_all(&how, text, piece, &pieces, &whole);
    MUST(is_same(&pieces, once.data, once.len));
    MUST(how.kind == GF_FRAME_CSV || (how.kind == GF_FRAME_PARAGRAPHS && !how.passes) ||
         is_same(&whole, text.data, text.len));
    gf_buf_release(&once);
    gf_buf_release(&pieces);
    gf_buf_release(&whole);
    gf_buf_release(&none);
    return 0;
}
