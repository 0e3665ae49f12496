/*
 * version.c - gf_version_key against a comparison that is written after the text of coreutils'
 * manual ("Version sort ordering"), and against strverscmp where both mean the same.
 *
 * Keys are bytes, so their order is total. What is asked is that it is the documented one for each
 * two of the three lines of the input, that no key is the beginning of another, and that only such
 * keys are equal as the manual calls equal.
 */
#include "text/version.h"

#include "oracle.h"

enum {
    LINES = 3
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int sign(long long n)
{
    return (n > 0) - (n < 0);
}

/* ---- after the manual ------------------------------------------------------------------------ */

/* Whether all of s is (\.[A-Za-z~][A-Za-z0-9~]*)*. */
static bool is_suffix(struct gf_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i], next = i + 1 < s.len ? s.data[i + 1] : '.';
        bool begins = c == '.' && (is_letter(next) || next == '~');
        bool goes_on = i && (is_letter(c) || is_digit(c) || c == '~');
        if (!begins && !goes_on)
            return false;
    }
    return true;
}

static struct gf_slice without_suffix(struct gf_slice s)
{
    for (size_t i = 1; i < s.len; i++)
        if (is_suffix((struct gf_slice){s.data + i, s.len - i}))
            return (struct gf_slice){s.data, i};
    return s;
}

/* ~ comes before the end, that before letters, and these before the rest. A digit ends the text
 * in front of it. */
static int rank(struct gf_slice s, size_t i)
{
    if (i >= s.len || is_digit(s.data[i]))
        return 0;
    unsigned char c = (unsigned char)s.data[i];
    return c == '~' ? -1 : is_letter((char)c) ? c : c + 256;
}

static size_t digits(struct gf_slice s, size_t i)
{
    size_t n = 0;
    while (i + n < s.len && is_digit(s.data[i + n]))
        n++;
    return n;
}

static size_t zeros(struct gf_slice s, size_t i)
{
    size_t n = 0;
    while (i + n < s.len && s.data[i + n] == '0')
        n++;
    return n;
}

static int compare_parts(struct gf_slice a, struct gf_slice b)
{
    for (size_t i = 0, k = 0; i < a.len || k < b.len;) {
        int x, y;
        while ((x = rank(a, i)) == (y = rank(b, k)) && x != 0)
            i++, k++;
        if (x != y)
            return x - y;
        i += zeros(a, i);
        k += zeros(b, k);
        size_t n = digits(a, i), m = digits(b, k);
        int r = n == m && n ? memcmp(a.data + i, b.data + k, n) : sign((long long)n - (long long)m);
        if (r)
            return r;
        i += n;
        k += m;
    }
    return 0;
}

/* The empty text, `.`, `..`, names that begin with a dot, the others. */
static int class_of(struct gf_slice s)
{
    static const char *const first[] = {"", ".", ".."};
    for (int i = 0; i < 3; i++)
        if (s.len == strlen(first[i]) && (!s.len || memcmp(s.data, first[i], s.len) == 0))
            return i;
    return s.data[0] == '.' ? 3 : 4;
}

static int compare(struct gf_slice a, struct gf_slice b)
{
    int r = class_of(a) - class_of(b);
    if (!r)
        r = compare_parts(without_suffix(a), without_suffix(b));
    return r ? r : compare_parts(a, b);
}

/* ---- after libc ------------------------------------------------------------------------------ */

/* Lower-case letters and numbers without zeros in front: there the two orders are the same. */
static bool is_common(struct gf_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];
        if (!is_digit(c) && !(c >= 'a' && c <= 'z'))
            return false;
        if (c == '0' && (i == 0 || !is_digit(s.data[i - 1])))
            return false;
    }
    return true;
}

static void must_be_as_in_libc(struct gf_slice a, struct gf_slice b, int got)
{
    if (!is_common(a) || !is_common(b))
        return;
    char *x = strndup(a.data, a.len), *y = strndup(b.data, b.len);
    MUST(x && y && sign(strverscmp(x, y)) == got);
    free(x);
    free(y);
}

/* ---- the lines ------------------------------------------------------------------------------- */

static void compare_two(struct gf_slice a, struct gf_slice b)
{
    struct gf_buf x = {0}, y = {0};
    MUST(gf_version_key(&x, a) == 0 && gf_version_key(&y, b) == 0);
    size_t least = x.len < y.len ? x.len : y.len;
    int got = sign(memcmp(x.data, y.data, least));
    MUST(got != 0 || x.len == y.len);
    MUST(got == sign(compare(a, b)) && got == -sign(compare(b, a)));
    must_be_as_in_libc(a, b, got);
    gf_buf_release(&x);
    gf_buf_release(&y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_slice line[LINES] = {{"", 0}, {"", 0}, {"", 0}};
    const char *at = (const char *)data, *end = at + size;
    for (int i = 0; i < LINES && at < end; i++) {
        const char *to = memchr(at, '\n', (size_t)(end - at));
        line[i] = (struct gf_slice){at, (size_t)((to ? to : end) - at)};
        at = to ? to + 1 : end;
    }
    for (int i = 0; i < LINES; i++)
        for (int k = i; k < LINES; k++)
            compare_two(line[i], line[k]);
    return 0;
}
