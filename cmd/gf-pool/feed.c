/*
 * feed.c - --pipe: records go to the standard input of jobs, in blocks.
 *
 * A block is whole records, their bytes unchanged, as many as fit into --block or as -n says; a
 * record that is longer than a block is one by itself. How the input comes in makes no difference
 * to where blocks end.
 *
 * What a job reads is a file in memory, written before it starts and sealed: nobody feeds a pipe
 * while the job runs, a job that does not read harms nobody, and another attempt reads the same
 * bytes from the start, whatever the one before did.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/msg.h"
#include "text/reader.h"

enum {
    BLOCK = 1 << 20 /* without --block */
};

/* ---- what goes into a block -------------------------------------------------------------------
 */

/* The end of record number `n` of the bytes, or of the last one, counted down in *n. */
static size_t end_of_records(struct gf_slice s, char separator, uint64_t *n)
{
    size_t at = 0;
    while (*n > 0 && at < s.len) {
        const char *end = memchr(s.data + at, separator, s.len - at);
        at = end ? (size_t)(end - s.data) + 1 : s.len;
        --*n;
    }
    return at;
}

/* How much of the bytes goes into a block that has room for so many: whole records. 0: none. */
static size_t end_within(struct gf_slice s, char separator, size_t room)
{
    if (s.len <= room)
        return s.len;
    const char *end = memrchr(s.data, separator, room);
    return end ? (size_t)(end - s.data) + 1 : 0;
}

/* How much of what is there goes into the block, and whether that makes it full. */
static size_t share(struct pool *p, bool *full)
{
    struct feed *f = &p->feed;
    char separator = p->opt->separator;
    if (p->opt->batch) {
        uint64_t missing = p->opt->batch - f->records;
        uint64_t left = missing;
        size_t n = end_of_records(f->rest, separator, &left);
        f->records += missing - left;
        *full = left == 0;
        return n;
    }
    size_t most = p->opt->block ? p->opt->block : BLOCK;
    size_t room = f->block.len < most ? most - f->block.len : 0;
    size_t n = end_within(f->rest, separator, room);
    *full = n < f->rest.len;
    if (n == 0 && f->block.len == 0) {
        uint64_t one = 1; /* it is longer than a block */
        n = end_of_records(f->rest, separator, &one);
    }
    return n;
}

/* Two files meet in the block: the last record of the first one ends here. */
static int end_record(struct pool *p)
{
    if (!p->feed.open_end)
        return 0;
    p->feed.open_end = false;
    return gf_buf_putc(&p->feed.block, p->opt->separator);
}

/* Takes of what is there. 1: the block is full; -1: memory is out. */
static int take_share(struct pool *p)
{
    struct feed *f = &p->feed;
    bool full;
    size_t n = share(p, &full);
    if (n && (end_record(p) != 0 || gf_buf_add(&f->block, f->rest.data, n) != 0))
        return -1;
    f->rest.data += n;
    f->rest.len -= n;
    f->open_end = n && f->rest.len == 0 ? f->rest_open : f->open_end;
    return full;
}

int feed_next(struct pool *p)
{
    struct feed *f = &p->feed;
    if (f->whole) {
        gf_buf_clear(&f->block);
        f->whole = f->open_end = false;
        f->records = 0;
    }
    while (!f->whole) {
        int got = f->rest.len ? 1 : source_take_run(&p->source, &f->rest, &f->rest_open);
        int full = got == 1 ? take_share(p) : 0;
        if (full == -1) {
            gf_error_nomem();
            return -1;
        }
        f->whole = full || (got == GF_READER_END && f->block.len);
        if (got != 1 && !f->whole)
            return got;
    }
    return 1;
}

int feed_header(struct pool *p, struct gf_value record)
{
    gf_buf_add(&p->feed.header, record.text, record.len);
    return gf_buf_putc(&p->feed.header, p->opt->separator);
}

void feed_release(struct pool *p)
{
    gf_buf_release(&p->feed.header);
    gf_buf_release(&p->feed.block);
}

/* ---- what a job reads -------------------------------------------------------------------------
 */

static int make_file(const struct pool *p)
{
    int fd = memfd_create("gf-pool block", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd == -1 && (errno == ENOSYS || errno == EPERM))
        fd = gf_tmpfile(p->opt->tmpdir);
    return fd;
}

static int fill_file(int fd, const struct feed *f)
{
    if (gf_write_all(fd, f->header.data, f->header.len) != 0 ||
        gf_write_all(fd, f->block.data, f->block.len) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        return -1;
    /* Where it is no file in memory there are no seals. */
    (void)fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return 0;
}

int feed_keep(struct job *j)
{
    struct feed *f = &j->pool->feed;
    int fd = make_file(j->pool);
    if (fd == -1)
        return errno;
    if (fill_file(fd, f) != 0) {
        int err = errno == ENOSPC ? ENOMEM : errno;
        close(fd);
        return err;
    }
    j->block = fd + 1;
    return 0;
}

/* A description of its own, so that no attempt moves the place of another. */
int feed_open(const struct job *j)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", j->block - 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd != -1 || (errno != ENOENT && errno != EACCES))
        return fd;
    fd = fcntl(j->block - 1, F_DUPFD_CLOEXEC, 3);
    if (fd != -1)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

void feed_drop(struct job *j)
{
    if (j->block)
        close(j->block - 1);
    j->block = 0;
}

bool feed_full(const struct pool *p)
{
    return p->opt->pipe && p->nwaiting >= p->slots;
}
