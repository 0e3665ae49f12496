/*
 * vectors.h - how many bytes this machine looks up at a time.
 *
 * A lookup replaces each byte of a vector by one of a table of sixteen: PSHUFB of SSSE3, VPSHUFB of
 * AVX2, TBL of NEON. A program that is built for any x86-64 asks the processor for the first two.
 *
 *     gf_multi_seal(m, gf_vectors(), room);
 *
 * Pure; any thread.
 */
#ifndef GF_TEXT_VECTORS_H
#define GF_TEXT_VECTORS_H

#if defined(__x86_64__) || defined(__i386__)
#define GF_VECTORS_X86
#elif defined(__aarch64__)
#define GF_VECTORS_NEON
#endif

enum gf_vectors {
    GF_VECTORS_NONE,
    GF_VECTORS_16,
    GF_VECTORS_32
};

/* The most there is here; what is below can be used as well. */
enum gf_vectors gf_vectors(void);

#endif
