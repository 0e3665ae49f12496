/*
 * store_ring.c - a run of positions lies together, or in two pieces where the ring ends: each loop
 * here takes one piece after the other.
 */
#include <string.h>

#include "buffer/store_parts.h"
#include "text/scan.h"

size_t gf_store_place(const struct gf_store *s, uint64_t pos)
{
    size_t i = s->at + (size_t)(pos - s->head);
    return i < s->cap ? i : i - s->cap;
}

size_t gf_store_together(const struct gf_store *s, uint64_t pos, uint64_t end)
{
    size_t to_end = s->cap - gf_store_place(s, pos);
    return end - pos < to_end ? (size_t)(end - pos) : to_end;
}

uint64_t gf_store_count(const struct gf_store *s, uint64_t pos, uint64_t end)
{
    uint64_t n = 0;
    if (s->config.by_bytes)
        return end - pos;
    while (pos < end) {
        size_t len = gf_store_together(s, pos, end);
        n += gf_scan_count(s->data + gf_store_place(s, pos), len, s->config.separator);
        pos += len;
    }
    return n;
}

uint64_t gf_store_behind_first(const struct gf_store *s, uint64_t pos, uint64_t end)
{
    if (s->config.by_bytes)
        return pos < end ? pos + 1 : 0;
    while (pos < end) {
        size_t len = gf_store_together(s, pos, end);
        const char *from = s->data + gf_store_place(s, pos);
        const char *p = memchr(from, s->config.separator, len);
        if (p)
            return pos + (uint64_t)(p - from) + 1;
        pos += len;
    }
    return 0;
}

uint64_t gf_store_behind_last(const struct gf_store *s, uint64_t pos, uint64_t end)
{
    if (pos == end || s->config.by_bytes)
        return end;
    const char *from = s->data + gf_store_place(s, pos);
    const char *p = gf_scan_last(from, (size_t)(end - pos), s->config.separator);
    return p ? pos + (uint64_t)(p - from) + 1 : pos;
}

void gf_store_move_down(struct gf_store *s, uint64_t to, uint64_t from, uint64_t len)
{
    while (len && to != from) {
        size_t n = gf_store_together(s, from, from + len);
        size_t room = gf_store_together(s, to, to + len);
        n = n < room ? n : room;
        memmove(s->data + gf_store_place(s, to), s->data + gf_store_place(s, from), n);
        to += n;
        from += n;
        len -= n;
    }
}

/* The bytes in front of `end` that lie together, at most `len`. */
static size_t together_before(const struct gf_store *s, uint64_t end, uint64_t len)
{
    size_t last = gf_store_place(s, end - 1) + 1;
    return len < last ? (size_t)len : last;
}

void gf_store_move_up(struct gf_store *s, uint64_t to, uint64_t from, uint64_t len)
{
    while (len && to != from) {
        size_t n = together_before(s, from, len);
        size_t room = together_before(s, to, len);
        n = n < room ? n : room;
        memmove(s->data + gf_store_place(s, to - n), s->data + gf_store_place(s, from - n), n);
        to -= n;
        from -= n;
        len -= n;
    }
}
