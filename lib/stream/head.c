/*
 * head.c - the bytes of the first record are searched for its end once, however slowly they come.
 *
 * As long as that end has not come, the reader gives no record, so a look is never too late.
 */
#include "stream/head.h"

#include <string.h>

static unsigned look_at_end(struct gf_head *h, const struct gf_reader *r)
{
    const char *first = r->buf + r->start;
    size_t len = r->end - r->start;
    const char *sep = memchr(first + h->searched, r->separator, len - h->searched);
    h->searched = len;
    h->done = sep || r->eof;
    const char *end = sep ? sep : first + len;
    return sep && end > first && end[-1] == '\r' ? GF_HEAD_CRLF : 0;
}

unsigned gf_head_look(struct gf_head *h, struct gf_reader *r, const struct gf_settings *set)
{
    if (h->done)
        return 0;
    if (set->crlf == GF_CRLF_KEEP || r->start == r->end) {
        h->done = set->crlf == GF_CRLF_KEEP || r->eof;
        return 0;
    }
    return look_at_end(h, r);
}
