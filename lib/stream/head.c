/*
 * head.c - the first bytes are compared with a byte order mark, and the first record is searched
 * for its end once, however slowly they come.
 *
 * As long as that end has not come the reader gives no record, so a look is never too late; a byte
 * order mark holds no separator.
 */
#include "stream/head.h"

#include <string.h>

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

unsigned gf_head_look(struct gf_head *h, struct gf_reader *r, const struct gf_settings *set)
{
    h->done |= set->crlf == GF_CRLF_KEEP || (r->eof && r->start == r->end);
    if (h->done || r->start == r->end)
        return 0;
    unsigned signs = h->begun ? 0 : look_at_start(h, r);
    return h->begun ? signs | look_at_end(h, r) : signs;
}
