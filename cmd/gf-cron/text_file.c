/*
 * text_file.c - a text as a file in memory, which a command reads as its standard input.
 *
 * The file is a memfd: the text is written whole and the descriptor is set back to its start.
 * Unlike a pipe the file has no capacity that a writer could wait for, and the text needs nobody to
 * feed it. The kernel frees the file when its last descriptor is closed.
 */
#include "text_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"

int text_file(const char *text, size_t len)
{
    int fd = memfd_create("gf-cron", MFD_CLOEXEC);
    if (fd == -1)
        return -1;
    if (gf_write_all(fd, text, len) == 0 && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    close(fd);
    return -1;
}
