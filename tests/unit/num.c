/* num.c - base/num: whole numbers, signed numbers, exact decimals and their products. */
#include "base/num.h"

#include <errno.h>
#include <string.h>

#include "test.h"

TEST(num, count)
{
    static const struct {
        const char *text;
        uint64_t lo, hi;
        int64_t want; /* -1: an error */
        size_t col, len;
    } rows[] = {
        {"0", 0, 10, 0, 0, 0},    {"10", 0, 10, 10, 0, 0},
        {"007", 0, 10, 7, 0, 0},  {"11", 0, 10, -1, 0, 2},
        {"0", 1, 10, -1, 0, 1},   {"", 0, 10, -1, 0, 0},
        {"x", 0, 10, -1, 0, 1},   {"5x9", 0, 10, -1, 1, 2},
        {"-1", 0, 10, -1, 0, 2},  {"+1", 0, 10, -1, 0, 2},
        {" 1", 0, 10, -1, 0, 2},  {"1 ", 0, 10, -1, 1, 1},
        {"1.0", 0, 10, -1, 1, 2}, {"99999999999999999999999", 0, 10, -1, 0, 23},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t v = 77;
        struct gf_perr e = {0};
        int r = gf_parse_count(rows[i].text, strlen(rows[i].text), rows[i].lo, rows[i].hi, &v, &e);
        CHECK_ROW(r == (rows[i].want < 0 ? -1 : 0), "'%s' gives %d", rows[i].text, r);
        if (r == 0)
            CHECK_INT(v, rows[i].want);
        else
            CHECK_ROW(v == 77 && errno == EINVAL && e.col == rows[i].col && e.len == rows[i].len &&
                          e.what[0],
                      "'%s': col %zu len %zu", rows[i].text, e.col, e.len);
    }
}

TEST(num, count_takes_all_of_uint64)
{
    uint64_t v = 0;
    CHECK_INT(gf_parse_count("18446744073709551615", 20, 0, UINT64_MAX, &v, NULL), 0);
    CHECK(v == UINT64_MAX);
    CHECK_INT(gf_parse_count("18446744073709551616", 20, 0, UINT64_MAX, &v, NULL), -1);
}

TEST(num, count_reads_no_further_than_len)
{
    uint64_t v = 0;
    CHECK_INT(gf_parse_count("1234", 2, 0, 99, &v, NULL), 0);
    CHECK_INT(v, 12);
}
