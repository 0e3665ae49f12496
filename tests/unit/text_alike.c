/* What keys begin with: the prefixes are those of the place behind it, whenever it became less. */
#include "text/alike.h"

#include <stdio.h>
#include <string.h>

#include "stream_rig.h"
#include "test.h"

enum {
    MOST = 200,
    BYTES = 100
};

static _Alignas(struct gf_item) char room[MOST][sizeof(struct gf_item) + BYTES];

static void check_round(unsigned round, uint64_t *seed)
{
    struct gf_alike a = {0};
    struct gf_entry entry[MOST], *end = entry + MOST;
    size_t n = rig_random(seed, MOST) + 1, same = BYTES, common = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        struct gf_item *item = (struct gf_item *)(void *)room[i], *first = (void *)room[0];
        /* What is the same gets less: by steps, each time, or hardly ever. */
        if (rig_random(seed, (const uint64_t[]){2, 1, 40}[round % 3]) == 0 && same)
            same -= round % 3 == 1 ? 1 : rig_random(seed, same < 12 ? same + 1 : 12);
        size_t len = round % 5 == 0 ? 20 : same / 2 + rig_random(seed, BYTES - same / 2 + 1);
        *item = (struct gf_item){.len = (uint32_t)len, .key_len = (uint32_t)len};
        for (size_t b = 0; b < len; b++)
            item->bytes[b] = (char)(b < same ? 'a' + b % 26 : 'A' + rig_random(seed, 26));
        struct gf_slice key = gf_item_key(item), head = gf_item_key(first);
        size_t at = 0;
        while (at < len && at < head.len && key.data[at] == head.data[at])
            at++;
        common = at < common ? at : common;
        end[-1 - (ptrdiff_t)i] = (struct gf_entry){gf_alike_add(&a, key, head, i), item};
    }
    gf_alike_settle(&a, end, n);
    CHECK_ROW(a.depth == (common < 8 ? 0 : common), "round %u: %zu, not %zu", round, a.depth,
              common);
    for (size_t i = 0; i < n; i++) {
        struct gf_slice key = gf_item_key(end[-1 - (ptrdiff_t)i].item);
        CHECK_ROW(end[-1 - (ptrdiff_t)i].prefix == gf_key_prefix(key.data, key.len, a.depth),
                  "round %u: key %zu of %zu", round, i, n);
        CHECK_ROW(a.length == 0 || a.length == key.len, "round %u: length", round);
    }
}

TEST(text_alike, prefixes_are_of_one_place)
{
    uint64_t seed = 57721566490153286u;
    for (unsigned round = 0; round < 3000; round++)
        check_round(round, &seed);
}
