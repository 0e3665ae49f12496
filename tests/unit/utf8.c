/* utf8.c - base/utf8: one code point at a time, strictly by RFC 3629. */
#include "base/utf8.h"

#include <string.h>

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
