/*
 * tail.c - the last bytes of a stream.
 *
 * Bytes are appended to one buffer. When that holds twice what is asked for, the older half is
 * moved away: each byte is moved once at most, whatever the size of the additions.
 */
#include "base/tail.h"

#include <string.h>

void gf_tail_add(struct gf_tail *t, const char *data, size_t len)
{
    struct gf_buf *b = &t->bytes;
    if (len > t->most) {
        data += len - t->most;
        len = t->most;
        t->cut = true;
    }
    if (b->len + len > 2 * t->most) {
        size_t drop = b->len + len - t->most;
        drop = drop < b->len ? drop : b->len;
        b->len -= drop;
        memmove(b->data, b->data + drop, b->len);
        t->cut = true;
    }
    if (gf_buf_add(b, data, len) != 0) {
        b->failed = 0; /* the next bytes may find memory */
        t->cut = true;
    }
    t->cut = t->cut || b->len > t->most;
}

size_t gf_tail_get(const struct gf_tail *t, const char **data)
{
    size_t len = t->bytes.len < t->most ? t->bytes.len : t->most;
    *data = len ? t->bytes.data + t->bytes.len - len : "";
    return len;
}

size_t gf_tail_lines(const struct gf_tail *t, const char **data)
{
    size_t len = gf_tail_get(t, data);
    const char *newline = t->cut && len ? memchr(*data, '\n', len) : NULL;
    size_t skip = newline ? (size_t)(newline - *data) + 1 : 0;
    if (skip < len) {
        *data += skip;
        len -= skip;
    }
    return len;
}

void gf_tail_clear(struct gf_tail *t)
{
    gf_buf_clear(&t->bytes);
    t->cut = false;
}

void gf_tail_release(struct gf_tail *t)
{
    gf_buf_release(&t->bytes);
    t->cut = false;
}
