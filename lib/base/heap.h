/*
 * heap.h - what the allocator and the kernel are told about memory.
 *
 *     int main(void)
 *     {
 *         gf_heap_keep();      // before the first allocation, in a tool through which blocks pass
 */
#ifndef GF_BASE_HEAP_H
#define GF_BASE_HEAP_H

#include <stddef.h>

/*
 * From now on free keeps memory for the next malloc: up to 64 MiB at the end of the heap, and
 * blocks up to 4 MiB. glibc else gives it back to the system as soon as 128 KiB are free, and takes
 * it again for the next block, with a page fault for each page. It changes the whole process, and
 * nothing where the C library has no mallopt(3).
 */
void gf_heap_keep(void);

/*
 * Asks for large pages in the pages of `n` bytes from `p` on: for a block of megabytes that is to
 * be filled, a page fault for each 2 MiB instead of each 4 KiB (MADV_HUGEPAGE). Of memory of malloc
 * the whole block, since realloc copies one of which the parts differ. Where the kernel gives none
 * nothing changes. errno may change.
 */
void gf_heap_large(void *p, size_t n);

#endif
