/*
 * framing.c - a search for each kind, which goes on where the last call ended.
 *
 * Strings are found by one literal, the end and the start behind one another; the last bytes that
 * may be the beginning of one are looked at again. Of empty lines, the runs of LF in front of and
 * behind a paragraph are counted on, so a run of any length is walked once.
 */
#include "text/framing.h"

#include <string.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

void gf_framer_init(struct gf_framer *f, const struct gf_framing *how)
{
    *f = (struct gf_framer){.how = how, .csv = {.comma = how->comma}};
    size_t len = 2;
    if (how->kind == GF_FRAME_MARKS) {
        memcpy(f->mark, how->end.bytes, how->end.len);
        memcpy(f->mark + how->end.len, how->start.bytes, how->start.len);
        len = how->end.len + how->start.len;
    } else {
        memcpy(f->mark, "\n\n", len);
    }
    gf_literal_init(&f->literal, f->mark, len);
}

/* Where the mark begins, not before `from`; SIZE_MAX and f->searched when it is not there. */
static size_t find_literal(struct gf_framer *f, const char *s, size_t len, size_t from)
{
    from = larger(from, f->searched);
    const char *at = from < len ? gf_literal_find(&f->literal, s + from, len - from) : NULL;
    if (at)
        return (size_t)(at - s);
    size_t partial = f->literal.len - 1; /* bytes of a mark that more bytes may complete */
    f->searched = larger(from, len > partial ? len - partial : 0);
    return SIZE_MAX;
}

/* ---- strings --------------------------------------------------------------------------------- */

static bool ends_with(const char *s, size_t len, const struct gf_sep *end)
{
    return len >= end->len && memcmp(s + len - end->len, end->bytes, end->len) == 0;
}

static int find_marks(struct gf_framer *f, const char *s, size_t len, bool eof,
                      struct gf_frame *out)
{
    const struct gf_sep *end = &f->how->end, *start = &f->how->start;
    if (start->len && len < start->len && !eof)
        return 0;
    /* The start of this record does not end it. */
    bool has_start = len >= start->len && memcmp(s, start->bytes, start->len) == 0;
    size_t own = has_start ? start->len : 0;
    size_t at = find_literal(f, s, len, own);
    if (at != SIZE_MAX) {
        *out = (struct gf_frame){.len = at, .used = at + end->len, .terminated = true};
        return 1;
    }
    if (!eof)
        return 0;
    bool ended = end->len && ends_with(s + own, len - own, end);
    *out = (struct gf_frame){.len = ended ? len - end->len : len, .used = len, .terminated = ended};
    return 1;
}

/* ---- paragraphs ------------------------------------------------------------------------------ */

static size_t behind_newlines(const char *s, size_t at, size_t len)
{
    while (at < len && s[at] == '\n')
        at++;
    return at;
}

/* The paragraph ends at f->searched; how many of the LF behind it are its own. */
static int end_paragraph(struct gf_framer *f, const char *s, size_t len, bool eof,
                         struct gf_frame *out)
{
    if (f->how->passes) {
        f->tail = behind_newlines(s, f->tail, len);
        if (f->tail == len && !eof)
            return 0;
    }
    out->len = f->searched - out->begin;
    out->used = f->tail;
    out->terminated = true;
    return 1;
}

static int find_paragraph(struct gf_framer *f, const char *s, size_t len, bool eof,
                          struct gf_frame *out)
{
    bool passes = f->how->passes;
    f->lead = behind_newlines(s, f->lead, len);
    out->begin = passes ? 0 : f->lead;
    if (f->lead == len && !(passes && eof))
        return 0;
    if (f->tail == 0) {
        size_t at = find_literal(f, s, len, f->lead);
        if (at != SIZE_MAX) {
            f->searched = at;
            f->tail = at + 2;
        }
    }
    if (f->tail)
        return end_paragraph(f, s, len, eof, out);
    if (!eof)
        return 0;
    out->len = len - out->begin - (s[len - 1] == '\n');
    out->used = len;
    out->terminated = f->lead == len; /* nothing but empty lines */
    return 1;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static const char byte_order_mark[] = "\xef\xbb\xbf";

static int find_csv(struct gf_framer *f, const char *s, size_t len, bool eof, struct gf_frame *out)
{
    if (!f->begun) {
        size_t n = sizeof byte_order_mark - 1;
        bool may_be = memcmp(s, byte_order_mark, smaller(len, n)) == 0;
        if (may_be && len < n && !eof)
            return 0;
        out->begin = may_be && len >= n ? n : 0;
        f->begun = true;
    }
    s += out->begin;
    len -= out->begin;
    bool ended = gf_csv_scan_on(&f->csv, s, len);
    if (!ended && eof && gf_csv_scan_is_open(&f->csv))
        return -1;
    if (!ended && (!eof || len == 0))
        return 0;
    size_t at = f->csv.at;
    out->len = at && s[at - 1] == '\r' ? at - 1 : at;
    out->used = out->begin + at + ended;
    out->terminated = ended;
    f->lines += gf_scan_count(s, at + ended, '\n');
    return 1;
}

uint64_t gf_framer_open_line(const struct gf_framer *f, const char *s)
{
    if (f->how->kind != GF_FRAME_CSV || !gf_csv_scan_is_open(&f->csv))
        return 0;
    return 1 + f->lines + gf_scan_count(s, f->csv.quote, '\n');
}

/* ---------------------------------------------------------------------------------------------- */

/* What is kept of a record is relative to its first byte. */
static void forget(struct gf_framer *f)
{
    f->searched = f->lead = f->tail = 0;
    f->csv = (struct gf_csv_scan){.comma = f->how->comma};
}

int gf_framer_find(struct gf_framer *f, const char *s, size_t len, bool eof, struct gf_frame *out)
{
    *out = (struct gf_frame){0};
    if (len == 0)
        return 0;
    int got = f->how->kind == GF_FRAME_CSV          ? find_csv(f, s, len, eof, out)
              : f->how->kind == GF_FRAME_PARAGRAPHS ? find_paragraph(f, s, len, eof, out)
                                                    : find_marks(f, s, len, eof, out);
    if (got == 1) {
        forget(f);
    } else if (f->how->kind == GF_FRAME_PARAGRAPHS && out->begin) {
        f->searched = larger(f->searched, out->begin) - out->begin;
        f->lead = 0;
    }
    return got;
}

struct gf_slice gf_framing_missing(const struct gf_framing *how, const char *s, size_t len)
{
    static const char newlines[] = "\n\n";
    if (how->kind == GF_FRAME_MARKS)
        return (struct gf_slice){how->end.bytes, how->end.len};
    return (struct gf_slice){newlines, len && s[len - 1] == '\n' ? 1 : 2};
}
