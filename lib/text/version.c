/*
 * version.c - the key is a class byte, the text without its suffixes, then all of it.
 *
 * In a text every byte is written behind its rank, so that ~ comes before the end and letters
 * before the rest. A number is the count of its digits without leading zeros, then the digits. The
 * whole text follows as a second pass and decides only where the first is equal.
 */
#include "text/version.h"

#include <stdbool.h>
#include <stdint.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Ranks of what may stand in a run of text: `~`, its end, letters, the rest. */
enum {
    RANK_TILDE = 1,
    RANK_END = 2,
    RANK_ALPHA = 3, /* then the letter */
    RANK_OTHER = 4, /* then the byte */
};

static int add_byte(struct gf_buf *b, char c)
{
    if (c == '~')
        return gf_buf_putc(b, RANK_TILDE);
    gf_buf_putc(b, alpha(c) ? RANK_ALPHA : RANK_OTHER);
    return gf_buf_putc(b, c);
}

/* A number: how many digits without leading zeros, then the digits. */
static size_t add_number(struct gf_buf *b, struct gf_slice s, size_t i)
{
    while (i < s.len && s.data[i] == '0')
        i++;
    size_t from = i;
    while (i < s.len && digit(s.data[i]))
        i++;
    uint32_t n = (uint32_t)(i - from);
    const char be[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
    gf_buf_add(b, be, sizeof be);
    gf_buf_add(b, s.data + from, n);
    return i;
}

/* Text and numbers take turns, text first; either may be empty, so "a0" is equal to "a". */
static int add_pass(struct gf_buf *b, struct gf_slice s)
{
    for (size_t i = 0; i < s.len;) {
        while (i < s.len && !digit(s.data[i]))
            add_byte(b, s.data[i++]);
        gf_buf_putc(b, RANK_END);
        i = add_number(b, s, i);
    }
    return gf_buf_putc(b, RANK_END);
}

/* The length without the suffixes (\.[A-Za-z~][A-Za-z0-9~]*)*$. */
static size_t prefix_len(struct gf_slice s)
{
    size_t prefix = 0;
    for (size_t i = 0; i != s.len;) {
        prefix = ++i;
        while (i + 1 < s.len && s.data[i] == '.' && (alpha(s.data[i + 1]) || s.data[i + 1] == '~'))
            for (i += 2; i < s.len && (alpha(s.data[i]) || digit(s.data[i]) || s.data[i] == '~');)
                i++;
    }
    return prefix;
}

static char class_of(struct gf_slice s)
{
    if (s.len == 0)
        return 0;
    if (s.data[0] != '.')
        return 4;
    if (s.len == 1)
        return 1;
    return s.len == 2 && s.data[1] == '.' ? 2 : 3;
}

int gf_version_key(struct gf_buf *b, struct gf_slice s)
{
    gf_buf_putc(b, class_of(s));
    add_pass(b, (struct gf_slice){s.data, prefix_len(s)});
    return add_pass(b, s);
}
