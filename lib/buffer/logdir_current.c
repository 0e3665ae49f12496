/*
 * logdir_current.c - the file that is written to: opened without following a link, judged by its
 * descriptor, and closed with a separator where its last record was torn.
 *
 * Mode and group are set by the descriptor, the group first, since a change of the group may take
 * bits from the mode.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/own.h"
#include "buffer/logdir_parts.h"

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A regular file of ours with one name; the mode is the one that was asked for, whoever may write
 * by it. */
static int judge(int fd, const char **why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gf_own_refuse_errno(why);
    st.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
    const char *bad = gf_own_fault(&st, false, GF_OWN_OURS);
    return bad ? gf_own_refuse(why, EPERM, bad) : 0;
}

static int give(const struct gf_logdir_config *config, int fd)
{
    if (config->group != (gid_t)-1 && fchown(fd, (uid_t)-1, config->group) != 0)
        return -1;
    return fchmod(fd, config->mode & 0777);
}

/* When the file was made; where the file system does not tell, when it was written to last. */
static gf_ns made_wall(int fd)
{
    struct statx st;
    memset(&st, 0, sizeof st);
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME | STATX_MTIME, &st) != 0)
        return 1;
    const struct statx_timestamp *t = st.stx_mask & STATX_BTIME ? &st.stx_btime : &st.stx_mtime;
    return t->tv_sec > 0 && t->tv_sec < GF_NEVER / GF_S ? (gf_ns)t->tv_sec * GF_S + t->tv_nsec : 1;
}

/* Adds the separator that the last record lacks; size and time are known then. */
static int take_up(struct gf_logdir *d)
{
    struct stat st;
    char last;
    if (fstat(d->fd, &st) != 0)
        return -1;
    d->size = (uint64_t)st.st_size;
    d->began_wall = st.st_size > 0 ? made_wall(d->fd) : 0;
    if (st.st_size == 0)
        return 0;
    ssize_t n = gf_pread(d->fd, &last, 1, st.st_size - 1);
    if (n != 1 || last == d->config.separator) /* n is 0: somebody makes it shorter right now */
        return n == -1 ? -1 : 0;
    if (gf_write_all(d->fd, &d->config.separator, 1) != 0)
        return -1;
    d->size++;
    return 0;
}

int gf_logdir_current_open(struct gf_logdir *d, const char **why)
{
    bool made = false;
    d->size = 0;
    d->began_wall = 0;
    d->fd = gf_own_openat(d->dir, GF_LOGDIR_CURRENT, O_RDWR | O_APPEND | O_CREAT, &made, why);
    if (d->fd == -1 || judge(d->fd, why) != 0)
        goto fail;
    if (give(&d->config, d->fd) == 0 && take_up(d) == 0)
        return 0;
    (void)gf_own_refuse_errno(why);
fail:;
    int code = errno;
    if (made)
        (void)unlinkat(d->dir, GF_LOGDIR_CURRENT, 0);
    if (d->fd != -1)
        close(d->fd);
    d->fd = -1;
    d->size = 0;
    d->began_wall = 0;
    errno = code;
    return -1;
}

int gf_logdir_current_look(const struct gf_logdir *d, struct stat *st)
{
    struct stat named;
    if (d->fd == -1) {
        errno = ENOENT;
        return -1;
    }
    if (fstat(d->fd, st) != 0 ||
        fstatat(d->dir, GF_LOGDIR_CURRENT, &named, AT_SYMLINK_NOFOLLOW) != 0)
        return -1;
    if (same_file(st, &named))
        return 0;
    errno = ESTALE;
    return -1;
}

int gf_logdir_current_part(const struct gf_logdir *d)
{
    char name[GF_LOGDIR_NAME];
    struct stat current, archive;
    if (d->list.first == d->list.n)
        return 0;
    gf_logdir_name_format(&d->list.all[d->list.n - 1].stamp, name);
    if (fstatat(d->dir, GF_LOGDIR_CURRENT, &current, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(current.st_mode) || current.st_nlink < 2)
        return 0;
    if (fstatat(d->dir, name, &archive, AT_SYMLINK_NOFOLLOW) != 0 || !same_file(&current, &archive))
        return 0;
    return unlinkat(d->dir, GF_LOGDIR_CURRENT, 0);
}
