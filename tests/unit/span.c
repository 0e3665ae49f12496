/* span.c - counting records against the plainest loop there is. */
#include "text/span.h"

#include <string.h>

#include "test.h"
#include "text/scan.h"

static size_t plain_records(const char *s, size_t len, char separator, size_t *count)
{
    size_t end = 0, n = 0;
    for (size_t i = 0; i < len && n < *count; i++)
        if (s[i] == separator) {
            end = i + 1;
            n++;
        }
    *count = n;
    return end;
}

TEST(span, agrees_with_the_plain_loop)
{
    static char text[9000];
    static const unsigned every[] = {1, 2, 7, 100, 1023, 1024, 1025, 5000, 100000};
    for (size_t e = 0; e < sizeof every / sizeof every[0]; e++) {
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = i % every[e] == every[e] - 1 ? '\n' : 'x';
        for (size_t len = 0; len < sizeof text; len += len < 40 ? 1 : 419) {
            for (size_t want = 0; want < 10000; want = want * 3 + 1) {
                size_t a = want, b = want;
                size_t got = gf_span_records(text + 3, len, '\n', &a);
                size_t plain = plain_records(text + 3, len, '\n', &b);
                CHECK_ROW(got == plain && a == b, "every %u, len %zu, %zu records: %zu, not %zu",
                          every[e], len, want, got, plain);
            }
            size_t all = len;
            (void)plain_records(text + 3, len, '\n', &all);
            CHECK_INT(gf_scan_count(text + 3, len, '\n'), all);
        }
    }
}

TEST(span, high_bytes_and_nul)
{
    char all[512];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    for (int c = 0; c < 256; c++)
        CHECK_INT(gf_scan_count(all, sizeof all, (char)c), 2);
    memset(all, '\n', sizeof all);
    CHECK_INT(gf_scan_count(all, sizeof all, '\n'), 512);
}

TEST(span, within_is_what_stands_before_the_first_record_that_is_too_long)
{
    static const struct {
        const char *text;
        size_t max, want;
    } rows[] = {{"", 0, 0},
                {"\n\n", 0, 2},
                {"a\n", 0, 0},
                {"a\n", 1, 2},
                {"\na\nbb\nc\n", 1, 3},
                {"aa\nb\n", 1, 0},
                {"a\nbb\nccc\n", 2, 5},
                {"a\nbb\nccc\n", 3, 9},
                {"a\nbb\nccc\n", 99, 9}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t got = gf_span_within(rows[i].text, strlen(rows[i].text), '\n', rows[i].max);
        CHECK_ROW(got == rows[i].want, "row %zu: %zu, not %zu", i, got, rows[i].want);
    }
}
