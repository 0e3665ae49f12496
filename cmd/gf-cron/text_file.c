/* text_file.c - a text as a file: in memory, by memfd_create(2), read from its start. */
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
