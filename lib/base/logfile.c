/*
 * logfile.c - the name is looked at for a descriptor, then opened, then the open file is judged.
 *
 * Opening /dev/stdout anew would start a redirected file at its beginning, so such names are
 * duplicated instead. Owner, mode and number of names are taken from the open descriptor, where
 * nobody can swap the file. Only the question whether it is special, and so opened for writing
 * alone, goes by the name.
 */
#include "base/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"

/* The descriptor that a name stands for, or -1: opening a name under /dev would follow a link, and
 * would open a redirected file anew at its start. */
static int named_fd(const char *path)
{
    static const char *const prefixes[] = {"/dev/fd/", "fd:"};
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t len = strlen(prefixes[i]);
        uint64_t n;
        if (strncmp(path, prefixes[i], len) == 0 &&
            gf_parse_count(path + len, strlen(path + len), 0, INT32_MAX, &n, NULL) == 0)
            return (int)n;
    }
    return -1;
}

static int refuse(const char **why, int err, const char *text)
{
    *why = text;
    errno = err;
    return -1;
}

/* A descriptor of our own, of what stands open for writing. */
static int dup_named(int fd, const char **why)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags != -1 && (flags & O_ACCMODE) == O_RDONLY)
        return refuse(why, EBADF, "it is not open for writing");
    return flags == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static int check(int fd, bool *is_file, const char **why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return -1;
    *is_file = S_ISREG(st.st_mode);
    if (S_ISDIR(st.st_mode))
        return refuse(why, EISDIR, NULL);
    if (!*is_file)
        return 0;
    if (st.st_uid != geteuid())
        return refuse(why, EPERM, "it belongs to another user");
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return refuse(why, EPERM, "others may write it");
    if (st.st_nlink > 1)
        return refuse(why, EPERM, "it has more than one name (hard links)");
    return 0;
}

int gf_logfile_open(const char *path, bool *is_file, const char **why)
{
    *why = NULL;
    *is_file = false;
    int named = named_fd(path);
    if (named != -1)
        return dup_named(named, why);
    /* A fifo or device is opened for writing only. */
    struct stat st;
    bool special = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    int flags = (special ? O_WRONLY : O_RDWR | O_CREAT) | O_APPEND | O_NOFOLLOW;
    int fd = gf_open(path, flags, 0600);
    if (fd == -1)
        return errno == ELOOP ? refuse(why, ELOOP, "it is a symbolic link") : -1;
    if (check(fd, is_file, why) == 0)
        return fd;
    int keep = errno;
    close(fd);
    errno = keep;
    return -1;
}
