/* heap.c - three numbers of glibc's; without the second and the third, the first alone would turn
 * off how it adapts the size from which a block is a mapping of its own. */
#include "base/heap.h"

#include <malloc.h>

void gf_heap_keep(void)
{
#ifdef M_TRIM_THRESHOLD
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}
