/*
 * tail.h - the last bytes of a stream.
 *
 *     struct gf_tail t = {.most = 4096};
 *     gf_tail_add(&t, data, n);                      // as often as bytes come
 *     const char *text;
 *     size_t len = gf_tail_get(&t, &text);           // at most 4096 bytes
 *     gf_tail_release(&t);
 *
 * Holds at most twice as many bytes as are asked for, so that what is too old is moved away now and
 * then, not at each addition. When memory is out, bytes are missing and the rest goes on.
 * A struct that is zero but for `most` is empty. One thread at a time.
 */
#ifndef GF_BASE_TAIL_H
#define GF_BASE_TAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct gf_tail {
    size_t most; /* bytes to keep */
    bool cut;    /* there were more */
    struct gf_buf bytes;
};

void gf_tail_add(struct gf_tail *t, const char *data, size_t len);

/* The last bytes, at most t->most of them, valid until the next call. */
size_t gf_tail_get(const struct gf_tail *t, const char **data);

/* The same from the beginning of a line, where earlier bytes are missing and a line begins among
 * those that are left. */
size_t gf_tail_lines(const struct gf_tail *t, const char **data);

/* Empties it. */
void gf_tail_clear(struct gf_tail *t);

void gf_tail_release(struct gf_tail *t);

#endif
