/*
 * etags.c - a table of hashes and places; the texts stay in the file.
 *
 * A hash is 64 bits of SHA-256. The row itself says whether it is that of the URL; of two URLs with
 * one hash the one that came last is known.
 */
#include "net/etags.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/logfile.h"
#include "base/own.h"
#include "text/sha256.h"

enum {
    ROW_MAX = 64 * 1024,
    TAG_MAX = 1000,
    BLOCK = 256 * 1024
};

static int fd_of(const struct gf_etags *e)
{
    return e->fd_plus_1 - 1;
}

static uint64_t hash_of(const char *url, size_t len)
{
    struct gf_sha256 h;
    unsigned char digest[GF_SHA256_SIZE];
    uint64_t hash;
    gf_sha256_init(&h);
    gf_sha256_add(&h, url, len);
    gf_sha256_end(&h, digest);
    memcpy(&hash, digest, sizeof hash);
    return hash ? hash : 1;
}

/* ---- the table ------------------------------------------------------------------------------- */

static struct gf_etags_slot *place(struct gf_etags_slot *slot, size_t slots, uint64_t hash)
{
    size_t i = hash & (slots - 1);
    while (slot[i].hash && slot[i].hash != hash)
        i = (i + 1) & (slots - 1);
    return &slot[i];
}

