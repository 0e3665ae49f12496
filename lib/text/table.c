/*
 * table.c - slots that lead into a region where keys lie in the order they came.
 *
 * A slot of 0 is free, so places are kept plus one. The 24 bits of the hash in a slot spare almost
 * all looks at keys that differ. Above three fifths the slots double: the old ones are freed first,
 * and the new ones are filled by a walk over the keys, so both never take room at once. The region
 * is address space that becomes memory page by page, which the kernel clears: where the owner asks
 * for that, a thread has it do so ahead of the keys, as far as the budget has room.
 */
#include "text/table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/heap.h"
#include "text/ahead.h"

enum {
    PLACE_BITS = 40,
    FIRST_SLOTS = 1 << 12,
    HUGE_PAGE = 1 << 21,
    MARK = 4 << 20, /* bytes of keys between two looks at the pages ahead */
    FETCH = 32,
    SHORT_KEY = 64
};
static const uint64_t place_mask = (UINT64_C(1) << PLACE_BITS) - 1;

/*
 * Zeroed memory in huge pages: looks at random places are most of the cost, and with small pages
 * each would need a look into their tables first. The first `small` bytes are small pages, for a
 * table of a few keys. NULL: ENOMEM.
 */
static char *map_pages(size_t size, size_t small, int flags)
{
    size_t room = size <= small ? size : size + HUGE_PAGE;
    char *p = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (room == size)
        return p;
    size_t before = -(uintptr_t)p & (HUGE_PAGE - 1);
    if (before)
        munmap(p, before);
    munmap(p + before + size, HUGE_PAGE - before);
    gf_heap_large(p + before + small, size - small);
    return p + before;
}

static uint64_t *make_slots(size_t n)
{
    size_t size = n * sizeof(uint64_t);
    return (uint64_t *)(void *)map_pages(size, size < HUGE_PAGE ? size : 0, 0);
}

int gf_keytable_open(struct gf_keytable *t, size_t extra, size_t budget, uint64_t seed)
{
    *t = (struct gf_keytable){.extra = (extra + 7) & ~(size_t)7, .budget = budget, .seed = seed};
    t->size = budget < 1 << 16 ? 1 << 16 : budget & ~(size_t)4095;
    for (; t->size >= 1 << 16; t->size = t->size / 2 & ~(size_t)4095) {
        t->base = map_pages(t->size, HUGE_PAGE, MAP_NORESERVE);
        if (t->base)
            break;
    }
    t->slot = t->base ? make_slots(FIRST_SLOTS) : NULL;
    t->mask = FIRST_SLOTS - 1;
    t->mark = SIZE_MAX;
    if (t->slot)
        return 0;
    gf_keytable_release(t);
    errno = ENOMEM;
    return -1;
}

void gf_keytable_make_ahead(struct gf_keytable *t)
{
    t->mark = 2 * (size_t)MARK;
}

void gf_keytable_release(struct gf_keytable *t)
{
    gf_ahead_stop(t->ahead);
    if (t->base)
        munmap(t->base, t->size);
    if (t->slot)
        munmap(t->slot, (t->mask + 1) * sizeof *t->slot);
    *t = (struct gf_keytable){0};
}

uint64_t gf_keytable_hash_by(uint64_t seed, struct gf_slice key)
{
    return XXH3_64bits_withSeed(key.data, key.len, seed);
}

uint64_t gf_keytable_hash(const struct gf_keytable *t, struct gf_slice key)
{
    return gf_keytable_hash_by(t->seed, key);
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
    size_t align = t->extra ? 8 : 1;
    return (n + align - 1) & ~(align - 1);
}

static inline uint64_t make_slot(uint64_t hash, size_t place)
{
    return (hash & ~place_mask) | (place + 1);
}

/* memcmp, without its call where keys are short. */
static inline bool same_bytes(const char *a, const char *b, size_t n)
{
    uint64_t x, y;
    if (n < sizeof x || n > SHORT_KEY)
        return memcmp(a, b, n) == 0;
    for (size_t i = 0; i + sizeof x < n; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        if (x != y)
            return false;
    }
    memcpy(&x, a + n - sizeof x, sizeof x);
    memcpy(&y, b + n - sizeof y, sizeof y);
    return x == y;
}

/* The slot of key, or the free one where it would be. */
static inline uint64_t *find(const struct gf_keytable *t, struct gf_slice key, uint64_t hash)
{
    for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
        uint64_t s = t->slot[i];
        if (s == 0)
            return &t->slot[i];
        if ((s & ~place_mask) != (hash & ~place_mask))
            continue;
        size_t place = (s & place_mask) - 1;
        if (entry_len(t, place) == key.len && same_bytes(entry_key(t, place), key.data, key.len))
            return &t->slot[i];
    }
}

