/*
 * logfile.h - open a file that rows or records are written to, and none that others could have put
 * there.
 *
 *     const char *why;
 *     bool is_file;
 *     int fd = gf_logfile_open("run.tsv", &is_file, &why);                     // to append to
 *     int fd = gf_logfile_anew("failed.txt", 0600, GF_READER_PATIENCE, &why);  // empty
 *     if (fd == -1) ... errno, and *why is one line about it; gf_own_cure has a way out ...
 *
 * A symbolic link, a directory and a file of another owner are refused; one to append to also when
 * group or others may write it, or when it has several names. Devices and fifos are written as they
 * are, and a fifo is waited for until it has a reader (GF_READER_PATIENCE, or as is said).
 * /dev/stdout, /dev/stderr, /dev/fd/N and fd:N are the descriptors themselves, which stay open when
 * this one is closed.
 *
 * The descriptor is close-on-exec; a regular file to append to can be read through it as well. Any
 * thread.
 */
#ifndef GF_BASE_LOGFILE_H
#define GF_BASE_LOGFILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/clock.h"

/* A regular file is created 0600. *is_file: whether it is one. */
int gf_logfile_open(const char *path, bool *is_file, const char **why);

/*
 * For who writes for long: whether the name leads to another file than the regular one that is open
 * there, or to none: it was moved aside, or removed. False too when the name cannot be looked at,
 * or is that of a fifo or device, whose opening may take as long as its reader.
 */
bool gf_logfile_is_moved(int fd, const char *path);

/* A regular file is made anew, as by gf_own_create. `patience` with the reader of a fifo. */
int gf_logfile_anew(const char *path, mode_t mode, gf_ns patience, const char **why);

/* The descriptor that a name (/dev/stdout, /dev/fd/5, fd:5) stands for, or -1. */
int gf_logfile_named(const char *path);

#endif
