/*
 * scratch.h - a directory for one input of a fuzzer whose subject wants files by their names. What
 * crashes leaves the directory behind.
 */
#ifndef GF_TESTS_FUZZ_SCRATCH_H
#define GF_TESTS_FUZZ_SCRATCH_H

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "oracle.h"

/* An empty directory of our own. */
static inline void scratch_make(char dir[PATH_MAX])
{
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, PATH_MAX, "%s/gf-fuzz-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    MUST(mkdtemp(dir));
}

/* The directory has to be empty by now. */
static inline void scratch_remove(const char *dir)
{
    MUST(rmdir(dir) == 0);
}

/* A file of these bytes; its descriptor, open for reading and writing. */
static inline int scratch_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    MUST(fd != -1);
    MUST(size == 0 || write(fd, data, size) == (ssize_t)size);
    return fd;
}

#endif
