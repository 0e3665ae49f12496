/*
 * framing.c - a search for each kind, which goes on where the last call ended.
 *
 * Strings are found by one literal, the end and the start behind one another; the last bytes that
 * may be the beginning of one are looked at again. A paragraph is gone through by its lines, up to
 * one that is empty. The empty lines in front of it and behind it are counted on, so a run of any
 * length is walked once.
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
    if (how->kind != GF_FRAME_MARKS)
        return;
    memcpy(f->mark, how->end.bytes, how->end.len);
    memcpy(f->mark + how->end.len, how->start.bytes, how->start.len);
    gf_literal_init(&f->literal, f->mark, how->end.len + how->start.len);
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

/* The empty line at s[at], LF or CR LF: how many bytes it has. 0: there is none. SIZE_MAX: there
 * may be one, when more bytes come. */
static size_t empty_line(const char *s, size_t at, size_t len)
{
    if (at < len && s[at] == '\n')
        return 1;
    if (at < len && s[at] != '\r')
        return 0;
    if (at + 1 < len)
        return s[at + 1] == '\n' ? 2 : 0;
    return SIZE_MAX;
}

static size_t behind_empty_lines(const char *s, size_t at, size_t len)
{
    for (size_t n; (n = empty_line(s, at, len)) != 0 && n != SIZE_MAX;)
        at += n;
    return at;
}

/* The LF that ends the last line in front of an empty one: then f->searched is its place, and
 * f->tail the end of the empty line. Else f->searched says where to go on. */
static void find_empty_line(struct gf_framer *f, const char *s, size_t len)
{
    size_t at = larger(f->searched, f->lead);
    for (const char *lf; at < len && (lf = memchr(s + at, '\n', len - at));) {
        size_t empty;
        at = (size_t)(lf - s) + 1;
        empty = empty_line(s, at, len);
        f->searched = at - 1;
        if (empty == SIZE_MAX)
            return;
        if (empty) {
            f->tail = at + empty;
            return;
        }
    }
    f->searched = len;
}

/* The length of a paragraph whose last line ends at `end`, without the CR of a CR LF. */
static size_t paragraph_length(const char *s, size_t begin, size_t end)
{
    return end - begin - (end > begin && s[end - 1] == '\r');
}

/* The paragraph ends at f->searched; how many of the empty lines behind it are its own. */
static int end_paragraph(struct gf_framer *f, const char *s, size_t len, bool eof,
                         struct gf_frame *out)
{
    if (f->how->passes) {
        f->tail = behind_empty_lines(s, f->tail, len);
        if (!eof && empty_line(s, f->tail, len) == SIZE_MAX)
            return 0;
    }
    out->len = paragraph_length(s, out->begin, f->searched);
    out->used = f->tail;
    out->terminated = true;
    return 1;
}

static int find_paragraph(struct gf_framer *f, const char *s, size_t len, bool eof,
                          struct gf_frame *out)
{
    bool passes = f->how->passes;
    f->lead = behind_empty_lines(s, f->lead, len);
    out->begin = passes ? 0 : f->lead;
    if (f->lead == len && !(passes && eof))
        return 0;
    if (f->tail == 0)
        find_empty_line(f, s, len);
    if (f->tail)
        return end_paragraph(f, s, len, eof, out);
    if (!eof)
        return 0;
    out->len = s[len - 1] == '\n' ? paragraph_length(s, out->begin, len - 1) : len - out->begin;
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
