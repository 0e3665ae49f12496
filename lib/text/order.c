/*
 * order.c - scatter by the highest differing bits, insert what is few, go deeper on ties.
 *
 * One pass over a range finds the bits in which prefixes differ and whether they are in order
 * already. In order, only runs of equal prefixes are left to sort; else the entries are scattered
 * by one digit, stably, through the second array. A call returns its largest part to the caller's
 * loop, so calls nest no deeper than the logarithm of n. Threads take parts of the first scattering
 * by an atomic counter.
 */
#include "text/order.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum {
    FEW = 24,        /* insertion; more: scattering, which beats merging from here on */
    DIGIT = 6,       /* bits a pass: as many places to count as a range of a few dozen is worth */
    WIDE_DIGIT = 11, /* bits a pass over very many */
    MANY = 1 << 16,
    THREADS_MAX = 16,
    PARTS = 64,
    ALONE = 1 << 14, /* below this, threads are not worth their start */
    STACK = 1 << 20  /* 32 nested calls take a third of it; musl gives a thread an eighth */
};

uint64_t gf_key_prefix(const char *key, size_t len, size_t at)
{
    uint64_t v = 0;
    if (at + sizeof v <= len) {
        memcpy(&v, key + at, sizeof v);
        return __builtin_bswap64(v);
    }
    for (size_t i = 0; i < sizeof v; i++)
        v = v << 8 | (at + i < len ? (unsigned char)key[at + i] : 0);
    return v;
}

/* What two entries with the same prefix at `depth` are: by the rest of the key, then its length. */
static int compare_rest(const struct gf_item *a, const struct gf_item *b, size_t depth)
{
    size_t n = a->key_len < b->key_len ? a->key_len : b->key_len;
    int c = n > depth + 8 ? memcmp(a->bytes + a->key_at + depth + 8,
                                   b->bytes + b->key_at + depth + 8, n - depth - 8)
                          : 0;
    return c ? c : (a->key_len > b->key_len) - (a->key_len < b->key_len);
}

static inline int greater(const struct gf_entry *a, const struct gf_entry *b, size_t depth)
{
    if (a->prefix != b->prefix)
        return a->prefix > b->prefix;
    return compare_rest(a->item, b->item, depth) > 0;
}

static void insertion(struct gf_entry *a, size_t n, size_t depth)
{
    for (size_t i = 1; i < n; i++) {
        struct gf_entry e = a[i];
        size_t j = i;
        for (; j > 0 && greater(&a[j - 1], &e, depth); j--)
            a[j] = a[j - 1];
        a[j] = e;
    }
}

struct range {
    struct gf_entry *a, *tmp;
    size_t n, depth;
    size_t length; /* of every key; 0: they differ */
};

static void sort_range(struct range r);

/*
 * All prefixes are equal. Keys that end within them come first, the shorter before the longer; the
 * others go on with their next eight bytes. Returns whether there are such, as *r.
 */
static bool go_deeper(struct range *r)
{
    size_t at[10] = {0}, start[10], sum = 0, deep = r->depth + 8;
    if (r->length && r->length <= deep)
        return false; /* these keys are equal */
    for (size_t i = 0; i < r->n; i++) {
        size_t len = r->a[i].item->key_len;
        at[len > deep ? 9 : len < r->depth ? 0 : len - r->depth]++;
    }
    for (size_t c = 0; c < 10; c++) {
        start[c] = sum;
        sum += at[c];
    }
    size_t ended = start[9];
    if (ended != 0 && !(ended == r->n && at[8] == r->n)) {
        for (size_t i = 0; i < r->n; i++) {
            size_t len = r->a[i].item->key_len;
            r->tmp[start[len > deep ? 9 : len < r->depth ? 0 : len - r->depth]++] = r->a[i];
        }
        memcpy(r->a, r->tmp, r->n * sizeof *r->a);
    }
    *r = (struct range){r->a + ended, r->tmp + ended, r->n - ended, deep, r->length};
    for (size_t i = 0; i < r->n; i++) {
        const struct gf_item *item = r->a[i].item;
        r->a[i].prefix = gf_key_prefix(item->bytes + item->key_at, item->key_len, deep);
    }
    return r->n > 1;
}

