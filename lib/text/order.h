/*
 * order.h - sorts keys in memory: stable, by byte, made for long common beginnings.
 *
 * An entry carries eight bytes of its key, big-endian, and leads to the rest. Ranges are
 * scattered by the highest bits in which their prefixes differ (most significant digit first,
 * stable), the smallest sorted by insertion; where all prefixes are equal, the next eight bytes are
 * loaded and the range is sorted on (caching as in Bentley and Sedgewick's multikey quicksort, SODA
 * 1997).
 *
 * Up to `threads` threads share the work. Pure; cannot fail.
 *
 * Who takes entries from the front can have them while those behind are still sorted:
 *
 *     struct gf_order_work *w = gf_order_start(a, tmp, n, hint, threads);
 *     size_t sorted = w ? 0 : n;
 *     ... before a[i] is used: if (i >= sorted) sorted = gf_order_sorted(w, i);
 *     gf_order_stop(w);
 *
 * One thread calls; it looks at no entry behind those that are sorted.
 */
#ifndef GF_TEXT_ORDER_H
#define GF_TEXT_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/slice.h"

/* What stands in front of the bytes of an item; the key is bytes[key_at .. key_at + key_len). */
struct gf_item {
    uint32_t len, key_at, key_len;
    char bytes[];
};

struct gf_entry {
    uint64_t prefix; /* gf_key_prefix of the key, behind what all keys begin with */
    const struct gf_item *item;
};

/* The eight bytes from key[at] on as a big-endian number, padded with zeros. */
static inline uint64_t gf_key_prefix(const char *key, size_t len, size_t at)
{
    uint64_t v = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (at + sizeof v <= len) {
        memcpy(&v, key + at, sizeof v);
        return __builtin_bswap64(v);
    }
#endif
    for (size_t i = 0; i < sizeof v; i++)
        v = v << 8 | (at + i < len ? (unsigned char)key[at + i] : 0);
    return v;
}

/* What is known of all keys that are sorted together; zeros: nothing. */
struct gf_order_hint {
    size_t common;  /* bytes with which all begin, and behind which prefixes are */
    size_t length;  /* of every key; 0: they differ */
    bool backwards; /* the entries stand from the last to the first */
};

/* The most entries that are sorted at once: places among them are 32 bits. */
#define GF_ORDER_MOST UINT32_MAX

/* Sorts a[0..n), n at most GF_ORDER_MOST, with room for n more entries in tmp. */
void gf_order(struct gf_entry *a, struct gf_entry *tmp, size_t n, struct gf_order_hint hint,
              unsigned threads);

/* The same, begun. NULL: it is done. The arrays and the keys stay where they are until the end. */
struct gf_order_work;
struct gf_order_work *gf_order_start(struct gf_entry *a, struct gf_entry *tmp, size_t n,
                                     struct gf_order_hint hint, unsigned threads);

/* How many entries in front are sorted, more than `at`, which is less than n: waits for them, and
 * sorts meanwhile. */
size_t gf_order_sorted(struct gf_order_work *w, size_t at);

/* An end, whether all are sorted or not. NULL is nothing to stop. */
void gf_order_stop(struct gf_order_work *w);

/* Fetches an item that is used soon, line by line of the cache, up to three of them. */
static inline void gf_item_fetch(const struct gf_item *i, size_t longest)
{
    enum {
        LINE = 64
    };
    __builtin_prefetch(i, 0, 2);
    __builtin_prefetch((const char *)i + LINE, 0, 2);
    if (longest > LINE)
        __builtin_prefetch((const char *)i + 2 * LINE, 0, 2);
}

static inline struct gf_slice gf_item_record(const struct gf_item *i)
{
    return (struct gf_slice){i->bytes, i->len};
}

static inline struct gf_slice gf_item_key(const struct gf_item *i)
{
    return (struct gf_slice){i->bytes + i->key_at, i->key_len};
}

#endif
