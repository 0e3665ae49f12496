/* Keys: the bytes they become are in the order that is meant, and equal when they should be. */
#include "text/keys.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

struct row {
    const char *letters; /* of one key that is the whole record */
    const char *records; /* in order, blanks between; `=` in front: equal to the one before */
};

static const struct row rows[] = {
    {"n", "-10 -9.5 -0.01 0 =-0 =x 0.001 .01 =0.010 9 =09.0 10 12345678901234567890123"},
    {"n", "-1 0 2 =2e9 10"},
    /* Sixteen digits are one group. */
    {"n", "-12345678901234567 -12345678901234566 -1234567890123456.01 -1234567890123456 0 "
          "0.00001234567890123456 0.00001234567890123457 =.000012345678901234570 "
          "0.000012345678901234571 1234567890123456 =01234567890123456.00 1234567890123456.01 "
          "1234567890123457 12345678901234560 =12345678901234560.0 12345678901234561"},
    {"n", "9 99 9999999999999999 9999999999999999.9 10000000000000000 =010000000000000000 "
          "12345678901234567890123456789012 =12345678901234567890123456789012.00 "
          "12345678901234567890123456789012.1 12345678901234567890123456789013"},
    {"h", "-1K 0 =0.0K =.00M =-0K 0.1 0.1K"},
    {"g", "x nan -inf -1e9 -1 0 =-0 1e-300 0x10 1e2 =100 1e300 inf"},
    {"h", "-1K -1 0 1 999 1K 2K 1M 1G"},
    {"V", "a a1 =a01 a2 a10 ab"},
    {"M", "x jan =JANUARY feb Dec"},
    {"f", "a =A b =B"},
    {"d", "a-b =ab ac"},
    {"r", "b a"},
    {"nr", "10 9 -1"},
    {"", "A a aa ab b"},
};

static int compare(const struct gf_keyspec *k, const char *a, const char *b)
{
    struct gf_key_maker x, y;
    struct gf_slice p, q;
    gf_key_maker_init(&x, k);
    gf_key_maker_init(&y, k);
    int bad = gf_keyspec_of(k, &x, (struct gf_slice){a, strlen(a)}, &p) != 0 ||
              gf_keyspec_of(k, &y, (struct gf_slice){b, strlen(b)}, &q) != 0;
    int c = bad ? 99 : gf_slice_compare(p, q);
    gf_key_maker_release(&x);
    gf_key_maker_release(&y);
    return c;
}

TEST(keys, order)
{
    struct gf_sep sep;
    gf_sep_blanks(&sep, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_keyspec k;
        char text[400], spec[16], *save = NULL, last[64] = "";
        snprintf(spec, sizeof spec, "1%s", rows[i].letters);
        gf_keyspec_init(&k, &sep, 0);
        REQUIRE(gf_keyspec_add_posix(&k, spec, strlen(spec), NULL) == 0);
        REQUIRE(gf_keyspec_seal(&k, &(struct gf_key_order){0}) == 0);
        memcpy(text, rows[i].records, strlen(rows[i].records) + 1);
        for (char *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
            int equal = *w == '=';
            w += equal;
            int c = *last ? compare(&k, last, w) : -1;
            CHECK_ROW(equal ? c == 0 : c < 0, "%s: '%s' against '%s' is %d", rows[i].letters, last,
                      w, c);
            CHECK_ROW(compare(&k, w, w) == 0, "%s: '%s' against itself", rows[i].letters, w);
            memcpy(last, w, strlen(w) + 1);
        }
        gf_keyspec_release(&k);
    }
}

TEST(keys, bad)
{
    static const char *const specs[] = {"0", "1.0", "", "1,", "1,0", "1ng", "1q", "x", "1,2,3"};
    struct gf_sep sep;
    gf_sep_blanks(&sep, false);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct gf_keyspec k;
        struct gf_perr e = {0};
        gf_keyspec_init(&k, &sep, 0);
        CHECK_ROW(gf_keyspec_add_posix(&k, specs[i], strlen(specs[i]), &e) != 0 && e.what[0],
                  "'%s'", specs[i]);
        gf_keyspec_release(&k);
    }
}

