/*
 * file.h - calls about files that a signal cannot cut short.
 *
 * On file systems that wait for others (NFS, FUSE) any of these calls may be interrupted or do a
 * part; here each goes on until it is done or has failed.
 *
 *     int fd = gf_open("state", O_RDWR | O_CREAT, 0600);
 *     if (fd == -1 || gf_pread(fd, head, sizeof head, 0) != sizeof head) ... errno ...
 *
 * All return -1 with errno on failure. Any thread.
 */
#ifndef GF_BASE_FILE_H
#define GF_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * open and openat, close-on-exec; `mode` counts where a file is made. Not for a fifo that is opened
 * without O_NONBLOCK: that waits for its other end, and a signal has to end the wait.
 */
int gf_open(const char *path, int flags, mode_t mode);
int gf_openat(int dir, const char *path, int flags, mode_t mode);

/*
 * What a descriptor has open, opened once more by way of /proc, with flags of its own: O_NONBLOCK
 * there reaches nobody who shares the descriptor. -1 with errno where that is not allowed, or there
 * is no /proc.
 */
int gf_open_again(int fd, int flags);

/* `len` bytes from offset `at`, fewer only at the end of the file; the position stays. */
ssize_t gf_pread(int fd, void *buf, size_t len, off_t at);

/* All `len` bytes to offset `at`. 0, or -1: a part may be written. */
int gf_pwrite_all(int fd, const void *buf, size_t len, off_t at);

/* The same for `n` pieces, at most IOV_MAX, one behind the other. Their lengths are changed. */
int gf_pwritev_all(int fd, struct iovec *piece, size_t n, off_t at);

/* Where the last line that has its newline ends, in a file of `size` bytes. */
off_t gf_whole_lines(int fd, off_t size);

/* ftruncate. 0 or -1. */
int gf_truncate(int fd, off_t len);

/* The way out for who could not write for this errno, where a limit of the process is in the way;
 * else NULL. Static text. */
const char *gf_file_cure(int code);

#endif
