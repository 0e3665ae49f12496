/*
 * keyrates.c - a file of rates by key.
 *
 * The lines become an array that is sorted by the hash of the key and searched by halves. Two lines
 * of one key have to say the same. The line of * sets the limit of all other keys. The file is
 * looked at every CHECK_INTERVAL by stat(2), which needs no descriptor and sees a file that was
 * renamed over it. A changed file is read into a new struct, so that a mistake in it leaves the old
 * rates as they were; the mistake is reported once, since the identity of the bad file is kept.
 */
#include "keyrates.h"

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
#include "base/msg.h"
#include "key.h"
#include "limit/keyrate.h"
#include "base/wall.h"

enum {
    FILE_MOST = 256 * 1024 * 1024
};

#define CHECK_INTERVAL (100 * GF_MS) /* between two looks whether the file has changed */

static int read_file(struct keyrates *k, struct gf_buf *b)
{
    struct stat st;
    int fd = gf_open(k->path, O_RDONLY | O_NONBLOCK, 0);
    ssize_t n = fd == -1 || fstat(fd, &st) != 0 ? -1 : 1;
    if (n == 1) {
        k->device = st.st_dev;
        k->inode = st.st_ino;
        k->size = st.st_size;
        k->written = st.st_mtim;
    }
    while (n > 0) {
        if (b->len > FILE_MOST) {
            errno = EFBIG;
            n = -1;
        } else if (gf_buf_reserve(b, 65536) != 0) {
            errno = ENOMEM;
            n = -1;
        } else {
            n = gf_read(fd, b->data + b->len, 65536);
            b->len += n > 0 ? (size_t)n : 0;
        }
    }
    if (n == -1) {
        int code = errno;
        gf_error_errno("cannot read the rates '%s'", k->path);
        if (code == EACCES && gf_wall_closes(k->path))
            gf_hint("the link leads elsewhere since the start; --no-sandbox follows it");
    }
    if (fd != -1)
        (void)gf_close(fd);
    return (int)n;
}

/* Whether the key of two lines has the same limit in both; else says so. */
static bool agree(const struct keyrates *k, size_t line, const struct gf_gcra *one, size_t again,
                  const struct gf_gcra *other)
{
    const struct gf_rate *a = &one->rate, *b = &other->rate;
    bool same_rate = a->unlimited == b->unlimited && a->bytes == b->bytes &&
                     (a->unlimited || (a->count == b->count && a->period == b->period));
    if (same_rate && one->burst == other->burst)
        return true;
    gf_error("rates '%s', line %zu: the key of line %zu has another limit here", k->path, again,
             line);
    gf_hint("leave one of the two lines out");
    return false;
}

static int add(struct keyrates *k, size_t *cap, const struct gf_keyrate *line, size_t number)
{
    if (line->key_len == 1 && line->key[0] == '*') {
        if (k->rest_line && !agree(k, k->rest_line, &k->rest, number, &line->limit))
            return -1;
        k->rest = line->limit;
        k->rest_line = number;
        return 0;
    }
    if (k->count == *cap) {
        size_t more = *cap ? *cap * 2 : 64;
        struct keyrate_entry *e = realloc(k->entries, more * sizeof *e);
        if (!e) {
            gf_error_nomem();
            return -1;
        }
        k->entries = e;
        *cap = more;
    }
    uint64_t hash = key_hash((struct slice){line->key, line->key_len}, k->seed);
    k->entries[k->count] = (struct keyrate_entry){hash, number, line->limit};
    k->count++;
    return 0;
}

static int parse(struct keyrates *k, const struct gf_buf *b)
{
    size_t cap = 0;
    size_t number = 0;
    bool has_mark = b->len >= 3 && memcmp(b->data, "\xef\xbb\xbf", 3) == 0; /* of byte order */
    for (size_t at = has_mark ? 3 : 0; at < b->len;) {
        const char *line = b->data + at;
        const char *end = memchr(line, '\n', b->len - at);
        size_t len = end ? (size_t)(end - line) : b->len - at;
        struct gf_keyrate said;
        struct gf_perr e = {0};
        number++;
        int r = gf_keyrate_parse(line, len, &said, &e);
        if (r == -1) {
            gf_error("rates '%s', line %zu", k->path, number);
            gf_error_parse("line", line, len, &e);
            return -1;
        }
        if (r == 1 && said.key[said.key_len - 1] == ' ')
            gf_note("rates '%s', line %zu: the key ends with a blank", k->path, number);
        if (r == 1 && add(k, &cap, &said, number) != 0)
            return -1;
        at += len + 1;
    }
    return 0;
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = ((const struct keyrate_entry *)a)->hash,
             y = ((const struct keyrate_entry *)b)->hash;
    return (x > y) - (x < y);
}

static int by_hash_and_line(const void *a, const void *b)
{
    const struct keyrate_entry *x = a, *y = b;
    int order = by_hash(a, b);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sorts the entries by hash and keeps one line of each key. 0, or -1 after a message. */
static int sort_out(struct keyrates *k)
{
    size_t kept = 0;
    if (k->count)
        qsort(k->entries, k->count, sizeof *k->entries, by_hash_and_line);
    for (size_t i = 0; i < k->count; i++) {
        struct keyrate_entry *e = &k->entries[i], *last = kept ? &k->entries[kept - 1] : NULL;
        if (!last || last->hash != e->hash)
            k->entries[kept++] = *e;
        else if (!agree(k, last->line, &last->limit, e->line, &e->limit))
            return -1;
    }
    k->count = kept;
    return 0;
}

int keyrates_open(struct keyrates *k, const char *path, const struct gf_gcra *rest, uint64_t seed)
{
    *k = (struct keyrates){.path = path, .seed = seed, .rest = *rest};
    struct gf_buf b = {0};
    int r = read_file(k, &b);
    if (r == 0)
        r = parse(k, &b);
    gf_buf_release(&b);
    return r == 0 ? sort_out(k) : r;
}

const struct gf_gcra *keyrates_of(const struct keyrates *k, uint64_t hash)
{
    if (!k->path)
        return NULL;
    struct keyrate_entry wanted = {.hash = hash};
    const struct keyrate_entry *found =
        k->count ? bsearch(&wanted, k->entries, k->count, sizeof wanted, by_hash) : NULL;
    return found ? &found->limit : &k->rest;
}

static bool is_same_file(const struct keyrates *k, const struct stat *st)
{
    return st->st_dev == k->device && st->st_ino == k->inode && st->st_size == k->size &&
           st->st_mtim.tv_sec == k->written.tv_sec && st->st_mtim.tv_nsec == k->written.tv_nsec;
}

bool keyrates_changed(struct keyrates *k, const struct gf_gcra *rest, gf_ns now,
                      struct keyrates *next)
{
    struct stat st;
    if (!k->path || now - k->checked < CHECK_INTERVAL)
        return false;
    k->checked = now;
    if (stat(k->path, &st) != 0) /* the file is being replaced, or gone: the rates stay */
        return false;
    if (is_same_file(k, &st))
        return false;
    int r = keyrates_open(next, k->path, rest, k->seed);
    if (r != 0) {
        gf_note("the rates stay as they were");
        k->device = st.st_dev;
        k->inode = st.st_ino;
        k->size = st.st_size;
        k->written = st.st_mtim;
        keyrates_release(next);
        return false;
    }
    next->checked = now;
    return true;
}

void keyrates_release(struct keyrates *k)
{
    free(k->entries);
    k->entries = NULL;
    k->count = 0;
}
