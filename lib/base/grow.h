/*
 * grow.h - room in an array that grows: the one place that doubles.
 *
 *     struct gf_value *more = gf_grow(list, &cap, n + 1, sizeof *list);
 *     if (!more)
 *         return -1;                       // ENOMEM; list and cap are as they were
 *     list = more;
 *     list[n++] = v;
 *
 * The array is the caller's, for free(3). Any thread.
 */
#ifndef GF_BASE_GROW_H
#define GF_BASE_GROW_H

#include <stddef.h>

/* The array with room for at least `n` items of `size` bytes, and *cap set to how many there is
 * room for; NULL with ENOMEM. `array` may be NULL, with *cap 0. */
void *gf_grow(void *array, size_t *cap, size_t n, size_t size);

#endif
