/*
 * outfile.c - a temporary file takes the place of the file (base/beside.h).
 *
 * rename(2) replaces a link and not what it leads to, so links are followed before
 * (base/follow.h); on the way a name in /proc or /dev/fd shows that a descriptor is meant.
 *
 * The old file is held open from the start: at the commit its state is what the new one takes, and
 * its bytes what the new ones are compared with. Its name may lead elsewhere by then. Behind a wall
 * (base/wall.h) a directory of outputs may be one to write to only: a file that cannot be opened to
 * read is opened to write, which reads attributes as well.
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

#include "base/backup.h"
#include "base/beside.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/follow.h"
#include "base/own.h"
#include "base/takeafter.h"

enum {
    MODE = 0666, /* less the umask, of a file that was not there */
    BLOCK = 4096
};

/* ---- what the name means --------------------------------------------------------------------- */

/* Looks at the file: `path` is then the name to replace or to open. */
static enum gf_outfile_kind look(const char *file, char path[PATH_MAX], bool no_follow,
                                 const char **why)
{
    struct stat st;
    size_t len = strlen(file);
    if (len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return GF_OUTFILE_NONE;
    }
    memcpy(path, file, len + 1);
    if (gf_follow(path, no_follow, why) != 0)
        return GF_OUTFILE_NONE;
    if (gf_follow_is_descriptor(path))
        return GF_OUTFILE_THROUGH;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? GF_OUTFILE_WHOLE : GF_OUTFILE_NONE;
    return S_ISREG(st.st_mode) ? GF_OUTFILE_WHOLE : GF_OUTFILE_THROUGH;
}

bool gf_outfile_is_whole(const char *file)
{
    char path[PATH_MAX];
    const char *why;
    return look(file, path, false, &why) != GF_OUTFILE_THROUGH;
}

int gf_outfile_dir(const char *file)
{
    char path[PATH_MAX];
    const char *why;
    enum gf_outfile_kind kind = look(file, path, false, &why);
    if (kind == GF_OUTFILE_THROUGH)
        errno = EINVAL;
    if (kind != GF_OUTFILE_WHOLE)
        return -1;
    size_t len = gf_follow_dir(path);
    path[len] = '\0';
    return gf_open(len ? path : ".", O_PATH | O_DIRECTORY, 0);
}

/* ---- open ------------------------------------------------------------------------------------ */

static int open_through(struct gf_outfile *o, const char *file, int flags, gf_ns patience)
{
    o->fd = gf_open_output(file, flags, patience);
    if (o->fd == -1)
        return -1;
    o->kind = GF_OUTFILE_THROUGH;
    return 0;
}

/* Opens the file that is there, as far as that may be, and looks at it. 0, also when there is none;
 * -1: it may not be replaced. */
static int open_old(struct gf_outfile *o, struct stat *old)
{
    static const int ways[] = {O_RDONLY | O_NONBLOCK | O_NOCTTY, O_WRONLY | O_NONBLOCK | O_NOCTTY,
                               O_PATH};
    for (size_t i = 0; o->old == -1 && i < sizeof ways / sizeof *ways; i++)
        o->old = gf_openat(o->dir, o->name, ways[i] | O_NOFOLLOW, 0);
    if (o->old == -1)
        return errno == ENOENT ? 0 : -1;
    if (fstat(o->old, old) != 0)
        return -1;
    if (!S_ISREG(old->st_mode)) { /* put there since the look at the name */
        errno = EBUSY;
        return -1;
    }
    return 0;
}

/* The temporary file, 0600, and the mode that it has in the end: as `mode`, or of any new file. */
static int make(struct gf_outfile *o, mode_t mode)
{
    o->fd = o->choice.if_changed ? gf_beside_make_rw(o->dir, o->name, 0600, o->tmp)
                                 : gf_beside_make(o->dir, o->name, 0600, o->tmp);
    o->mode = mode;
    o->no_room =
        o->fd == -1 || (!o->there && mode != 0600 && gf_beside_mode(o->dir, mode, &o->mode) != 0);
    return o->no_room ? -1 : 0;
}

/* Cuts `path` behind its directory. `own`: only a file of ours lends anything. */
static int open_whole(struct gf_outfile *o, char *path, mode_t mode, bool own)
{
    struct stat old = {0};
    size_t len = gf_follow_dir(path);
    if (path[len] == '\0') {
        errno = len ? EISDIR : ENOENT;
        return -1;
    }
    o->name = strdup(path + len);
    if (!o->name)
        return -1;
    path[len] = '\0';
    o->dir = gf_open(len ? path : ".", O_PATH | O_DIRECTORY, 0);
    if (o->dir == -1)
        return -1;
    o->kind = GF_OUTFILE_WHOLE;
    if (open_old(o, &old) != 0)
        return -1;
    o->there = o->old != -1 && (!own || (mode != 0600 && old.st_uid == geteuid()));
    if (o->there && faccessat(o->dir, o->name, W_OK, AT_EACCESS) != 0)
        return -1;
    return make(o, mode);
}

int gf_outfile_open_as(struct gf_outfile *o, const char *file, const struct gf_outfile_choice *how)
{
    char path[PATH_MAX];
    int result = -1;
    *o = (struct gf_outfile){.fd = -1, .dir = -1, .old = -1, .choice = *how};
    enum gf_outfile_kind kind = look(file, path, how->no_follow, &o->why);
    if (kind == GF_OUTFILE_THROUGH)
        result = open_through(o, path, 0, GF_NEVER);
    else if (kind == GF_OUTFILE_WHOLE)
        result = open_whole(o, path, MODE, false);
    if (result != 0) {
        bool no_room = o->no_room;
        const char *why = o->why;
        gf_outfile_abandon(o);
        o->no_room = no_room;
        o->why = why;
    }
    return result;
}

