/*
 * logfile.c - the name is looked at for a descriptor, then opened, then the open file is judged.
 *
 * Opening /dev/stdout anew would start a redirected file at its beginning, so such names are
 * duplicated instead. Only the question whether it is special, and so opened for writing alone,
 * goes by the name; what is trusted is said by base/own.
 */
#include "base/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/num.h"
#include "base/own.h"

/* The descriptor that a name stands for, or -1: opening a name under /dev would follow a link, and
 * would open a redirected file anew at its start. */
int gf_logfile_named(const char *path)
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

/* A descriptor of our own, of what stands open for writing. */
static int dup_named(int fd, const char **why)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags != -1 && (flags & O_ACCMODE) == O_RDONLY)
        return gf_own_refuse(why, EBADF, "it is not open for writing");
    int copy = flags == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return copy == -1 ? gf_own_refuse_errno(why) : copy;
}

static bool is_special_kind(const struct stat *st)
{
    return !S_ISREG(st->st_mode) && !S_ISLNK(st->st_mode) && !S_ISDIR(st->st_mode);
}

static bool is_special(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && is_special_kind(&st);
}

static int open_special(const char *path, gf_ns patience, const char **why)
{
    int fd = gf_open_output(path, O_NOFOLLOW, patience);
    if (fd == -1 && errno == ENXIO)
        return gf_own_refuse(why, ENXIO, GF_OWN_NO_READER);
    return fd == -1 ? gf_own_refuse_errno(why) : fd;
}

int gf_logfile_open(const char *path, bool *is_file, const char **why)
{
    bool made;
    int named = gf_logfile_named(path);
    *is_file = false;
    if (named != -1)
        return dup_named(named, why);
    if (is_special(path))
        return open_special(path, GF_READER_PATIENCE, why);
    int fd = gf_own_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_APPEND, &made, why);
    if (fd != -1)
        fd = gf_own_check(fd, false, why);
    *is_file = fd != -1;
    return fd;
}

bool gf_logfile_is_moved(int fd, const char *path)
{
    struct stat open_there, named;
    if (fstat(fd, &open_there) != 0)
        return false;
    if (lstat(path, &named) != 0)
        return errno == ENOENT;
    if (is_special_kind(&named))
        return false;
    return named.st_dev != open_there.st_dev || named.st_ino != open_there.st_ino;
}

int gf_logfile_anew(const char *path, mode_t mode, gf_ns patience, const char **why)
{
    int named = gf_logfile_named(path);
    if (named != -1)
        return dup_named(named, why);
    return is_special(path) ? open_special(path, patience, why)
                            : gf_own_create(AT_FDCWD, path, mode, why);
}
