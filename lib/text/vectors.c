/*
 * vectors.c - the processor is asked by the compiler's own library, which reads CPUID once, before
 * main, and knows whether the system keeps the wide registers.
 */
#include "text/vectors.h"

enum gf_vectors gf_vectors(void)
{
#if defined(GF_VECTORS_X86)
    return __builtin_cpu_supports("avx2")    ? GF_VECTORS_32
           : __builtin_cpu_supports("ssse3") ? GF_VECTORS_16
                                             : GF_VECTORS_NONE;
#elif defined(GF_VECTORS_NEON)
    return GF_VECTORS_16;
#else
    return GF_VECTORS_NONE;
#endif
}