int gf_outfile_open(struct gf_outfile *o, const char *file)
{
    return gf_outfile_open_as(o, file, &(struct gf_outfile_choice){0});
}

/* A link that the system itself has put there. */
static bool is_standard(const char *file)
{
    return strcmp(file, "/dev/stdout") == 0 || strcmp(file, "/dev/stderr") == 0 ||
           gf_follow_is_descriptor(file);
}

static int open_own(struct gf_outfile *o, const char *file, mode_t mode, gf_ns patience)
{
    char path[PATH_MAX];
    struct stat old;
    bool there = lstat(file, &old) == 0;
    if (!there && errno != ENOENT)
        return -1;
    if (is_standard(file))
        return open_through(o, file, 0, patience);
    if (there && S_ISLNK(old.st_mode)) {
        errno = ELOOP;
        return -1;
    }
    if (there && !S_ISREG(old.st_mode))
        return open_through(o, file, O_NOFOLLOW, patience);
    if (strlen(file) >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(path, file, strlen(file) + 1);
    return open_whole(o, path, mode, true);
}

int gf_outfile_open_own(struct gf_outfile *o, const char *file, mode_t mode, gf_ns patience,
                        const char **why)
{
    *o = (struct gf_outfile){.fd = -1, .dir = -1, .old = -1};
    if (open_own(o, file, mode, patience) == 0)
        return 0;
    gf_outfile_abandon(o);
    return errno == ENXIO ? gf_own_refuse(why, ENXIO, GF_OWN_NO_READER) : gf_own_refuse_errno(why);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Whether both hold the same `size` bytes. What cannot be read is not the same. */
static bool holds_same(int a, int b, off_t size)
{
    char one[BLOCK], two[BLOCK];
    for (off_t at = 0; at < size; at += BLOCK) {
        size_t want = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
        if (gf_pread(a, one, want, at) != (ssize_t)want ||
            gf_pread(b, two, want, at) != (ssize_t)want || memcmp(one, two, want) != 0)
            return false;
    }
    return true;
}

/* Whether the file has the bytes already that it is to get. Looking should not set its time. */
static bool is_same(struct gf_outfile *o)
{
    struct stat st, old, named;
    if (o->old == -1 || fstat(o->fd, &st) != 0 || fstat(o->old, &old) != 0 ||
        fstatat(o->dir, o->name, &named, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    if (named.st_dev != old.st_dev || named.st_ino != old.st_ino || st.st_size != old.st_size)
        return false;
    (void)fcntl(o->old, F_SETFL, O_NOATIME);
    return holds_same(o->fd, o->old, st.st_size);
}

static int keep_backup(struct gf_outfile *o)
{
    char backup[NAME_MAX + 1];
    int n = snprintf(backup, sizeof backup, "%s%s", o->name, o->choice.backup);
    if (n < 0 || (size_t)n >= sizeof backup) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return gf_backup(o->dir, o->name, backup);
}

/* The new file gets owner, lists and mode. */
static int dress(struct gf_outfile *o)
{
    struct stat st;
    if (o->there)
        return gf_take_after(o->fd, o->old);
    if (fstat(o->fd, &st) != 0)
        return -1;
    return (st.st_mode & 07777) == o->mode ? 0 : fchmod(o->fd, o->mode);
}

static enum gf_outfile_end finish_whole(struct gf_outfile *o)
{
    if (o->choice.if_changed && is_same(o))
        return GF_OUTFILE_SAME;
    if (dress(o) != 0)
        return GF_OUTFILE_FAILED;
    if (o->choice.backup && keep_backup(o) != 0)
        return GF_OUTFILE_NO_BACKUP;
    if (gf_beside_commit(o->dir, o->name, &o->fd, o->tmp) != 0)
        return GF_OUTFILE_FAILED;
    return o->choice.sync_name && gf_sync_dir(o->dir) != 0 ? GF_OUTFILE_NOT_SYNCED
                                                           : GF_OUTFILE_REPLACED;
}

enum gf_outfile_end gf_outfile_finish(struct gf_outfile *o)
{
    enum gf_outfile_end end = GF_OUTFILE_REPLACED;
    if (o->kind == GF_OUTFILE_WHOLE)
        end = finish_whole(o);
    if (o->kind == GF_OUTFILE_THROUGH) {
        end = gf_close(o->fd) == 0 ? GF_OUTFILE_REPLACED : GF_OUTFILE_FAILED;
        o->fd = -1;
    }
    gf_outfile_abandon(o); /* what is left to release */
    return end;
}

int gf_outfile_commit(struct gf_outfile *o)
{
    return gf_outfile_finish(o) < GF_OUTFILE_FAILED ? 0 : -1;
}

void gf_outfile_abandon(struct gf_outfile *o)
{
    int keep = errno;
    if (o->kind != GF_OUTFILE_NONE && o->fd != -1)
        close(o->fd);
    if (o->kind == GF_OUTFILE_WHOLE && o->old != -1)
        close(o->old);
    gf_beside_drop(o->dir, o->tmp);
    if (o->kind == GF_OUTFILE_WHOLE)
        close(o->dir);
    free(o->name);
    *o = (struct gf_outfile){.fd = -1, .dir = -1, .old = -1};
    errno = keep;
}
