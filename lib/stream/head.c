/*
 * head.c - the first bytes are compared with a byte order mark, and the first record is searched
 * for its end once, however slowly they come.
 *
 * As long as that end has not come the reader gives no record, so a look is never too late; a byte
 * order mark holds no separator.
 */
#include "stream/head.h"

#include <string.h>

#include "text/packed.h"

static const char byte_order_mark[] = "\xef\xbb\xbf";

static unsigned look_at_start(struct gf_head *h, struct gf_reader *r)
{
    size_t len = r->end - r->start, mark = sizeof byte_order_mark - 1;
    bool may_be = memcmp(r->buf + r->start, byte_order_mark, len < mark ? len : mark) == 0;
    h->begun = !may_be || len >= mark || r->eof;
    if (!may_be || len < mark)
        return 0;
    r->start += mark;
    r->searched = r->searched > r->start ? r->searched : r->start;
    return GF_HEAD_BOM;
}

static unsigned look_at_end(struct gf_head *h, const struct gf_reader *r)
{
    const char *first = r->buf + r->start;
    size_t len = r->end - r->start;
    const char *sep = memchr(first + h->searched, r->separator, len - h->searched);
    h->searched = len;
    h->done = sep || r->eof;
    return sep && sep > first && sep[-1] == '\r' ? GF_HEAD_CRLF : 0;
}

/* Whether the input is packed. Of a table the bytes are looked at as they were read. */
static bool is_packed(const struct gf_reader *r)
{
    char first[16];
    size_t n = 0;
    const char *p = r->buf + r->start, *end = r->buf + r->end;
    if (!r->tabular)
        return gf_packing_of(p, (size_t)(end - p));
    for (; p < end && n < sizeof first; p++) {
        bool coded = *p == '\x1e' && p + 1 < end;
        p += coded;
        first[n++] = (char)(coded ? *p ^ 0x40 : *p);
    }
    return gf_packing_of(first, n);
}

static unsigned look(struct gf_head *h, struct gf_reader *r, const struct gf_stream *st)
{
    unsigned signs = 0;
    if (h->done || r->start == r->end)
        return 0;
    if (!h->begun && !st->unpack && is_packed(r))
        signs = GF_HEAD_PACKED;
    h->done = signs || st->set->crlf == GF_CRLF_KEEP;
    if (!h->done && !h->begun)
        signs = look_at_start(h, r);
    return h->done || !h->begun ? signs : signs | look_at_end(h, r);
}

void gf_head_look(struct gf_head *h, struct gf_reader *r, const char *name, struct gf_stream *st)
{
    unsigned signs = look(h, r, st) & ~st->told;
    st->told |= signs;
    for (unsigned one = 1; signs && st->tell; one <<= 1) {
        if (signs & one)
            st->tell(name, one);
        signs &= ~one;
    }
}
