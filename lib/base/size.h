/*
 * size.h - amounts of bytes: 64K 1M 2G 1.5M are powers of 1024, and so are 64KiB and 64Ki; 64kB
 * and 64MB are powers of 1000; a bare number, or one with B, is bytes. Exact: half a byte, or more
 * than int64_t holds, is an error.
 * Errors: -1, errno EINVAL, `e` (may be NULL) says where. Pure; any thread.
 */
#ifndef GF_BASE_SIZE_H
#define GF_BASE_SIZE_H

#include <stddef.h>
#include <stdint.h>

#include "base/perr.h"

int gf_parse_size(const char *s, size_t len, uint64_t *out, struct gf_perr *e);

/* The unit that is exactly s[0..len): how many bytes it stands for, or 0 when there is none. */
uint64_t gf_size_unit(const char *s, size_t len);

/* Room for what gf_format_size writes. */
#define GF_SIZE_SIZE 16

/* `n` for people, three digits: "0B" "512B" "1.50KiB" "64.0MiB". */
void gf_format_size(uint64_t n, char out[GF_SIZE_SIZE]);

#endif
