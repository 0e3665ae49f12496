/*
 * utf8.c - the first byte says the length; the value is checked when it is whole.
 *
 * An overlong form is a value below the least that its length is for. Surrogates, values over
 * U+10FFFF and cut sequences give 0, and the caller goes on byte by byte.
 *
 * The check by pieces keeps up to three bytes that more bytes can make a character of, and
 * completes it from the next piece.
 */
#include "base/utf8.h"

#include <string.h>

size_t gf_utf8_step(const char *s, size_t len, uint32_t *cp)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s;
    size_t n;
    uint32_t v;
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        n = 2;
        v = p[0] & 0x1fu;
    } else if ((p[0] & 0xf0) == 0xe0) {
        n = 3;
        v = p[0] & 0x0fu;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        n = 4;
        v = p[0] & 0x07u;
    } else {
        return 0;
    }
    if (len < n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        v = v << 6 | (p[i] & 0x3fu);
    }
    if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return 0;
    *cp = v;
    return n;
}

size_t gf_utf8_put(char out[4], uint32_t cp)
{
    static const uint32_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3f));
    out[0] = (char)(first[n] | cp);
    return n;
}

bool gf_utf8_valid(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n)
        if ((n = gf_utf8_step(s + i, len - i, &cp)) == 0)
            return false;
    return true;
}

/* ---- in pieces ------------------------------------------------------------------------------- */

/* Whether more bytes can make a character of these, 1 to 3: the least or the largest ones do, if
 * any. */
static bool can_begin(const char *s, size_t len)
{
    uint32_t cp;
    for (int fill = 0x80; fill <= 0xbf; fill += 0x3f) {
        char whole[4] = {(char)fill, (char)fill, (char)fill, (char)fill};
        memcpy(whole, s, len);
        if (gf_utf8_step(whole, sizeof whole, &cp) > len)
            return true;
    }
    return false;
}

/* Completes the character that the piece before began: how many bytes that took. */
static size_t complete(struct gf_utf8_check *c, const char *s, size_t len)
{
    uint32_t cp;
    size_t used = 0;
    while (c->part_len && used < len && !c->is_bad) {
        c->part[c->part_len++] = s[used++];
        if (gf_utf8_step(c->part, c->part_len, &cp) == c->part_len)
            c->part_len = 0;
        else if (c->part_len == 4 || !can_begin(c->part, c->part_len))
            c->is_bad = true;
    }
    return used;
}

void gf_utf8_check_add(struct gf_utf8_check *c, const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = complete(c, s, len), n; i < len && !c->is_bad; i += n) {
        n = 1;
        if ((unsigned char)s[i] < 0x80)
            continue;
        n = gf_utf8_step(s + i, len - i, &cp);
        if (n)
            continue;
        n = len - i;
        if (n < 4 && can_begin(s + i, n)) {
            memcpy(c->part, s + i, n);
            c->part_len = (unsigned char)n;
        } else {
            c->is_bad = true;
        }
    }
}

bool gf_utf8_check_end(const struct gf_utf8_check *c)
{
    return !c->is_bad && c->part_len == 0;
}
