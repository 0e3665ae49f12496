/* Sums that are exact whatever the order, rounded once, with all digits where they are whole. */
#include "text/sum.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

/* Adds words with blanks between. */
static void add_words(struct gf_sum *sum, const char *words)
{
    while (*words) {
        size_t len = strcspn(words, " ");
        struct gf_number n;
        REQUIRE(gf_number_all((struct gf_slice){words, len}, &n));
        CHECK_INT(gf_sum_add(sum, &n), 0);
        words += len + (words[len] == ' ');
    }
}

#define E38 "00000000000000000000000000000000000000"

TEST(sum, texts)
{
    static const struct {
        const char *numbers, *want;
    } rows[] = {
        {"", "0"},
        {"1 2 3", "6"},
        {"-0", "0"},
        {"0.1 0.2", "0.3"},
        {"1e308 1e308", "inf"},
        {"-1e308 -1e308", "-inf"},
        {"1e308 1e308 -1e308", "1e+308"},
        {"1e400 1 -1e400", "1"},
        {"1e400", "inf"},
        {"1e5039 -1e5039 2.5", "2.5"},
        {"1e5040 -1e5040", "nan"}, /* from here on a number is infinite */
        {"9223372036854775807 9223372036854775807", "18446744073709551614"},
        {"170141183460469231731687303715884105727", "170141183460469231731687303715884105727"},
        {"170141183460469231731687303715884105727 170141183460469231731687303715884105727 2",
         "340282366920938463463374607431768211456"},
        {"-170141183460469231731687303715884105728 -1", "-170141183460469231731687303715884105729"},
        {"1" E38 E38 E38 " 1", "1" E38 E38 "00000000000000000000000000000000000001"},
        {"1e38 1", "100000000000000000000000000000000000001"},
        {"1e39 1", "1e+39"},
        {"9007199254740993.0", "9007199254740993"},
        {"9007199254740993.5", "9007199254740994"},
        {"9007199254740992.5 0.5", "9007199254740992"}, /* not all whole: a tie, to even */
        {"9007199254740994.5 0.5", "9007199254740996"},
        {"9007199254740992.5 0.5 1e-300", "9007199254740994"},
        {"1.8e12", "1800000000000"},
        {"1e16 1 -1e16", "1"},
        {"1e20 0.5 -1e20", "0.5"},
        {"-5 2.5", "-2.5"},
        {"inf 1", "inf"},
        {"inf -inf", "nan"},
        {"1102 0.1 12", "1114.1"},
        {"1e-320 2e-320", "3e-320"},
        {"2.4703282292062327e-324", "0"},
        {"2.4703282292062328e-324", "5e-324"},
        {"-2.4e-324", "0"},
        {"0x1p-1074 0x0.8p-1074", "1e-323"},
        {"0x10 0x.8", "16.5"},
        {"1.7976931348623158079372e308", "1.7976931348623157e+308"},
        {"1.7976931348623158079373e308", "inf"},
        {"0.1 0.2 -0.30000000000000000000000000000000000000001", "-1e-41"},
        {"1000000000 -1 0.000000001 -0.000000002", "999999999"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_sum sum = {0};
        struct gf_buf out = {0};
        add_words(&sum, rows[i].numbers);
        CHECK_INT(gf_sum_text(&sum, &out), 0);
        CHECK_ROW(strcmp(out.data, rows[i].want) == 0, "%s: %s, not %s", rows[i].numbers, out.data,
                  rows[i].want);
        gf_sum_release(&sum);
        gf_buf_release(&out);
    }
}

TEST(sum, means)
{
    static const struct {
        const char *numbers;
        uint64_t n;
        const char *want;
    } rows[] = {
        {"1", 1, "1"},
        {"1", 3, "0.3333333333333333"},
        {"-2", 3, "-0.6666666666666666"},
        {"6", 3, "2"},
        {"9007199254740993", 1, "9007199254740993"},
        {"27021597764222978", 3, "9007199254740992.666666667"},
        {"-27021597764222978", 3, "-9007199254740992.666666667"},
        {"18014398509481985000000000", 2000000000, "9007199254740992.5"},
        {"9223372036854775809", 1024, "9007199254740992.000976562"}, /* ...25: ties to even */
        {"9223372036854775811", 1024, "9007199254740992.002929688"}, /* ...75 */
        {"1" E38, 1000, "100000000000000000000000000000000000"},
        {"36893488147419103233", 2, "18446744073709551616.5"},
        {"18014398509481985.0000000001", 2, "9007199254740992"}, /* not whole */
        {"1e308 1e308", 2, "1e+308"},
        {"0.3", 3, "0.1"},
        {"4.9e-324", 2, "0"},
        {"5e-324", 2, "5e-324"}, /* as written, it is more than the least double */
        {"15e-324", 2, "1e-323"},
        {"1", UINT64_MAX, "5.421010862427522e-20"},
        {"inf", 2, "inf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_sum sum = {0};
        struct gf_buf out = {0};
        add_words(&sum, rows[i].numbers);
        CHECK_INT(gf_sum_mean(&sum, rows[i].n, &out), 0);
        CHECK_ROW(strcmp(out.data, rows[i].want) == 0, "%s over %llu: %s, not %s", rows[i].numbers,
                  (unsigned long long)rows[i].n, out.data, rows[i].want);
        gf_sum_release(&sum);
        gf_buf_release(&out);
    }
}
