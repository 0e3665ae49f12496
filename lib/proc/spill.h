/*
 * spill.h - one unlinked temporary file that many captures share, cut into blocks.
 *
 * One file instead of one a job: ten thousand finished jobs that wait for their turn need no ten
 * thousand descriptors. The file is made at the first block, in the directory the owner names, and
 * vanishes with the process, however it ends. Freed blocks are used again; when none is in use the
 * file is truncated.
 *
 * A file has a ceiling, so that held output does not fill a disk that others need: `most` bytes, or
 * half of what is free when the file is made.
 *
 * Errors: -1 with errno (ENOSPC, EDQUOT, EFBIG: no room; ENOBUFS: the ceiling is reached; the owner
 * tells people the directory).
 * The directory's name is borrowed. One thread at a time. A zeroed struct with `dir` set is ready.
 */
#ifndef GF_PROC_SPILL_H
#define GF_PROC_SPILL_H

#include <stddef.h>
#include <stdint.h>

enum {
    GF_SPILL_BLOCK = 64 * 1024
};

struct gf_spill {
    const char *dir;
    uint64_t most;        /* bytes of the file; 0: half of what is free */
    uint64_t most_blocks; /* from then on that the file is made */
    int fd_plus_1;        /* 0: not open yet */
    uint32_t *free_blocks;
    size_t free_len, free_cap;
    uint32_t blocks; /* blocks the file has */
    uint32_t used;
};

/* Writes `len` (at most GF_SPILL_BLOCK) bytes into a block of their own; *block names it. */
int gf_spill_put(struct gf_spill *s, const char *data, size_t len, uint32_t *block);

/* Reads them back. */
int gf_spill_get(struct gf_spill *s, uint32_t block, char *data, size_t len);

/* Gives the block back. Cannot fail (the room for it was made by put). */
void gf_spill_drop(struct gf_spill *s, uint32_t block);

void gf_spill_release(struct gf_spill *s);

#endif
