/* utf8.c - base/utf8: one code point at a time, strictly by RFC 3629. */
#include "base/utf8.h"

#include <string.h>

#include "base/random.h"
#include "test.h"

TEST(utf8, step)
{
    static const struct {
        const char *bytes;
        size_t len, want;
        uint32_t cp;
    } rows[] = {
        {"a", 1, 1, 'a'},
        {"\0", 1, 1, 0},
        {"\x7f", 1, 1, 0x7f},
        {"\xc2\x80", 2, 2, 0x80},
        {"\xdf\xbf", 2, 2, 0x7ff},
        {"\xe0\xa0\x80", 3, 3, 0x800},
        {"\xed\x9f\xbf", 3, 3, 0xd7ff},
        {"\xee\x80\x80", 3, 3, 0xe000},
        {"\xef\xbf\xbf", 3, 3, 0xffff},
        {"\xf0\x90\x80\x80", 4, 4, 0x10000},
        {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
        /* alone, cut short, overlong, surrogates, too large */
        {"\x80", 1, 0, 0},
        {"\xc2", 1, 0, 0},
        {"\xc2"
         "a",
         2, 0, 0},
        {"\xe2\x82", 2, 0, 0},
        {"\xe2\x82"
         "a",
         3, 0, 0},
        {"\xf0\x90\x80", 3, 0, 0},
        {"\xc0\x80", 2, 0, 0},
        {"\xc1\xbf", 2, 0, 0},
        {"\xe0\x9f\xbf", 3, 0, 0},
        {"\xf0\x8f\xbf\xbf", 4, 0, 0},
        {"\xed\xa0\x80", 3, 0, 0},
        {"\xed\xbf\xbf", 3, 0, 0},
        {"\xf4\x90\x80\x80", 4, 0, 0},
        {"\xf5\x80\x80\x80", 4, 0, 0},
        {"\xff", 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t cp = 0;
        size_t n = gf_utf8_step(rows[i].bytes, rows[i].len, &cp);
        CHECK_ROW(n == rows[i].want && cp == rows[i].cp, "row %zu: %zu bytes, U+%04x", i, n, cp);
    }
}

TEST(utf8, valid)
{
    CHECK(gf_utf8_valid("", 0));
    CHECK(gf_utf8_valid("gr\xc3\xbc\xc3\x9f dich", 12));
    CHECK(!gf_utf8_valid("gr\xfc\xdf", 4));
    CHECK(!gf_utf8_valid("ok\xc3", 3));
}

/* ---- in pieces ------------------------------------------------------------------------------- */

static bool check_pieces(const char *s, size_t len, size_t first, size_t second)
{
    struct gf_utf8_check c = {0};
    gf_utf8_check_add(&c, s, first);
    gf_utf8_check_add(&c, s + first, second - first);
    gf_utf8_check_add(&c, s + second, len - second);
    return gf_utf8_check_end(&c);
}

/* However it is cut, the answer is that of all in one. */
TEST(utf8, pieces)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool want;
    } rows[] = {
        {"", 0, true},
        {"a\0b", 3, true},
        {"\xc3\xbc\xc3\x9f", 4, true},
        {"a\xe2\x82\xac"
         "b",
         5, true},
        {"\xe0\xa0\x80\xed\x9f\xbf", 6, true},
        {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8, true},
        {"\xf0\x9f\x98\x80x", 5, true},
        /* cut short at the end, and before a byte that goes on with nothing */
        {"a\xc3", 2, false},
        {"\xe2\x82", 2, false},
        {"\xf0\x90\x80", 3, false},
        {"\xe2\x82"
         "a",
         3, false},
        {"\xc3\xc3\xbc", 3, false},
        {"\x80", 1, false},
        {"ok\xff", 3, false},
        /* overlong, surrogates, too large: each is known at its second byte */
        {"\xc0\x80", 2, false},
        {"\xe0\x9f\xbf", 3, false},
        {"\xf0\x8f\xbf\xbf", 4, false},
        {"\xed\xa0\x80", 3, false},
        {"\xf4\x90\x80\x80", 4, false},
        {"\xf5\x80\x80\x80", 4, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ROW(gf_utf8_valid(rows[i].bytes, rows[i].len) == rows[i].want, "row %zu", i);
        for (size_t a = 0; a <= rows[i].len; a++)
            for (size_t b = a; b <= rows[i].len; b++)
                CHECK_ROW(check_pieces(rows[i].bytes, rows[i].len, a, b) == rows[i].want,
                          "row %zu cut at %zu and %zu", i, a, b);
    }
}

/* Random bytes near the borders of the forms, byte by byte and cut in three. */
TEST(utf8, pieces_at_random)
{
    static const char bytes[] =
        "a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xdf\xe0\xe1\xed\xef\xf0\xf4\xf5";
    uint64_t seed = 11;
    size_t valid = 0;
    for (int round = 0; round < 200000; round++) {
        char s[8];
        size_t len = gf_random_seeded(&seed, 8);
        for (size_t i = 0; i < len; i++)
            s[i] = bytes[gf_random_seeded(&seed, sizeof bytes - 2)];
        bool want = gf_utf8_valid(s, len);
        size_t second = gf_random_seeded(&seed, len), first = gf_random_seeded(&seed, second);
        struct gf_utf8_check c = {0};
        for (size_t i = 0; i < len; i++)
            gf_utf8_check_add(&c, s + i, 1);
        valid += want;
        CHECK_ROW(gf_utf8_check_end(&c) == want, "round %d byte by byte", round);
        CHECK_ROW(check_pieces(s, len, first, second) == want, "round %d", round);
    }
    CHECK_ROW(valid > 10000, "only %zu were UTF-8", valid);
}

/* It may be asked in between; what is bad stays bad. */
TEST(utf8, pieces_go_on)
{
    struct gf_utf8_check c = {0};
    CHECK(gf_utf8_check_end(&c));
    gf_utf8_check_add(&c, "\xc3", 1);
    CHECK(!gf_utf8_check_end(&c));
    gf_utf8_check_add(&c, "", 0);
    CHECK(!gf_utf8_check_end(&c));
    gf_utf8_check_add(&c, "\xbc", 1);
    CHECK(gf_utf8_check_end(&c));
    gf_utf8_check_add(&c, "\xff", 1);
    gf_utf8_check_add(&c, "a", 1);
    CHECK(!gf_utf8_check_end(&c));
}
