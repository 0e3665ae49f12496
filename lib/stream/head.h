/*
 * head.h - what an input begins with, which says what it is.
 *
 *     struct gf_head head = {0};
 *     ... after each gf_reader_fill, before anything is taken ...
 *     unsigned signs = gf_head_look(&head, &reader, set);
 *
 * A look costs nothing once the first record is there. One thread.
 */
#ifndef GF_STREAM_HEAD_H
#define GF_STREAM_HEAD_H

#include "stream/stage.h"
#include "text/reader.h"

enum gf_head_sign {
    GF_HEAD_CRLF = 1, /* the first record ends in a CR */
    GF_HEAD_BOM = 2,  /* a byte order mark of UTF-8 was in front of it, and is removed */
};

/* A zeroed one is that of an input of which nothing was read. */
struct gf_head {
    bool begun, done;
    size_t searched; /* unread bytes that hold no separator */
};

/* The signs that have turned up since the last call. With GF_CRLF_KEEP there are none, and all
 * bytes are data. */
unsigned gf_head_look(struct gf_head *h, struct gf_reader *r, const struct gf_settings *set);

#endif
