/*
 * capture.h - what a function writes to a descriptor, as text:
 *
 *     struct capture c = capture_begin(STDERR_FILENO);
 *     gf_error("no");
 *     CHECK_STR(capture_end(&c), "gf: no\n");
 *
 * The text is the capture's own, at most 16 KiB. Each test runs in a process of its own, so one
 * that fails on the way leaves nothing behind.
 */
#ifndef GF_TESTS_UNIT_CAPTURE_H
#define GF_TESTS_UNIT_CAPTURE_H

#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"

struct capture {
    int fd, saved, file;
    char text[16384];
};

static inline struct capture capture_begin(int fd)
{
    struct capture c = {.fd = fd, .saved = dup(fd), .file = gf_tmpfile("/tmp")};
    if (c.saved == -1 || c.file == -1 || dup2(c.file, fd) == -1)
        abort();
    return c;
}

static inline const char *capture_end(struct capture *c)
{
    ssize_t n = pread(c->file, c->text, sizeof c->text - 1, 0);
    c->text[n < 0 ? 0 : n] = '\0';
    dup2(c->saved, c->fd);
    close(c->saved);
    close(c->file);
    return c->text;
}

#endif
