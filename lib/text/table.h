/*
 * table.h - a set of keys that may carry a little data each, exact, in the order they came.
 *
 * Open addressing over slots of eight bytes (40 bits of place, 24 of hash); keys lie one behind the
 * other in a region of their own, and a key is only taken for another when all its bytes agree. The
 * hash is XXH3 with a seed, so that nobody can prepare keys that collide. Nothing is ever removed.
 *
 *     struct gf_keytable t;  gf_keytable_open(&t, sizeof(uint64_t), 64 << 20, seed);
 *     uint64_t h = gf_keytable_hash(&t, key);
 *     bool fresh;
 *     uint64_t *count = gf_keytable_put(&t, key, h, &fresh);      NULL: full, errno ENOSPC
 *
 * Data is zeroed when fresh, aligned to 8, and stays where it is. One thread calls.
 */
#ifndef GF_TEXT_TABLE_H
#define GF_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/slice.h"

struct gf_ahead;

struct gf_keytable {
    size_t extra, budget;
    uint64_t seed;
    char *base; /* region of keys */
    size_t size, top;
    uint64_t *slot;
    size_t mask; /* slots - 1 */
    size_t n;
    size_t mark; /* of top: when to look at `ahead` again */
    struct gf_ahead *ahead;
};

/* `extra` bytes of data a key. -1: ENOMEM. */
int gf_keytable_open(struct gf_keytable *t, size_t extra, size_t budget, uint64_t seed);
void gf_keytable_release(struct gf_keytable *t);

/* From some megabytes on, a thread makes the pages of the region before they are used (ahead.h). */
void gf_keytable_make_ahead(struct gf_keytable *t);

uint64_t gf_keytable_hash(const struct gf_keytable *t, struct gf_slice key);

/* The same for a table with that seed. Pure; any thread. */
uint64_t gf_keytable_hash_by(uint64_t seed, struct gf_slice key);

/* The data of key, made when it is not there. With extra 0 the pointer only says that it is. */
void *gf_keytable_put(struct gf_keytable *t, struct gf_slice key, uint64_t hash, bool *fresh);

/* The hashes of n keys that are put or looked up next, the slots of which are fetched meanwhile. */
void gf_keytable_fetch(const struct gf_keytable *t, const struct gf_slice *key, size_t n,
                       uint64_t *hash);

/* Many at once: the hashes of n keys, and the data of each, or NULL. Memory is the cost of a look,
 * and here all are fetched before the first is compared. */
void gf_keytable_look(const struct gf_keytable *t, const struct gf_slice *key, size_t n,
                      uint64_t *hash, void **found);

/* For who knows hashes long before the keys are looked up: the slot of one is fetched, and, later,
 * what is in the slot, for a key of that length. */
void gf_keytable_fetch_slot(const struct gf_keytable *t, uint64_t hash);
void gf_keytable_fetch_entry(const struct gf_keytable *t, uint64_t hash, size_t key_len);

/* The data of key, or NULL. */
void *gf_keytable_get(const struct gf_keytable *t, struct gf_slice key, uint64_t hash);

/* Walks in the order of arrival: *at begins as 0. Returns the data, or NULL at the end. */
void *gf_keytable_walk(const struct gf_keytable *t, size_t *at, struct gf_slice *key);

#endif
