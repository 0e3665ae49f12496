/*
 * unpack.h - what the tool does to a descriptor before it is read, and when its end was read.
 *
 * The library starts no process; who does is asked by these. `arg` is theirs. Main thread.
 *
 *     int from = u ? u->begin(u->arg, name, fd, &fault) : fd;     // there is something to read
 *     ... read `from` up to its end ...
 *     if (u && u->end(u->arg, from, &fault) != 0) ...
 */
#ifndef GF_STREAM_UNPACK_H
#define GF_STREAM_UNPACK_H

#include "stream/fault.h"

struct gf_unpack {
    /* The descriptor to read instead of `fd`, which may be the same. It belongs to the callee, `fd`
     * stays the caller's. `name` is borrowed for the length of the run. -1 with the fault set. */
    int (*begin)(void *arg, const char *name, int fd, struct gf_fault *f);
    /* The end of what `begin` gave was read. -1 with the fault set: the data ended too early. */
    int (*end)(void *arg, int fd, struct gf_fault *f);
    void *arg;
};

#endif
