/*
 * sorter.c - one region that is filled from both ends, sorted, and written as a run when it is
 * full.
 *
 * Items grow from the front, entries from the back, and as much room as the entries take is kept
 * free between them for sorting. When they meet, the region is sorted and written as a run. With a
 * limit the region is cut back to the first `limit` when it holds at least twice as many, and the
 * last key kept is a bar for what may still enter.
 *
 * At the end runs are merged in passes until one merge can read the rest; each pass puts a merged
 * run in the place of the first it was made of, so the order of runs stays the order of arrival.
 */
#include "text/sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "text/ahead.h"
#include "text/gather.h"
#include "text/run_merge.h"

enum {
    SMALLEST = 256 * 1024, /* a region below this is not worth its files */
    RUN_BLOCK = 32 * 1024, /* least read at once from a run */
    FAN_MAX = 512,
    FAN_FEW = 4,       /* as many runs are merged at once ... */
    BESIDES = 4 << 20, /* ... even when they need so much more than the budget */
    CUT_LEAST = 1024,
    MARK = 4 << 20,  /* bytes of items between two looks at the pages ahead */
    MUCH = 2 * MARK, /* below this, pages are not made ahead ... */
    WIDE = 64 << 20  /* ... nor in a region that is no larger */
};

int gf_sorter_open(struct gf_sorter *s, const struct gf_sorter_conf *conf)
{
    *s = (struct gf_sorter){.conf = *conf, .size = conf->budget};
    if (s->size < SMALLEST)
        s->size = SMALLEST;
    /* With the room to sort it, an entry takes twice its size: no more of them than are sorted. */
    if (s->size / (2 * sizeof(struct gf_entry)) > GF_ORDER_MOST)
        s->size = GF_ORDER_MOST * (2 * sizeof(struct gf_entry));
    s->size &= ~(size_t)4095;
    /*
     * Address space only: pages come as they are touched. Less of it will do when that is capped.
     * Huge pages are not asked for: clearing them took longer than all of the sorting.
     */
    for (; s->size >= SMALLEST; s->size = s->size / 2 & ~(size_t)4095) {
        s->base = mmap(NULL, s->size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (s->base != MAP_FAILED)
            break;
        s->base = NULL;
    }
    if (!s->base) {
        errno = ENOMEM;
        return -1;
    }
    if (conf->keys)
        gf_key_maker_init(&s->maker, conf->keys);
    s->whole = conf->keys && !conf->tag && gf_keyspec_whole(conf->keys);
    s->mark = conf->threads > 1 && !conf->limit ? MUCH : SIZE_MAX;
    return 0;
}

/* Items have reached the mark. Behind the entries lies the room to sort them. */
static void look_ahead(struct gf_sorter *s)
{
    if (!s->ahead && s->size > WIDE)
        s->ahead = gf_ahead_start(s->base, s->size);
    gf_ahead_used(s->ahead, s->top, 2 * s->n * sizeof(struct gf_entry));
    s->mark = s->ahead ? s->top + MARK : SIZE_MAX;
}

static struct gf_entry *entries(const struct gf_sorter *s)
{
    return (struct gf_entry *)(void *)(s->base + s->size) - s->n;
}

static bool same_key(const struct gf_entry *a, const struct gf_entry *b)
{
    return gf_slice_compare(gf_item_key(a->item), gf_item_key(b->item)) == 0;
}

/* Entries stand in the order they came, the last in front. */
static struct gf_order_hint settle(struct gf_sorter *s)
{
    struct gf_order_hint hint = {
        .common = s->alike.depth, .length = s->alike.length, .backwards = true};
    gf_alike_settle(&s->alike, entries(s) + s->n, s->n);
    s->alike = (struct gf_alike){0};
    return hint;
}

/* Sorted, thinned, cut. */
static struct gf_entry *sort_region(struct gf_sorter *s)
{
    struct gf_entry *e = entries(s);
    gf_order(e, e - s->n, s->n, settle(s), s->conf.threads);
    if (s->conf.unique && s->n) {
        size_t kept = 1;
        for (size_t i = 1; i < s->n; i++)
            if (!same_key(&e[kept - 1], &e[i]))
                e[kept++] = e[i];
        s->n = kept;
    }
    if (s->conf.limit && s->n > s->conf.limit)
        s->n = (size_t)s->conf.limit;
    return e;
}

static int write_run(struct gf_sorter *s)
{
    if (s->nruns == s->runs_cap) {
        size_t cap = s->runs_cap ? s->runs_cap * 2 : 16;
        struct gf_runfile_run *more = realloc(s->runs, cap * sizeof *more);
        if (!more)
            return -1;
        s->runs = more;
        s->runs_cap = cap;
    }
    struct gf_entry *e = sort_region(s);
    if (gf_runfile_begin(s->conf.spill) != 0)
        return -1;
    for (size_t i = 0; i < s->n; i++)
        if (gf_runfile_put(s->conf.spill, gf_item_record(e[i].item)) != 0)
            return -1;
    if (gf_runfile_end(s->conf.spill, &s->runs[s->nruns]) != 0)
        return -1;
    s->nruns++;
    s->n = 0;
    s->top = 0;
    s->mark = SIZE_MAX; /* all pages are there by now */
    return 0;
}

static size_t item_size(size_t len, size_t key_len)
{
    return (sizeof(struct gf_item) + len + key_len + 3) & ~(size_t)3;
}

static int by_address(const void *a, const void *b)
{
    const struct gf_entry *p = a, *q = b;
    return (p->item > q->item) - (p->item < q->item);
}

/*
 * With a limit: keeps the first `limit` and moves their items together. Items move only down and
 * in the order of their addresses, so what came first still lies first.
 */
static int cut_back(struct gf_sorter *s)
{
    struct gf_entry *e = sort_region(s);
    size_t n = s->n;
    if (n == s->conf.limit) {
        struct gf_slice key = gf_item_key(e[n - 1].item);
        gf_buf_clear(&s->cutoff);
        if (gf_buf_add(&s->cutoff, key.data, key.len) != 0)
            return -1;
        s->has_cutoff = true;
    }
    qsort(e, n, sizeof *e, by_address);
    s->top = 0;
    struct gf_entry *back = (struct gf_entry *)(void *)(s->base + s->size);
    for (size_t i = 0; i < n; i++) {
        struct gf_item *to = (struct gf_item *)(void *)(s->base + s->top);
        const struct gf_item *from = e[i].item;
        bool inside = from->key_at < from->len;
        size_t size = item_size(from->len, inside ? 0 : from->key_len);
        memmove(to, from, size);
        e[i].item = to;
        s->top += size;
    }
    /* Back to the order of arrival from the end of the region. */
    memmove(back - n, e, n * sizeof *e);
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        struct gf_entry t = back[-1 - (ptrdiff_t)i];
        j--;
        back[-1 - (ptrdiff_t)i] = back[-1 - (ptrdiff_t)j];
        back[-1 - (ptrdiff_t)j] = t;
    }
    for (size_t i = 0; i < n; i++) {
        struct gf_entry *one = &back[-1 - (ptrdiff_t)i];
        struct gf_slice key = gf_item_key(one->item);
        one->prefix = gf_key_prefix(key.data, key.len, 0);
    }
    gf_alike_end(&s->alike);
    return 0;
}

