/* Sums that are exact whatever the order, and texts that read back. */
#include "text/number.h"

#include <string.h>

#include "test.h"

TEST(number, sums)
{
    static const struct {
        const char *numbers, *want;
    } rows[] = {
        {"", "0"},
        {"1 2 3", "6"},
        {"0.1 0.2", "0.3"},
        {"1e308 1e308", "inf"},
        {"9223372036854775807 9223372036854775807", "18446744073709551614"},
        {"170141183460469231731687303715884105727", "170141183460469231731687303715884105727"},
        {"1.8e12", "1800000000000"},
        {"1e16 1 -1e16", "1"},
        {"1e20 0.5 -1e20", "0.5"},
        {"-5 2.5", "-2.5"},
        {"inf 1", "inf"},
        {"1102 0.1 12", "1114.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_sum sum = {0};
        char text[200], out[GF_NUMBER_SIZE], *save = NULL;
        memcpy(text, rows[i].numbers, strlen(rows[i].numbers) + 1);
        for (char *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save))
            CHECK(gf_sum_add(&sum, (struct gf_slice){w, strlen(w)}) == 0);
        gf_sum_text(&sum, out);
        CHECK_ROW(strcmp(out, rows[i].want) == 0, "%s: %s, not %s", rows[i].numbers, out,
                  rows[i].want);
    }
}

TEST(number, whole_fields)
{
    static const char *const good[] = {"1", "+45", "9e+02", "inf", ".5", "-0x1p3", "5."};
    static const char *const bad[] = {"", "12ms", "x", "1 ", ".", "e5", "nan", "--1"};
    long double v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_ROW(gf_float_whole((struct gf_slice){good[i], strlen(good[i])}, &v), "'%s'", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ROW(!gf_float_whole((struct gf_slice){bad[i], strlen(bad[i])}, &v), "'%s'", bad[i]);
}
