/*
 * capture.h - what one stream of one job has written and nobody has read yet: a queue of bytes,
 * in memory up to a cap, then in blocks of a spill file.
 *
 * Bytes are added at the back and consumed at the front, in any mixture, so a capture can be held
 * until its job ends, or streamed through while it runs.
 *
 *     struct gf_capture_store store = {.memory_max = 64 << 20, .each_max = 1 << 20, .spill.dir =
 * "/tmp"}; struct gf_capture c = {0}; if (gf_capture_add(&store, &c, data, n) != 0) ... errno: no
 * room on disk, no memory ... const char *p; ssize_t n = gf_capture_peek(&store, &c, &p);     // 0:
 * empty gf_capture_consume(&store, &c, (size_t)n); gf_capture_release(&store, &c);
 *
 * A failed add has added nothing. A zeroed capture is empty. All captures of one store belong to
 * one thread.
 */
#ifndef GF_PROC_CAPTURE_H
#define GF_PROC_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proc/spill.h"

struct gf_capture_store {
    size_t memory_max; /* bytes that all captures together may hold in memory */
    size_t each_max;   /* and each of them */
    size_t memory;     /* held in memory now */
    struct gf_spill spill;
};

/* Order of bytes: head block's buffer, blocks on disk, tail in memory. */
struct gf_capture {
    char *front; /* a block read back, being consumed */
    size_t front_at, front_len;
    uint32_t *blocks; /* full blocks on disk, oldest at blocks_at */
    size_t blocks_at, blocks_len, blocks_cap;
    char *tail; /* newest bytes */
    size_t tail_at, tail_len, tail_cap;
    uint64_t held; /* bytes in all */
};

int gf_capture_add(struct gf_capture_store *s, struct gf_capture *c, const char *data, size_t len);

/* The same, but in memory whatever the caps say: for bytes at hand when the disk is full. */
int gf_capture_add_in_memory(struct gf_capture_store *s, struct gf_capture *c, const char *data,
                             size_t len);

/* The oldest bytes, contiguous, valid until the next call: how many, 0 when empty, -1 errno. */
ssize_t gf_capture_peek(struct gf_capture_store *s, struct gf_capture *c, const char **data);

/* Drops the oldest n, at most what peek returned. */
void gf_capture_consume(struct gf_capture_store *s, struct gf_capture *c, size_t n);

/* Drops the newest n, at most what is held. -1 with errno: a block could not be read back, and some
 * of them are still there. */
int gf_capture_cut(struct gf_capture_store *s, struct gf_capture *c, uint64_t n);

void gf_capture_release(struct gf_capture_store *s, struct gf_capture *c);

#endif