static int make_key(struct gf_sorter *s, struct gf_slice rec, struct gf_slice *key)
{
    if (s->whole) {
        *key = rec;
        return 0;
    }
    if (!s->conf.keys) {
        *key = (struct gf_slice){rec.data, 8};
        return 0;
    }
    size_t skip = s->conf.tag ? 8 : 0;
    return gf_keyspec_of(s->conf.keys, &s->maker,
                         (struct gf_slice){rec.data + skip, rec.len - skip}, key);
}

static int make_room(struct gf_sorter *s, size_t size)
{
    size_t most = s->size - 2 * sizeof(struct gf_entry);
    if (s->conf.limit && s->n >= CUT_LEAST && s->n / 2 >= s->conf.limit && cut_back(s) != 0)
        return -1;
    /* Entries, and the room to sort them, on the other side. */
    if (s->top + size + 2 * (s->n + 1) * sizeof(struct gf_entry) <= s->size)
        return 0;
    if (size > most) {
        errno = EMSGSIZE;
        return -1;
    }
    return write_run(s);
}

int gf_sorter_add(struct gf_sorter *s, struct gf_slice rec)
{
    struct gf_slice key;
    if (make_key(s, rec, &key) != 0)
        return -1;
    struct gf_slice bar = {s->cutoff.data, s->cutoff.len};
    if (s->has_cutoff && gf_slice_compare(key, bar) >= 0)
        return 0;
    bool inside = key.data >= rec.data && key.data < rec.data + rec.len;
    size_t size = item_size(rec.len, inside ? 0 : key.len);
    if (size > UINT32_MAX) {
        errno = EMSGSIZE;
        return -1;
    }
    if (make_room(s, size) != 0)
        return -1;
    s->longest = size > s->longest ? size : s->longest;
    struct gf_item *item = (struct gf_item *)(void *)(s->base + s->top);
    item->len = (uint32_t)rec.len;
    item->key_len = (uint32_t)key.len;
    item->key_at = inside ? (uint32_t)(key.data - rec.data) : (uint32_t)rec.len;
    memcpy(item->bytes, rec.data, rec.len);
    if (!inside && key.len)
        memcpy(item->bytes + rec.len, key.data, key.len);
    s->top += size;
    s->n++;
    if (s->top >= s->mark)
        look_ahead(s);
    const struct gf_item *first = (const struct gf_item *)(const void *)s->base;
    uint64_t prefix = gf_alike_add(&s->alike, key, gf_item_key(first), s->n - 1);
    *entries(s) = (struct gf_entry){prefix, item};
    return 0;
}

