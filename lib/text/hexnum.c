/*
 * hexnum.c - the bits as an integer of limbs, times a power of 2, or of 5 where it is negative.
 *
 * A number mant * 2^-k is mant * 5^k * 10^-k, so the digits of mant * 5^k are those of the number.
 * The limbs are of nine digits each and of a fixed count, since both ends of the range are.
 */
#include "text/hexnum.h"

#include <stdint.h>

enum {
    LOWEST = -1100,
    HIGHEST = 1024,
    BASE = 1000000000,
    LIMBS = GF_HEX_DIGITS / 9
};

struct integer {
    uint32_t limb[LIMBS];
    int n;
};

static void multiply_add(struct integer *v, uint32_t by, uint32_t add)
{
    uint64_t over = add;
    for (int i = 0; i < v->n; i++) {
        over += (uint64_t)v->limb[i] * by;
        v->limb[i] = (uint32_t)(over % BASE);
        over /= BASE;
    }
    if (over)
        v->limb[v->n++] = (uint32_t)over; /* never more than LIMBS: both ends are bounded */
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Where the digits are, and what they are times. */
struct shape {
    size_t first, end; /* from the first digit that is not 0 */
    int64_t exp2;      /* of the low bit of the first digit */
    int64_t bits;      /* the number is below 2^bits, and not below half of it */
    size_t used;       /* 0: no digit */
};

static int64_t read_binary_exponent(struct gf_slice s, size_t *at)
{
    size_t i = *at + 1;
    bool minus = i < s.len && s.data[i] == '-';
    int64_t e = 0;
    i += i < s.len && (s.data[i] == '-' || s.data[i] == '+');
    if (i >= s.len || s.data[i] < '0' || s.data[i] > '9')
        return 0;
    for (; i < s.len && s.data[i] >= '0' && s.data[i] <= '9'; i++)
        e = e < INT64_C(1000000000000) ? e * 10 + (s.data[i] - '0') : e;
    *at = i;
    return minus ? -e : e;
}

static struct shape read_shape(struct gf_slice s)
{
    struct shape r = {0};
    bool point = false, any = false;
    int64_t digits = 0, behind = 0;
    size_t i = 2;
    for (; i < s.len; i++) {
        if (s.data[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (hex_value(s.data[i]) < 0)
            break;
        any = true;
        behind += point;
        if (digits == 0 && s.data[i] == '0')
            continue;
        if (digits++ == 0)
            r.first = i;
        r.end = i + 1;
    }
    if (!any)
        return (struct shape){0};
    if (i < s.len && (s.data[i] | 0x20) == 'p')
        r.exp2 = read_binary_exponent(s, &i);
    r.used = i;
    r.exp2 += 4 * (digits - 1 - behind);
    r.bits = r.exp2;
    for (int top = digits ? hex_value(s.data[r.first]) : 0; top; top /= 2)
        r.bits++;
    return r;
}

static void write_digits(const struct integer *v, struct gf_hexnum *h, char *digits)
{
    for (int i = v->n; i > 0; i--)
        for (uint32_t unit = BASE / 10, left = v->limb[i - 1]; unit; left %= unit, unit /= 10)
            if (h->n || left / unit)
                digits[h->n++] = (char)('0' + left / unit);
}

size_t gf_hexnum_read(struct gf_slice s, struct gf_hexnum *h, char digits[GF_HEX_DIGITS])
{
    struct shape r = read_shape(s);
    struct integer v = {.n = 0};
    *h = (struct gf_hexnum){.infinite = r.first != r.end && r.bits > HIGHEST};
    if (r.first == r.end || h->infinite || r.bits <= LOWEST)
        return r.used;
    int64_t place = r.exp2 + 4;
    for (size_t i = r.first; i < r.end && place > LOWEST; i++) {
        if (s.data[i] == '.')
            continue;
        multiply_add(&v, 16, (uint32_t)hex_value(s.data[i]));
        place -= 4;
    }
    for (int64_t left = place; left > 0; left--)
        multiply_add(&v, 2, 0);
    for (int64_t left = place; left < 0; left++)
        multiply_add(&v, 5, 0);
    h->exp10 = place < 0 ? (int)place : 0;
    write_digits(&v, h, digits);
    return r.used;
}
