/*
 * crlf.c - memchr finds a CR; what lies between two of them is moved in one piece.
 */
#include "text/crlf.h"

#include <string.h>

size_t gf_crlf_strip(char *data, size_t len, char sep)
{
    char *to = data, *from = data, *end = data + len;
    for (char *at = data; at < end && (at = memchr(at, '\r', (size_t)(end - at))); at++) {
        if (at + 1 == end || at[1] != sep)
            continue;
        size_t n = (size_t)(at - from);
        if (n && to != from)
            memmove(to, from, n);
        to += n;
        from = at + 1;
    }
    size_t rest = (size_t)(end - from);
    if (rest && to != from)
        memmove(to, from, rest);
    return (size_t)(to - data) + rest;
}
