/*
 * number.c - two lines are two numbers: the comparison is the same both ways and the same as that
 * of their keys in sort -g; each ends where strtod says; their sum does not depend on the order,
 * and a number and its negative come to 0.
 */
#include "text/keycode.h"
#include "text/sum.h"

#include "oracle.h"

static int sign(int c)
{
    return (c > 0) - (c < 0);
}

/* As strtod, on a copy that ends with a zero. */
static size_t c_length(struct gf_slice s)
{
    char copy[2048], *end;
    memcpy(copy, s.data, s.len);
    copy[s.len] = '\0';
    strtold(copy, &end);
    return (size_t)(end - copy);
}

static void check_order(struct gf_slice s, const struct gf_number *a, struct gf_slice t,
                        const struct gf_number *b)
{
    static const struct gf_key_order order = {.type = GF_KEY_FLOAT};
    struct gf_buf x = {0}, y = {0};
    int c = gf_number_compare(a, b);
    MUST(c == -gf_number_compare(b, a) && gf_number_compare(a, a) == 0);
    MUST(gf_key_put(&x, &order, 0, s, true) == 0 && gf_key_put(&y, &order, 0, t, true) == 0);
    MUST(sign(gf_slice_compare((struct gf_slice){x.data, x.len},
                               (struct gf_slice){y.data, y.len})) == c);
    gf_buf_release(&x);
    gf_buf_release(&y);
}

static void check_sum(struct gf_number *a, struct gf_number *b)
{
    struct gf_sum one = {0}, other = {0};
    struct gf_buf x = {0}, y = {0};
    MUST(gf_sum_add(&one, a) == 0 && gf_sum_add(&one, b) == 0 && gf_sum_text(&one, &x) == 0);
    MUST(gf_sum_add(&other, b) == 0 && gf_sum_add(&other, a) == 0 && gf_sum_text(&other, &y) == 0);
    MUST(strcmp(x.data, y.data) == 0);
    gf_buf_clear(&y);
    a->brief.negative = !a->brief.negative;
    b->brief.negative = !b->brief.negative;
    MUST(gf_sum_add(&one, a) == 0 && gf_sum_add(&one, b) == 0 && gf_sum_text(&one, &y) == 0);
    MUST(strcmp(y.data, "0") == 0 || strcmp(y.data, "nan") == 0);
    gf_sum_release(&one);
    gf_sum_release(&other);
    gf_buf_release(&x);
    gf_buf_release(&y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size ? memchr(text, '\n', size) : NULL;
    struct gf_number a, b;
    if (!end || size > 2000 || memchr(text, '\0', size))
        return 0;
    struct gf_slice s = {text, (size_t)(end - text)}, t = {end + 1, size - s.len - 1};
    size_t first = gf_number_read(s, &a), second = gf_number_read(t, &b);
    MUST(first == c_length(s) && second == c_length(t));
    if (!first || !second || a.kind == GF_NUMBER_NAN || b.kind == GF_NUMBER_NAN)
        return 0;
    check_order(s, &a, t, &b);
    check_sum(&a, &b);
    return 0;
}
