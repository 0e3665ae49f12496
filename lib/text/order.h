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
 */
#ifndef GF_TEXT_ORDER_H
#define GF_TEXT_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "text/slice.h"

/* What stands in front of the bytes of an item; the key is bytes[key_at .. key_at + key_len). */
struct gf_item {
    uint32_t len, key_at, key_len;
    char bytes[];
};

struct gf_entry {
    uint64_t prefix; /* gf_key_prefix of the key, at 0 */
    const struct gf_item *item;
};

/* The eight bytes from key[at] on as a big-endian number, padded with zeros. */
uint64_t gf_key_prefix(const char *key, size_t len, size_t at);

/* What is known of all keys that are sorted together; zeros: nothing. */
struct gf_order_hint {
    size_t common; /* bytes with which all begin: they are not looked at, and prefixes not needed */
    size_t length; /* of every key; 0: they differ */
};

/* The most entries that are sorted at once: places among them are 32 bits. */
#define GF_ORDER_MOST UINT32_MAX

/* Sorts a[0..n), n at most GF_ORDER_MOST, with room for n more entries in tmp. */
void gf_order(struct gf_entry *a, struct gf_entry *tmp, size_t n, struct gf_order_hint hint,
              unsigned threads);

static inline struct gf_slice gf_item_key(const struct gf_item *i)
{
    return (struct gf_slice){i->bytes + i->key_at, i->key_len};
}

#endif
