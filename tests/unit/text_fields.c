/* Separators, field lists, cutting. */
#include "text/fields.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

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
