/*
 * own.c - names are opened without following a link, then the open file is judged.
 *
 * Between a look at a name and its use somebody may put another file there, so a look decides
 * nothing but which error is told: the kernel refuses links (O_NOFOLLOW) and names that are taken
 * (O_EXCL), owner and mode are read from the descriptor, and a mode is set through it.
 */
#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/msg.h"

enum {
    TRIES = 100, /* against somebody who makes and removes the name all the time */
    DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
    /* A fifo or a terminal put there must not make us wait, nor become ours to obey. */
    ALWAYS = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
};

/* What is refused, and what the user can do: words around the path. */
static const struct refusal {
    const char *what;
    const char *cure, *behind;
} refusals[] = {
    {GF_OWN_LINK, "name what '", "' points to"},
    {"belongs to another user", "run as the owner of '", "', or name one of your own"},
    {"group or others may write to it", "if nobody else has changed it: chmod go-w '", "'"},
    {"has a second name (a hard link)", "remove the other name of '", "'"},
    {"is not a directory", "name another, or remove '", "'"},
    {"is not a regular file", "name another, or remove '", "'"},
    {GF_OWN_FOREIGN_LINK, "if you trust it, name what '", "' points to"},
    {GF_OWN_NO_READER, "start the reader of '", "' first"},
};
enum {
    LINK,
    OWNER,
    MODE,
    NAMES,
    NO_DIRECTORY,
    NO_FILE
};

int gf_own_refuse(const char **why, int code, const char *what)
{
    *why = what;
    errno = code;
    return -1;
}

int gf_own_refuse_errno(const char **why)
{
    int code = errno;
    return gf_own_refuse(why, code, code == ELOOP ? refusals[LINK].what : strerror(code));
}

int gf_own_drop(int fd, const char **why)
{
    int code = errno;
    close(fd);
    errno = code;
    return gf_own_refuse_errno(why);
}

/* ---- judging --------------------------------------------------------------------------------- */

const char *gf_own_fault(const struct stat *st, bool dir, enum gf_own_level level)
{
    if (dir ? !S_ISDIR(st->st_mode) : !S_ISREG(st->st_mode))
        return refusals[dir ? NO_DIRECTORY : NO_FILE].what;
    if (level >= GF_OWN_NAME && !dir && st->st_nlink > 1)
        return refusals[NAMES].what;
    if (level >= GF_OWN_OURS && st->st_uid != geteuid())
        return refusals[OWNER].what;
    if (level >= GF_OWN_OURS && st->st_mode & (S_IWGRP | S_IWOTH))
        return refusals[MODE].what;
    return NULL;
}

int gf_own_check(int fd, bool dir, const char **why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gf_own_drop(fd, why);
    const char *bad = gf_own_fault(&st, dir, GF_OWN_OURS);
    if (!bad)
        return fd;
    close(fd);
    return gf_own_refuse(why, EPERM, bad);
}

/* ---- directories ----------------------------------------------------------------------------- */

static bool is_link(int dirfd, const char *name)
{
    struct stat st;
    return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

/* A directory that we made, though the umask may have left us no right to it: a descriptor of the
 * path alone needs none, and /proc leads to what it stands for, not to what has the name now. */
static int open_made(int dirfd, const char *name)
{
    char self[32];
    struct stat st;
    int fd = gf_openat(dirfd, name, DIRECTORY, 0);
    if (fd != -1 || errno != EACCES)
        return fd;
    int path = gf_openat(dirfd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
    if (path == -1)
        return -1;
    snprintf(self, sizeof self, "/proc/self/fd/%d", path);
    errno = EACCES;
    if (fstat(path, &st) == 0 && st.st_uid == geteuid() && chmod(self, 0700) == 0)
        fd = gf_openat(path, ".", DIRECTORY, 0);
    int code = errno;
    close(path);
    errno = code;
    return fd;
}

/* Ours before it gets a mode: somebody may have put another one there. */
static int settle_dir(int fd, const char **why)
{
    fd = gf_own_check(fd, true, why);
    return fd == -1 || fchmod(fd, 0700) == 0 ? fd : gf_own_drop(fd, why);
}

int gf_own_opendir(int dirfd, const char *name, bool make, bool *made, const char **why)
{
    *made = make && mkdirat(dirfd, name, 0700) == 0;
    if (make && !*made && errno != EEXIST)
        return gf_own_refuse_errno(why);
    int fd = *made ? open_made(dirfd, name) : gf_openat(dirfd, name, DIRECTORY, 0);
    if (fd != -1)
        return *made ? settle_dir(fd, why) : fd;
    int code = errno;
    errno = code == ENOTDIR && is_link(dirfd, name) ? ELOOP : code;
    return gf_own_refuse_errno(why);
}

/* ---- files ----------------------------------------------------------------------------------- */

int gf_own_openat(int dirfd, const char *name, int flags, bool *made, const char **why)
{
    *made = false;
    int fd = -1;
    for (int i = 0; fd == -1 && i < TRIES; i++) {
        fd = gf_openat(dirfd, name, (flags & ~O_CREAT) | ALWAYS, 0);
        if (fd != -1 || errno != ENOENT || !(flags & O_CREAT))
            break;
        fd = gf_openat(dirfd, name, flags | O_EXCL | ALWAYS, 0600);
        *made = fd != -1;
        if (fd == -1 && errno != EEXIST)
            break;
    }
    if (*made && fchmod(fd, 0600) != 0)
        return gf_own_drop(fd, why);
    return fd == -1 ? gf_own_refuse_errno(why) : fd;
}

/* Takes the name from what has it, if that is a file of ours. 0 or -1. */
static int free_name(int dirfd, const char *name, const char **why)
{
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : gf_own_refuse_errno(why);
    if (S_ISLNK(st.st_mode))
        return gf_own_refuse(why, ELOOP, refusals[LINK].what);
    if (S_ISDIR(st.st_mode))
        return gf_own_refuse(why, EISDIR, strerror(EISDIR));
    if (!S_ISREG(st.st_mode))
        return gf_own_refuse(why, EPERM, refusals[NO_FILE].what);
    if (st.st_uid != geteuid())
        return gf_own_refuse(why, EPERM, refusals[OWNER].what);
    return unlinkat(dirfd, name, 0) == 0 || errno == ENOENT ? 0 : gf_own_refuse_errno(why);
}

int gf_own_create(int dirfd, const char *name, mode_t mode, const char **why)
{
    int fd = -1;
    for (int i = 0; fd == -1 && i < TRIES; i++) {
        if (free_name(dirfd, name, why) != 0)
            return -1;
        fd = gf_openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
        if (fd == -1 && errno != EEXIST)
            break;
    }
    if (fd != -1 && mode == 0600 && fchmod(fd, mode) != 0)
        return gf_own_drop(fd, why);
    return fd == -1 ? gf_own_refuse_errno(why) : fd;
}

/* ---- the way out ----------------------------------------------------------------------------- */

const char *gf_own_cure(const char *path, const char *why, char text[GF_OWN_CURE])
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strcmp(why, refusals[i].what) == 0) {
            snprintf(text, GF_OWN_CURE, "%s%s%s", refusals[i].cure, path, refusals[i].behind);
            return text;
        }
    return NULL;
}

void gf_own_hint(const char *path, const char *why)
{
    char text[GF_OWN_CURE];
    const char *cure = why ? gf_own_cure(path, why, text) : NULL;
    if (cure)
        gf_hint("%s", cure);
}