void *gf_keytable_get(const struct gf_keytable *t, struct gf_slice key, uint64_t hash)
{
    uint64_t s = *find(t, key, hash);
    return s ? t->base + (s & place_mask) - 1 : NULL;
}

void gf_keytable_fetch(const struct gf_keytable *t, const struct gf_slice *key, size_t n,
                       uint64_t *hash)
{
    for (size_t i = 0; i < n; i++) {
        hash[i] = gf_keytable_hash(t, key[i]);
        gf_keytable_fetch_slot(t, hash[i]);
    }
}

void gf_keytable_fetch_slot(const struct gf_keytable *t, uint64_t hash)
{
    __builtin_prefetch(&t->slot[hash & t->mask]);
}

void gf_keytable_fetch_entry(const struct gf_keytable *t, uint64_t hash, size_t key_len)
{
    uint64_t s = t->slot[hash & t->mask];
    if (!s || ((s ^ hash) & ~place_mask) != 0)
        return;
    const char *entry = t->base + (s & place_mask) - 1;
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + t->extra + sizeof(uint32_t) + key_len);
}

void gf_keytable_look(const struct gf_keytable *t, const struct gf_slice *key, size_t n,
                      uint64_t *hash, void **found)
{
    gf_keytable_fetch(t, key, n, hash);
    for (size_t i = 0; i < n; i++)
        gf_keytable_fetch_entry(t, hash[i], key[i].len);
    for (size_t i = 0; i < n; i++)
        found[i] = gf_keytable_get(t, key[i], hash[i]);
}

/* Puts n keys that are in no slot into slots: all are fetched before the first is filled. */
static void fill_slots(struct gf_keytable *t, const uint64_t *hash, const size_t *place, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t i = hash[k] & t->mask;
        while (t->slot[i])
            i = (i + 1) & t->mask;
        t->slot[i] = make_slot(hash[k], place[k]);
    }
}

static void refill(struct gf_keytable *t)
{
    uint64_t hash[FETCH];
    size_t at[FETCH], n = 0;
    for (size_t place = 0; place < t->top;) {
        uint32_t len = entry_len(t, place);
        at[n] = place;
        hash[n] = gf_keytable_hash(t, (struct gf_slice){entry_key(t, place), len});
        __builtin_prefetch(&t->slot[hash[n] & t->mask], 1);
        place += entry_size(t, len);
        if (++n == FETCH) {
            fill_slots(t, hash, at, n);
            n = 0;
        }
    }
    fill_slots(t, hash, at, n);
}

/* Four times the slots while that is little of the budget, else twice; new ones are no memory
 * before they are filled. */
static int grow(struct gf_keytable *t)
{
    size_t slots = t->mask + 1;
    size_t more = slots * (slots * sizeof *t->slot < t->budget / 32 ? 4 : 2);
    uint64_t *fresh = make_slots(more);
    if (!fresh)
        return -1;
    munmap(t->slot, slots * sizeof *t->slot);
    t->slot = fresh;
    t->mask = more - 1;
    refill(t);
    return 0;
}

static bool full(const struct gf_keytable *t, size_t more)
{
    size_t slots = (t->mask + 1) * sizeof *t->slot;
    bool grows = (t->n + 1) * 5 > (t->mask + 1) * 3;
    return t->top + more > t->size || t->top + more + (grows ? 2 * slots : slots) > t->budget ||
           t->top + more > place_mask;
}

/* Keys have reached the mark. No page is made that the budget has no room for. */
static void look_ahead(struct gf_keytable *t)
{
    size_t slots = (t->mask + 1) * sizeof *t->slot;
    t->mark = t->top + MARK;
    if (t->top + 2 * slots + GF_AHEAD > t->budget)
        return;
    if (!t->ahead)
        t->ahead = gf_ahead_start(t->base, t->size);
    gf_ahead_used(t->ahead, t->top, 0);
    t->mark = t->ahead ? t->mark : SIZE_MAX;
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
        if (grow(t) != 0) {
            errno = ENOSPC;
            return NULL;
        }
        s = find(t, key, hash);
    }
    uint32_t len = (uint32_t)key.len;
    memcpy(t->base + place + t->extra, &len, sizeof len);
    if (len)
        memcpy(t->base + place + t->extra + sizeof len, key.data, len);
    *s = make_slot(hash, place);
    t->top += size;
    t->n++;
    if (t->top >= t->mark)
        look_ahead(t);
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
