/* size.c - base/size: amounts of bytes read and written. */
#include "base/size.h"

#include <string.h>

#include "test.h"

TEST(size, parse)
{
    static const struct {
        const char *text;
        int64_t want; /* -1: an error */
        size_t col;
    } rows[] = {
        {"0", 0, 0},
        {"512", 512, 0},
        {"512B", 512, 0},
        {"64K", 65536, 0},
        {"64k", 65536, 0},
        {"64Ki", 65536, 0},
        {"64KiB", 65536, 0},
        {"64kB", 64000, 0},
        {"64KB", 64000, 0},
        {"1.5M", 1572864, 0},
        {"2G", 2147483648, 0},
        {"1T", 1099511627776, 0},
        {"1e3", 1000, 0},
        {"1E", 1152921504606846976, 0},
        {"7E", 8070450532247928832, 0},
        {"9223372036854775807", INT64_MAX, 0},
        {"8E", -1, 0},
        {"9223372036854775808", -1, 0},
        {"0.5", -1, 0},
        {"1.3K", -1, 0},
        {"", -1, 0},
        {"K", -1, 0},
        {"5Q", -1, 1},
        {"5m", -1, 1},
        {"5KBs", -1, 1},
        {"5 K", -1, 1},
        {"-5", -1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t v = 77;
        struct gf_perr e = {0};
        int r = gf_parse_size(rows[i].text, strlen(rows[i].text), &v, &e);
        CHECK_ROW((r == 0) == (rows[i].want >= 0), "'%s' gives %d", rows[i].text, r);
        CHECK_ROW(v == (r == 0 ? (uint64_t)rows[i].want : 77), "'%s' is %" PRIu64, rows[i].text, v);
        CHECK_ROW(r == 0 || e.col == rows[i].col, "'%s': col %zu", rows[i].text, e.col);
    }
}

TEST(size, format)
{
    static const struct {
        uint64_t n;
        const char *want;
    } rows[] = {
        {0, "0B"},
        {1023, "1023B"},
        {1024, "1.00KiB"},
        {1536, "1.50KiB"},
        {10240, "10.0KiB"},
        {102400, "100KiB"},
        {1048063, "1023KiB"},
        {1048064, "1.00MiB"},
        {67108864, "64.0MiB"},
        {UINT64_MAX, "16.0EiB"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[GF_SIZE_SIZE];
        gf_format_size(rows[i].n, out);
        CHECK_STR(out, rows[i].want);
    }
}
