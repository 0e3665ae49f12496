/* Numbers as texts: where each ends, as strtold has it; which is larger; which are whole. */
#include "text/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream_rig.h"
#include "test.h"

static struct gf_slice slice(const char *text)
{
    return (struct gf_slice){text, strlen(text)};
}

TEST(number, all_of_a_field)
{
    static const char *const good[] = {"1",    "+45", "9e+02", "inf",       ".5",  "-0x1p3", "5.",
                                       " \t7", "0x0", "0x.8",  "-infinity", "1E5", "00"};
    static const char *const bad[] = {"",       "12ms", "x",     "1 ",  ".",       "e5",  "nan",
                                      "--1",    "+-1",  "0x",    "1e",  "- 1",     "1e+", "0x1p",
                                      "nan(1)", " ",    "1.2.3", "0xg", "infinit", "-"};
    struct gf_number n;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_ROW(gf_number_all(slice(good[i]), &n), "'%s'", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ROW(!gf_number_all(slice(bad[i]), &n), "'%s'", bad[i]);
}

/* Words of the letters that numbers have: the same end, and near enough the same value. */
TEST(number, the_front_of_a_text_as_strtold)
{
    static const char letters[] = "0019.+-eExXpPaAfF iInN(_)ty";
    uint64_t seed = 20240229;
    for (int round = 0; round < 200000; round++) {
        char text[16], *end;
        size_t len = rig_random(&seed, sizeof text);
        for (size_t i = 0; i < len; i++)
            text[i] = letters[rig_random(&seed, round % 2 ? 9 : sizeof letters - 1)];
        text[len] = '\0';
        long double want = strtold(text, &end);
        struct gf_number n;
        size_t used = gf_number_read((struct gf_slice){text, len}, &n);
        CHECK_ROW(used == (size_t)(end - text), "'%s': %zu bytes, not %zu", text, used,
                  (size_t)(end - text));
        if (used == 0 || n.kind != GF_NUMBER_FINITE)
            continue;
        CHECK_ROW((n.digits.len == 0) == (want == 0) || fabsl(want) < 1e-300L, "'%s'", text);
        long double got = (long double)n.brief.mant * powl(10, n.brief.exp10);
        if (n.brief.fits && fabsl(want) < 1e300L)
            CHECK_ROW(fabsl(got - fabsl(want)) <= fabsl(want) * 1e-15L, "'%s': %Lg", text, got);
    }
}

/* Each is less than the next; words on one row are equal. */
TEST(number, an_order_without_loss)
{
    static const char *const rows[] = {
        "-inf -infinity -INF -0x1p1024",
        "-1e99999",
        "-1e400 -10e399",
        "-18446744073709551617",
        "-18446744073709551616 -0x10000000000000000 -0x1p64",
        "-1.0000000000000000000000000000001",
        "-1 -1.0 -0x1 -10e-1 -0.1e1",
        "-1e-400",
        "0 -0 +0 0.000 0e99 0x0 -0x0p9 0e-99999999999999999999",
        "1e-99999999",
        "1e-400 0.1e-399",
        "2e-324",
        "5e-324 0.05e-322",
        "0x1p-1000",
        "0.1 .1 1e-1 0.1000000000000000000000000000000",
        "0.10000000000000000000001",
        "0x1.999999999999ap-4",
        "0.5 0x.8 0x1p-1",
        "5 +5 5. 0x5 0x50p-4 0x.5p4 05 0.000005e6",
        "9007199254740992",
        "9007199254740993 9007199254740993.0",
        "99999999999999999999",
        "100000000000000000000 1e20 0.1e21",
        "100000000000000000000.0000000000000000000000000000000000000000001",
        "1e308",
        "1e400 10e399 0.00001e405",
        "1e99999999",
        "inf +INF infinity 0x1p1024 0x1p99999999999999999999",
    };
    struct gf_number n[2];
    char text[2][256], *word[2][16];
    size_t words[2] = {0, 0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t now = i % 2, was = 1 - now;
        char *save = NULL;
        words[now] = 0;
        snprintf(text[now], sizeof text[now], "%s", rows[i]);
        for (char *w = strtok_r(text[now], " ", &save); w; w = strtok_r(NULL, " ", &save))
            word[now][words[now]++] = w;
        for (size_t a = 0; a < words[now]; a++) {
            REQUIRE(gf_number_all(slice(word[now][a]), &n[0]));
            for (size_t b = 0; b < words[now]; b++) {
                REQUIRE(gf_number_all(slice(word[now][b]), &n[1]));
                CHECK_ROW(gf_number_compare(&n[0], &n[1]) == 0, "%s and %s", word[now][a],
                          word[now][b]);
            }
            for (size_t b = 0; b < words[was]; b++) {
                REQUIRE(gf_number_all(slice(word[was][b]), &n[1]));
                CHECK_ROW(gf_number_compare(&n[0], &n[1]) == 1, "%s after %s", word[now][a],
                          word[was][b]);
                CHECK_ROW(gf_number_compare(&n[1], &n[0]) == -1, "%s before %s", word[was][b],
                          word[now][a]);
            }
        }
    }
}

TEST(number, which_are_whole)
{
    static const struct {
        const char *text;
        bool whole;
    } rows[] = {
        {"0", true},
        {"-0.0", true},
        {"5", true},
        {"5.00", true},
        {"5.01", false},
        {"1e38", true},
        {"1e39", false},
        {"1e308", false},
        {"12e-1", false},
        {"120e-1", true},
        {"1.5e1", true},
        {"1.25e1", false},
        {"0x1p3", true},
        {"0x1.8p0", false},
        {"0x10p-4", true},
        {"100000000000000000000000000000000000000000000000000000000000000001", true},
        {"100000000000000000000000000000000000000000000000000000000000000.1", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_number n;
        REQUIRE(gf_number_all(slice(rows[i].text), &n));
        CHECK_ROW(gf_number_is_whole(&n) == rows[i].whole, "%s", rows[i].text);
    }
}

/* What hexnum.h says of both ends, and that there is room for the digits of any of them. */
TEST(number, hexadecimals_at_both_ends)
{
    char text[4096];
    struct gf_number n, m;
    memset(text, 'f', sizeof text);
    memcpy(text, "0x", 2);
    memcpy(text + 2 + 256, ".", 1);
    CHECK(gf_number_all((struct gf_slice){text, sizeof text}, &n));
    CHECK_INT(n.kind, GF_NUMBER_FINITE); /* just below 2^1024, down to 2^-1100 */
    CHECK(n.digits.len > 1400 && n.digits.len <= GF_HEX_DIGITS);
    CHECK_INT(n.top, 309);
    REQUIRE(gf_number_all(slice("0x1p1024"), &m));
    CHECK_INT(m.kind, GF_NUMBER_INFINITE);
    REQUIRE(gf_number_all(slice("0x1p-1100"), &n) && gf_number_all(slice("0x1p-1101"), &m));
    CHECK(n.digits.len > 0 && gf_number_compare(&n, &m) == 1);
    REQUIRE(gf_number_all(slice("0x1p-9999999999999"), &m));
    CHECK_INT(m.digits.len, 0);
    CHECK_INT(m.kind, GF_NUMBER_FINITE);
}

TEST(text_number, short_ones)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"7", 7},
                {"-1", -1},
                {"0042", 42},
                {"999999999999999999", INT64_C(999999999999999999)},
                {"-999999999999999999", -INT64_C(999999999999999999)}};
    static const char *const bad[] = {"",    "-",   "+1",  " 1",  "1 ",
                                      "1.0", "--1", "1-",  "/1",  "1:",
                                      "x",   "1e3", "0x1", "inf", "1000000000000000000"};
    int64_t v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_ROW(gf_number_short(slice(good[i].text), &v) && v == good[i].value, "'%s'",
                  good[i].text);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ROW(!gf_number_short(slice(bad[i]), &v), "'%s'", bad[i]);
}