/* ---- the end --------------------------------------------------------------------------------- */

static struct gf_run_merge_conf merge_conf(const struct gf_sorter *s, size_t block)
{
    return (struct gf_run_merge_conf){.keys = s->conf.keys,
                                      .tag = s->conf.tag,
                                      .unique = s->conf.unique,
                                      .limit = s->conf.limit,
                                      .block = block};
}

/* Merges runs from..from+n into one that takes the place of the first. */
static int merge_into_one(struct gf_sorter *s, size_t from, size_t n, size_t block)
{
    struct gf_run_merge m;
    struct gf_slice rec;
    int got = -1;
    struct gf_run_merge_conf conf = merge_conf(s, block);
    if (gf_run_merge_open(&m, &conf, &s->runs[from], n) != 0)
        return -1;
    if (gf_runfile_begin(s->conf.spill) == 0)
        while ((got = gf_run_merge_next(&m, &rec)) == 1)
            if (gf_runfile_put(s->conf.spill, rec) != 0) {
                got = -1;
                break;
            }
    gf_run_merge_close(&m);
    return got == 0 ? gf_runfile_end(s->conf.spill, &s->runs[from]) : -1;
}

/* How many runs are merged at once: each holds a block, and a record with its key that may be
 * longer. */
static size_t fan_of(const struct gf_sorter *s)
{
    size_t each = RUN_BLOCK + s->longest, fan = s->size / each;
    if (fan < FAN_FEW) {
        fan = (s->size + BESIDES) / each;
        fan = fan < 2 ? 2 : fan > FAN_FEW ? FAN_FEW : fan;
    }
    return fan > FAN_MAX ? FAN_MAX : fan;
}

/* One pass over all runs, until no more are left than can be read at once. */
static int reduce_runs(struct gf_sorter *s, size_t fan)
{
    while (s->nruns > fan) {
        size_t kept = 0;
        for (size_t from = 0; from < s->nruns; from += fan) {
            size_t n = s->nruns - from < fan ? s->nruns - from : fan;
            if (n > 1 && merge_into_one(s, from, n, RUN_BLOCK) != 0)
                return -1;
            s->runs[kept++] = s->runs[from];
        }
        s->nruns = kept;
    }
    return 0;
}

static void release_region(struct gf_sorter *s)
{
    gf_gather_stop(s->gather);
    s->gather = NULL;
    gf_order_stop(s->order);
    gf_ahead_stop(s->ahead);
    s->order = NULL;
    s->ahead = NULL;
    if (s->base)
        munmap(s->base, s->size);
    s->base = NULL;
}

int gf_sorter_end(struct gf_sorter *s)
{
    if (s->nruns == 0) {
        bool all = !s->conf.unique && !s->conf.limit;
        s->sorted = all ? entries(s) : sort_region(s);
        if (all)
            s->order =
                gf_order_start(s->sorted, s->sorted - s->n, s->n, settle(s), s->conf.threads);
        s->ready = s->order ? 0 : s->n;
        return 0;
    }
    if (s->n && write_run(s) != 0)
        return -1;
    release_region(s);
    if (reduce_runs(s, fan_of(s)) != 0)
        return -1;
    struct gf_run_merge *m = calloc(1, sizeof *m);
    if (!m)
        return -1;
    size_t block = s->size / s->nruns;
    block = block < RUN_BLOCK ? RUN_BLOCK : block > 1 << 20 ? 1 << 20 : block;
    struct gf_run_merge_conf conf = merge_conf(s, block);
    if (gf_run_merge_open(m, &conf, s->runs, s->nruns) != 0) {
        free(m);
        return -1;
    }
    s->merge = m;
    return 0;
}

void gf_sorter_release(struct gf_sorter *s)
{
    if (s->merge) {
        gf_run_merge_close(s->merge);
        free(s->merge);
    }
    release_region(s);
    free(s->runs);
    gf_buf_release(&s->cutoff);
    gf_buf_release(&s->together);
    gf_key_maker_release(&s->maker);
    *s = (struct gf_sorter){0};
}
