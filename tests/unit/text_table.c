/* text_table.c - the set of keys: one by one, many at once, and full. */
#include "text/table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* Bytes of the region that are memory. */
static size_t resident(const struct gf_keytable *t)
{
    static unsigned char page[64 << 8];
    size_t size = (size_t)sysconf(_SC_PAGESIZE), n = t->size / size, bytes = 0;
    if (n > sizeof page || mincore(t->base, t->size, page) != 0)
        return SIZE_MAX;
    for (size_t i = 0; i < n; i++)
        bytes += (page[i] & 1) * size;
    return bytes;
}

/* Keys of 108 bytes, until the table is full: the same, and no more memory than the budget. */
TEST(text_table, pages_made_ahead)
{
    static const size_t budgets[] = {12 << 20, 48 << 20};
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        char text[120];
        size_t n[2] = {0}, at = 0, most = 0;
        struct gf_slice key;
        for (int ahead = 0; ahead < 2; ahead++) {
            struct gf_keytable t;
            bool fresh = true;
            REQUIRE(gf_keytable_open(&t, 0, budgets[b], 5) == 0);
            if (ahead)
                gf_keytable_make_ahead(&t);
            for (;; n[ahead]++) {
                key = (struct gf_slice){text,
                                        (size_t)snprintf(text, sizeof text, "%0108zu", n[ahead])};
                if (!gf_keytable_put(&t, key, gf_keytable_hash(&t, key), &fresh))
                    break;
                if (n[ahead] % 10000 == 0) {
                    size_t now = resident(&t) + (t.mask + 1) * sizeof *t.slot;
                    most = now > most ? now : most;
                }
            }
            at = 0;
            for (size_t i = 0; gf_keytable_walk(&t, &at, &key); i++) {
                snprintf(text, sizeof text, "%0108zu", i);
                CHECK(same(key, (struct gf_slice){text, 108}));
            }
            CHECK(t.n == n[ahead] && (ahead && budgets[b] > 32 << 20) == (t.ahead != NULL));
            gf_keytable_release(&t);
        }
        CHECK_ROW(n[0] == n[1] && most <= budgets[b], "%zu: %zu keys, %zu, %zu bytes", budgets[b],
                  n[0], n[1], most);
    }
}
