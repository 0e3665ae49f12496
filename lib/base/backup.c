/*
 * backup.c - a link under a temporary name, which is renamed over the backup that there is.
 *
 * link(2) replaces nothing, so the link is made under one of the names of base/beside.h first. A
 * process that was killed in between leaves it there, one more name of the same file: the next run
 * finds that and takes it as its own. Two names of one file cannot be renamed onto each other (the
 * call does nothing and leaves both), so a backup that is the file already is left as it is.
 */
#include "base/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/takeafter.h"

enum {
    TRIES = 100
};

/* Whether a link is not to be had here, so that a copy has to do. */
static bool is_refused(int code)
{
    return code == EPERM || code == EACCES || code == EOPNOTSUPP || code == ENOSYS ||
           code == EMLINK || code == EXDEV;
}

static int copy_bytes(int from, int to)
{
    char block[8192];
    ssize_t n;
    while ((n = gf_read(from, block, sizeof block)) > 0)
        if (gf_write_all(to, block, (size_t)n) != 0)
            return -1;
    return (int)n;
}

static int copy(int dir, const char *name, const char *backup)
{
    char tmp[GF_BESIDE_NAME] = "";
    int to = -1, result = -1, keep;
    int from = gf_openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    if (from == -1)
        return -1;
    to = gf_beside_make(dir, backup, 0600, tmp);
    if (to == -1 || copy_bytes(from, to) != 0 || gf_take_after(to, from) != 0)
        goto out;
    result = gf_beside_commit(dir, backup, &to, tmp);
out:
    keep = errno;
    if (to != -1)
        close(to);
    close(from);
    gf_beside_drop(dir, tmp);
    errno = keep;
    return result;
}

int gf_backup(int dir, const char *name, const char *backup)
{
    char tmp[GF_BESIDE_NAME];
    if (gf_beside_is_same(dir, name, backup))
        return 0;
    for (int i = 0; i < TRIES; i++) {
        if (gf_beside_link(dir, name, tmp) != 0)
            return errno == ENOENT ? 0 : is_refused(errno) ? copy(dir, name, backup) : -1;
        if (renameat(dir, tmp, dir, backup) == 0)
            return 0;
        if (errno != ENOENT) /* else another run took the link for one that was left */
            break;
    }
    gf_beside_drop(dir, tmp);
    return -1;
}
