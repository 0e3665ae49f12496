/*
 * slice.h - bytes that belong to somebody else: a pointer and a length, never NUL-terminated.
 */
#ifndef GF_TEXT_SLICE_H
#define GF_TEXT_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct gf_slice {
    const char *data;
    size_t len;
};

/* By byte, unsigned; of two where one begins the other the shorter is first. */
static inline int gf_slice_compare(struct gf_slice a, struct gf_slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.data, b.data, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static inline bool gf_slice_ends_in_cr(struct gf_slice s)
{
    return s.len && s.data[s.len - 1] == '\r';
}

/* Copies the bytes of s to p; behind them. */
static inline char *gf_slice_put(char *p, struct gf_slice s)
{
    if (s.len)
        memcpy(p, s.data, s.len);
    return p + s.len;
}

#endif
