/*
 * logfile.h - open a file that rows are appended to, and none that others could have put there.
 *
 * A regular file is created 0600 and appended to; a symbolic link, a file of another owner, one
 * that group or others may write and one with several names are refused (EPERM, ELOOP), a directory
 * too (EISDIR). Devices and fifos are written as they are; /dev/stdout, /dev/stderr, /dev/fd/N and
 * fd:N are the descriptors themselves, which stay open when this one is closed.
 *
 *     const char *why;
 *     bool is_file;
 *     int fd = gf_logfile_open("run.tsv", &is_file, &why);
 *     if (fd == -1) ... errno, and why when that says more (static text, else NULL) ...
 *
 * The descriptor is close-on-exec; a regular file can be read through it as well.
 */
#ifndef GF_BASE_LOGFILE_H
#define GF_BASE_LOGFILE_H

#include <stdbool.h>

int gf_logfile_open(const char *path, bool *is_file, const char **why);

#endif
