/*
 * sum.c - two counters of 128 bits for what is common, and a gf_big for what does not fit them.
 *
 * A whole number of up to 19 digits goes to one counter, a number with up to 18 digits behind the
 * point to the other, as a multiple of 10^-18. A counter that would overflow is emptied into the
 * gf_big first. All results are a quotient of two gf_bigs, or the root of one, rounded once.
 */
#include "text/sum.h"

#include <math.h>
#include <string.h>

enum {
    PARTS = 18
};

/* ---- adding ---------------------------------------------------------------------------------- */

static int add_signed(struct gf_big *b, __int128 v, int exp10)
{
    return gf_big_add(b, v < 0 ? -(unsigned __int128)v : (unsigned __int128)v, exp10, v < 0);
}

/* v to the counter of 10^exp10; what is there goes to `rest` when both are too much. */
static int count(struct gf_sum *sum, __int128 *counter, int exp10, __int128 v)
{
    __int128 total;
    if (__builtin_add_overflow(*counter, v, &total)) {
        if (add_signed(&sum->rest, *counter, exp10) != 0)
            return -1;
        total = v;
    }
    *counter = total;
    return 0;
}

/* mant * 10^exp10; mant < 2^127. */
static int add_scaled(struct gf_sum *sum, __int128 mant, int exp10, bool negative)
{
    __int128 v = negative ? -mant : mant;
    if (exp10 == 0)
        return count(sum, &sum->whole, 0, v);
    bool parts = exp10 < 0;
    int zeros = parts ? exp10 + PARTS : exp10;
    if (zeros >= 0 && zeros <= PARTS &&
        !__builtin_mul_overflow(v, (__int128)gf_powers_of_ten[zeros], &v))
        return parts ? count(sum, &sum->parts, -PARTS, v) : count(sum, &sum->whole, 0, v);
    return gf_big_add(&sum->rest, (unsigned __int128)mant, exp10, negative);
}

/* Any finite number below 10^GF_BIG_PLACES, nine digits at a time. */
static int add_digits(struct gf_big *b, const struct gf_number *n)
{
    int64_t place = n->top;
    size_t i = 0;
    while (i < n->digits.len && place > -GF_BIG_PLACES) {
        uint32_t mant = 0;
        for (int taken = 0; taken < GF_BIG_DIGITS && i < n->digits.len && place > -GF_BIG_PLACES;
             i++) {
            if (n->digits.data[i] == '.')
                continue;
            mant = mant * 10 + (uint32_t)(n->digits.data[i] - '0');
            place--;
            taken++;
        }
        if (gf_big_add(b, mant, (int)place, n->brief.negative) != 0)
            return -1;
    }
    return 0;
}

static bool is_infinite(const struct gf_number *n)
{
    return n->kind == GF_NUMBER_INFINITE || (n->digits.len && n->top > GF_BIG_PLACES);
}

/* Whether the brief form is all there is to a number, and of a size that can be added. */
static bool is_brief(const struct gf_number *n)
{
    return n->brief.fits && n->last >= -GF_BIG_PLACES && n->last <= GF_BIG_PLACES;
}

int gf_sum_add(struct gf_sum *sum, const struct gf_number *n)
{
    if (is_infinite(n)) {
        *(n->brief.negative ? &sum->down : &sum->up) = true;
        return 0;
    }
    sum->not_whole = sum->not_whole || !gf_number_is_whole(n);
    return is_brief(n) ? add_scaled(sum, n->brief.mant, n->brief.exp10, n->brief.negative)
                       : add_digits(&sum->rest, n);
}

int gf_sum_add_square(struct gf_sum *sum, const struct gf_number *n)
{
    if (is_infinite(n)) {
        sum->up = true;
        return 0;
    }
    if (is_brief(n)) {
        __int128 mant = n->brief.mant;
        return add_scaled(sum, mant * mant, 2 * n->brief.exp10, false);
    }
    struct gf_big one = {0}, square = {0};
    int r = add_digits(&one, n) == 0 && gf_big_settle(&one) == 0 &&
                    gf_big_product(&one, &one, &square) == 0
                ? gf_big_add_big(&sum->rest, &square, false)
                : -1;
    gf_big_release(&one);
    gf_big_release(&square);
    return r;
}

int gf_sum_add_sum(struct gf_sum *sum, const struct gf_sum *more)
{
    sum->up |= more->up;
    sum->down |= more->down;
    sum->not_whole |= more->not_whole;
    return count(sum, &sum->whole, 0, more->whole) == 0 &&
                   count(sum, &sum->parts, -PARTS, more->parts) == 0
               ? gf_big_add_big(&sum->rest, &more->rest, false)
               : -1;
}

/* ---- results --------------------------------------------------------------------------------- */

/* The finite part of the sum, settled, added to `out`. */
static int total(const struct gf_sum *sum, struct gf_big *out)
{
    return add_signed(out, sum->whole, 0) == 0 && add_signed(out, sum->parts, -PARTS) == 0 &&
                   gf_big_add_big(out, &sum->rest, false) == 0
               ? gf_big_settle(out)
               : -1;
}

static int put_real(double v, struct gf_buf *out)
{
    char text[GF_NUMBER_SIZE];
    gf_real_text(v, text);
    return gf_buf_puts(out, text);
}

/* What infinities come to; the sum has one. */
static int put_infinite(const struct gf_sum *sum, struct gf_buf *out)
{
    return gf_buf_puts(out, sum->up && sum->down ? "nan" : sum->up ? "inf" : "-inf");
}

