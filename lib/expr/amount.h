/*
 * amount.h - sizes and durations as people and programs write them, as decimals: 1.7M is 1782579.2
 * bytes, 1m30.5s is 90.5 seconds.
 *
 *     struct gf_dec d;
 *     if (gf_amount_read(text, &d) != 0) ... EINVAL, or ERANGE ...
 *
 * A size is a number and a unit of base/size.h, with blanks between or without; a duration is one
 * or several numbers with a unit of base/duration.h each, from large to small. In front may be a
 * sign, and blanks around. Nothing is rounded but to the 34 digits of a decimal. Pure.
 */
#ifndef GF_EXPR_AMOUNT_H
#define GF_EXPR_AMOUNT_H

#include "expr/dec.h"

int gf_amount_read(struct gf_slice s, struct gf_dec *out);

#endif
