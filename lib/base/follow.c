/*
 * follow.c - one link after another. Each is opened itself (O_PATH), so that the link whose owner
 * was looked at is the one that is read, whatever takes its name meanwhile.
 */
#include "base/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

enum {
    HOPS = 40 /* links that lead to links, as many as the kernel follows */
};

bool gf_follow_is_descriptor(const char *path)
{
    return strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/", 6) == 0;
}

size_t gf_follow_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Whether the link at the end of `path` was put there by somebody whom we need not trust. */
static bool is_foreign(const char *path, const struct stat *link)
{
    char dir[PATH_MAX] = ".";
    struct stat st;
    size_t len = gf_follow_dir(path);
    if (link->st_uid == geteuid() || link->st_uid == 0)
        return false;
    if (len) {
        memcpy(dir, path, len);
        dir[len] = '\0';
    }
    return stat(dir, &st) != 0 ||
           (st.st_uid != link->st_uid && (st.st_mode & (S_IWGRP | S_IWOTH)) != 0);
}

/* What the link at the end of `path` says, with its length. 0: there is none; -1 with errno, and
 * *why. */
static ssize_t read_link(const char *path, char text[PATH_MAX], bool no_follow, const char **why)
{
    struct stat st;
    ssize_t n = -1;
    int fd = gf_open(path, O_PATH | O_NOFOLLOW, 0);
    if (fd == -1)
        return errno == ENOENT ? 0 : -1;
    bool seen = fstat(fd, &st) == 0;
    if (seen && !S_ISLNK(st.st_mode))
        n = 0;
    else if (seen && no_follow)
        (void)gf_own_refuse(why, ELOOP, GF_OWN_LINK);
    else if (seen && is_foreign(path, &st))
        (void)gf_own_refuse(why, EACCES, GF_OWN_FOREIGN_LINK);
    else if (seen)
        n = readlinkat(fd, "", text, PATH_MAX);
    int keep = errno;
    close(fd);
    errno = keep;
    return n;
}

int gf_follow(char path[PATH_MAX], bool no_follow, const char **why)
{
    char link[PATH_MAX];
    for (int hop = 0; hop <= HOPS; hop++) {
        ssize_t n = gf_follow_is_descriptor(path) ? 0 : read_link(path, link, no_follow, why);
        if (n <= 0)
            return (int)n;
        size_t at = *link == '/' ? 0 : gf_follow_dir(path);
        if ((size_t)n >= PATH_MAX - at) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(path + at, link, (size_t)n);
        path[at + (size_t)n] = '\0';
    }
    errno = ELOOP;
    return -1;
}
