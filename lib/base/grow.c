/* grow.c - an array is doubled when it is full, so that n additions copy fewer than 2n items. */
#include "base/grow.h"

#include <stdlib.h>

#include "base/sat.h"

enum {
    FIRST = 16 /* items */
};

void *gf_grow(void *array, size_t *cap, size_t n, size_t size)
{
    if (array && n <= *cap)
        return array;
    size_t want = *cap > FIRST / 2 ? gf_sat_mul(*cap, 2) : FIRST;
    if (want < n)
        want = n;
    void *more = realloc(array, gf_sat_mul(want, size));
    if (more)
        *cap = want;
    return more;
}
