/* Orders: ranges of every size about where one way of sorting gives place to the next, against
 * insertion of one key after the other; equal keys keep their order. */
#include "text/order.h"

#include <stdio.h>
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
            entry[i] = (struct gf_entry){gf_key_prefix(key.data, key.len, 0), item};
            insert(want, i, item);
        }
        gf_order(entry, entry + MOST, n, (struct gf_order_hint){.common = round % 2 ? common : 0},
                 1);
        for (size_t i = 0; i < n; i++)
            CHECK_ROW(entry[i].item == want[i], "round %zu: place %zu of %zu", round, i, n);
    }
}
