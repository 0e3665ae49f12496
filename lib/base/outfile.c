/*
 * outfile.c - a temporary file takes the place of the file (base/beside.h).
 *
 * rename(2) replaces a link and not what it leads to, so links are followed by hand, one readlink
 * after another; on the way a name in /proc or /dev/fd shows that a descriptor is meant. The stat
 * in front follows the links as well, which lets the kernel refuse a link that somebody else has
 * put into a directory like /tmp (fs.protected_symlinks).
 *
 * A file that was there may hold what not everybody may read. So its replacement is 0600 until it
 * has its owner; and a group that could not be kept leaves to our own group no more than to others.
 */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/own.h"

enum {
    HOPS = 40,  /* links that lead to links, as many as the kernel follows */
    MODE = 0666 /* less the umask, of a file that was not there */
};

/* ---- what the name means --------------------------------------------------------------------- */

/* The name of an open descriptor, or of a setting of the kernel. */
static bool is_descriptor(const char *path)
{
    return strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/", 6) == 0;
}

/* The bytes of the path up to its last slash, with it. */
static size_t dir_len(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Follows the links at the end of `path`. What it then names, or GF_OUTFILE_NONE with errno. */
static enum gf_outfile_kind follow(char path[PATH_MAX])
{
    char link[PATH_MAX];
    for (int hop = 0; hop <= HOPS; hop++) {
        if (is_descriptor(path))
            return GF_OUTFILE_THROUGH;
        ssize_t n = readlink(path, link, sizeof link);
        if (n == -1)
            return errno == EINVAL || errno == ENOENT ? GF_OUTFILE_WHOLE : GF_OUTFILE_NONE;
        size_t at = *link == '/' ? 0 : dir_len(path);
        if ((size_t)n >= PATH_MAX - at) {
            errno = ENAMETOOLONG;
            return GF_OUTFILE_NONE;
        }
        memcpy(path + at, link, (size_t)n);
        path[at + (size_t)n] = '\0';
    }
    errno = ELOOP;
    return GF_OUTFILE_NONE;
}

/* Looks at the file: `path` is then the name to replace or to open, `st` its state when it is
 * there. */
static enum gf_outfile_kind look(const char *file, char path[PATH_MAX], struct stat *st,
                                 bool *there)
{
    *there = stat(file, st) == 0;
    if (!*there && errno != ENOENT)
        return GF_OUTFILE_NONE;
    snprintf(path, PATH_MAX, "%s", file); /* stat has refused a longer one */
    return *there && !S_ISREG(st->st_mode) ? GF_OUTFILE_THROUGH : follow(path);
}

bool gf_outfile_is_whole(const char *file)
{
    char path[PATH_MAX];
    struct stat st;
    bool there;
    return look(file, path, &st, &there) != GF_OUTFILE_THROUGH;
}

int gf_outfile_dir(const char *file)
{
    char path[PATH_MAX];
    struct stat st;
    bool there;
    enum gf_outfile_kind kind = look(file, path, &st, &there);
    if (kind == GF_OUTFILE_THROUGH)
        errno = EINVAL;
    if (kind != GF_OUTFILE_WHOLE)
        return -1;
    size_t len = dir_len(path);
    path[len] = '\0';
    return gf_open(len ? path : ".", O_PATH | O_DIRECTORY, 0);
}

/* ---- the temporary file ---------------------------------------------------------------------- */

/* The file becomes as `old` is: first whose it is, then who may do what. */
static int take_after(int fd, const struct stat *old)
{
    struct stat st;
    mode_t mode = old->st_mode & 0777;
    if (fstat(fd, &st) != 0)
        return -1;
    if ((st.st_uid != old->st_uid || st.st_gid != old->st_gid) &&
        fchown(fd, old->st_uid, old->st_gid) != 0 && fchown(fd, (uid_t)-1, old->st_gid) != 0)
        mode &= ~(mode_t)070 | (mode & 07) << 3;
    return (st.st_mode & 0777) == mode ? 0 : fchmod(fd, mode);
}

static int make(struct gf_outfile *o, const struct stat *old, mode_t mode)
{
    mode = o->there ? 0600 : mode;
    o->fd = gf_beside_make(o->dir, o->name, mode, o->tmp);
    o->no_room = o->fd == -1;
    if (o->fd == -1)
        return -1;
    return o->there ? take_after(o->fd, old) : 0;
}

/* ---- open, commit, abandon ------------------------------------------------------------------- */

static int open_through(struct gf_outfile *o, const char *file, int flags, gf_ns patience)
{
    o->fd = gf_open_output(file, flags, patience);
    if (o->fd == -1)
        return -1;
    o->kind = GF_OUTFILE_THROUGH;
    return 0;
}

/* Cuts `path` behind its directory. */
static int open_whole(struct gf_outfile *o, char *path, const struct stat *old, mode_t mode)
{
    size_t len = dir_len(path);
    if (path[len] == '\0') {
        errno = len ? EISDIR : ENOENT;
        return -1;
    }
    if (o->there && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        return -1;
    o->name = strdup(path + len);
    if (!o->name)
        return -1;
    path[len] = '\0';
    o->dir = gf_open(len ? path : ".", O_PATH | O_DIRECTORY, 0);
    if (o->dir == -1)
        return -1;
    o->kind = GF_OUTFILE_WHOLE;
    return make(o, old, mode);
}

int gf_outfile_open(struct gf_outfile *o, const char *file)
{
    char path[PATH_MAX];
    struct stat old;
    int result = -1;
    *o = (struct gf_outfile){.fd = -1, .dir = -1};
    enum gf_outfile_kind kind = look(file, path, &old, &o->there);
    if (kind == GF_OUTFILE_THROUGH)
        result = open_through(o, path, 0, GF_NEVER);
    else if (kind == GF_OUTFILE_WHOLE)
        result = open_whole(o, path, &old, MODE);
    if (result != 0) {
        bool no_room = o->no_room;
        gf_outfile_abandon(o);
        o->no_room = no_room;
    }
    return result;
}

/* A link that the system itself has put there. */
static bool is_standard(const char *file)
{
    return strcmp(file, "/dev/stdout") == 0 || strcmp(file, "/dev/stderr") == 0 ||
           is_descriptor(file);
}

static int open_own(struct gf_outfile *o, const char *file, mode_t mode, gf_ns patience)
{
    char path[PATH_MAX];
    struct stat old;
    o->there = lstat(file, &old) == 0;
    if (!o->there && errno != ENOENT)
        return -1;
    if (is_standard(file))
        return open_through(o, file, 0, patience);
    if (o->there && S_ISLNK(old.st_mode)) {
        errno = ELOOP;
        return -1;
    }
    if (o->there && !S_ISREG(old.st_mode))
        return open_through(o, file, O_NOFOLLOW, patience);
    if (strlen(file) >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(path, file, strlen(file) + 1);
    o->there = o->there && mode != 0600 && old.st_uid == geteuid();
    if (open_whole(o, path, &old, mode) != 0)
        return -1;
    return mode == 0600 ? fchmod(o->fd, mode) : 0;
}

int gf_outfile_open_own(struct gf_outfile *o, const char *file, mode_t mode, gf_ns patience,
                        const char **why)
{
    *o = (struct gf_outfile){.fd = -1, .dir = -1};
    if (open_own(o, file, mode, patience) == 0)
        return 0;
    gf_outfile_abandon(o);
    return errno == ENXIO ? gf_own_refuse(why, ENXIO, GF_OWN_NO_READER) : gf_own_refuse_errno(why);
}

int gf_outfile_commit(struct gf_outfile *o)
{
    int result = 0;
    if (o->kind == GF_OUTFILE_WHOLE)
        result = gf_beside_commit(o->dir, o->name, &o->fd, o->tmp);
    if (o->kind == GF_OUTFILE_THROUGH) {
        result = gf_close(o->fd);
        o->fd = -1;
    }
    gf_outfile_abandon(o); /* what is left to release */
    return result;
}

void gf_outfile_abandon(struct gf_outfile *o)
{
    int keep = errno;
    if (o->kind != GF_OUTFILE_NONE && o->fd != -1)
        close(o->fd);
    gf_beside_drop(o->dir, o->tmp);
    if (o->kind == GF_OUTFILE_WHOLE)
        close(o->dir);
    free(o->name);
    *o = (struct gf_outfile){.fd = -1, .dir = -1};
    errno = keep;
}