TEST(keys, fields_are_not_glued)
{
    struct gf_sep sep;
    struct gf_keyspec k;
    struct gf_field_list l;
    REQUIRE(gf_sep_parse(&sep, ",", 1, NULL) == 0);
    REQUIRE(gf_field_list_parse(&l, "1-", 2, NULL) == 0);
    gf_keyspec_init(&k, &sep, 0);
    REQUIRE(gf_keyspec_add_list(&k, &l) == 0);
    REQUIRE(gf_keyspec_seal(&k, &(struct gf_key_order){0}) == 0);
    CHECK(compare(&k, "ab,cd", "a,bcd") != 0);
    CHECK(compare(&k, "a,", "a") != 0);
    CHECK(compare(&k, "a,b", "a,b") == 0);
    gf_keyspec_release(&k);
    gf_field_list_release(&l);
}

TEST(keys, one_cr_is_of_the_line_end)
{
    static const char *const lists[] = {"1", "-1", "1,1", "1-"}, *const seps[] = {",", "::"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t j = 0; j < sizeof seps / sizeof *seps; j++) {
            struct gf_sep sep;
            struct gf_keyspec k;
            struct gf_field_list l;
            REQUIRE(gf_sep_parse(&sep, seps[j], strlen(seps[j]), NULL) == 0);
            sep.crlf = true;
            REQUIRE(gf_field_list_parse(&l, lists[i], strlen(lists[i]), NULL) == 0);
            gf_keyspec_init(&k, &sep, 0);
            REQUIRE(gf_keyspec_add_list(&k, &l) == 0);
            REQUIRE(gf_keyspec_seal(&k, &(struct gf_key_order){0}) == 0);
            CHECK_ROW(compare(&k, "a", "a\r") == 0, "%s", lists[i]);
            CHECK_ROW(compare(&k, "a\r", "a\r\r") < 0, "%s", lists[i]);
            CHECK_ROW(compare(&k, "a\r\r", "a\r\r\r") < 0, "%s", lists[i]);
            gf_keyspec_release(&k);
            gf_field_list_release(&l);
        }
}

TEST(keys, those_of_many_records_are_those_of_each)
{
    static const struct gf_slice rec[] = {{"a b", 3}, {"", 0},      {" \tx", 3}, {"a\r", 2},
                                          {"\r", 1},  {"b a\r", 4}, {"a  b", 4}, {"c", 1}};
    static const char *const lists[] = {"1", "2", "-1", ""}, *const seps[] = {" ", "a", "a "};
    enum {
        N = sizeof rec / sizeof *rec
    };
    for (size_t i = 0; i < 4 * 3 * 2 * 2; i++) {
        const char *list = lists[i % 4], *between = seps[i / 4 % 3];
        struct gf_sep sep;
        struct gf_keyspec k;
        struct gf_key_maker m;
        struct gf_slice key[N], want;
        gf_sep_blanks(&sep, false);
        if (i / 4 % 3)
            REQUIRE(gf_sep_parse(&sep, between, strlen(between), NULL) == 0);
        sep.crlf = i / 12 % 2;
        gf_keyspec_init(&k, &sep, 0);
        if (*list)
            REQUIRE(gf_keyspec_add_fields(&k, list, strlen(list), NULL) == 0);
        REQUIRE(gf_keyspec_seal(&k, &(struct gf_key_order){.skip_start = i / 24}) == 0);
        REQUIRE(k.plain);
        gf_key_maker_init(&m, &k);
        REQUIRE(gf_keyspec_slices(&k, &m, rec, N, key) == 0);
        for (size_t j = 0; j < N; j++) {
            REQUIRE(gf_keyspec_of(&k, &m, rec[j], &want) == 0);
            CHECK_ROW(key[j].len == want.len && (!want.len || key[j].data == want.data),
                      "'%s' of record %zu, separator '%s', round %zu", list, j, between, i);
        }
        gf_key_maker_release(&m);
        gf_keyspec_release(&k);
    }
}
