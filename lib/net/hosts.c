/*
 * hosts.c - each host is in one of four places, and every event asks again which.
 *
 * Ready hosts form a ring: the first gives one item and goes to the end. A host that waits for a
 * time (it asked for it, its rate does, or it refused and gets a step back) lies in a heap by that
 * time. One that has all the requests that any may have is in no list: the end of one of them looks
 * at it again. Hosts at rest form a list by age, from which the oldest ones are forgotten; one
 * that has something to remember goes to its end.
 *
 * The rate runs by the host's own clock (limit/aimd.h), which feedback makes slower.
 */
#include "net/hosts.h"

#include <stdlib.h>
#include <string.h>

enum {
    LOOKS = 16 /* at hosts that might be forgotten, for each new one */
};

void gf_hosts_init(struct gf_hosts *all, unsigned most, const struct gf_gcra *limit)
{
    *all = (struct gf_hosts){.most = most, .limit = limit};
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void append(struct gf_host **first, struct gf_host **last, struct gf_host *h)
{
    h->next = NULL;
    h->before = *last;
    if (*last)
        (*last)->next = h;
    else
        *first = h;
    *last = h;
}

static void take_out(struct gf_host **first, struct gf_host **last, struct gf_host *h)
{
    if (h->before)
        h->before->next = h->next;
    else
        *first = h->next;
    if (h->next)
        h->next->before = h->before;
    else
        *last = h->before;
}

static void leave(struct gf_hosts *all, struct gf_host *h)
{
    if (h->place == GF_HOST_READY)
        take_out(&all->ready, &all->ready_last, h);
    else if (h->place == GF_HOST_AT_REST)
        take_out(&all->rest, &all->rest_last, h);
    else if (h->place == GF_HOST_LATER)
        gf_timers_cancel(&all->timers, &h->later);
    h->place = GF_HOST_FULL;
}

static void rest(struct gf_hosts *all, struct gf_host *h)
{
    h->place = GF_HOST_AT_REST;
    append(&all->rest, &all->rest_last, h);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t hash_of(const char *s)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 0x100000001b3;
    return hash ^ hash >> 32;
}

static struct gf_host **slot_of(struct gf_hosts *all, const char *origin)
{
    struct gf_host **h = &all->bucket[hash_of(origin) & (all->buckets - 1)];
    while (*h && strcmp((*h)->origin, origin) != 0)
        h = &(*h)->same_bucket;
    return h;
}

static int grow(struct gf_hosts *all)
{
    struct gf_host **old = all->bucket;
    size_t n = all->buckets;
    all->buckets = n ? n * 2 : 64;
    all->bucket = calloc(all->buckets, sizeof(struct gf_host *));
    if (!all->bucket) {
        all->bucket = old;
        all->buckets = n;
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        for (struct gf_host *h = old[i], *next; h; h = next) {
            next = h->same_bucket;
            h->same_bucket = NULL;
            *slot_of(all, h->origin) = h;
        }
    free(old);
    return 0;
}

/* Whether the host would be no different if it came anew. */
static bool is_forgettable(const struct gf_hosts *all, const struct gf_host *h, gf_ns now)
{
    return h->held_until_mono <= now && gf_aimd_is_full(&h->aimd, now) &&
           (!all->limit || gf_gcra_idle_at(all->limit, h->tat) <= gf_aimd_at(&h->aimd, now));
}

static void forget(struct gf_hosts *all, struct gf_host *h)
{
    struct gf_host **slot = slot_of(all, h->origin);
    *slot = h->same_bucket;
    leave(all, h);
    all->n--;
    free(h);
}

static void forget_old(struct gf_hosts *all, gf_ns now)
{
    struct gf_host *h;
    for (int i = 0; i < LOOKS && all->n >= GF_HOSTS_KEPT && (h = all->rest); i++) {
        if (is_forgettable(all, h, now)) {
            forget(all, h);
            continue;
        }
        take_out(&all->rest, &all->rest_last, h); /* the others are not to wait for it */
        append(&all->rest, &all->rest_last, h);
    }
}

static struct gf_host *new_host(const struct gf_hosts *all, const char *origin, gf_ns now)
{
    size_t len = strlen(origin) + 1;
    struct gf_host *h = calloc(1, sizeof *h + len);
    if (!h)
        return NULL;
    memcpy(h->origin, origin, len);
    h->last = &h->first;
    h->later.owner = h;
    gf_aimd_init(&h->aimd, now);
    if (all->limit)
        h->tat = gf_gcra_start(all->limit, all->limit->burst, now);
    return h;
}

struct gf_host *gf_hosts_find(struct gf_hosts *all, const char *origin, gf_ns now)
{
    if (all->n >= all->buckets && grow(all) != 0)
        return NULL;
    struct gf_host **slot = slot_of(all, origin);
    if (*slot)
        return *slot;
    struct gf_host *h = new_host(all, origin, now);
    if (!h)
        return NULL;
    forget_old(all, now);
    h->number = ++all->made;
    *slot_of(all, origin) = h; /* the one that was forgotten may have been of this chain */
    all->n++;
    rest(all, h);
    return h;
}

/* ---- places ---------------------------------------------------------------------------------- */

unsigned gf_hosts_allowed(const struct gf_hosts *all, const struct gf_host *h, gf_ns now)
{
    if (all->limit)
        return all->most;
    uint64_t part = ((uint64_t)all->most * gf_aimd_speed(&h->aimd, now)) / GF_AIMD_FULL;
    return part ? (unsigned)part : 1;
}

/* When the host may start one: `now` or later. */
static gf_ns due_at(const struct gf_hosts *all, const struct gf_host *h, gf_ns now)
{
    gf_ns due = now > h->held_until_mono ? now : h->held_until_mono;
    if (all->limit) {
        gf_ns rate = gf_gcra_due(all->limit, h->tat, 1, gf_aimd_at(&h->aimd, now));
        rate = gf_aimd_when(&h->aimd, rate);
        due = rate > due ? rate : due;
    }
    return due;
}

/* When one that refused gets its next step back. */
static gf_ns grows_at(const struct gf_aimd *t, gf_ns now)
{
    return now < t->grows ? t->grows : t->grows + ((now - t->grows) / t->window + 1) * t->window;
}

/* Puts the host where it belongs. */
static void place(struct gf_hosts *all, struct gf_host *h, gf_ns now)
{
    if (h->place == GF_HOST_READY && h->waiting && h->active < gf_hosts_allowed(all, h, now) &&
        due_at(all, h, now) <= now)
        return; /* keeps its turn */
    leave(all, h);
    if (!h->waiting) {
        if (!h->active)
            rest(all, h);
        return;
    }
    unsigned allowed = gf_hosts_allowed(all, h, now);
    if (h->active >= allowed && allowed >= all->most)
        return;
    gf_ns due = h->active < allowed ? due_at(all, h, now) : grows_at(&h->aimd, now);
    if (due <= now) {
        h->place = GF_HOST_READY;
        append(&all->ready, &all->ready_last, h);
    } else if (gf_timers_set(&all->timers, &h->later, due) == 0) {
        h->place = GF_HOST_LATER;
    } else {
        all->no_memory = true;
    }
}

/* ---- items ----------------------------------------------------------------------------------- */

static struct gf_host_item *pop(struct gf_hosts *all, struct gf_host *h)
{
    struct gf_host_item *item = h->first;
    h->first = item->next;
    if (!h->first)
        h->last = &h->first;
    h->waiting--;
    all->waiting--;
    item->next = NULL;
    return item;
}

static void added(struct gf_hosts *all, struct gf_host *h, struct gf_host_item *item, gf_ns now)
{
    item->host = h;
    h->waiting++;
    all->waiting++;
    place(all, h, now);
}

void gf_hosts_add(struct gf_hosts *all, struct gf_host *h, struct gf_host_item *item, gf_ns now)
{
    item->next = NULL;
    *h->last = item;
    h->last = &item->next;
    added(all, h, item, now);
}

void gf_hosts_add_first(struct gf_hosts *all, struct gf_host *h, struct gf_host_item *item,
                        gf_ns now)
{
    item->next = h->first;
    if (!h->first)
        h->last = &item->next;
    h->first = item;
    added(all, h, item, now);
}

bool gf_hosts_is_ready(struct gf_hosts *all, gf_ns now)
{
    struct gf_timer *t;
    struct gf_host *h;
    while ((t = gf_timers_take(&all->timers, now))) {
        h = t->owner;
        place(all, h, now);
    }
    while ((h = all->ready)) {
        place(all, h, now); /* it may have been made slower since */
        if (h == all->ready)
            return true;
    }
    return false;
}

struct gf_host_item *gf_hosts_next(struct gf_hosts *all, gf_ns now)
{
    if (!gf_hosts_is_ready(all, now))
        return NULL;
    struct gf_host *h = all->ready;
    struct gf_host_item *item = pop(all, h);
    h->active++;
    if (all->limit)
        gf_gcra_reserve(all->limit, &h->tat, 1, gf_aimd_at(&h->aimd, now));
    leave(all, h); /* the others have their turns first */
    place(all, h, now);
    return item;
}

gf_ns gf_hosts_wake(const struct gf_hosts *all)
{
    return gf_timers_next(&all->timers);
}

void gf_hosts_done(struct gf_hosts *all, struct gf_host *h, gf_ns now)
{
    h->active--;
    place(all, h, now);
}

struct gf_host_item *gf_hosts_drain(struct gf_hosts *all)
{
    struct gf_host_item *first = NULL, **last = &first;
    for (size_t i = 0; i < all->buckets; i++)
        for (struct gf_host *h = all->bucket[i]; h; h = h->same_bucket) {
            if (!h->waiting)
                continue;
            leave(all, h);
            *last = h->first;
            last = h->last;
            all->waiting -= h->waiting;
            h->waiting = 0;
            h->first = NULL;
            h->last = &h->first;
            if (!h->active)
                rest(all, h);
        }
    return first;
}

void gf_hosts_hold(struct gf_hosts *all, struct gf_host *h, gf_ns until, gf_ns now)
{
    if (until <= h->held_until_mono)
        return;
    h->held_until_mono = until;
    place(all, h, now);
}

void gf_hosts_slower(struct gf_host *h, gf_ns now)
{
    gf_aimd_slower(&h->aimd, now);
}

void gf_hosts_release(struct gf_hosts *all)
{
    gf_timers_close(&all->timers); /* they lie in the hosts */
    for (size_t i = 0; i < all->buckets; i++)
        for (struct gf_host *h = all->bucket[i], *next; h; h = next) {
            next = h->same_bucket;
            free(h);
        }
    free(all->bucket);
    *all = (struct gf_hosts){0};
}

/* ---- for people ------------------------------------------------------------------------------ */

size_t gf_hosts_top(const struct gf_hosts *all, const struct gf_host **out, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < all->buckets; i++)
        for (const struct gf_host *h = all->bucket[i]; h; h = h->same_bucket) {
            size_t at = used;
            while (at > 0 && out[at - 1]->counts.requests < h->counts.requests)
                at--;
            if (at == n)
                continue;
            used += used < n;
            memmove(out + at + 1, out + at, (used - at - 1) * sizeof(const struct gf_host *));
            out[at] = h;
        }
    return used;
}
