/*
 * heap.h - memory that is freed and asked for again all the time.
 *
 *     int main(void)
 *     {
 *         gf_heap_keep();      // before the first allocation, in a tool through which blocks pass
 */
#ifndef GF_BASE_HEAP_H
#define GF_BASE_HEAP_H

/*
 * From now on free keeps memory for the next malloc: up to 64 MiB at the end of the heap, and
 * blocks up to 4 MiB. glibc else gives it back to the system as soon as 128 KiB are free, and takes
 * it again for the next block, with a page fault for each page. It changes the whole process, and
 * nothing where the C library has no mallopt(3).
 */
void gf_heap_keep(void);

#endif
