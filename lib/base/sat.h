/*
 * sat.h - saturating arithmetic: a sum or product that does not fit becomes the largest (or
 * smallest) value of its type instead of wrapping. Sizes and times are computed with these, so
 * that "too much" stays too much. Pure; any thread.
 */
#ifndef GF_BASE_SAT_H
#define GF_BASE_SAT_H

#include <stddef.h>
#include <stdint.h>

static inline size_t gf_sat_add(size_t a, size_t b)
{
    size_t r;
    return __builtin_add_overflow(a, b, &r) ? SIZE_MAX : r;
}

static inline size_t gf_sat_mul(size_t a, size_t b)
{
    size_t r;
    return __builtin_mul_overflow(a, b, &r) ? SIZE_MAX : r;
}

static inline int64_t gf_sat_add_i64(int64_t a, int64_t b)
{
    int64_t r;
    if (!__builtin_add_overflow(a, b, &r))
        return r;
    return b < 0 ? INT64_MIN : INT64_MAX;
}

static inline int64_t gf_sat_sub_i64(int64_t a, int64_t b)
{
    int64_t r;
    if (!__builtin_sub_overflow(a, b, &r))
        return r;
    return b < 0 ? INT64_MAX : INT64_MIN;
}

static inline int64_t gf_sat_mul_i64(int64_t a, int64_t b)
{
    int64_t r;
    if (!__builtin_mul_overflow(a, b, &r))
        return r;
    return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
}

#endif
