/*
 * head.h - what an input begins with, which says what it is.
 *
 *     struct gf_head head = {0};
 *     ... after each gf_reader_fill, before anything is taken ...
 *     gf_head_look(&head, &reader, name, stream);
 *
 * A look costs nothing once the first record is there. One thread.
 */
#ifndef GF_STREAM_HEAD_H
#define GF_STREAM_HEAD_H

#include "stream/stage.h"
#include "text/reader.h"

enum gf_head_sign {
    GF_HEAD_CRLF = 1,   /* the first record ends in a CR */
    GF_HEAD_BOM = 2,    /* a byte order mark of UTF-8 was in front of it, and is removed */
    GF_HEAD_PACKED = 4, /* compressed data, as its first bytes say, which nobody unpacks */
};

/* A zeroed one is that of an input of which nothing was read. */
struct gf_head {
    bool begun, done;
    size_t searched; /* unread bytes that hold no separator */
};

/* Tells by st->tell the signs that have turned up since the last call. With GF_CRLF_KEEP all bytes
 * are data: only the last sign is looked for. */
void gf_head_look(struct gf_head *h, struct gf_reader *r, const char *name, struct gf_stream *st);

#endif
