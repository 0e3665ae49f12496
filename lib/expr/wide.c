/*
 * wide.c - what is done by hand on paper, with digits of 32 bits.
 *
 * Powers of ten go in steps of 10^9, which fits a limb. A quotient's digits are guessed from the
 * two highest limbs and put right (D. Knuth, The Art of Computer Programming 2, 4.3.1, algorithm
 * D).
 */
#include "expr/wide.h"

#include <string.h>

static const uint32_t tens[10] = {1,      10,      100,      1000,      10000,
                                  100000, 1000000, 10000000, 100000000, 1000000000};

void gf_wide_set(struct gf_wide *w, unsigned __int128 v)
{
    for (w->n = 0; v; v >>= 32)
        w->limb[w->n++] = (uint32_t)v;
}

bool gf_wide_get(const struct gf_wide *w, unsigned __int128 *v)
{
    if (w->n > 4 || (w->n == 4 && w->limb[3] >> 31))
        return false;
    unsigned __int128 all = 0;
    for (int i = w->n; i-- > 0;)
        all = all << 32 | w->limb[i];
    *v = all;
    return true;
}

static void trim(struct gf_wide *w)
{
    while (w->n > 0 && w->limb[w->n - 1] == 0)
        w->n--;
}

static void multiply_small(struct gf_wide *w, uint32_t by)
{
    uint64_t carry = 0;
    for (int i = 0; i < w->n; i++) {
        carry += (uint64_t)w->limb[i] * by;
        w->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        w->limb[w->n++] = (uint32_t)carry;
}

static uint32_t divide_small(struct gf_wide *w, uint32_t by)
{
    uint64_t rest = 0;
    for (int i = w->n; i-- > 0;) {
        rest = rest << 32 | w->limb[i];
        w->limb[i] = (uint32_t)(rest / by);
        rest %= by;
    }
    trim(w);
    return (uint32_t)rest;
}

void gf_wide_scale(struct gf_wide *w, int digits)
{
    for (; digits > 9; digits -= 9)
        multiply_small(w, tens[9]);
    multiply_small(w, tens[digits]);
}

bool gf_wide_cut(struct gf_wide *w, int digits)
{
    bool rest = false;
    for (; digits > 9 && w->n; digits -= 9)
        rest |= divide_small(w, tens[9]) != 0;
    if (w->n)
        rest |= divide_small(w, tens[digits]) != 0;
    return rest;
}

bool gf_wide_round(struct gf_wide *w, int digits, bool more)
{
    if (digits <= 0)
        return !more;
    more |= gf_wide_cut(w, digits - 1);
    uint32_t last = divide_small(w, 10);
    bool odd = w->n && (w->limb[0] & 1);
    if (last > 5 || (last == 5 && (more || odd)))
        gf_wide_add(w, &(struct gf_wide){.n = 1, .limb = {1}});
    return !last && !more;
}

int gf_wide_digits(const struct gf_wide *w)
{
    if (w->n == 0)
        return 0;
    int bits = 32 * w->n - __builtin_clz(w->limb[w->n - 1]);
    int least = (bits - 1) * 1233 >> 12; /* log10(2) is a little more than 1233 / 4096 */
    struct gf_wide power;
    gf_wide_set(&power, 1);
    gf_wide_scale(&power, least);
    for (; gf_wide_compare(w, &power) >= 0; least++)
        multiply_small(&power, 10);
    return least;
}

void gf_wide_add(struct gf_wide *w, const struct gf_wide *more)
{
    uint64_t carry = 0;
    for (int i = 0; i < w->n || i < more->n || carry; i++) {
        carry += (uint64_t)(i < w->n ? w->limb[i] : 0) + (i < more->n ? more->limb[i] : 0);
        w->limb[i] = (uint32_t)carry;
        carry >>= 32;
        if (i >= w->n)
            w->n = i + 1;
    }
}

void gf_wide_subtract(struct gf_wide *w, const struct gf_wide *less)
{
    int64_t borrow = 0;
    for (int i = 0; i < w->n; i++) {
        borrow += (int64_t)w->limb[i] - (i < less->n ? less->limb[i] : 0);
        w->limb[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    trim(w);
}

void gf_wide_multiply(const struct gf_wide *a, const struct gf_wide *b, struct gf_wide *out)
{
    out->n = a->n + b->n;
    memset(out->limb, 0, sizeof out->limb[0] * (size_t)out->n);
    for (int i = 0; i < a->n; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < b->n; k++) {
            carry += (uint64_t)a->limb[i] * b->limb[k] + out->limb[i + k];
            out->limb[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        out->limb[i + b->n] = (uint32_t)carry;
    }
    trim(out);
}

/* limb[0..n] of u less q times d; whether that was too much: then d is added once again. */
static bool take_away(uint32_t *u, const uint32_t *d, int n, uint64_t q)
{
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (int i = 0; i <= n; i++) {
        carry += i < n ? q * d[i] : 0;
        borrow += (int64_t)u[i] - (int64_t)(uint32_t)carry;
        u[i] = (uint32_t)borrow;
        borrow >>= 32;
        carry >>= 32;
    }
    if (borrow == 0)
        return false;
    carry = 0;
    for (int i = 0; i <= n; i++) {
        carry += (uint64_t)u[i] + (i < n ? d[i] : 0);
        u[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return true;
}

/* to = from << shift, with one limb more. shift is below 32. */
static void shift_up(uint32_t *to, const uint32_t *from, int n, int shift)
{
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
        carry |= (uint64_t)from[i] << shift;
        to[i] = (uint32_t)carry;
        carry >>= 32;
    }
    to[n] = (uint32_t)carry;
}

void gf_wide_divide(struct gf_wide *w, const struct gf_wide *by, struct gf_wide *rest)
{
    int n = by->n, m = w->n - n;
    if (gf_wide_compare(w, by) < 0) {
        *rest = *w;
        w->n = 0;
        return;
    }
    if (n == 1) {
        gf_wide_set(rest, divide_small(w, by->limb[0]));
        return;
    }
    uint32_t u[GF_WIDE_LIMBS + 1] = {0}, d[GF_WIDE_LIMBS + 1] = {0};
    int shift = __builtin_clz(by->limb[n - 1]);
    shift_up(u, w->limb, w->n, shift);
    shift_up(d, by->limb, n, shift);
    for (int at = m; at >= 0; at--) {
        uint64_t top = (uint64_t)u[at + n] << 32 | u[at + n - 1];
        uint64_t q = top / d[n - 1], left = top % d[n - 1];
        while (q >> 32 || q * d[n - 2] > (left << 32 | u[at + n - 2])) {
            q--;
            left += d[n - 1];
            if (left >> 32)
                break;
        }
        if (take_away(u + at, d, n, q))
            q--;
        w->limb[at] = (uint32_t)q;
    }
    w->n = m + 1;
    trim(w);
    for (int i = 0; i < n; i++)
        rest->limb[i] = (uint32_t)(((uint64_t)u[i + 1] << 32 | u[i]) >> shift);
    rest->n = n;
    trim(rest);
}

int gf_wide_compare(const struct gf_wide *a, const struct gf_wide *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (int i = a->n; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}
