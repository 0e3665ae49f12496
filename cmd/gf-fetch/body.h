/*
 * body.h - the body of an answer while it comes: held, counted, hashed, and looked at whether it is
 * text.
 *
 *     struct body b = {0};
 *     body_begin(&b, &store);
 *     if (body_take(&b, data, len, true) != 0) ... errno: no room ...   // hold: else only hashed
 *     body_end(&b);                                  // b.is_text, b.sha256
 *     body_forget(&b);                               // of an attempt that failed
 *
 * A zeroed struct is safe to forget. The store is of all bodies (proc/capture.h).
 */
#ifndef GF_FETCH_BODY_H
#define GF_FETCH_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/utf8.h"
#include "text/sha256.h"
#include "proc/capture.h"

struct body {
    struct gf_capture_store *store;
    struct gf_capture held;
    struct gf_sha256 hash;
    unsigned char sha256[GF_SHA256_SIZE];
    struct gf_utf8_check text;
    bool is_text; /* at the end */
};

void body_begin(struct body *b, struct gf_capture_store *store);
int body_take(struct body *b, const char *data, size_t len, bool hold);
void body_end(struct body *b);
void body_forget(struct body *b);

#endif
