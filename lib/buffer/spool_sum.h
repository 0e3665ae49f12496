/*
 * spool_sum.h - the checksum of what a spool has: XXH3, 64 bits, of bytes and a seed.
 *
 *     uint64_t sum = gf_spool_sum(bytes, len, seed);
 *
 * The same on every machine. XXH3 is by Yann Collet. Pure; any thread.
 */
#ifndef GF_BUFFER_SPOOL_SUM_H
#define GF_BUFFER_SPOOL_SUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t gf_spool_sum(const void *data, size_t len, uint64_t seed);

/* The same by vectors of 32 bytes, for a processor that has them (text/vectors.h), and a compiler
 * that can be told so for one file; else it is no other than that above. */
uint64_t gf_spool_sum_32(const void *data, size_t len, uint64_t seed);

#endif
