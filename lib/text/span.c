/*
 * span.c - the first n records of a stretch, found by counting separators.
 *
 * Whole chunks are counted (text/scan.h) while they end before the n-th record, then the last one
 * is stepped through with memchr; so short and long records are both fast.
 */
#include "text/span.h"

#include <string.h>

#include "text/scan.h"

enum {
    CHUNK = 1024
};

size_t gf_span_records(const char *s, size_t len, char separator, size_t *count)
{
    size_t left = *count;
    size_t at = 0, end = 0; /* looked at, and the end of the last record found */
    while (len - at >= CHUNK) {
        size_t n = gf_scan_count(s + at, CHUNK, separator);
        if (n > left)
            break;
        if (n)
            end = (size_t)((const char *)memrchr(s + at, separator, CHUNK) - s) + 1;
        left -= n;
        at += CHUNK;
    }
    while (left && at < len) {
        const char *sep = memchr(s + at, separator, len - at);
        if (!sep)
            break;
        end = at = (size_t)(sep - s) + 1;
        left--;
    }
    *count -= left;
    return end;
}

size_t gf_span_within(const char *s, size_t len, char separator, size_t max)
{
    size_t at = 0;
    while (len - at > max) { /* from where a record begins, to the last that ends within max */
        const char *last = memrchr(s + at, separator, max + 1);
        if (!last)
            return at;
        at = (size_t)(last - s) + 1;
    }
    return len;
}
