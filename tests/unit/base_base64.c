/* net_base64.c - net/base64: the vectors of RFC 4648, and what is no base64. */
#include "base/base64.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/random.h"
#include "test.h"

TEST(base_base64, texts)
{
    static const struct {
        const char *text, *want; /* NULL: refused */
        size_t n;
    } rows[] = {
        /* RFC 4648, section 10 */
        {"", "", 0},
        {"Zg==", "f", 1},
        {"Zm8=", "fo", 2},
        {"Zm9v", "foo", 3},
        {"Zm9vYg==", "foob", 4},
        {"Zm9vYmE=", "fooba", 5},
        {"Zm9vYmFy", "foobar", 6},
        /* every digit; the least and the largest byte */
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
         "\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96\x9b\x71"
         "\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e"
         "\xbb\xf3\xdf\xbf",
         48},
        {"AA==", "\0", 1},
        {"/w==", "\xff", 1},
        {"AP8A", "\0\xff\0", 3},
        /* padding may be left out, */
        {"Zg", "f", 1},
        {"Zm8", "fo", 2},
        {"Zm9vYg", "foob", 4},
        /* but is none by halves, nor more than there is room for */
        {"Zg=", NULL, 0},
        {"Zm8==", NULL, 0},
        {"Zm9v=", NULL, 0},
        {"Zm9v==", NULL, 0},
        {"Zm9v====", NULL, 0},
        {"=", NULL, 0},
        {"==", NULL, 0},
        {"====", NULL, 0},
        {"Z===", NULL, 0},
        {"Zg==Zg==", NULL, 0},
        {"Z=g=", NULL, 0},
        /* one digit is no byte */
        {"Z", NULL, 0},
        {"Zm9vZ", NULL, 0},
        /* bits that are left over */
        {"Zh==", NULL, 0},
        {"Zm9=", NULL, 0},
        {"Zh", NULL, 0},
        /* other characters */
        {"Zm 9v", NULL, 0},
        {" Zm9v", NULL, 0},
        {"Zm9v\n", NULL, 0},
        {"Zm9-", NULL, 0},
        {"Zm9_", NULL, 0},
        {"Zm9.", NULL, 0},
        {"Zm9\xc3\xa4", NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = rows[i].text;
        size_t n, len = strlen(text);
        char *out = malloc(len / 4 * 3 + 3); /* no more than it asks for */
        REQUIRE(out);
        errno = 0;
        int r = gf_base64_decode(text, len, out, &n);
        if (!rows[i].want)
            CHECK_ROW(r == -1 && errno == EINVAL, "'%s': %d", text, r);
        else
            CHECK_ROW(r == 0 && n == rows[i].n && memcmp(out, rows[i].want, n) == 0,
                      "'%s': %d, %zu bytes", text, r, n);
        free(out);
    }
}

/* A NUL is a character like others: it ends no text. */
TEST(base_base64, nul)
{
    char out[9];
    size_t n;
    CHECK(gf_base64_decode("Zm9v\0m9v", 8, out, &n) == -1);
    CHECK(gf_base64_decode("Zg=\0", 4, out, &n) == -1);
}

/* What the writer of records makes reads back. */
TEST(base_base64, back)
{
    uint64_t seed = 5;
    struct gf_buf text = {0};
    for (size_t len = 0; len < 200; len++) {
        char bytes[200], out[204];
        size_t n;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)gf_random_seeded(&seed, 255);
        gf_buf_clear(&text);
        gf_json_add_base64(&text, bytes, len);
        int r = gf_base64_decode(len ? text.data : "", text.len, out, &n);
        CHECK_ROW(r == 0 && n == len && memcmp(out, bytes, len) == 0, "%zu bytes", len);
    }
    gf_buf_release(&text);
}
