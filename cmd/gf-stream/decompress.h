/*
 * decompress.h - --decompress: inputs that are compressed are read through gzip, zstd, xz or bzip2.
 *
 *     struct decompress d = {0};
 *     struct gf_unpack unpack = decompress_hooks(&d);
 *     ... run the chain with stream.unpack = &unpack ...
 *     decompress_release(&d);
 *
 * Main thread.
 */
#ifndef GF_STREAM_CMD_DECOMPRESS_H
#define GF_STREAM_CMD_DECOMPRESS_H

#include <stddef.h>

#include "stream/unpack.h"

struct decompress {
    struct decompressed *one; /* of each input that is read through something */
    size_t n;
};

struct gf_unpack decompress_hooks(struct decompress *d);

/* Ends the programs that were not read to their ends. */
void decompress_release(struct decompress *d);

#endif
