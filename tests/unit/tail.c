/* base/tail: the last bytes of a stream, against all of them. */
#include "base/tail.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

static void check(const struct gf_tail *t, const char *want, int row)
{
    const char *data;
    size_t len = gf_tail_get(t, &data);
    CHECK_ROW(len == strlen(want) && memcmp(data, want, len) == 0, "row %d: '%.*s', not '%s'", row,
              (int)len, data, want);
}

TEST(tail, example)
{
    static const char line[] = "a line of a log\n";
    struct gf_tail t = {.most = 4096};
    for (int i = 0; i < 1000; i++)
        gf_tail_add(&t, line, sizeof line - 1);
    const char *text;
    size_t len = gf_tail_get(&t, &text);
    CHECK_INT(len, 4096);
    CHECK(memcmp(text + len - 16, line, 16) == 0);
    gf_tail_release(&t);
}

TEST(tail, additions)
{
    static const struct {
        size_t most;
        const char *add[4];
        const char *get, *lines;
        bool cut;
    } rows[] = {
        {4, {"abc"}, "abc", "abc", false},
        {4, {"abcd"}, "abcd", "abcd", false},
        {4, {"abcde"}, "bcde", "bcde", true},
        {4, {"abc", "de"}, "bcde", "bcde", true},
        {4, {"abcd", "efgh"}, "efgh", "efgh", true},
        {4, {"abcd", "efgh", "i"}, "fghi", "fghi", true},
        {4, {"a", "bcdefghijk", "l"}, "ijkl", "ijkl", true},
        {6, {"a\nb", "c\nd"}, "a\nbc\nd", "a\nbc\nd", false},
        {6, {"xa\nb", "c\nd"}, "a\nbc\nd", "bc\nd", true},
        {6, {"12345678ab\ncd\n"}, "ab\ncd\n", "cd\n", true},
        {6, {"12345", "678abcde\n"}, "abcde\n", "abcde\n", true}, /* no line begins among those */
        {6, {"\n\n\n\n\n\n\n"}, "\n\n\n\n\n\n", "\n\n\n\n\n", true},
        {0, {"abc"}, "", "", true},
        {4, {""}, "", "", false},
    };
    for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++) {
        struct gf_tail t = {.most = rows[i].most};
        for (int k = 0; k < 4 && rows[i].add[k]; k++)
            gf_tail_add(&t, rows[i].add[k], strlen(rows[i].add[k]));
        check(&t, rows[i].get, i);
        const char *data;
        size_t len = gf_tail_lines(&t, &data);
        CHECK_ROW(len == strlen(rows[i].lines) && memcmp(data, rows[i].lines, len) == 0,
                  "row %d: lines '%.*s'", i, (int)len, data);
        CHECK_ROW(t.cut == rows[i].cut, "row %d: cut is %d", i, t.cut);
        gf_tail_release(&t);
    }
}

TEST(tail, against_all_bytes)
{
    enum {
        TOTAL = 200000
    };
    char *all = malloc(TOTAL);
    struct gf_tail t = {.most = 1000};
    size_t n = 0;
    unsigned seed = 7;
    while (n < TOTAL) {
        seed = seed * 1103515245u + 12345u;
        size_t len = (seed >> 8) % (seed >> 28 ? 300 : 5000);
        len = len < TOTAL - n ? len : TOTAL - n;
        for (size_t i = 0; i < len; i++)
            all[n + i] = (char)((n + i) * 2654435761u >> 9);
        gf_tail_add(&t, all + n, len);
        n += len;
        const char *data;
        size_t got = gf_tail_get(&t, &data), want = n < 1000 ? n : 1000;
        REQUIRE(got == want);
        CHECK(memcmp(data, all + n - got, got) == 0);
        CHECK(t.bytes.len <= 2000);
        CHECK(t.cut == (n > 1000));
    }
    gf_tail_release(&t);
    free(all);
}

TEST(tail, clear_and_release)
{
    struct gf_tail t = {.most = 2}, zero = {0};
    gf_tail_add(&t, "abc", 3);
    gf_tail_clear(&t);
    check(&t, "", 0);
    CHECK(!t.cut);
    gf_tail_add(&t, "x", 1);
    check(&t, "x", 1);
    gf_tail_release(&t);
    check(&t, "", 2);
    gf_tail_add(&t, "yz!", 3);
    check(&t, "z!", 3);
    gf_tail_release(&t);
    gf_tail_clear(&zero);
    gf_tail_release(&zero);
    gf_tail_release(&zero);
}

TEST(tail, two_side_by_side)
{
    struct gf_tail a = {.most = 3}, b = {.most = 5};
    for (int i = 0; i < 10; i++) {
        gf_tail_add(&a, "12", 2);
        gf_tail_add(&b, "abc", 3);
    }
    check(&a, "212", 0);
    check(&b, "bcabc", 1);
    gf_tail_release(&a);
    check(&b, "bcabc", 2);
    gf_tail_release(&b);
}
