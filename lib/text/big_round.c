/*
 * big_round.c - the double next to a fraction: a guess, then exact comparisons with the midpoints.
 *
 * The guess comes from the first limbs in the widest float there is. Above each double of bits m
 * is the midpoint on the way to the next; the guess is moved by one as long as the value is beyond
 * the midpoint above or below, or on one and the neighbour is the even one. A midpoint is a whole
 * number times a power of two, so the comparison is one of two whole numbers: no digit of the value
 * is passed over, and a root needs only squares. Infinity has the bits behind those of the largest
 * double, so its midpoint is like any other.
 */
#include "text/big.h"

#include <math.h>
#include <string.h>

static const uint64_t bits_of_infinity = UINT64_C(0x7FF) << 52;

/* The first three limbs as a float; *exp10: the value is that float times ten to it. */
static long double leading(const struct gf_big *b, int *exp10)
{
    long double v = 0;
    for (int i = b->n; i > 0 && i > b->n - 3; i--)
        v = v * GF_BIG_BASE + (long double)b->limb[i - 1];
    *exp10 = GF_BIG_DIGITS * (b->low + (b->n > 3 ? b->n - 3 : 0));
    return v;
}

static uint64_t guess(const struct gf_big *num, const struct gf_big *den, bool root)
{
    int up, down;
    long double v = leading(num, &up) / leading(den, &down);
    int exp10 = up - down;
    if (root) {
        v = sqrtl(exp10 % 2 ? v * 10 : v);
        exp10 = (exp10 - (exp10 % 2 != 0)) / 2;
    }
    double d = (double)(v * powl(10, exp10));
    uint64_t bits;
    if (!(d <= HUGE_VAL)) /* 0 * infinity cannot be; if so, the comparisons settle it */
        return 0;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

/* The value against the midpoint above the double of these bits: -1, 0, 1; -2: ENOMEM. */
static int against(const struct gf_big *num, const struct gf_big *den, bool root, uint64_t bits)
{
    uint64_t mant = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = (int)(bits >> 52), r = -2;
    if (exponent)
        mant |= UINT64_C(1) << 52;
    else
        exponent = 1;
    int exp2 = (exponent - 1076) * (root ? 2 : 1);
    struct gf_big mid = {0}, square = {0}, right = {0}, left = {0};
    if (gf_big_add(&mid, 2 * mant + 1, 0, false) != 0 || gf_big_settle(&mid) != 0 ||
        (root && gf_big_product(&mid, &mid, &square) != 0) ||
        gf_big_product(root ? &square : &mid, den, &right) != 0 ||
        gf_big_add_big(&left, num, num->negative) != 0 || gf_big_settle(&left) != 0 ||
        gf_big_shift(exp2 > 0 ? &right : &left, exp2 > 0 ? exp2 : -exp2) != 0)
        goto out;
    r = gf_big_compare(&left, &right);
out:
    gf_big_release(&mid);
    gf_big_release(&square);
    gf_big_release(&right);
    gf_big_release(&left);
    return r;
}

int gf_big_round(const struct gf_big *num, const struct gf_big *den, bool root, double *out)
{
    uint64_t bits = 0;
    int c = 0;
    if (num->n)
        for (bits = guess(num, den, root); bits < bits_of_infinity; bits++) {
            c = against(num, den, root, bits);
            if (c < 0 || (c == 0 && bits % 2 == 0))
                break;
        }
    while (c > -2 && bits > 0) {
        c = against(num, den, root, bits - 1);
        if (c > 0 || (c == 0 && bits % 2 == 0) || c == -2)
            break;
        bits--;
    }
    if (c == -2)
        return -1;
    memcpy(out, &bits, sizeof bits);
    if (num->negative)
        *out = -*out;
    return 0;
}
