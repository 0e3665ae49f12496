/* text_crlf.c - CR LF made LF: what goes, what stays, and where the bytes behind are. */
#include "text/crlf.h"

#include <string.h>

#include "test.h"

TEST(text_crlf, rows)
{
    static const struct {
        const char *in, *out;
        char sep;
    } rows[] = {
        {"", "", '\n'},
        {"a\n", "a\n", '\n'},
        {"a\r\n", "a\n", '\n'},
        {"\r\n\r\n", "\n\n", '\n'},
        {"a\r\r\nb\n", "a\r\nb\n", '\n'},
        {"a\rb\r\nc\nd\r\ne", "a\rb\nc\nd\ne", '\n'},
        {"a\r", "a\r", '\n'},
        {"a\r;\r\n", "a;\r\n", ';'},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[32];
        size_t len = strlen(rows[i].in);
        memcpy(buf, rows[i].in, len + 1);
        size_t got = gf_crlf_strip(buf, len, rows[i].sep);
        CHECK_INT(got, strlen(rows[i].out));
        CHECK(memcmp(buf, rows[i].out, got) == 0);
    }
}
