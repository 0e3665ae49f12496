/* Letters: known ones, and all: what folds to the same is what PCRE2 matches without regard to
 * case. */
#include "text/letters.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "test.h"
#include "text/regex.h"

TEST(text_letters, known_ones)
{
    static const struct {
        uint32_t c, upper, lower;
    } rows[] = {
        {'a', 'A', 'a'},
        {'Z', 'Z', 'z'},
        {'@', '@', '@'},
        {0xB5, 0x39C, 0xB5},      /* micro sign */
        {0xD7, 0xD7, 0xD7},       /* multiplication sign */
        {0xDF, 0xDF, 0xDF},       /* sharp s */
        {0xE4, 0xC4, 0xE4},       /* a umlaut */
        {0xFF, 0x178, 0xFF},      /* y diaeresis */
        {0x101, 0x100, 0x101},    /* every other letter */
        {0x130, 0x130, 'i'},      /* I with a dot */
        {0x131, 'I', 0x131},      /* i without one */
        {0x17F, 'S', 0x17F},      /* long s */
        {0x1C5, 0x1C4, 0x1C6},    /* a title letter */
        {0x3A3, 0x3A3, 0x3C3},    /* sigma */
        {0x3C2, 0x3A3, 0x3C2},    /* final sigma */
        {0x414, 0x414, 0x434},    /* Cyrillic de */
        {0x10D0, 0x1C90, 0x10D0}, /* Georgian an */
        {0x1E9E, 0x1E9E, 0xDF},   /* capital sharp s */
        {0x2126, 0x2126, 0x3C9},  /* ohm sign */
        {0x2160, 0x2160, 0x2170}, /* roman numeral one */
        {0x24B6, 0x24B6, 0x24D0}, /* circled a */
        {0x4E00, 0x4E00, 0x4E00},
        {0x10428, 0x10400, 0x10428}, /* Deseret */
        {0x1E943, 0x1E921, 0x1E943}, /* Adlam */
        {0x10FFFF, 0x10FFFF, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_ROW(gf_letter_upper(rows[i].c) == rows[i].upper, "%x: upper %x", rows[i].c,
                  gf_letter_upper(rows[i].c));
        CHECK_ROW(gf_letter_lower(rows[i].c) == rows[i].lower, "%x: lower %x", rows[i].c,
                  gf_letter_lower(rows[i].c));
    }
}

enum {
    ALL = 0x20000 /* there are no letters with case above */
};

static bool equal_for_pcre2(uint32_t a, uint32_t b)
{
    char pattern[4], subject[4];
    struct gf_matcher m = {0};
    struct gf_regex *re =
        gf_regex_compile(pattern, gf_utf8_put(pattern, a), GF_REGEX_UTF | GF_REGEX_ICASE, NULL);
    bool equal = re && gf_matcher_open(&m, re) == 0 &&
                 gf_regex_match(&m, (struct gf_slice){subject, gf_utf8_put(subject, b)}, 0) == 1;
    gf_matcher_release(&m);
    gf_regex_free(re);
    return equal;
}

/* All code points in one subject: whatever a letter matches there without regard to case. */
static void check_matches_of(uint32_t c, const char *all, size_t len)
{
    char pattern[4];
    struct gf_matcher m = {0};
    struct gf_regex *re =
        gf_regex_compile(pattern, gf_utf8_put(pattern, c), GF_REGEX_UTF | GF_REGEX_ICASE, NULL);
    REQUIRE(re && gf_matcher_open(&m, re) == 0);
    for (size_t at = 0; gf_regex_match(&m, (struct gf_slice){all, len}, at) == 1; at = m.at[1]) {
        uint32_t d = 0;
        gf_utf8_step(all + m.at[0], len - m.at[0], &d);
        CHECK_ROW(gf_letter_fold(d) == gf_letter_fold(c), "%x matches %x", c, d);
    }
    gf_matcher_release(&m);
    gf_regex_free(re);
}

TEST(text_letters, fold_is_what_filter_i_matches)
{
    char *all = malloc(ALL * 4);
    size_t len = 0, folded = 0;
    REQUIRE(all != NULL);
    for (uint32_t c = 0x80; c < ALL; c++)
        if (gf_letter_fold(c) != c || gf_letter_lower(c) != c)
            len += gf_utf8_put(all + len, c);
    for (uint32_t c = 'A'; c <= 'z'; c++)
        len += gf_utf8_put(all + len, c);
    for (uint32_t c = 0; c < ALL; c++) {
        uint32_t f = gf_letter_fold(c);
        if (f == c && gf_letter_lower(c) == c)
            continue;
        folded++;
        CHECK_ROW(gf_letter_fold(f) == f, "%x folds to %x, which folds on", c, f);
        CHECK_ROW(f == c || equal_for_pcre2(c, f), "%x folds to %x", c, f);
        check_matches_of(c, all, len);
    }
    CHECK(folded > 2700);
    free(all);
}

TEST(text_letters, a_step)
{
    static const struct {
        const char *s, *want;
        size_t used;
    } rows[] = {
        {"a", "A", 1},        {"\xc3\xa4x", "\xc3\x84", 2},
        {"\xc5\xbf", "S", 2}, {"\xc9\x90", "\xe2\xb1\xaf", 2}, /* grows */
        {"\xff", "\xff", 1},  {"\xc3", "\xc3", 1},
        {"\xc3(", "\xc3", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[4];
        size_t used, n = gf_letter_step(rows[i].s, strlen(rows[i].s), gf_letter_upper, out, &used);
        CHECK_ROW(used == rows[i].used && n == strlen(rows[i].want) &&
                      memcmp(out, rows[i].want, n) == 0,
                  "row %zu: %zu bytes of %zu", i, n, used);
    }
    for (uint32_t c = 0; c < 0x110000; c++)
        for (int way = 0; way < 3; way++) {
            uint32_t (*change[])(uint32_t) = {gf_letter_upper, gf_letter_lower, gf_letter_fold};
            char in[4], out[4];
            size_t used, len = gf_utf8_put(in, c);
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            size_t n = gf_letter_step(in, len, change[way], out, &used);
            CHECK_ROW(used == len && n <= 2 * len, "%x: %zu bytes of %zu", c, n, used);
        }
}
