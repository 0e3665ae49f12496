/* text_table.c - the set of keys: one by one, many at once, and full. */
#include "text/table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

enum {
    KEYS = 50000,
    MANY = 61
};

/* Keys of lengths 0 to 79; a third of them are those of numbers before. */
static struct gf_slice key_of(unsigned i, char text[80])
{
    unsigned n = i % 3 == 2 ? i / 2 : i;
    size_t len = n == 0 ? 0 : n % 80;
    memset(text, 'a' + (int)(n % 26), 80);
    if (len > 7)
        snprintf(text, 80, "%07u", n);
    if (len > 7)
        text[7] = '-';
    return (struct gf_slice){text, len > 7 ? len : 0};
}

static bool same(struct gf_slice a, struct gf_slice b)
{
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

TEST(text_table, counts_and_order)
{
    struct gf_keytable t;
    char text[80];
    bool fresh;
    size_t at = 0, n = 0;
    uint64_t sum = 0;
    struct gf_slice key;
    REQUIRE(gf_keytable_open(&t, sizeof(uint64_t), 64 << 20, 7) == 0);
    for (unsigned i = 0; i < KEYS; i++) {
        key = key_of(i, text);
        size_t before = t.n;
        uint64_t *count = gf_keytable_put(&t, key, gf_keytable_hash(&t, key), &fresh);
        REQUIRE(count != NULL);
        CHECK(fresh == (t.n > before) && *count == (fresh ? 0 : *count));
        CHECK(((uintptr_t)count & 7) == 0);
        ++*count;
    }
    for (unsigned i = 0; i < KEYS; i++) {
        key = key_of(i, text);
        CHECK(gf_keytable_get(&t, key, gf_keytable_hash(&t, key)) != NULL);
    }
    for (const uint64_t *count; (count = gf_keytable_walk(&t, &at, &key)); n++)
        sum += *count;
    CHECK(n == t.n && sum == KEYS);
    gf_keytable_release(&t);
}

TEST(text_table, many_at_once)
{
    static char text[MANY][80];
    struct gf_slice key[MANY], known;
    uint64_t hash[MANY];
    void *found[MANY];
    for (size_t extra = 0; extra <= 200; extra += 40) {
        struct gf_keytable t;
        bool fresh;
        REQUIRE(gf_keytable_open(&t, extra, 64 << 20, extra) == 0);
        for (unsigned i = 0; i < KEYS; i += MANY) {
            for (unsigned k = 0; k < MANY; k++)
                key[k] = key_of(i + k, text[k]);
            gf_keytable_look(&t, key, MANY, hash, found);
            for (unsigned k = 0; k < MANY; k++) {
                CHECK(hash[k] == gf_keytable_hash(&t, key[k]));
                void *put = gf_keytable_put(&t, key[k], hash[k], &fresh);
                CHECK(extra == 0 || (uintptr_t)put % 8 == 0);
                CHECK(found[k] == NULL || (found[k] == put && !fresh));
                size_t at = (size_t)((char *)put - t.base);
                CHECK(gf_keytable_walk(&t, &at, &known) == put && same(known, key[k]));
            }
        }
        gf_keytable_release(&t);
    }
}

TEST(text_table, full)
{
    struct gf_keytable t;
    char text[80];
    bool fresh = true;
    unsigned i = 0;
    REQUIRE(gf_keytable_open(&t, 0, 1 << 20, 1) == 0);
    for (errno = 0; i < KEYS; i++) {
        struct gf_slice key = key_of(i, text);
        if (!gf_keytable_put(&t, key, gf_keytable_hash(&t, key), &fresh))
            break;
    }
    CHECK(i > 1000 && i < KEYS && errno == ENOSPC);
    CHECK(t.top + (t.mask + 1) * sizeof *t.slot <= 1 << 20);
    struct gf_slice first = key_of(1, text);
    CHECK(gf_keytable_put(&t, first, gf_keytable_hash(&t, first), &fresh) && !fresh);
    gf_keytable_release(&t);
}
