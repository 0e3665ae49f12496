/* Orders: ranges of every size about where one way of sorting gives place to the next, against
 * insertion of one key after the other; equal keys keep their order. */
#include "text/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream_rig.h"
#include "test.h"

enum {
    MOST = 300,
    ITEM = 64,
    BYTES = ITEM - sizeof(struct gf_item)
};

static _Alignas(struct gf_item) char room[MOST][ITEM];

/* A key of letters that are few, so that many are equal or begin others, behind `common` bytes. */
static const struct gf_item *make_item(size_t i, uint64_t *seed, size_t common, size_t letters)
{
    struct gf_item *item = (struct gf_item *)(void *)room[i];
    *item = (struct gf_item){.key_at = (uint32_t)rig_random(seed, 3)};
    item->key_len = (uint32_t)(common + rig_random(seed, BYTES - common - 2));
    item->len = item->key_at + item->key_len;
    memset(item->bytes, 'x', BYTES);
    for (size_t b = common; b < item->key_len; b++)
        item->bytes[item->key_at + b] = (char)(255 - rig_random(seed, letters));
    return item;
}

static void insert(const struct gf_item **sorted, size_t n, const struct gf_item *item)
{
    for (; n > 0 && gf_slice_compare(gf_item_key(sorted[n - 1]), gf_item_key(item)) > 0; n--)
        sorted[n] = sorted[n - 1];
    sorted[n] = item;
}

TEST(text_order, as_by_insertion)
{
    static struct gf_entry entry[2 * MOST];
    static const struct gf_item *want[MOST];
    uint64_t seed = 160217663416021766u;
    for (size_t round = 0; round < 3000; round++) {
        size_t n = round % 3 ? round % 70 : rig_random(&seed, MOST + 1);
        size_t common = round % 4 == 0 ? 0 : 5 * (round % 4);
        size_t letters = round % 5 < 2 ? 2 : round % 5 < 4 ? 256 : 1;
        for (size_t i = 0; i < n; i++) {
            const struct gf_item *item = make_item(i, &seed, common, letters);
            struct gf_slice key = gf_item_key(item);
            entry[i] =
                (struct gf_entry){gf_key_prefix(key.data, key.len, round % 2 ? common : 0), item};
            insert(want, i, item);
        }
        gf_order(entry, entry + MOST, n, (struct gf_order_hint){.common = round % 2 ? common : 0},
                 1);
        for (size_t i = 0; i < n; i++)
            CHECK_ROW(entry[i].item == want[i], "round %zu: place %zu of %zu", round, i, n);
    }
}

/* ---- so many that threads share them --------------------------------------------------------- */

enum {
    MANY = 40000 /* entries; from 16384 on they are sorted in parts */
};

static struct gf_entry many[2 * MANY];
static _Alignas(struct gf_item) char many_room[MANY][ITEM];

static int by_key_then_place(const void *a, const void *b)
{
    const struct gf_item *x = ((const struct gf_entry *)a)->item;
    const struct gf_item *y = ((const struct gf_entry *)b)->item;
    int c = gf_slice_compare(gf_item_key(x), gf_item_key(y));
    return c ? c : (x > y) - (x < y);
}

/* Keys of `letters` letters, of which those of one length have `length` bytes. */
static void make_many(unsigned round, uint64_t *seed, size_t common, size_t length)
{
    size_t letters = (const size_t[]){1, 2, 10, 256}[round % 4];
    for (size_t i = 0; i < MANY; i++) {
        struct gf_item *item = (struct gf_item *)(void *)many_room[i];
        size_t len = length ? length : common + rig_random(seed, BYTES - common);
        *item = (struct gf_item){.len = (uint32_t)len, .key_len = (uint32_t)len};
        memset(item->bytes, 'x', BYTES);
        for (size_t b = common; b < len; b++)
            item->bytes[b] = (char)('0' + rig_random(seed, letters));
        /* Half of the rounds: in order already, all of them or those in front. */
        uint64_t place = __builtin_bswap64(i / 3);
        if (round / 4 % 4 < (i < MANY / 2 ? 2 : 1) && len >= common + 8)
            memcpy(item->bytes + common, &place, 8);
        many[i] = (struct gf_entry){gf_key_prefix(item->bytes, len, common), item};
    }
}

static void turn(struct gf_entry *a, size_t n)
{
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        struct gf_entry t = a[--j];
        a[j] = a[i];
        a[i] = t;
    }
}

TEST(text_order, many_by_parts)
{
    static struct gf_entry want[MANY];
    uint64_t seed = 2718281828;
    for (unsigned round = 0; round < 48; round++) {
        size_t common = round / 16 * 9, length = round % 3 == 0 ? common + 8 : 0, sorted = 0;
        bool backwards = round % 5 == 0;
        make_many(round, &seed, common, length);
        memcpy(want, many, sizeof want);
        qsort(want, MANY, sizeof *want, by_key_then_place);
        if (backwards)
            turn(many, MANY);
        struct gf_order_hint hint = {.common = common, .length = length, .backwards = backwards};
        struct gf_order_work *w = gf_order_start(many, many + MANY, MANY, hint, 1 + round % 4);
        for (size_t i = 0; i < MANY; i++) {
            if (i >= sorted)
                sorted = w ? gf_order_sorted(w, i) : MANY;
            REQUIRE(sorted > i && sorted <= MANY);
            CHECK_ROW(many[i].item == want[i].item, "round %u: place %zu", round, i);
            if (round % 7 == 6 && i == MANY / 2)
                break; /* that is enough: what is behind is not asked for */
        }
        gf_order_stop(w);
    }
}
