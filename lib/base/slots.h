/*
 * slots.h - how many things may go on at once, as people say it: 8, 200%, +2 or -1.
 *
 * N% is a share of the processors that this process may use (base/machine.h), +N and -N are counted
 * from their number; what comes to less than 1 is 1. Any thread.
 *
 *     uint64_t n;
 *     if (gf_parse_slots("150%", 4, 1000, &n, &e) != 0) ... e.what, e.hint ...
 */
#ifndef GF_BASE_SLOTS_H
#define GF_BASE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/perr.h"

/* *out is 1 to `most`. -1 with errno EINVAL: `e` says where the text is wrong. */
int gf_parse_slots(const char *s, size_t len, uint64_t most, uint64_t *out, struct gf_perr *e);

#endif
