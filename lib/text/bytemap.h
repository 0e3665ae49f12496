/*
 * bytemap.h - the table of y/abc/xyz/: what becomes of each byte.
 *
 * A side is bytes, ranges (`a-z`) and the escapes \t \n \r \0 \\ \xHH; \- is a dash of its own, as
 * is one in front or at the end. Both sides have to be of one length. Of a byte that the first side
 * has twice, the first counts.
 *
 *     unsigned char map[256];
 *     gf_bytemap_read(map, (struct gf_slice){"a-c", 3}, (struct gf_slice){"A-C", 3}, true, &e);
 *
 * Pure; any thread.
 */
#ifndef GF_TEXT_BYTEMAP_H
#define GF_TEXT_BYTEMAP_H

#include <stdbool.h>

#include "base/perr.h"
#include "text/slice.h"

/* Without `ranges` every dash is one of its own. -1: EINVAL, `e` says what, without a place; or
 * ENOMEM. */
int gf_bytemap_read(unsigned char map[256], struct gf_slice from, struct gf_slice to, bool ranges,
                    struct gf_perr *e);

#endif
