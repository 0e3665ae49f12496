/* The last N records: what is held, what goes, the ceiling; against an array. */
#include "stream/ring.h"

#include <stdlib.h>

#include "base/size.h"
#include "stream_rig.h"

struct place {
    struct gf_stream st;
    struct gf_stage *s;
};

static void place_init(struct place *p, size_t share)
{
    *p = (struct place){.st = {.share = share}};
    p->s = gf_stage_new(&p->st, NULL, "batch", 0);
    if (!p->s)
        abort();
}

TEST(stream_ring, a_zeroed_struct_is_empty)
{
    struct gf_ring r = {0};
    gf_ring_release(&r);
    gf_ring_release(&r);
    CHECK(r.n == 0 && r.rec == NULL);
}

TEST(stream_ring, one)
{
    struct place p;
    struct gf_ring r = {0};
    place_init(&p, 1 << 16);
    for (char c = 'a'; c < 'f'; c++) {
        CHECK_INT(gf_ring_add(p.s, &r, (struct gf_slice){&c, 1}, 1), 0);
        CHECK_INT(r.n, 1);
        CHECK_INT(gf_ring_at(&r, 0)->data[0], c);
    }
    CHECK_INT(r.size, 1);
    gf_ring_release(&r);
    CHECK(r.n == 0 && r.rec == NULL && r.bytes == 0);
    gf_stage_free_all(p.s);
}

TEST(stream_ring, records_are_copies_of_any_bytes)
{
    struct place p;
    struct gf_ring r = {0};
    char text[] = "a\0b";
    place_init(&p, 1 << 16);
    CHECK_INT(gf_ring_add(p.s, &r, (struct gf_slice){text, 3}, 4), 0);
    CHECK_INT(gf_ring_add(p.s, &r, (struct gf_slice){NULL, 0}, 4), 0);
    CHECK_INT(gf_ring_add(p.s, &r, (struct gf_slice){text, 0}, 4), 0);
    text[0] = 'x';
    CHECK(gf_ring_at(&r, 0)->len == 3 && memcmp(gf_ring_at(&r, 0)->data, "a\0b", 3) == 0);
    CHECK_INT(gf_ring_at(&r, 1)->len, 0);
    CHECK_INT(gf_ring_at(&r, 2)->len, 0);
    gf_ring_release(&r);
    gf_stage_free_all(p.s);
}

TEST(stream_ring, the_ceiling)
{
    static const size_t shares[] = {2000, 20000, 200000};
    char text[100];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < 3; i++) {
        struct place p;
        struct gf_ring r = {0};
        size_t n = 0;
        char size[GF_SIZE_SIZE];
        place_init(&p, shares[i]);
        gf_format_size(shares[i], size);
        while (gf_ring_add(p.s, &r, (struct gf_slice){text, sizeof text}, SIZE_MAX) == 0)
            n++;
        CHECK_ROW(n * sizeof text <= shares[i] && n * 4 * sizeof text >= shares[i],
                  "%zu records in %zu bytes", n, shares[i]);
        CHECK_INT(p.st.fault.status, GF_EXIT_TOOL);
        CHECK(strstr(p.st.fault.text,
                     "batch: the records to hold are larger than the memory they may use, "));
        CHECK_STR(strrchr(p.st.fault.text, ' ') + 1, size);
        CHECK_STR(p.st.fault.hint, "--memory sets the budget");
        gf_ring_release(&r);
        gf_stage_free_all(p.s);
    }
}

/* What goes makes room: any number of records pass through a ring that is small enough. */
TEST(stream_ring, what_goes_does_not_count)
{
    struct place p;
    struct gf_ring r = {0};
    char text[100];
    memset(text, 'x', sizeof text);
    place_init(&p, 4000);
    for (int i = 0; i < 10000; i++)
        REQUIRE(gf_ring_add(p.s, &r, (struct gf_slice){text, sizeof text}, 8) == 0);
    CHECK_INT(r.n, 8);
    gf_ring_release(&r);
    gf_stage_free_all(p.s);
}

TEST(stream_ring, as_an_array)
{
    uint64_t seed = 5577006791947779410u;
    for (int round = 0; round < 300; round++) {
        struct place p;
        struct gf_ring r = {0};
        char want[200][12];
        size_t most = 1 + rig_random(&seed, round % 2 ? 5 : 80), n = rig_random(&seed, 200);
        place_init(&p, 1 << 20);
        for (size_t i = 0; i < n; i++) {
            size_t len = rig_random(&seed, sizeof want[i]);
            memset(want[i], 'a' + (int)(i % 26), sizeof want[i]);
            want[i][sizeof want[i] - 1] = (char)len;
            CHECK_INT(gf_ring_add(p.s, &r, (struct gf_slice){want[i], len}, most), 0);
            size_t held = i + 1 < most ? i + 1 : most;
            CHECK_INT(r.n, held);
            size_t k = rig_random(&seed, held);
            const char *w = want[i + 1 - held + k];
            const struct gf_buf *b = gf_ring_at(&r, k);
            CHECK_ROW(b->len == (size_t)w[sizeof want[i] - 1] && memcmp(b->data, w, b->len) == 0,
                      "round %d: record %zu of %zu behind %zu", round, k, most, i);
        }
        CHECK(r.size <= most || most == 0);
        gf_ring_release(&r);
        gf_stage_free_all(p.s);
    }
}