/* The bits in which the prefixes of the range differ; *ordered: none is less than the one
 * before. */
static uint64_t differing(const struct range *r, bool *ordered)
{
    uint64_t diff = 0, first = r->a[0].prefix;
    *ordered = true;
    for (size_t i = 1; i < r->n; i++) {
        diff |= r->a[i].prefix ^ first;
        *ordered &= r->a[i - 1].prefix <= r->a[i].prefix;
    }
    return diff;
}

/* Scatters by the digit at `shift`; start[d] .. start[d + 1] is then where digit d is. */
static void scatter(const struct range *r, unsigned shift, unsigned mask, uint32_t *start)
{
    uint32_t *next = start + 1;
    memset(start, 0, (mask + 2) * sizeof *start);
    for (size_t i = 0; i < r->n; i++)
        start[(r->a[i].prefix >> shift & mask) + 1]++;
    uint32_t sum = 0;
    for (size_t d = 0; d <= mask; d++) {
        uint32_t count = next[d];
        next[d] = sum;
        sum += count;
    }
    for (size_t i = 0; i < r->n; i++)
        r->tmp[next[r->a[i].prefix >> shift & mask]++] = r->a[i];
    memcpy(r->a, r->tmp, r->n * sizeof *r->a);
}

/* Where the digit of a range lies whose prefixes differ in `diff`. */
static unsigned digit_of(size_t n, uint64_t diff, unsigned *mask)
{
    unsigned bits = n >= MANY ? WIDE_DIGIT : DIGIT, top = 64 - (unsigned)__builtin_clzll(diff);
    *mask = (1u << bits) - 1;
    return top > bits ? top - bits : 0;
}

/* Down to a range whose prefixes differ, in `diff`; false when nothing is left to do. */
static bool find_difference(struct range *r, uint64_t *diff, bool *ordered)
{
    while ((*diff = differing(r, ordered)) == 0)
        if (!go_deeper(r))
            return false;
    return true;
}

static struct range part_of(const struct range *r, size_t from, size_t to)
{
    return (struct range){r->a + from, r->tmp + from, to - from, r->depth, r->length};
}

/* Behind the entries from `from` on that have the same prefix. */
static size_t same_prefix(const struct range *r, size_t from)
{
    size_t to = from + 1;
    while (to < r->n && r->a[to].prefix == r->a[from].prefix)
        to++;
    return to;
}

/*
 * Both return the largest of the ranges they leave, unsorted, for the caller's loop. What they sort
 * by a call is at most half of what they got, so calls nest no deeper than the logarithm of the
 * number of keys, however long their common beginnings are.
 */

/* The prefixes are in order: what is left to sort are those that are equal. */
static struct range sort_groups(const struct range *r)
{
    struct range largest = {0};
    for (size_t from = 0, to; from < r->n; from = to) {
        to = same_prefix(r, from);
        struct range group = part_of(r, from, to);
        if (group.n > FEW && !go_deeper(&group))
            continue;
        if (group.n > largest.n) {
            struct range before = largest;
            largest = group;
            group = before;
        }
        if (group.n > 1)
            sort_range(group);
    }
    return largest;
}

static struct range sort_digits(const struct range *r, uint64_t diff)
{
    uint32_t start[(1 << WIDE_DIGIT) + 2];
    size_t largest = 0;
    unsigned mask, shift = digit_of(r->n, diff, &mask);
    scatter(r, shift, mask, start);
    for (size_t d = 1; d <= mask; d++)
        if (start[d + 1] - start[d] > start[largest + 1] - start[largest])
            largest = d;
    for (size_t d = 0; d <= mask; d++)
        if (d != largest && start[d + 1] - start[d] > 1)
            sort_range(part_of(r, start[d], start[d + 1]));
    return part_of(r, start[largest], start[largest + 1]);
}

