/*
 * big.c - limbs of nine digits in 64 bits, so that adding needs no carry for a long time.
 *
 * A limb takes 2^32 additions of less than 10^9 before it could overflow; they are counted, and
 * the carries done in time. Products carry at once. Division goes from the top limb down, with the
 * remainder in 128 bits. Rounding is in big_round.c.
 */
#include "text/big.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* The limbs from `low` up to but not with `high` are there. */
static int reach(struct gf_big *b, int low, int high)
{
    if (b->n && low >= b->low && high <= b->low + b->n)
        return 0;
    if (b->n && b->low < low)
        low = b->low;
    if (b->n && b->low + b->n > high)
        high = b->low + b->n;
    int64_t *limb = calloc((size_t)(high - low), sizeof *limb);
    if (!limb)
        return -1;
    if (b->n)
        memcpy(limb + (b->low - low), b->limb, (size_t)b->n * sizeof *limb);
    free(b->limb);
    b->limb = limb;
    b->low = low;
    b->n = high - low;
    return 0;
}

/* Every limb becomes less than 10^9, of either sign. */
static int carry(struct gf_big *b)
{
    int64_t over = 0;
    for (int i = 0; i < b->n; i++) {
        int64_t v = b->limb[i] + over;
        over = v / GF_BIG_BASE;
        b->limb[i] = v % GF_BIG_BASE;
    }
    b->pending = 0;
    while (over) {
        int at = b->n;
        if (reach(b, b->low, b->low + at + 1) != 0)
            return -1;
        b->limb[at] = over % GF_BIG_BASE;
        over /= GF_BIG_BASE;
    }
    return 0;
}

/* The sign goes back into the limbs. */
static void unsettle(struct gf_big *b)
{
    if (b->negative)
        for (int i = 0; i < b->n; i++)
            b->limb[i] = -b->limb[i];
    b->negative = false;
}

/* Room for `count` more additions to each limb. */
static int make_room(struct gf_big *b, uint64_t count)
{
    unsettle(b);
    if (b->pending + count > UINT64_C(1) << 32 && carry(b) != 0)
        return -1;
    b->pending += count;
    return 0;
}

int gf_big_add(struct gf_big *b, unsigned __int128 mant, int exp10, bool negative)
{
    int rest = exp10 % GF_BIG_DIGITS, at = exp10 / GF_BIG_DIGITS;
    if (rest < 0) {
        rest += GF_BIG_DIGITS;
        at--;
    }
    if (make_room(b, 2) != 0)
        return -1;
    for (; mant; mant /= GF_BIG_BASE, at++) {
        uint64_t v = (uint64_t)(mant % GF_BIG_BASE) * power[rest];
        int64_t lo = (int64_t)(v % GF_BIG_BASE), hi = (int64_t)(v / GF_BIG_BASE);
        if (reach(b, at, at + 1 + (hi != 0)) != 0)
            return -1;
        b->limb[at - b->low] += negative ? -lo : lo;
        if (hi)
            b->limb[at + 1 - b->low] += negative ? -hi : hi;
    }
    return 0;
}

int gf_big_add_big(struct gf_big *b, const struct gf_big *more, bool negative)
{
    if (more->n == 0)
        return 0;
    if (make_room(b, more->pending + 1) != 0 || reach(b, more->low, more->low + more->n) != 0)
        return -1;
    bool minus = more->negative != negative;
    for (int i = 0; i < more->n; i++)
        b->limb[more->low - b->low + i] += minus ? -more->limb[i] : more->limb[i];
    return 0;
}

