/* Wide decimals: carries and signs, quotients, roots, many additions to one limb. */
#include "text/big.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static void check_text(struct gf_big *b, const char *want)
{
    struct gf_buf out = {0};
    CHECK_INT(gf_big_settle(b), 0);
    CHECK_INT(gf_big_text(b, &out), 0);
    CHECK_ROW(strcmp(out.data, want) == 0, "%s, not %s", out.data, want);
    gf_buf_release(&out);
}

TEST(big, carries_and_signs)
{
    static const struct {
        struct {
            uint64_t mant;
            int exp10;
            bool negative;
        } add[4];
        const char *want;
    } rows[] = {
        {{{0, 0, false}}, "0"},
        {{{1, 0, false}, {1, 0, true}}, "0"},
        {{{1, 18, false}, {1, 0, true}}, "999999999999999999"},
        {{{1, 0, false}, {1, 18, true}}, "-999999999999999999"},
        {{{999999999, 0, false}, {1, 0, false}}, "1000000000"},
        {{{1, 27, false}, {1, 27, true}, {7, 1, true}}, "-70"},
        {{{5, -1, false}, {5, -1, false}}, "1"},
        {{{15, -1, true}, {25, -1, false}}, "1"},
        {{{UINT64_MAX, 8, false}}, "1844674407370955161500000000"},
        {{{UINT64_MAX, 8, false}, {UINT64_MAX, 8, true}, {3, 0, false}}, "3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_big b = {0};
        for (size_t k = 0; k < 4; k++) {
            CHECK_INT(
                gf_big_add(&b, rows[i].add[k].mant, rows[i].add[k].exp10, rows[i].add[k].negative),
                0);
            if (i % 2) /* adding goes on behind settling */
                CHECK_INT(gf_big_settle(&b), 0);
        }
        check_text(&b, rows[i].want);
        gf_big_release(&b);
    }
}

TEST(big, additions_beyond_what_a_limb_holds)
{
    /* The carries are done in time: five thousand million times the largest of a limb. */
    struct gf_big b = {0}, twice = {0};
    CHECK_INT(gf_big_add(&b, 999999999, 0, false), 0);
    for (int i = 0; i < 32; i++)
        CHECK_INT(gf_big_add_big(&b, &b, false), 0); /* 2^32 times, without a settling */
    CHECK_INT(gf_big_add_big(&twice, &b, false), 0);
    CHECK_INT(gf_big_add_big(&twice, &b, false), 0);
    CHECK_INT(gf_big_add_big(&twice, &b, false), 0);
    check_text(&twice, "12884901875115098112");
    gf_big_release(&b);
    gf_big_release(&twice);
}

TEST(big, quotients)
{
    static const struct {
        uint64_t mant;
        int exp10;
        uint64_t by;
        const char *want;
        uint64_t left;
    } rows[] = {
        {10, 0, 3, "3", 1},
        {1, 30, 7, "142857142857142857142857142857", 1},
        {12, 18, 4, "3000000000000000000", 0},
        {5, 0, 9, "0", 5},
        {1, 20, UINT64_MAX, "5", UINT64_C(7766279631452241925)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_big b = {0};
        uint64_t left;
        CHECK_INT(gf_big_add(&b, rows[i].mant, rows[i].exp10, i % 2), 0);
        CHECK_INT(gf_big_settle(&b), 0);
        CHECK_INT(gf_big_divide(&b, rows[i].by, &left), 0);
        CHECK_ROW(left == rows[i].left, "row %zu: %llu is left", i, (unsigned long long)left);
        b.negative = false;
        check_text(&b, rows[i].want);
        gf_big_release(&b);
    }
}

/* At squares, at the square of a midpoint between doubles (a tie, to even), and beside it. */
TEST(big, roots_are_rounded_once)
{
    static const struct {
        uint64_t root; /* the number is its square, and `more` */
        int more;
        double want;
    } rows[] = {
        {0, 0, 0},
        {3, 0, 3},
        {0, 2, 0x1.6a09e667f3bcdp+0},
        {9007199254740993, 0, 0x1p53},
        {9007199254740993, 1, 9007199254740994.0},
        {9007199254740993, -1, 0x1p53},
        {9007199254740995, 0, 9007199254740996.0},
        {9007199254740995, -1, 9007199254740994.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_big r = {0}, n = {0}, one = {0};
        double got;
        int more = rows[i].more;
        CHECK_INT(gf_big_add(&r, rows[i].root, 0, false), 0);
        CHECK_INT(gf_big_add(&one, 1, 0, false), 0);
        CHECK_INT(gf_big_settle(&r) | gf_big_settle(&one), 0);
        CHECK_INT(gf_big_product(&r, &r, &n), 0);
        CHECK_INT(gf_big_add(&n, (unsigned)(more < 0 ? -more : more), 0, more < 0), 0);
        CHECK_INT(gf_big_settle(&n), 0);
        CHECK_INT(gf_big_round(&n, &one, true, &got), 0);
        CHECK_ROW(got == rows[i].want, "row %zu: %.17g", i, got);
        gf_big_release(&r);
        gf_big_release(&n);
        gf_big_release(&one);
    }
}
