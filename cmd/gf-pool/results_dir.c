/*
 * results_dir.c - a path is walked part by part, each below the descriptor of the one before.
 *
 * So a directory that somebody renames, or puts a link in place of, takes nothing along to where
 * the name leads now.
 */
#include "results_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"

int results_root_open(const struct results_names *n, const char **why)
{
    const char *name = n->text ? n->text : n->plain.data;
    size_t len = n->text ? n->fixed : n->plain.len;
    char path[PATH_MAX];
    bool made;
    if (n->text && len == 0 && *name == '/') /* a template that begins with a slash */
        len = 1;
    if (len == 0)
        return AT_FDCWD;
    if (len >= sizeof path)
        return gf_own_refuse(why, ENAMETOOLONG, strerror(ENAMETOOLONG));
    memcpy(path, name, len);
    while (len > 1 && path[len - 1] == '/') /* behind which the kernel would follow a link */
        len--;
    path[len] = '\0';
    return gf_own_opendir(AT_FDCWD, path, true, &made, why);
}

void results_root_close(int root)
{
    if (root >= 0)
        close(root);
}

/* The part `name` below `above`, which is closed. */
static int step_down(int above, const char *name, bool make, const char **why)
{
    bool made;
    int fd = gf_own_opendir(above, name, make, &made, why);
    if (fd != -1)
        fd = gf_own_check(fd, true, why);
    int code = errno;
    results_root_close(above);
    errno = code;
    return fd;
}

int results_dir_open(int root, const char *path, bool make, const char **why)
{
    char name[NAME_MAX + 1];
    int fd = root >= 0 ? fcntl(root, F_DUPFD_CLOEXEC, 3) : root;
    if (fd == -1)
        return gf_own_refuse_errno(why);
    for (size_t len; *path && fd != -1; path += len + (path[len] == '/')) {
        len = strcspn(path, "/");
        if (len >= sizeof name) {
            results_root_close(fd);
            return gf_own_refuse(why, ENAMETOOLONG, strerror(ENAMETOOLONG));
        }
        memcpy(name, path, len);
        name[len] = '\0';
        if (len)
            fd = step_down(fd, name, make, why);
    }
    return fd;
}
