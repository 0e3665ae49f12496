/* Separators, field lists, cutting. */
#include "text/fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "text/keys.h"
#include "text/regex.h"
#include "text/splitter.h"

TEST(fields, lists)
{
    static const struct {
        const char *list;
        bool good;
    } rows[] = {
        {"1", true},      {"3,1", true},   {"2-", true},    {"-1", true},
        {"1,3-5", true},  {"-3--1", true}, {"2--1", true},  {"", false},
        {"0", false},     {"1,", false},   {"a", false},    {"5-3", false},
        {"1-2-3", false}, {"-", false},    {"1,,2", false}, {"--1-", true},
    };
    for (size_t i = 0; i + 1 < sizeof rows / sizeof *rows; i++) {
        struct gf_field_list l;
        struct gf_perr e = {0};
        int r = gf_field_list_parse(&l, rows[i].list, strlen(rows[i].list), &e);
        CHECK_ROW((r == 0) == rows[i].good, "'%s': %s", rows[i].list, e.what);
        if (r == 0)
            gf_field_list_release(&l);
    }
}

TEST(fields, cut)
{
    static const struct {
        const char *sep, *record;
        size_t n;
        const char *last;
    } rows[] = {
        {NULL, "  a  b\tc ", 3, "c"}, {NULL, "", 0, ""},       {NULL, "abc", 1, "abc"},
        {":", "a:b:", 3, ""},         {":", "", 1, ""},        {":", "abc", 1, "abc"},
        {"--", "a--b-c", 2, "b-c"},   {"\\t", "a\tb", 2, "b"}, {"\\x41", "1A2", 2, "2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_sep sep;
        struct gf_cutter c;
        gf_sep_blanks(&sep, false);
        if (rows[i].sep)
            REQUIRE(gf_sep_parse(&sep, rows[i].sep, strlen(rows[i].sep), NULL) == 0);
        gf_cutter_init(&c, &sep);
        REQUIRE(gf_cutter_cut(&c, rows[i].record, strlen(rows[i].record), SIZE_MAX) == 0);
        struct gf_slice last = gf_cutter_get(&c, -1);
        CHECK_ROW(c.n == rows[i].n && last.len == strlen(rows[i].last) &&
                      memcmp(last.data, rows[i].last, last.len) == 0,
                  "row %zu: %zu fields", i, c.n);
        gf_cutter_release(&c);
    }
}

/* Separators at any two places of records of each length, in memory that ends there. */
TEST(fields, cut_at_every_place)
{
    struct gf_sep sep;
    REQUIRE(gf_sep_parse(&sep, ":", 1, NULL) == 0);
    for (size_t n = 1; n <= 40; n++) {
        char *rec = malloc(n);
        REQUIRE(rec != NULL);
        for (size_t pair = 0; pair < n * n; pair++) {
            size_t a = pair / n, b = pair % n;
            struct gf_cutter c;
            if (b < a)
                continue;
            memset(rec, 'x', n);
            rec[a] = rec[b] = ':';
            gf_cutter_init(&c, &sep);
            REQUIRE(gf_cutter_cut(&c, rec, n, SIZE_MAX) == 0);
            CHECK_ROW(c.n == 2 + (a != b) && c.field[0].len == a &&
                          c.field[1].data == rec + a + 1 &&
                          gf_cutter_get(&c, -1).data == rec + b + 1 &&
                          gf_cutter_get(&c, -1).len == n - b - 1,
                      "%zu bytes, at %zu and %zu", n, a, b);
            gf_cutter_release(&c);
        }
        free(rec);
    }
}

/* The fields of `record` between matches of `pattern`, each with a bar behind it. */
static int between_matches(const char *pattern, const char *record, char out[200])
{
    struct gf_regex *re = gf_regex_compile(pattern, strlen(pattern), 0, NULL);
    struct gf_splitter splitter = gf_splitter_of(re);
    struct gf_sep sep = {.len = 1, .bytes = " ", .splitter = &splitter};
    struct gf_cutter c;
    gf_cutter_init(&c, &sep);
    int r = re ? gf_cutter_cut(&c, record, strlen(record), SIZE_MAX) : -1, err = errno;
    *out = '\0';
    for (size_t i = 0; i < c.n && r == 0; i++)
        snprintf(out + strlen(out), 200 - strlen(out), "%.*s|", (int)c.field[i].len,
                 c.field[i].data);
    gf_cutter_release(&c);
    gf_regex_free(re);
    errno = err;
    return r;
}

TEST(fields, between_matches)
{
    static const char *const rows[][3] = {
        {"[,;]", "a,b;c", "a|b|c|"}, {"[,;]", ",a,", "|a||"},
        {" *, *", "a , b", "a|b|"},  {"x*", "axxb", "a|b|"},
        {"x*", "abc", "abc|"},       {"$", "abc", "abc|"},
        {"^a", "aab", "|ab|"},       {"(?<=,)b", "a,bb,b", "a,|b,||"},
        {"[0-9]+", "", "|"},         {"(?i)AND", "x and y", "x | y|"},
        {"abc", "abc", "||"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char got[200];
        REQUIRE(between_matches(rows[i][0], rows[i][1], got) == 0);
        CHECK_ROW(strcmp(got, rows[i][2]) == 0, "'%s' in '%s': %s", rows[i][0], rows[i][1], got);
    }
}

TEST(fields, a_record_too_hard_for_the_pattern)
{
    char hard[41], out[200];
    memset(hard, 'a', sizeof hard - 1);
    hard[sizeof hard - 1] = '\0';
    errno = 0;
    CHECK(between_matches("(a|aa)+[bc]|(?:a|a)+d", hard, out) == -1 && errno == GF_CUT_BOUND);
}

TEST(fields, a_key_between_matches)
{
    static const char *const keys[][2] = {{"2", "b"}, {"-1", "c"}, {"2-", ""}};
    struct gf_regex *re = gf_regex_compile("[-+]", 4, 0, NULL);
    struct gf_splitter splitter = gf_splitter_of(re);
    struct gf_sep sep = {.len = 1, .bytes = " ", .splitter = &splitter};
    struct gf_slice rec = {"a+b-c", 5}, other = {"x-b+c", 5}, key, same;
    REQUIRE(re);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct gf_keyspec k;
        struct gf_key_maker a, b;
        gf_keyspec_init(&k, &sep, 0);
        struct gf_field_list list;
        REQUIRE(gf_field_list_parse(&list, keys[i][0], strlen(keys[i][0]), NULL) == 0);
        REQUIRE(gf_keyspec_add_list(&k, &list) == 0);
        gf_field_list_release(&list);
        REQUIRE(gf_keyspec_seal(&k, &(struct gf_key_order){0}) == 0);
        gf_key_maker_init(&a, &k);
        gf_key_maker_init(&b, &k);
        CHECK(gf_keyspec_of(&k, &a, rec, &key) == 0 && gf_keyspec_of(&k, &b, other, &same) == 0);
        CHECK_ROW(key.len && gf_slice_compare(key, same) == 0, "key %s", keys[i][0]);
        if (i < 2)
            CHECK_ROW(gf_slice_compare(key, (struct gf_slice){keys[i][1], 1}) == 0, "key %s",
                      keys[i][0]);
        gf_key_maker_release(&a);
        gf_key_maker_release(&b);
        gf_keyspec_release(&k);
    }
    gf_regex_free(re);
}

TEST(fields, bad_separators)
{
    static const char *const bad[] = {"", "\\", "\\q", "\\x4", "\\xzz"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct gf_sep sep;
        struct gf_perr e = {0};
        CHECK_ROW(gf_sep_parse(&sep, bad[i], strlen(bad[i]), &e) != 0, "'%s'", bad[i]);
    }
}

/* Field n between runs of blanks, byte by byte. */
static struct gf_slice between_blanks(const struct gf_sep *sep, struct gf_slice rec, size_t n)
{
    struct gf_slice field = {"", 0};
    for (size_t i = 0; i < rec.len && n; i++) {
        bool inside = !gf_sep_is_blank(sep, rec.data[i]);
        bool begins = inside && (i == 0 || gf_sep_is_blank(sep, rec.data[i - 1]));
        n -= begins;
        if (n == 0)
            field = (struct gf_slice){rec.data + i, 0};
    }
    while (field.len < (size_t)(rec.data + rec.len - field.data) && n == 0 &&
           !gf_sep_is_blank(sep, field.data[field.len]))
        field.len++;
    return field;
}

static bool is_field(struct gf_slice got, const struct gf_cutter *c, size_t n)
{
    struct gf_slice want = gf_cutter_get(c, (int64_t)n);
    return got.len == want.len && (want.len == 0 || got.data == want.data);
}

/* All fields by two, up to one that is not there. */
static void check_pairs(const struct gf_sep *sep, const struct gf_cutter *c, struct gf_slice rec)
{
    size_t most = c->n < 6 ? c->n + 1 : 7;
    for (size_t n = 1; n <= most; n++)
        for (size_t m = 1; m <= most; m++) {
            struct gf_slice one, other;
            gf_field_pairs_at(sep, &rec, 1, n, m, &one, &other);
            CHECK_ROW(is_field(one, c, n) && is_field(other, c, m), "fields %zu and %zu of '%.*s'",
                      n, m, (int)rec.len, rec.data);
        }
}

TEST(text_fields, one_field_is_that_of_the_cutter)
{
    static const char bytes[] = "ab ab\tcd  ef:g::hhhhhhhhhhhhhhhh i\n";
    unsigned seed = 7;
    for (unsigned round = 0; round < 20000; round++) {
        size_t len = round % 8 ? round % 40 : round % 141; /* lines of up to 64 go another way */
        char *text = malloc(len + !len); /* of that size: a byte behind it is not there */
        struct gf_sep sep;
        struct gf_cutter c;
        REQUIRE(text);
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = round % 3 == 0 ? "x "[(seed >> 16) % 40 == 0]
                                     : bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        if (round % 4 < 2)
            gf_sep_blanks(&sep, round % 4 == 1);
        else
            REQUIRE(gf_sep_parse(&sep, round % 4 == 2 ? ":" : "ab", round % 4 == 2 ? 1 : 2, NULL) ==
                    0);
        gf_cutter_init(&c, &sep);
        REQUIRE(gf_cutter_cut(&c, text, len, SIZE_MAX) == 0);
        for (size_t n = 1; n <= c.n + 2; n++) {
            struct gf_slice want = gf_cutter_get(&c, (int64_t)n), rec = {text, len};
            struct gf_slice got = gf_field_at(&sep, rec, n);
            CHECK_ROW(got.len == want.len && (want.len == 0 || got.data == want.data),
                      "field %zu of '%.*s'", n, (int)len, text);
            gf_fields_at(&sep, &rec, 1, n, &got);
            CHECK_ROW(got.len == want.len && (want.len == 0 || got.data == want.data),
                      "one of the fields %zu of '%.*s'", n, (int)len, text);
            got = sep.blanks ? between_blanks(&sep, rec, n) : want;
            CHECK_ROW(got.len == want.len && (want.len == 0 || got.data == want.data),
                      "the cutter's field %zu of '%.*s'", n, (int)len, text);
        }
        check_pairs(&sep, &c, (struct gf_slice){text, len});
        gf_cutter_release(&c);
        free(text);
    }
}
