/*
 * alike.c - a list of the places that prefixes were made of.
 *
 * What keys have in common only gets less, and soon hardly ever: a log by time loses a byte each
 * time its clock turns over a digit more. With a place more than the list holds, all the entries
 * before it count to the last, which is wrong: their prefixes are then made of their keys.
 */
#include "text/alike.h"

enum {
    WORTH_SKIPPING = 8 /* bytes: as many as a prefix holds */
};

/* How many bytes a and b begin with in common, of the first n, which is not 0. */
static size_t common_of(const char *a, const char *b, size_t n)
{
    size_t at = 0;
    for (uint64_t x, y; at + sizeof x <= n; at += sizeof x) {
        memcpy(&x, a + at, sizeof x);
        memcpy(&y, b + at, sizeof y);
        if (x != y)
            break;
    }
    while (at < n && a[at] == b[at])
        at++;
    return at;
}

/* From entry n on prefixes are of the place `depth`. */
static void put_place(struct gf_alike *a, size_t n, size_t depth)
{
    a->depth = depth;
    if (a->n && a->n <= GF_ALIKE_PLACES && a->place[a->n - 1].from == n)
        a->n--;
    if (a->n < GF_ALIKE_PLACES) {
        a->place[a->n].from = n;
        a->place[a->n].depth = depth;
    }
    a->n += a->n <= GF_ALIKE_PLACES;
}

uint64_t gf_alike_add(struct gf_alike *a, struct gf_slice key, struct gf_slice first, size_t n)
{
    if (n == 0) {
        a->length = key.len;
        put_place(a, 0, key.len < WORTH_SKIPPING ? 0 : key.len);
    }
    if (a->length != key.len)
        a->length = 0;
    if (a->depth) {
        size_t common = common_of(first.data, key.data, a->depth < key.len ? a->depth : key.len);
        if (common < a->depth)
            put_place(a, n, common < WORTH_SKIPPING ? 0 : common);
    }
    return gf_key_prefix(key.data, key.len, a->depth);
}

/* Prefixes of the place `from` become those of `to`, in front of it: of keys that begin as `first`
 * does, as far as `from`. */
static void move_prefixes(struct gf_entry *e, size_t n, struct gf_slice first, size_t from,
                          size_t to)
{
    size_t known = from - to;
    uint64_t front = gf_key_prefix(first.data, from, to);
    for (size_t i = 0; i < n; i++)
        e[i].prefix = known < sizeof front ? front | e[i].prefix >> (8 * known) : front;
}

void gf_alike_settle(const struct gf_alike *a, struct gf_entry *end, size_t n)
{
    for (unsigned p = 0; p < a->n && a->n <= GF_ALIKE_PLACES; p++) {
        size_t from = a->place[p].from, to = p + 1 < a->n ? a->place[p + 1].from : n;
        if (a->place[p].depth != a->depth)
            move_prefixes(end - to, to - from, gf_item_key(end[-1].item), a->place[p].depth,
                          a->depth);
    }
    for (size_t i = 1; i <= n && a->n > GF_ALIKE_PLACES; i++) {
        struct gf_slice key = gf_item_key(end[-(ptrdiff_t)i].item);
        end[-(ptrdiff_t)i].prefix = gf_key_prefix(key.data, key.len, a->depth);
    }
}

void gf_alike_end(struct gf_alike *a)
{
    *a = (struct gf_alike){.n = 1};
}
