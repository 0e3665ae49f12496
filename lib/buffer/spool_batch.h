/*
 * spool_batch.h - the pieces of one write to a segment: heads of frames, which are kept here, and
 * bytes of records, which stay where they are.
 *
 *     struct gf_spool_batch b = {0};
 *     char *head = gf_spool_batch_own(&b, GF_SPOOL_HEAD);
 *     ... write the head ...
 *     gf_spool_batch_lend(&b, data, len);          // data stays as it is until the write
 *     if (gf_spool_batch_write(&b, fd, at) != 0) ... errno ...
 *
 * A zeroed struct is empty. One thread.
 */
#ifndef GF_BUFFER_SPOOL_BATCH_H
#define GF_BUFFER_SPOOL_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

enum {
    GF_SPOOL_PIECES = 192, /* more than the frames of 256 KiB have */
    GF_SPOOL_OWN = 4 * 1024
};

struct gf_spool_batch {
    size_t len; /* bytes of all pieces */
    size_t pieces, owned;
    struct iovec piece[GF_SPOOL_PIECES];
    char own[GF_SPOOL_OWN];
};

/* There may be no room for what comes in front of a frame, its head and its bytes. */
static inline bool gf_spool_batch_is_full(const struct gf_spool_batch *b)
{
    return b->pieces + 2 > GF_SPOOL_PIECES || b->owned + 256 > GF_SPOOL_OWN;
}

/* Room for `len` bytes, which are zeros; 128 at most behind each look whether it is full. */
char *gf_spool_batch_own(struct gf_spool_batch *b, size_t len);

void gf_spool_batch_lend(struct gf_spool_batch *b, const char *data, size_t len);

/* Writes all pieces at the offset `at` and is empty then. 0; or -1 with errno: a part of them may
 * be written, and gf_spool_batch_clear is all that may follow. */
int gf_spool_batch_write(struct gf_spool_batch *b, int fd, off_t at);

void gf_spool_batch_clear(struct gf_spool_batch *b);

#endif
