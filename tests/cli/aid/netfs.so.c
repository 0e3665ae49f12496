/*
 * netfs.so.c - every file system says that it is NFS. For tests of what is refused there.
 */
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int fstatfs(int fd, struct statfs *out)
{
    if (syscall(SYS_fstatfs, fd, out) != 0)
        return -1;
    out->f_type = 0x6969;
    return 0;
}
