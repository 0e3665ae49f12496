/*
 * table.c - slots that lead into a region where keys lie in the order they came.
 *
 * A slot of 0 is free, so places are kept plus one. The 24 bits of the hash in a slot spare almost
 * all looks at keys that differ. Above three fifths the slots double: the old ones are freed first,
 * and the new ones are filled by a walk over the keys, so both never take room at once. The region
 * is address space that becomes memory page by page.
 */
#include "text/table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    PLACE_BITS = 40,
    FIRST_SLOTS = 1 << 12
};
static const uint64_t place_mask = (UINT64_C(1) << PLACE_BITS) - 1;

int gf_keytable_open(struct gf_keytable *t, size_t extra, size_t budget, uint64_t seed)
{
    *t = (struct gf_keytable){.extra = (extra + 7) & ~(size_t)7, .budget = budget, .seed = seed};
    t->size = budget < 1 << 16 ? 1 << 16 : budget & ~(size_t)4095;
    for (; t->size >= 1 << 16; t->size = t->size / 2 & ~(size_t)4095) {
        t->base = mmap(NULL, t->size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (t->base != MAP_FAILED)
            break;
        t->base = NULL;
    }
    t->slot = t->base ? calloc(FIRST_SLOTS, sizeof *t->slot) : NULL;
    t->mask = FIRST_SLOTS - 1;
    if (t->slot)
        return 0;
    gf_keytable_release(t);
    errno = ENOMEM;
    return -1;
}

void gf_keytable_release(struct gf_keytable *t)
{
    if (t->base)
        munmap(t->base, t->size);
    free(t->slot);
    *t = (struct gf_keytable){0};
}

uint64_t gf_keytable_hash(const struct gf_keytable *t, struct gf_slice key)
{
    return XXH3_64bits_withSeed(key.data, key.len, t->seed);
}

void gf_keytable_prefetch(const struct gf_keytable *t, uint64_t hash)
{
    __builtin_prefetch(&t->slot[hash & t->mask]);
}

void gf_keytable_prefetch_key(const struct gf_keytable *t, uint64_t hash)
{
    uint64_t s = t->slot[hash & t->mask];
    if (s)
        __builtin_prefetch(t->base + (s & place_mask) - 1);
}

/* An entry is its data, the length of the key in 4 bytes, and the key. */
static inline uint32_t entry_len(const struct gf_keytable *t, size_t place)
{
    uint32_t len;
    memcpy(&len, t->base + place + t->extra, sizeof len);
    return len;
}

static inline const char *entry_key(const struct gf_keytable *t, size_t place)
{
    return t->base + place + t->extra + sizeof(uint32_t);
}

static inline size_t entry_size(const struct gf_keytable *t, size_t key_len)
{
    size_t n = t->extra + sizeof(uint32_t) + key_len;
    return t->extra ? (n + 7) & ~(size_t)7 : n;
}

static inline uint64_t make_slot(uint64_t hash, size_t place)
{
    return (hash & ~place_mask) | (place + 1);
}

/* The slot of key, or the free one where it would be. */
static uint64_t *find(const struct gf_keytable *t, struct gf_slice key, uint64_t hash)
{
    for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
        uint64_t s = t->slot[i];
        if (s == 0)
            return &t->slot[i];
        if ((s & ~place_mask) != (hash & ~place_mask))
            continue;
        size_t place = (s & place_mask) - 1;
        if (entry_len(t, place) == key.len && memcmp(entry_key(t, place), key.data, key.len) == 0)
            return &t->slot[i];
    }
}

/* Twice the slots, filled from the keys in the order they lie. */
static int grow(struct gf_keytable *t)
{
    size_t slots = (t->mask + 1) * 2;
    free(t->slot);
    t->slot = calloc(slots, sizeof *t->slot);
    if (!t->slot) {
        /* Smaller ones must do again; they were there a moment ago. */
        slots /= 2;
        t->slot = calloc(slots, sizeof *t->slot);
        if (!t->slot)
            return -1;
    }
    t->mask = slots - 1;
    for (size_t place = 0; place < t->top;) {
        uint32_t len = entry_len(t, place);
        uint64_t hash = gf_keytable_hash(t, (struct gf_slice){entry_key(t, place), len});
        size_t i = hash & t->mask;
        while (t->slot[i])
            i = (i + 1) & t->mask;
        t->slot[i] = make_slot(hash, place);
        place += entry_size(t, len);
    }
    return 0;
}

void *gf_keytable_get(const struct gf_keytable *t, struct gf_slice key, uint64_t hash)
{
    uint64_t s = *find(t, key, hash);
    return s ? t->base + (s & place_mask) - 1 : NULL;
}

static bool full(const struct gf_keytable *t, size_t more)
{
    size_t slots = (t->mask + 1) * sizeof *t->slot;
    bool grows = (t->n + 1) * 5 > (t->mask + 1) * 3;
    return t->top + more > t->size || t->top + more + (grows ? 2 * slots : slots) > t->budget ||
           t->top + more > place_mask;
}

void *gf_keytable_put(struct gf_keytable *t, struct gf_slice key, uint64_t hash, bool *fresh)
{
    uint64_t *s = find(t, key, hash);
    *fresh = *s == 0;
    if (*s)
        return t->base + (*s & place_mask) - 1;
    size_t size = entry_size(t, key.len), place = t->top;
    if (key.len > UINT32_MAX || full(t, size)) {
        errno = ENOSPC;
        return NULL;
    }
    if ((t->n + 1) * 5 > (t->mask + 1) * 3) {
        if (grow(t) != 0)
            return NULL;
        s = find(t, key, hash);
    }
    uint32_t len = (uint32_t)key.len;
    memcpy(t->base + place + t->extra, &len, sizeof len);
    if (len)
        memcpy(t->base + place + t->extra + sizeof len, key.data, len);
    *s = make_slot(hash, place);
    t->top += size;
    t->n++;
    return t->base + place;
}

void *gf_keytable_walk(const struct gf_keytable *t, size_t *at, struct gf_slice *key)
{
    if (*at >= t->top)
        return NULL;
    size_t place = *at;
    uint32_t len = entry_len(t, place);
    *key = (struct gf_slice){entry_key(t, place), len};
    *at = place + entry_size(t, len);
    return t->base + place;
}
