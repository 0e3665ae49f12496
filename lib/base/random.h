/*
 * random.h - random numbers of the kernel: for jitter, seeds and samples.
 *
 *     gf_ns wait = (gf_ns)gf_random_upto(5 * GF_S);     // 0 to 5 s, each as likely
 *
 * Not for secrets: on a kernel without getrandom(2) the clock and the process id stand in.
 * Any thread.
 */
#ifndef GF_BASE_RANDOM_H
#define GF_BASE_RANDOM_H

#include <stdint.h>

/* 64 random bits. */
uint64_t gf_random(void);

/* A number from 0 to `most`, both included, each as likely as any other. */
uint64_t gf_random_upto(uint64_t most);

/* The same out of *state, which moves on: whoever begins with the same state gets the same numbers,
 * on every machine. SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t gf_random_seeded(uint64_t *state, uint64_t most);

#endif
