/*
 * buf.c - one block that is made anew when it is full.
 *
 * The room doubles, up to the ceiling and one byte more for the NUL. `failed` is looked at before
 * anything else, so the first failure stops all later appends. printf runs twice: once without a
 * place to write to, for the length, then into room that is sure to do.
 */
#include "base/buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"

static int fail(struct gf_buf *b, int err)
{
    b->failed = err;
    errno = err;
    return -1;
}

int gf_buf_reserve(struct gf_buf *b, size_t more)
{
    if (b->failed)
        return fail(b, b->failed);
    size_t need = gf_sat_add(b->len, more);
    if (b->max && need > b->max)
        return fail(b, EOVERFLOW);
    if (need >= PTRDIFF_MAX) /* no object can be so large; do not even ask */
        return fail(b, ENOMEM);
    size_t with_nul = need + 1;
    if (with_nul <= b->cap)
        return 0;
    size_t cap = b->cap ? gf_sat_mul(b->cap, 2) : 64;
    if (cap < with_nul)
        cap = with_nul;
    if (b->max && cap > gf_sat_add(b->max, 1))
        cap = gf_sat_add(b->max, 1);
    char *data = realloc(b->data, cap);
    if (!data)
        return fail(b, ENOMEM);
    b->data = data;
    b->cap = cap;
    return 0;
}

int gf_buf_add(struct gf_buf *b, const void *p, size_t n)
{
    if (gf_buf_reserve(b, n) != 0)
        return -1;
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
    return 0;
}

int gf_buf_puts(struct gf_buf *b, const char *s)
{
    return gf_buf_add(b, s, strlen(s));
}

int gf_buf_putc(struct gf_buf *b, char c)
{
    return gf_buf_add(b, &c, 1);
}

int gf_buf_vprintf(struct gf_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        return fail(b, EOVERFLOW);
    if (gf_buf_reserve(b, (size_t)n) != 0)
        return -1;
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
    b->len += (size_t)n;
    return 0;
}

int gf_buf_printf(struct gf_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int r = gf_buf_vprintf(b, fmt, ap);
    va_end(ap);
    return r;
}

int gf_buf_check(const struct gf_buf *b)
{
    if (b->failed)
        errno = b->failed;
    return b->failed ? -1 : 0;
}

void gf_buf_inherit(struct gf_buf *b, const struct gf_buf *from)
{
    if (from->failed && !b->failed)
        b->failed = from->failed;
}

int gf_buf_join(struct gf_buf *b, const struct gf_buf *from)
{
    gf_buf_inherit(b, from);
    return gf_buf_add(b, from->data, from->len);
}

void gf_buf_clear(struct gf_buf *b)
{
    b->len = 0;
    b->failed = 0;
    if (b->data)
        b->data[0] = '\0';
}

void gf_buf_release(struct gf_buf *b)
{
    free(b->data);
    *b = (struct gf_buf){.max = b->max};
}