int gf_big_settle(struct gf_big *b)
{
    unsettle(b);
    if (carry(b) != 0)
        return -1;
    while (b->n && b->limb[b->n - 1] == 0)
        b->n--;
    b->negative = b->n && b->limb[b->n - 1] < 0;
    int64_t borrow = 0;
    for (int i = 0; i < b->n; i++) {
        int64_t v = (b->negative ? -b->limb[i] : b->limb[i]) - borrow;
        borrow = v < 0;
        b->limb[i] = v + borrow * GF_BIG_BASE;
    }
    int zeros = 0;
    while (b->n && b->limb[b->n - 1] == 0)
        b->n--;
    while (zeros < b->n && b->limb[zeros] == 0)
        zeros++;
    b->n -= zeros;
    b->low += zeros;
    if (zeros && b->n)
        memmove(b->limb, b->limb + zeros, (size_t)b->n * sizeof *b->limb);
    return 0;
}

int gf_big_product(const struct gf_big *a, const struct gf_big *b, struct gf_big *out)
{
    gf_big_release(out);
    if (a->n == 0 || b->n == 0)
        return 0;
    if (reach(out, a->low + b->low, a->low + b->low + a->n + b->n) != 0)
        return -1;
    for (int i = 0; i < a->n; i++) {
        int64_t over = 0;
        for (int j = 0; j < b->n; j++) {
            int64_t v = out->limb[i + j] + a->limb[i] * b->limb[j] + over;
            over = v / GF_BIG_BASE;
            out->limb[i + j] = v % GF_BIG_BASE;
        }
        out->limb[i + b->n] = over;
    }
    if (gf_big_settle(out) != 0)
        return -1;
    out->negative = a->negative != b->negative;
    return 0;
}

int gf_big_shift(struct gf_big *b, int shift)
{
    while (shift > 0) {
        int step = shift < 30 ? shift : 30;
        int64_t over = 0;
        for (int i = 0; i < b->n; i++) {
            int64_t v = (b->limb[i] << step) + over;
            over = v / GF_BIG_BASE;
            b->limb[i] = v % GF_BIG_BASE;
        }
        for (; over; over /= GF_BIG_BASE) {
            int at = b->n;
            if (reach(b, b->low, b->low + at + 1) != 0)
                return -1;
            b->limb[at] = over % GF_BIG_BASE;
        }
        shift -= step;
    }
    return 0;
}

bool gf_big_is_whole(const struct gf_big *b)
{
    return b->n == 0 || b->low >= 0;
}

int gf_big_divide(struct gf_big *b, uint64_t d, uint64_t *left)
{
    unsigned __int128 rest = 0;
    bool negative = b->negative;
    if (b->n && reach(b, 0, b->low + b->n) != 0)
        return -1;
    for (int i = b->n; i > 0; i--) {
        rest = rest * GF_BIG_BASE + (uint64_t)b->limb[i - 1];
        b->limb[i - 1] = (int64_t)(rest / d);
        rest %= d;
    }
    *left = (uint64_t)rest;
    b->negative = false;
    if (gf_big_settle(b) != 0)
        return -1;
    b->negative = negative;
    return 0;
}

int gf_big_compare(const struct gf_big *a, const struct gf_big *b)
{
    if (a->n == 0 || b->n == 0)
        return (a->n != 0) - (b->n != 0);
    int top = a->low + a->n, low = a->low < b->low ? a->low : b->low;
    if (top != b->low + b->n)
        return top > b->low + b->n ? 1 : -1;
    for (int at = top - 1; at >= low; at--) {
        int64_t x = at >= a->low ? a->limb[at - a->low] : 0;
        int64_t y = at >= b->low ? b->limb[at - b->low] : 0;
        if (x != y)
            return x > y ? 1 : -1;
    }
    return 0;
}

int gf_big_text(const struct gf_big *b, struct gf_buf *out)
{
    if (b->n == 0)
        return gf_buf_putc(out, '0');
    gf_buf_printf(out, "%s%lld", b->negative ? "-" : "", (long long)b->limb[b->n - 1]);
    for (int i = b->n - 1; i > 0; i--)
        gf_buf_printf(out, "%09lld", (long long)b->limb[i - 1]);
    for (int i = 0; i < b->low; i++)
        gf_buf_puts(out, "000000000");
    return out->failed ? -1 : 0;
}

void gf_big_release(struct gf_big *b)
{
    free(b->limb);
    *b = (struct gf_big){0};
}
