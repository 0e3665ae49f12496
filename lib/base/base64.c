/*
 * base64.c - six bits a character; the bits that are left over at the end have to be 0.
 */
#include "base/base64.h"

#include <errno.h>
#include <stdint.h>

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int gf_base64_decode(const char *text, size_t len, char *out, size_t *n)
{
    uint32_t bits = 0;
    int have = 0;
    *n = 0;
    size_t digits = len;
    while (digits && text[digits - 1] == '=' && len - digits < 2)
        digits--;
    errno = EINVAL;
    if (digits % 4 == 1 || (digits != len && len % 4 != 0))
        return -1;
    for (size_t i = 0; i < digits; i++) {
        int v = value_of(text[i]);
        if (v < 0)
            return -1;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[(*n)++] = (char)(bits >> have & 0xff);
        }
    }
    return (bits & ((1u << have) - 1)) ? -1 : 0;
}