static int note(struct gf_etags *e, uint64_t hash, uint64_t at)
{
    if (e->n * 4 >= e->slots * 3) {
        size_t slots = e->slots ? e->slots * 2 : 256;
        struct gf_etags_slot *more = calloc(slots, sizeof *more);
        if (!more)
            return -1;
        for (size_t i = 0; i < e->slots; i++)
            if (e->slot[i].hash)
                *place(more, slots, e->slot[i].hash) = e->slot[i];
        free(e->slot);
        e->slot = more;
        e->slots = slots;
    }
    struct gf_etags_slot *s = place(e->slot, e->slots, hash);
    e->n += !s->hash;
    *s = (struct gf_etags_slot){hash, at};
    return 0;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* `URL TAB ETAG` and maybe `TAB NAME`. */
static bool is_row(const char *row, size_t len, size_t *url)
{
    const char *tab = memchr(row, '\t', len);
    *url = tab ? (size_t)(tab - row) : 0;
    return tab && *url > 7 && memcmp(row, "http", 4) == 0 && *url + 1 < len;
}

/* Goes through the rows from the start; the file ends behind the last whole one. EINVAL: it is
 * another kind of file. */
static int load(struct gf_etags *e)
{
    struct gf_buf b = {0};
    int result = -1;
    ssize_t n = 1;
    e->end = e->rows = 0;
    while (n > 0) {
        if (gf_buf_reserve(&b, BLOCK) != 0)
            goto out;
        n = gf_pread(fd_of(e), b.data + b.len, BLOCK, (off_t)(e->end + b.len));
        if (n < 0)
            goto out;
        b.len += (size_t)n;
        size_t at = 0, url;
        for (char *nl; (nl = memchr(b.data + at, '\n', b.len - at)); e->rows++) {
            size_t len = (size_t)(nl - b.data) - at;
            if (!is_row(b.data + at, len, &url)) {
                errno = EINVAL;
                goto out;
            }
            if (note(e, hash_of(b.data + at, url), e->end) != 0)
                goto out;
            e->end += len + 1;
            at += len + 1;
        }
        memmove(b.data, b.data + at, b.len - at);
        b.len -= at;
        if (b.len > ROW_MAX || (n == 0 && b.len && e->rows == 0)) {
            errno = EINVAL;
            goto out;
        }
    }
    result = b.len ? gf_truncate(fd_of(e), (off_t)e->end) : 0;
out:
    gf_buf_release(&b);
    return result;
}

/* The row at that place, without its end, in e->found. */
static int read_row(struct gf_etags *e, uint64_t at)
{
    gf_buf_clear(&e->found);
    if (gf_buf_reserve(&e->found, ROW_MAX) != 0)
        return -1;
    ssize_t n = gf_pread(fd_of(e), e->found.data, ROW_MAX, (off_t)at);
    char *nl = n > 0 ? memchr(e->found.data, '\n', (size_t)n) : NULL;
    if (!nl)
        return -1;
    *nl = '\0';
    e->found.len = (size_t)(nl - e->found.data);
    return 0;
}

/* The rows that count, in the order of the file, to another file that takes its place. */
static int rewrite(struct gf_etags *e, int dir, const char *name)
{
    char tmp[GF_BESIDE_NAME];
    int fd = gf_beside_make(dir, name, 0600, tmp);
    if (fd == -1)
        return -1;
    for (uint64_t at = 0; at < e->end;) {
        if (read_row(e, at) != 0)
            goto failed;
        uint64_t next = at + e->found.len + 1;
        size_t url = strcspn(e->found.data, "\t");
        if (place(e->slot, e->slots, hash_of(e->found.data, url))->at == at) {
            gf_buf_putc(&e->found, '\n');
            if (gf_write_buf(fd, &e->found) != 0)
                goto failed;
        }
        at = next;
    }
    if (gf_beside_commit(dir, name, &fd, tmp) == 0)
        return 0;
failed:
    if (fd != -1)
        close(fd);
    gf_beside_drop(dir, tmp);
    return -1;
}

static int open_locked(struct gf_etags *e, const char *path, const char **why)
{
    for (;;) {
        bool is_file;
        int fd = gf_logfile_open(path, &is_file, why);
        if (fd == -1)
            return -1;
        if (!is_file) {
            close(fd);
            return gf_own_refuse(why, EINVAL, "it is no regular file");
        }
        e->fd_plus_1 = fd + 1;
        if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            return gf_own_refuse(why, EWOULDBLOCK, "another process uses it");
        if (!gf_logfile_is_moved(fd, path))
            return 0;
        close(fd); /* it was rewritten between the two calls */
        e->fd_plus_1 = 0;
    }
}

static void forget(struct gf_etags *e)
{
    free(e->slot);
    e->slot = NULL;
    e->slots = e->n = 0;
}

static int load_or_refuse(struct gf_etags *e, const char **why)
{
    if (load(e) == 0)
        return 0;
    return errno == EINVAL ? gf_own_refuse(why, EINVAL, "it is no store of tags")
                           : gf_own_refuse_errno(why);
}

int gf_etags_open(struct gf_etags *e, const char *path, const char **why)
{
    if (open_locked(e, path, why) != 0 || load_or_refuse(e, why) != 0) {
        gf_etags_close(e);
        return -1;
    }
    if (e->rows < 2 * e->n + 1000)
        return 0;
    const char *slash = strrchr(path, '/');
    char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int at = dir ? gf_open(dir, O_RDONLY | O_DIRECTORY, 0) : -1;
    free(dir);
    bool rewritten = at != -1 && rewrite(e, at, slash ? slash + 1 : path) == 0;
    if (at != -1)
        close(at);
    if (!rewritten) /* as it was, it can be used */
        return 0;
    close(fd_of(e));
    e->fd_plus_1 = 0;
    forget(e);
    if (open_locked(e, path, why) == 0 && load_or_refuse(e, why) == 0)
        return 0;
    gf_etags_close(e);
    return -1;
}

void gf_etags_close(struct gf_etags *e)
{
    int keep = errno;
    if (e->fd_plus_1)
        close(fd_of(e));
    forget(e);
    gf_buf_release(&e->row);
    gf_buf_release(&e->found);
    *e = (struct gf_etags){0};
    errno = keep;
}

/* ---- rows ------------------------------------------------------------------------------------ */

const char *gf_etags_find(struct gf_etags *e, const char *url, const char *name)
{
    size_t len = strlen(url);
    if (!e->n)
        return NULL;
    const struct gf_etags_slot *s = place(e->slot, e->slots, hash_of(url, len));
    if (!s->hash || read_row(e, s->at) != 0)
        return NULL;
    if (e->found.len <= len || e->found.data[len] != '\t' || memcmp(e->found.data, url, len) != 0)
        return NULL;
    char *etag = e->found.data + len + 1, *end = strchr(etag, '\t');
    if (strcmp(end ? end + 1 : "", name) != 0)
        return NULL;
    if (end)
        *end = '\0';
    return etag;
}

int gf_etags_put(struct gf_etags *e, const char *url, const char *etag, const char *name)
{
    size_t n = strlen(etag);
    for (const char *p = etag; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return 0;
    if (n == 0 || n > TAG_MAX || strlen(url) + strlen(name) > ROW_MAX - TAG_MAX - 3)
        return 0;
    gf_buf_clear(&e->row);
    gf_buf_puts(&e->row, url);
    gf_buf_putc(&e->row, '\t');
    gf_buf_puts(&e->row, etag);
    if (*name) {
        gf_buf_putc(&e->row, '\t');
        gf_buf_puts(&e->row, name);
    }
    gf_buf_putc(&e->row, '\n');
    if (gf_write_buf(fd_of(e), &e->row) != 0) {
        int keep = errno;
        /* A part of a first row would make a file that is no store of tags. */
        gf_truncate(fd_of(e), (off_t)e->end);
        errno = keep;
        return -1;
    }
    uint64_t at = e->end;
    e->end += e->row.len;
    e->rows++;
    return note(e, hash_of(url, strlen(url)), at);
}
