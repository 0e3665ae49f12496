/*
 * order_range.c - scatter by the highest differing bits, insert what is few, go deeper on ties.
 *
 * One pass over a range finds the bits in which prefixes differ and whether they are in order
 * already. In order, only runs of equal prefixes are left to sort; else the entries are scattered
 * by one digit, stably, through the second array. A call returns its largest part to the caller's
 * loop, so calls nest no deeper than the logarithm of n.
 */
#include "text/order_range.h"

#include <string.h>

enum {
    FEW = 24 /* insertion; more: scattering, which beats merging from here on */
};

/* Makes the prefixes of the entries. */
static void load(const struct gf_range *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct gf_item *item = r->a[i].item;
        r->a[i].prefix = gf_key_prefix(item->bytes + item->key_at, item->key_len, r->depth);
    }
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

/*
 * All prefixes are equal. Keys that end within them come first, the shorter before the longer; the
 * others go on with their next eight bytes. Returns whether there are such, as *r.
 */
static bool go_deeper(struct gf_range *r)
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
    *r = (struct gf_range){r->a + ended, r->tmp + ended, r->n - ended, deep, r->length};
    load(r);
    return r->n > 1;
}

uint64_t gf_range_differing(const struct gf_range *r, bool *ordered)
{
    uint64_t diff = 0, first = r->a[0].prefix;
    *ordered = true;
    for (size_t i = 1; i < r->n; i++) {
        diff |= r->a[i].prefix ^ first;
        *ordered &= r->a[i - 1].prefix <= r->a[i].prefix;
    }
    return diff;
}

static inline unsigned digit_of(const struct gf_digit *d, uint64_t prefix)
{
    return (unsigned)((prefix >> d->shift[0] & d->mask[0]) | (prefix >> d->shift[1] & d->mask[1]) |
                      (prefix >> d->shift[2] & d->mask[2]) | (prefix >> d->shift[3] & d->mask[3]));
}

void gf_range_scatter(const struct gf_range *r, size_t from, size_t to, struct gf_digit d,
                      uint32_t *next)
{
    for (size_t i = from; i < to; i++)
        r->tmp[next[digit_of(&d, r->a[i].prefix)]++] = r->a[i];
}

void gf_range_count(const struct gf_range *r, size_t from, size_t to, struct gf_digit d,
                    uint32_t *count)
{
    memset(count, 0, ((size_t)1 << d.bits) * sizeof *count);
    for (size_t i = from; i < to; i++)
        count[digit_of(&d, r->a[i].prefix)]++;
}

/* Scatters by the digit; start[d] .. start[d + 1] is then where digit d is. */
static void scatter(const struct gf_range *r, struct gf_digit digit, uint32_t *start)
{
    uint32_t *next = start + 1, sum = 0;
    start[0] = 0;
    gf_range_count(r, 0, r->n, digit, next);
    for (size_t d = 0; d < (size_t)1 << digit.bits; d++) {
        uint32_t count = next[d];
        next[d] = sum;
        sum += count;
    }
    gf_range_scatter(r, 0, r->n, digit, next);
    memcpy(r->a, r->tmp, r->n * sizeof *r->a);
}

/* How many bits a digit has for n entries: about as many places as half of them. */
static unsigned bits_for(size_t n)
{
    unsigned bits = 62 - (unsigned)__builtin_clzll(n);
    return bits > GF_RANGE_DIGIT ? GF_RANGE_DIGIT : bits;
}

struct gf_digit gf_range_digit(size_t n, uint64_t diff)
{
    struct gf_digit d = {0};
    unsigned most = bits_for(n), groups = 0;
    while (groups < GF_DIGIT_GROUPS && diff && d.bits < most) {
        unsigned top = 64 - (unsigned)__builtin_clzll(diff);
        uint64_t others = ~(diff << (64 - top)); /* the highest is the first that is the same */
        unsigned run = others ? (unsigned)__builtin_clzll(others) : top;
        run = run < most - d.bits ? run : most - d.bits;
        d.shift[groups] = top - run;
        d.mask[groups++] = (UINT64_C(1) << run) - 1;
        d.bits += run;
        diff &= (UINT64_C(1) << (top - run)) - 1;
    }
    /* Each group goes in front of those behind it, which lay at least as many bits further
     * down. */
    for (unsigned behind = 0; groups--;) {
        uint64_t mask = d.mask[groups];
        d.mask[groups] = mask << behind;
        d.shift[groups] -= behind;
        behind += 64 - (unsigned)__builtin_clzll(mask);
    }
    return d;
}

bool gf_range_difference(struct gf_range *r, uint64_t *diff, bool *ordered)
{
    while ((*diff = gf_range_differing(r, ordered)) == 0)
        if (!go_deeper(r))
            return false;
    return true;
}

struct gf_range gf_range_part(const struct gf_range *r, size_t from, size_t to)
{
    return (struct gf_range){r->a + from, r->tmp + from, to - from, r->depth, r->length};
}

size_t gf_range_same_prefix(const struct gf_range *r, size_t from)
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
static struct gf_range sort_groups(const struct gf_range *r)
{
    struct gf_range largest = {0};
    for (size_t from = 0, to; from < r->n; from = to) {
        to = gf_range_same_prefix(r, from);
        struct gf_range group = gf_range_part(r, from, to);
        if (group.n > FEW && !go_deeper(&group))
            continue;
        if (group.n > largest.n) {
            struct gf_range before = largest;
            largest = group;
            group = before;
        }
        if (group.n > 1)
            gf_range_sort(group);
    }
    return largest;
}

static struct gf_range sort_digits(const struct gf_range *r, uint64_t diff)
{
    uint32_t start[(1 << GF_RANGE_DIGIT) + 1];
    size_t largest = 0;
    struct gf_digit digit = gf_range_digit(r->n, diff);
    scatter(r, digit, start);
    for (size_t d = 1; d < (size_t)1 << digit.bits; d++)
        if (start[d + 1] - start[d] > start[largest + 1] - start[largest])
            largest = d;
    for (size_t d = 0; d < (size_t)1 << digit.bits; d++)
        if (d != largest && start[d + 1] - start[d] > 1)
            gf_range_sort(gf_range_part(r, start[d], start[d + 1]));
    return gf_range_part(r, start[largest], start[largest + 1]);
}

void gf_range_sort(struct gf_range r)
{
    uint64_t diff;
    bool ordered;
    while (r.n > FEW) {
        if (!gf_range_difference(&r, &diff, &ordered))
            return;
        if (r.n > FEW)
            r = ordered ? sort_groups(&r) : sort_digits(&r, diff);
    }
    insertion(r.a, r.n, r.depth);
}
