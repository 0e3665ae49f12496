/*
 * download.c - temporary files of base/beside.h in one directory that is open, and the names that
 * lines of this run have taken, by 64 bits of their SHA-256: two of a million names share these
 * with a chance of 3e-8, and then the second line is refused.
 */
#include "download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/file.h"
#include "text/sha256.h"

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
    if (gf_write_all(d->fd, data, len) != 0)
        return -1;
    d->size += len;
    return 0;
}

/* NAME.part.etag */
static void etag_name(const struct download *d, char out[GF_FILENAME_SIZE + 10])
{
    snprintf(out, GF_FILENAME_SIZE + 10, "%s.etag", d->part);
}

static void remove_etag(const struct downloads *all, const struct download *d)
{
    char name[GF_FILENAME_SIZE + 10];
    etag_name(d, name);
    (void)unlinkat(all->dir, name, 0);
}

/* The part gets the name of the file. */
static int commit_part(const struct downloads *all, struct download *d, const char *name,
                       bool replace)
{
    if (gf_close(d->fd) != 0) {
        d->fd = -1;
        return -1;
    }
    d->fd = -1;
    int r = replace ? renameat(all->dir, d->part, all->dir, name)
                    : gf_beside_rename_new(all->dir, d->part, name);
    if (r != 0)
        return -1;
    remove_etag(all, d);
    d->part[0] = '\0';
    return 0;
}

int download_commit(const struct downloads *all, struct download *d, const char *name, bool replace)
{
    if (d->part[0])
        return commit_part(all, d, name, replace);
    return gf_beside_commit_plain(all->dir, name, &d->fd, d->tmp, replace);
}

static void close_file(struct download *d)
{
    if (d->fd != -1)
        close(d->fd);
    d->fd = -1;
    d->size = 0;
}

void download_drop(const struct downloads *all, struct download *d)
{
    int keep = errno;
    close_file(d);
    gf_beside_drop(all->dir, d->tmp);
    if (d->part[0]) {
        (void)unlinkat(all->dir, d->part, 0);
        remove_etag(all, d);
    }
    d->part[0] = '\0';
    errno = keep;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* The row `URL TAB ETAG` of a part: whether it is of the URL, and the tag. */
static bool read_etag(const struct downloads *all, const struct download *d, const char *url,
                      char etag[DOWNLOAD_ETAG])
{
    char name[GF_FILENAME_SIZE + 10];
    size_t len = strlen(url);
    etag_name(d, name);
    struct gf_buf row = {0};
    int fd = gf_openat(all->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    bool found = false;
    if (fd != -1 && gf_buf_reserve(&row, len + 1 + DOWNLOAD_ETAG) == 0) {
        ssize_t n = gf_pread(fd, row.data, len + DOWNLOAD_ETAG, 0);
        size_t tag = n > 0 && (size_t)n > len + 2 ? (size_t)n - len - 2 : 0;
        if (tag && tag < DOWNLOAD_ETAG && memcmp(row.data, url, len) == 0 &&
            row.data[len] == '\t' && row.data[n - 1] == '\n') {
            memcpy(etag, row.data + len + 1, tag);
            etag[tag] = '\0';
            found = true;
        }
    }
    if (fd != -1)
        close(fd);
    gf_buf_release(&row);
    return found;
}

static int write_etag(const struct downloads *all, const struct download *d, const char *url,
                      const char *etag)
{
    char name[GF_FILENAME_SIZE + 10], tmp[GF_BESIDE_NAME];
    struct gf_buf row = {0};
    etag_name(d, name);
    int fd = gf_beside_make_plain(all->dir, 0600, tmp);
    gf_buf_puts(&row, url);
    gf_buf_putc(&row, '\t');
    gf_buf_puts(&row, etag);
    gf_buf_putc(&row, '\n');
    int r = fd == -1 ? -1 : gf_write_buf(fd, &row);
    if (r == 0)
        r = gf_beside_commit_plain(all->dir, name, &fd, tmp, true);
    if (fd != -1)
        close(fd);
    gf_beside_drop(all->dir, tmp);
    gf_buf_release(&row);
    return r;
}

static void name_part(struct download *d, const char *name)
{
    snprintf(d->part, sizeof d->part, "%s.part", name);
}

bool download_find_part(const struct downloads *all, struct download *d, const char *name,
                        const char *url, char etag[DOWNLOAD_ETAG])
{
    struct stat st;
    name_part(d, name);
    if (read_etag(all, d, url, etag)) {
        d->fd = gf_openat(all->dir, d->part, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0);
        if (d->fd != -1 && fstat(d->fd, &st) == 0 && S_ISREG(st.st_mode) &&
            st.st_uid == geteuid() && st.st_nlink == 1 && st.st_size > 0) {
            d->size = (uint64_t)st.st_size;
            return true;
        }
    }
    close_file(d);
    d->part[0] = '\0';
    return false;
}

int download_begin_part(const struct downloads *all, struct download *d, const char *name,
                        const char *url, const char *etag)
{
    close_file(d);
    name_part(d, name);
    (void)unlinkat(all->dir, d->part, 0); /* first: no tag is of the bytes of another version */
    if (write_etag(all, d, url, etag) != 0)
        return -1;
    d->fd = gf_openat(all->dir, d->part, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
    return d->fd == -1 ? -1 : 0;
}

void download_keep(const struct downloads *all, struct download *d)
{
    if (d->part[0] && d->size > 0)
        close_file(d);
    else
        download_drop(all, d);
    d->part[0] = '\0';
}
