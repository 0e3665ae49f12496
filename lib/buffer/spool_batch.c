/*
 * spool_batch.c - what is owned lies in one array in the order of the pieces, so bytes that are
 * owned one after the other are one piece.
 */
#include "buffer/spool_batch.h"

#include <stdint.h>
#include <string.h>

#include "base/file.h"

static void add(struct gf_spool_batch *b, const char *data, size_t len)
{
    b->piece[b->pieces++] = (struct iovec){(void *)(uintptr_t)data, len};
    b->len += len;
}

char *gf_spool_batch_own(struct gf_spool_batch *b, size_t len)
{
    char *room = b->own + b->owned;
    struct iovec *last = b->pieces ? &b->piece[b->pieces - 1] : NULL;
    memset(room, 0, len);
    b->owned += len;
    if (last && (char *)last->iov_base + last->iov_len == room) {
        last->iov_len += len;
        b->len += len;
    } else {
        add(b, room, len);
    }
    return room;
}

void gf_spool_batch_lend(struct gf_spool_batch *b, const char *data, size_t len)
{
    if (len)
        add(b, data, len);
}

int gf_spool_batch_write(struct gf_spool_batch *b, int fd, off_t at)
{
    if (gf_pwritev_all(fd, b->piece, b->pieces, at) != 0)
        return -1;
    gf_spool_batch_clear(b);
    return 0;
}

void gf_spool_batch_clear(struct gf_spool_batch *b)
{
    b->len = b->pieces = b->owned = 0;
}
