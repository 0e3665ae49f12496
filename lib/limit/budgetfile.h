/*
 * budgetfile.h - the file under a shared budget: its layout, and what is done to it under its lock.
 * For lib/limit/budget*.c alone; budget.h is the contract.
 *
 * Two kinds of words are in it. What changes with every take is a struct gf_budget_slot: the hash
 * of a key (0: none) and the state that gcra.h calls TAT, changed by compare-and-swap alone. The
 * rest - the terms (rate and burst), the table's size, which slot belongs to which key - changes
 * under the lock of the file (flock), which the kernel frees when its holder dies.
 *
 * The terms are two slots and a turn. An even turn 2k says that slot k mod 2 holds: the other one
 * is free to be written. An odd turn says that a change is on its way: the new terms are there, and
 * the buckets are being converted to them. Who meets an odd turn waits for the lock; if it is still
 * odd then, its writer died, and the change is finished with empty buckets, which lets nothing
 * through that should not pass. Whoever takes looks at the turn between reading a TAT and swapping
 * it, and a conversion leaves no TAT as it was, so no take mixes the terms of one turn with the TAT
 * of another.
 */
#ifndef GF_LIMIT_BUDGETFILE_H
#define GF_LIMIT_BUDGETFILE_H

#include <stdatomic.h>

#include "limit/budget.h"

struct gf_budget_page_terms {
    _Atomic uint64_t count;
    _Atomic int64_t period;
    _Atomic uint64_t burst;
    _Atomic uint64_t kind; /* of enum gf_budget_kind, or-ed, and the border and minute of a quota */
};

enum gf_budget_kind {
    GF_BUDGET_BYTES = 1,
    GF_BUDGET_UNLIMITED = 2,
    GF_BUDGET_BORDER = 8, /* at this bit: of enum gf_rate_border */
    GF_BUDGET_MINUTE = 16
};

/* The zone of a quota's windows, with zeros behind. */
struct gf_budget_zone {
    _Atomic uint64_t name[8];
};

struct gf_budget_slot {
    _Atomic uint64_t hash;
    _Atomic int64_t tat;
};

struct gf_budget_page {
    char magic[8];
    char boot[40];
    int64_t zero_wall;      /* the wall clock when the monotonic one was 0 */
    uint64_t seed;          /* of the hash of keys */
    _Atomic uint64_t slots; /* of the table behind the page: a power of two, or 0 */
    _Atomic uint64_t evicted;
    struct gf_budget_page_terms declared; /* what its first user said */
    _Alignas(64) _Atomic uint32_t turn;
    struct gf_budget_page_terms terms[2];
    /* What takes write has a cache line of its own. */
    _Alignas(64) struct gf_budget_slot all; /* the bucket of those without a key */
    _Atomic uint64_t granted, refused;
    _Alignas(64) _Atomic uint32_t
        reset_turn;        /* of the last reset: a turn before it counts no more */
    _Atomic uint64_t cuts; /* buckets that were further ahead than they could be */
    /* Of the quotas among the terms: terms[0], terms[1] and declared. */
    _Alignas(64) struct gf_budget_zone zones[3];
    _Atomic int64_t latest_wall; /* that a quota was asked at; the time of quotas never goes back */
    _Alignas(64) char room[4096 - 640];
};

/* The table: behind the page, page->slots of them. */
static inline struct gf_budget_slot *gf_budget_table(const struct gf_budget *b)
{
    return (struct gf_budget_slot *)(void *)((char *)b->page + sizeof(struct gf_budget_page));
}

static inline uint64_t gf_budget_slots(const struct gf_budget *b)
{
    return (b->size - sizeof(struct gf_budget_page)) / sizeof(struct gf_budget_slot);
}

/* Whether the terms that we know are in force. */
static inline bool gf_budget_is_current(const struct gf_budget *b)
{
    return atomic_load(&b->page->turn) == b->turn;
}

/* The time of quotas: the latest that this or another process has seen. Call after the caller's
 * look at the calendars. */
void gf_budget_follow(struct gf_budget *b, gf_ns now_mono);

void gf_budget_lock(const struct gf_budget *b);
void gf_budget_unlock(const struct gf_budget *b);

/* Under the lock: finishes a change whose writer died, and reads the terms that hold into b->limit
 * and b->turn. */
void gf_budget_settle(struct gf_budget *b, gf_ns now_mono);

/* The same for those who do not have the lock; they wait for it only while there is a change. */
void gf_budget_read_terms(struct gf_budget *b, gf_ns now_mono);

/* What the first user said; as far as that can be read. */
void gf_budget_read_declared(const struct gf_budget *b, struct gf_gcra *out);

/* Calls f for every bucket. Under the lock. */
void gf_budget_each(struct gf_budget *b, void (*f)(struct gf_budget_slot *, void *), void *arg);

/* Under the lock, with b->limit what held until now: puts `next` in force. */
void gf_budget_put_terms(struct gf_budget *b, const struct gf_gcra *next,
                         void (*convert)(struct gf_budget_slot *, void *), void *arg);

#endif