static void sort_range(struct range r)
{
    uint64_t diff;
    bool ordered;
    while (r.n > FEW) {
        if (!find_difference(&r, &diff, &ordered))
            return;
        if (r.n > FEW)
            r = ordered ? sort_groups(&r) : sort_digits(&r, diff);
    }
    insertion(r.a, r.n, r.depth);
}

/* ---- threads: each takes the next part that nobody has taken -------------------------------- */

struct share {
    struct range r;
    const uint32_t *start; /* where parts begin, and the last one ends */
    unsigned parts;
    void (*work)(struct range r);
    atomic_uint next;
};

static void *do_parts(void *arg)
{
    struct share *s = arg;
    unsigned d;
    while ((d = atomic_fetch_add(&s->next, 1)) < s->parts) {
        struct range part = part_of(&s->r, s->start[d], s->start[d + 1]);
        if (part.n)
            s->work(part);
    }
    return NULL;
}

static void share_out(struct share *s, unsigned threads)
{
    pthread_t id[THREADS_MAX];
    pthread_attr_t attr;
    unsigned started = 0;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    while (started + 1 < threads && started < THREADS_MAX &&
           pthread_create(&id[started], &attr, do_parts, s) == 0)
        started++;
    pthread_attr_destroy(&attr);
    do_parts(s);
    for (unsigned i = 0; i < started; i++)
        pthread_join(id[i], NULL);
}

static void sort_part(struct range r)
{
    if (r.n > 1)
        sort_range(r);
}

static void load_prefixes(struct range r)
{
    for (size_t i = 0; i < r.n; i++) {
        const struct gf_item *item = r.a[i].item;
        r.a[i].prefix = gf_key_prefix(item->bytes + item->key_at, item->key_len, r.depth);
    }
}

/* Parts of about the same size; `whole`: none ends between equal prefixes. */
static void cut_parts(const struct range *r, uint32_t *start, bool whole)
{
    start[0] = 0;
    for (size_t i = 1; i <= PARTS; i++) {
        size_t at = r->n / PARTS * i;
        if (i == PARTS)
            start[i] = (uint32_t)r->n;
        else if (at <= start[i - 1])
            start[i] = start[i - 1];
        else
            start[i] = (uint32_t)(whole ? same_prefix(r, at) : at);
    }
}

/* By the digits of one scattering, or, where nothing has to be scattered, by parts. */
static void order_shared(struct range r, unsigned threads)
{
    uint32_t start[(1 << WIDE_DIGIT) + 2];
    uint64_t diff;
    unsigned mask = PARTS - 1;
    bool ordered;
    if (!find_difference(&r, &diff, &ordered))
        return;
    if (ordered) {
        cut_parts(&r, start, true);
    } else {
        unsigned shift = digit_of(r.n, diff, &mask);
        scatter(&r, shift, mask, start);
    }
    struct share s = {.r = r, .start = start, .parts = mask + 1, .work = sort_part};
    share_out(&s, threads);
}

void gf_order(struct gf_entry *a, struct gf_entry *tmp, size_t n, struct gf_order_hint hint,
              unsigned threads)
{
    struct range r = {a, tmp, n, hint.common, hint.length};
    uint32_t start[PARTS + 1];
    bool alone = n < ALONE || threads < 2;
    if (hint.common && alone) {
        load_prefixes(r);
    } else if (hint.common) {
        cut_parts(&r, start, false);
        struct share s = {.r = r, .start = start, .parts = PARTS, .work = load_prefixes};
        share_out(&s, threads);
    }
    if (alone)
        sort_range(r);
    else
        order_shared(r, threads);
}
