/* heap.c - three numbers of glibc's; without the second and the third, the first alone would turn
 * off how it adapts the size from which a block is a mapping of its own. */
#include "base/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void gf_heap_keep(void)
{
#ifdef M_TRIM_THRESHOLD
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

void gf_heap_large(void *p, size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t before = (uintptr_t)p & (page - 1);
    (void)madvise((char *)p - before, (before + n + page - 1) & ~(page - 1), MADV_HUGEPAGE);
}
