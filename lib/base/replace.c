/*
 * replace.c - a temporary file beside the file: written, synced, renamed.
 *
 * mkostemp makes the file 0600, so its mode is set to 0644 less the umask. The umask can only be
 * read by setting it, so it is set twice. After any failure the temporary file is removed and errno
 * kept.
 */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"

/* A device, a fifo or a name in /dev (which may lead to a plain file) is written as it stands:
 * renaming over it would destroy it. */
static bool is_replaced(const char *file)
{
    struct stat st;
    if (strncmp(file, "/dev/", 5) == 0)
        return false;
    return stat(file, &st) != 0 || S_ISREG(st.st_mode);
}

static int write_through(const char *file, const void *data, size_t len)
{
    int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    if (fd == -1)
        return -1;
    int result = gf_write_all(fd, data, len);
    return gf_close(fd) == 0 ? result : -1;
}

/* Writes through a temporary file in the same directory, so that a reader sees old or new. */
static int replace(const char *file, const void *data, size_t len)
{
    struct gf_buf tmp = {0};
    int fd = -1;
    int result = -1;
    if (gf_buf_printf(&tmp, "%s.XXXXXX", file) != 0)
        goto out;
    fd = mkostemp(tmp.data, O_CLOEXEC);
    if (fd == -1)
        goto out;
    mode_t mask = umask(0);
    umask(mask);
    result = gf_write_all(fd, data, len);
    if (result == 0)
        result = fchmod(fd, 0644 & ~mask);
    if (result == 0)
        result = fsync(fd);
    if (gf_close(fd) != 0)
        result = -1;
    if (result == 0)
        result = rename(tmp.data, file);
    if (result != 0) {
        int keep = errno;
        unlink(tmp.data);
        errno = keep;
    }
out:
    gf_buf_release(&tmp);
    return result;
}

int gf_replace_file(const char *file, const void *data, size_t len)
{
    return is_replaced(file) ? replace(file, data, len) : write_through(file, data, len);
}
