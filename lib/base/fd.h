/*
 * fd.h - descriptors: sane at the start, whole writes, reads that can say whether they would wait.
 *
 * Inherited descriptors are never switched to non-blocking, because the switch would reach every
 * process that shares them; when one already is, these functions wait by poll.
 *
 * All return -1 with errno on failure. One thread a descriptor.
 */
#ifndef GF_BASE_FD_H
#define GF_BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"

/*
 * Call first in main. A closed 0, 1 or 2 is filled so that no file of ours lands on it, and so
 * that using it still fails with EBADF, and opening /dev/stdin, /dev/stdout or /dev/stderr to use
 * it fails too (EISDIR). All are close-on-exec (a child finds them closed, as we did).
 */
int gf_fd_reserve_std(void);

/* read that retries EINTR and waits where the descriptor is non-blocking. 0 is end of input. */
ssize_t gf_read(int fd, void *buf, size_t len);

/* The same, but returns -1 with EINTR when a signal was caught, so a tool can look at its flags. */
ssize_t gf_read_interruptible(int fd, void *buf, size_t len);

/* All `len` bytes, through short writes, EINTR and EAGAIN. */
int gf_write_all(int fd, const void *buf, size_t len);

/*
 * All that the buffer holds, in the same way. When an append to it failed nothing is written, and
 * errno says why the append did (ENOMEM, EOVERFLOW): the half of a text never goes out as the
 * whole. tests/lint/calls refuses data and length of a buffer in other writing calls.
 */
int gf_write_buf(int fd, const struct gf_buf *b);

/*
 * As many bytes as can be written without waiting, 0 when none can: for an event loop that must
 * go on when the reader is slow. On a pipe, a terminal or a socket that is inherited and blocking.
 */
ssize_t gf_write_ready(int fd, const void *buf, size_t len);

enum {
    GF_PIPE_WIDE = 256 * 1024
};

/*
 * A pipe holds `size` bytes from now on, where it held fewer, for whoever has it open. Two programs
 * that pass 64 KiB to one another, each asleep while the other works, take up to ten times as long
 * as with four times that. What is no pipe, and what the system does not give (pipe(7),
 * F_SETPIPE_SZ and pipe-user-pages-soft), stays as it is. errno stays.
 */
void gf_pipe_widen(int fd, int size);

/* Whether a read would return at once (data, end of input, or an error). */
bool gf_read_ready(int fd);

/*
 * Opens a file to read from and never waits, as tools with something else to do need. A fifo is
 * open at once; until its first writer comes it polls as not readable, and a read would find the
 * end: wait for POLLIN before the first read (gf_reader_fill does).
 */
int gf_open_input(const char *path);

/*
 * Opens what is no regular file (a fifo, a terminal, a device) to append to; `flags` may add
 * O_NOFOLLOW. A fifo is waited for until it has a reader, `patience` at most: then ENXIO. GF_NEVER
 * waits within the call, which a signal that is caught does not end; so who has something else to
 * do says GF_READER_PATIENCE, before that begins.
 *
 * The name of a descriptor of our own (/dev/stdout, /dev/stderr, /dev/fd/N, /proc/self/fd/N) is
 * that descriptor, as fd N. Opened anew, a regular file would have a place of its own to write at,
 * and whoever writes to the descriptor next would overwrite the bytes; a socket cannot be opened at
 * all.
 */
#define GF_READER_PATIENCE (5 * GF_S)
int gf_open_output(const char *path, int flags, gf_ns patience);

/* Waits until fd is readable (POLLIN) or writable (POLLOUT). 0, or -1 with errno (EINTR too). */
int gf_fd_wait(int fd, short events);

/* Whether nobody will read what is written there: of a pipe or a socket; else false, since a file
 * needs no reader, and a terminal that is gone sends SIGHUP. */
bool gf_reader_is_gone(int fd);

/*
 * Waits until `in` is readable (0), the reader of `out` is gone (-1 with EPIPE), or `most` has
 * passed (-1 with ETIMEDOUT; GF_NEVER: no limit). -1 with another errno on failure, EINTR too.
 * An `in` of -1 is never readable.
 */
int gf_wait_input(int in, int out, gf_ns most);

/* Makes every open descriptor from `first` on close-on-exec: what we inherited beyond what we
 * promise to pass on. */
int gf_fd_cloexec_from(int first);

/* How many descriptors are open, or -1 when /proc does not tell. */
int gf_fd_count(void);

/* close that reports what the file system says at last; EINTR counts as closed (as on Linux). */
int gf_close(int fd);

/* The name of a new file is on the disk when it returns 0: fsync of the directory that holds it. */
int gf_sync_name(const char *path);

/* The same of the directory that is open there, which may be no more than a name (O_PATH). */
int gf_sync_dir(int dir);

/* An unlinked temporary file in `dir`, read-write, close-on-exec: O_TMPFILE, else created 0600
 * and unlinked at once. */
int gf_tmpfile(const char *dir);

#endif