/* A number times 10^9 with its point where it belongs. */
static int put_billionths(const struct gf_big *b, struct gf_buf *out)
{
    char tail[GF_BIG_DIGITS];
    size_t n = sizeof tail;
    if (gf_big_text(b, out) != 0)
        return -1;
    memcpy(tail, out->data + out->len - sizeof tail, sizeof tail);
    out->len -= sizeof tail;
    out->data[out->len] = '\0';
    while (n && tail[n - 1] == '0')
        n--;
    return n ? gf_buf_printf(out, ".%.*s", (int)n, tail) : 0;
}

/*
 * num / den of whole numbers, where doubles do not tell whole numbers apart any more: rounded to
 * the ninth digit behind the point, so that a mean lies between the values, and percentiles are in
 * order.
 */
static int put_large(const struct gf_big *num, uint64_t den, struct gf_buf *out)
{
    struct gf_big q = {0};
    uint64_t left;
    int r = -1;
    if (gf_big_add_big(&q, num, false) != 0 || gf_big_settle(&q) != 0)
        goto out;
    q.low++; /* times 10^9 */
    if (gf_big_divide(&q, den, &left) != 0)
        goto out;
    bool odd = q.n && q.low == 0 && q.limb[0] % 2;
    if (left > den - left || (left == den - left && odd))
        if (gf_big_add(&q, 1, 0, q.negative) != 0 || gf_big_settle(&q) != 0)
            goto out;
    r = put_billionths(&q, out);
out:
    gf_big_release(&q);
    return r;
}

/* num / den. `whole`: of whole numbers. */
static int put_quotient(const struct gf_big *num, uint64_t den, bool whole, struct gf_buf *out)
{
    struct gf_big below = {0};
    double v;
    if (whole && den == 1)
        return gf_big_text(num, out);
    int r = gf_big_add(&below, den, 0, false) == 0 && gf_big_settle(&below) == 0
                ? gf_big_round(num, &below, false, &v)
                : -1;
    gf_big_release(&below);
    if (r != 0)
        return -1;
    return whole && fabs(v) >= 0x1p53 ? put_large(num, den, out) : put_real(v, out);
}

int gf_sum_mean(const struct gf_sum *sum, uint64_t n, struct gf_buf *out)
{
    struct gf_big all = {0};
    if (sum->up || sum->down)
        return put_infinite(sum, out);
    int r = total(sum, &all) == 0 ? put_quotient(&all, n, !sum->not_whole, out) : -1;
    gf_big_release(&all);
    return r;
}

int gf_sum_text(const struct gf_sum *sum, struct gf_buf *out)
{
    return gf_sum_mean(sum, 1, out);
}

int gf_sum_deviation(const struct gf_sum *sum, const struct gf_sum *squares, uint64_t n,
                     struct gf_buf *out)
{
    struct gf_big all = {0}, square = {0}, count = {0}, less = {0}, num = {0}, den = {0};
    double v;
    int r = -1;
    if (sum->up || sum->down)
        return gf_buf_puts(out, "nan");
    /* (n * squares - sum^2) / (n * (n - 1)) */
    if (total(sum, &all) != 0 || gf_big_product(&all, &all, &square) != 0)
        goto out;
    gf_big_release(&all);
    if (total(squares, &all) == 0 && gf_big_add(&count, n, 0, false) == 0 &&
        gf_big_settle(&count) == 0 && gf_big_product(&all, &count, &num) == 0 &&
        gf_big_add_big(&num, &square, true) == 0 && gf_big_settle(&num) == 0 &&
        gf_big_add(&less, n - 1, 0, false) == 0 && gf_big_settle(&less) == 0 &&
        gf_big_product(&count, &less, &den) == 0)
        r = gf_big_round(&num, &den, true, &v) == 0 ? put_real(v, out) : -1;
out:
    gf_big_release(&all);
    gf_big_release(&square);
    gf_big_release(&count);
    gf_big_release(&less);
    gf_big_release(&num);
    gf_big_release(&den);
    return r;
}

/* to += n * by. */
static int add_product(struct gf_big *to, const struct gf_number *n, uint64_t by)
{
    struct gf_big one = {0}, factor = {0}, product = {0};
    int r = add_digits(&one, n) == 0 && gf_big_settle(&one) == 0 &&
                    gf_big_add(&factor, by, 0, false) == 0 && gf_big_settle(&factor) == 0 &&
                    gf_big_product(&one, &factor, &product) == 0
                ? gf_big_add_big(to, &product, false)
                : -1;
    gf_big_release(&one);
    gf_big_release(&factor);
    gf_big_release(&product);
    return r;
}

int gf_sum_between(const struct gf_number *lo, const struct gf_number *hi, uint64_t part,
                   struct gf_buf *out)
{
    if (part == 0 || gf_number_compare(lo, hi) == 0)
        hi = lo;
    if (is_infinite(lo) || is_infinite(hi)) {
        struct gf_sum both = {0};
        return gf_sum_add(&both, is_infinite(lo) ? lo : hi) != 0 ||
                       gf_sum_add(&both, is_infinite(hi) ? hi : lo) != 0
                   ? -1
                   : put_infinite(&both, out);
    }
    struct gf_big num = {0};
    bool whole = gf_number_is_whole(lo) && gf_number_is_whole(hi);
    int r = -1;
    if (add_product(&num, lo, GF_SUM_BETWEEN - part) == 0 && add_product(&num, hi, part) == 0 &&
        gf_big_settle(&num) == 0)
        r = put_quotient(&num, GF_SUM_BETWEEN, whole, out);
    gf_big_release(&num);
    return r;
}

void gf_sum_release(struct gf_sum *sum)
{
    gf_big_release(&sum->rest);
    *sum = (struct gf_sum){0};
}
