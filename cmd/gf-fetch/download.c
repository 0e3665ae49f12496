/*
 * download.c - temporary files of base/beside.h in one directory that is open, and the names that
 * lines of this run have taken, by 64 bits of their SHA-256: two of a million names share these
 * with a chance of 3e-8, and then the second line is refused.
 */
#include "download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "net/sha256.h"

int downloads_open(struct downloads *all, const char *dir)
{
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return -1;
    all->dir = gf_open(dir, O_RDONLY | O_DIRECTORY, 0);
    return all->dir == -1 ? -1 : 0;
}

void downloads_close(struct downloads *all)
{
    if (all->dir > 0)
        close(all->dir);
    free(all->claimed);
    *all = (struct downloads){0};
}

/* ---- names ----------------------------------------------------------------------------------- */

static uint64_t hash_of(const char *name)
{
    struct gf_sha256 h;
    unsigned char digest[GF_SHA256_SIZE];
    uint64_t hash;
    gf_sha256_init(&h);
    gf_sha256_add(&h, name, strlen(name));
    gf_sha256_end(&h, digest);
    memcpy(&hash, digest, sizeof hash);
    return hash ? hash : 1;
}

static bool put(uint64_t *slot, size_t slots, uint64_t hash)
{
    size_t i = hash & (slots - 1);
    while (slot[i] && slot[i] != hash)
        i = (i + 1) & (slots - 1);
    bool is_new = !slot[i];
    slot[i] = hash;
    return is_new;
}

int downloads_claim(struct downloads *all, const char *name)
{
    if (all->n * 4 >= all->slots * 3) {
        size_t slots = all->slots ? all->slots * 2 : 1024;
        uint64_t *more = calloc(slots, sizeof *more);
        if (!more)
            return -1;
        for (size_t i = 0; i < all->slots; i++)
            if (all->claimed[i])
                put(more, slots, all->claimed[i]);
        free(all->claimed);
        all->claimed = more;
        all->slots = slots;
    }
    bool is_new = put(all->claimed, all->slots, hash_of(name));
    all->n += is_new;
    return is_new;
}

bool downloads_has(const struct downloads *all, const char *name)
{
    struct stat st;
    return fstatat(all->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* ---- files ----------------------------------------------------------------------------------- */

int download_open(const struct downloads *all, struct download *d)
{
    d->fd = gf_beside_make_plain(all->dir, 0666, d->tmp);
    return d->fd == -1 ? -1 : 0;
}

int download_write(struct download *d, const char *data, size_t len)
{
    return gf_write_all(d->fd, data, len);
}

int download_commit(const struct downloads *all, struct download *d, const char *name, bool replace)
{
    return gf_beside_commit_plain(all->dir, name, &d->fd, d->tmp, replace);
}

void download_drop(const struct downloads *all, struct download *d)
{
    int keep = errno;
    if (d->fd != -1)
        close(d->fd);
    d->fd = -1;
    gf_beside_drop(all->dir, d->tmp);
    errno = keep;
}
