/*
 * bytemap.c - each side is written out byte for byte, then the two are laid side by side.
 *
 * A dash makes a range when a byte is before it that no range has used, and one behind. Classes of
 * tr ([:lower:]) would be read as their letters, so they are refused.
 */
#include "text/bytemap.h"

#include "base/buf.h"
#include "text/fields.h"

struct side {
    const char *s;
    size_t len, at;
    struct gf_perr *e;
};

/* The byte at s->at, past which it goes; -1: a bad escape, or memory is out. */
static int take_byte(struct side *s)
{
    const char *p = s->s + s->at;
    size_t left = s->len - s->at, n = *p != '\\' ? 1 : left > 1 && p[1] == 'x' ? 4 : 2;
    struct gf_buf one = {0};
    int byte = -1;
    n = n < left ? n : left;
    s->at += n;
    if (n == 2 && p[1] == '-')
        return '-';
    if (gf_unescape(&one, p, n, s->e) == 0)
        byte = (unsigned char)one.data[0];
    gf_buf_release(&one);
    return byte;
}

static bool is_class(const struct side *s)
{
    const char *p = s->s + s->at;
    size_t left = s->len - s->at;
    return left > 4 && memcmp(p, "[:", 2) == 0 && memmem(p + 2, left - 2, ":]", 2);
}

static int write_out(struct side *s, bool ranges, struct gf_buf *out)
{
    bool may_begin = false; /* the last byte is no end of a range */
    while (s->at < s->len) {
        bool range = ranges && may_begin && s->s[s->at] == '-' && s->at + 1 < s->len;
        if (is_class(s))
            return gf_perr_set(s->e, 0, 0, "a range does it: y/a-z/A-Z/",
                               "y takes bytes and ranges, no classes");
        s->at += range;
        int byte = take_byte(s);
        if (byte < 0)
            return -1;
        int from = range ? (unsigned char)out->data[out->len - 1] + 1 : byte;
        if (range && byte + 1 < from)
            return gf_perr_set(s->e, 0, 0, "a dash of its own is \\-", "a range runs backwards");
        for (int c = from; c <= byte; c++)
            if (gf_buf_putc(out, (char)c) != 0)
                return -1;
        may_begin = !range;
    }
    return 0;
}

int gf_bytemap_read(unsigned char map[256], struct gf_slice from, struct gf_slice to, bool ranges,
                    struct gf_perr *e)
{
    struct side left = {from.data, from.len, 0, e}, right = {to.data, to.len, 0, e};
    struct gf_buf a = {0}, b = {0};
    int r = -1;
    if (write_out(&left, ranges, &a) != 0 || write_out(&right, ranges, &b) != 0)
        goto out;
    if (a.len != b.len) {
        gf_perr_say(e, 0, 0, NULL, "both sides of y have to be of one length: %zu bytes and %zu",
                    a.len, b.len);
        goto out;
    }
    for (size_t i = 0; i < 256; i++)
        map[i] = (unsigned char)i;
    for (size_t i = a.len; i > 0; i--)
        map[(unsigned char)a.data[i - 1]] = (unsigned char)b.data[i - 1];
    r = 0;
out:
    gf_buf_release(&a);
    gf_buf_release(&b);
    return r;
}
