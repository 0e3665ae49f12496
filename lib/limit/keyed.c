/*
 * keyed.c - a hash table of limits by key, from which idle keys fall out.
 *
 * Open addressing with linear probing; hashes and states lie in arrays of their own, so that
 * probing touches hashes only. The table is at most half full. When it would be fuller, idle keys
 * are left out while it is built anew, twice as large only if that was not enough.
 */
#include "limit/keyed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 1024,
    SAMPLE = 16
};

void gf_keyed_init(struct gf_keyed *k, size_t max)
{
    *k = (struct gf_keyed){.max = max};
}

int gf_keyed_limit(struct gf_keyed *k, struct gf_rate rate, uint64_t burst)
{
    if (k->limits == GF_PACERS_MAX) {
        errno = ENOSPC;
        return -1;
    }
    if (gf_gcra_init(&k->limit[k->limits], rate, burst, 0) != 0)
        return -1;
    k->limits++;
    return 0;
}

void gf_keyed_release(struct gf_keyed *k)
{
    free(k->hash);
    free(k->tat);
    k->hash = NULL;
    k->tat = NULL;
    k->slots = k->used = 0;
}

/* By the last limit of a slot: when the key is idle again. */
static gf_ns busy_until(const struct gf_keyed *k, size_t slot)
{
    gf_ns last = INT64_MIN;
    for (size_t i = 0; i < k->limits; i++) {
        gf_ns idle = gf_gcra_idle_at(&k->limit[i], k->tat[slot * k->limits + i]);
        last = idle > last ? idle : last;
    }
    return last;
}

/* The slot of the hash, or the free one where it belongs. */
static size_t probe(const struct gf_keyed *k, uint64_t hash)
{
    size_t slot = (size_t)hash & (k->slots - 1);
    while (k->hash[slot] != 0 && k->hash[slot] != hash)
        slot = (slot + 1) & (k->slots - 1);
    return slot;
}

static int allocate(struct gf_keyed *k, size_t slots)
{
    k->slots = slots;
    k->hash = calloc(slots, sizeof *k->hash);
    k->tat = calloc(slots, k->limits * sizeof *k->tat);
    if (k->hash && k->tat)
        return 0;
    gf_keyed_release(k);
    return -1;
}

static size_t count_live(const struct gf_keyed *k, gf_ns now)
{
    size_t n = 0;
    for (size_t i = 0; i < k->slots; i++)
        n += k->hash[i] != 0 && busy_until(k, i) > now;
    return n;
}

/* Builds the table anew without its idle keys, with room for as many again as are live. */
static int rebuild(struct gf_keyed *k, gf_ns now)
{
    size_t live = count_live(k, now);
    size_t slots = k->slots ? k->slots : FIRST_SLOTS;
    if (live * 3 > slots)
        slots *= 2;
    struct gf_keyed next = *k;
    if (allocate(&next, slots) != 0)
        return -1;
    next.used = 0;
    for (size_t i = 0; i < k->slots; i++) {
        if (k->hash[i] == 0 || busy_until(k, i) <= now)
            continue;
        size_t to = probe(&next, k->hash[i]);
        next.hash[to] = k->hash[i];
        memcpy(next.tat + to * k->limits, k->tat + i * k->limits, k->limits * sizeof *k->tat);
        next.used++;
    }
    gf_keyed_release(k);
    *k = next;
    return 0;
}

/* Frees a slot, and moves back those behind it that would no longer be found. */
static void forget(struct gf_keyed *k, size_t hole)
{
    size_t mask = k->slots - 1;
    for (size_t i = (hole + 1) & mask; k->hash[i] != 0; i = (i + 1) & mask) {
        size_t home = (size_t)k->hash[i] & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue; /* its home lies behind the hole */
        k->hash[hole] = k->hash[i];
        memcpy(k->tat + hole * k->limits, k->tat + i * k->limits, k->limits * sizeof *k->tat);
        hole = i;
    }
    k->hash[hole] = 0;
    k->used--;
}

/* Of the few keys next to where the new one belongs, the one that is idle first makes room. */
static void evict(struct gf_keyed *k, uint64_t near, gf_ns now)
{
    size_t best = SIZE_MAX;
    size_t slot = (size_t)near & (k->slots - 1);
    for (int seen = 0; seen < SAMPLE && seen < (int)k->used; slot = (slot + 1) & (k->slots - 1)) {
        if (k->hash[slot] == 0)
            continue;
        seen++;
        if (best == SIZE_MAX || busy_until(k, slot) < busy_until(k, best))
            best = slot;
    }
    k->evicted += busy_until(k, best) > now; /* an idle one is no loss */
    forget(k, best);
}

gf_ns *gf_keyed_find(struct gf_keyed *k, uint64_t hash, gf_ns now)
{
    hash += hash == 0;
    if (k->slots) {
        size_t slot = probe(k, hash);
        if (k->hash[slot] == hash)
            return k->tat + slot * k->limits;
    }
    if (k->used >= k->max)
        evict(k, hash, now);
    if ((k->used + 1) * 2 > k->slots && rebuild(k, now) != 0)
        return NULL;
    size_t slot = probe(k, hash);
    k->hash[slot] = hash;
    k->used++;
    for (size_t i = 0; i < k->limits; i++)
        k->tat[slot * k->limits + i] = INT64_MIN;
    return k->tat + slot * k->limits;
}

static const struct gf_gcra *limits_of(const struct gf_keyed *k, const struct gf_gcra *own)
{
    return own ? own : k->limit;
}

gf_ns gf_keyed_due(const struct gf_keyed *k, const struct gf_gcra *own, const gf_ns *tat,
                   struct gf_load load, gf_ns now)
{
    const struct gf_gcra *limit = limits_of(k, own);
    gf_ns last = now;
    for (size_t i = 0; i < k->limits; i++) {
        gf_ns due = gf_gcra_due(&limit[i], tat[i], gf_load_share(load, &limit[i]), now);
        last = due > last ? due : last;
    }
    return last;
}

bool gf_keyed_fit(const struct gf_keyed *k, const struct gf_gcra *own, struct gf_load load)
{
    const struct gf_gcra *limit = limits_of(k, own);
    for (size_t i = 0; i < k->limits; i++)
        if (!gf_gcra_fits(&limit[i], gf_load_share(load, &limit[i])))
            return false;
    return true;
}

void gf_keyed_pass(const struct gf_keyed *k, const struct gf_gcra *own, gf_ns *tat,
                   struct gf_load load, gf_ns due)
{
    const struct gf_gcra *limit = limits_of(k, own);
    load.earned = true;
    for (size_t i = 0; i < k->limits; i++)
        (void)gf_gcra_reserve(&limit[i], &tat[i], gf_load_share(load, &limit[i]), due);
}

void gf_keyed_each(struct gf_keyed *k, void (*f)(uint64_t hash, gf_ns *tat, void *arg), void *arg)
{
    for (size_t i = 0; i < k->slots; i++)
        if (k->hash[i] != 0)
            f(k->hash[i], k->tat + i * k->limits, arg);
}
