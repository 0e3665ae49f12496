/*
 * blocks.c - records go to the standard input of jobs, in blocks.
 *
 * What a job reads is a file in memory, written before it starts and sealed: nobody feeds a pipe
 * while the job runs, a job that does not read harms nobody, and another attempt reads the same
 * bytes from the start, whatever the one before did.
 *
 * Where records end with a byte, the source gives as many as are there, and the byte says where
 * they may be parted. Records of a framer (--recend, --paragraph) come one by one.
 */
#include "blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "text/reader.h"

enum {
    BLOCK = 1 << 20 /* without --block */
};

/* ---- what goes into a block ------------------------------------------------------------------ */

static bool is_framed(const struct options *o)
{
    return o->framing.kind != GF_FRAME_BYTE;
}

/* Whether nothing can be put behind a record that makes the next bytes another one. */
static bool is_endless(const struct options *o)
{
    return o->framing.kind == GF_FRAME_MARKS && o->framing.end.len == 0;
}

/* The end of record number `n` of the bytes, or of the last one, counted down in *n. */
static size_t end_of_records(struct gf_slice s, const struct options *o, uint64_t *n)
{
    char separator = o->separator;
    size_t at = 0;
    if (is_framed(o)) {
        --*n;
        return s.len;
    }
    while (*n > 0 && at < s.len) {
        const char *end = memchr(s.data + at, separator, s.len - at);
        at = end ? (size_t)(end - s.data) + 1 : s.len;
        --*n;
    }
    return at;
}

/* How much of the bytes goes into a block that has room for so many: whole records. 0: none. */
static size_t end_within(struct gf_slice s, const struct options *o, size_t room)
{
    if (s.len <= room)
        return s.len;
    const char *end = is_framed(o) ? NULL : memrchr(s.data, o->separator, room);
    return end ? (size_t)(end - s.data) + 1 : 0;
}

/* How much of what is there goes into the block, and whether that makes it full. */
static size_t share(struct blocks *b, bool *full)
{
    if (b->opt->batch) {
        uint64_t missing = b->opt->batch - b->records;
        uint64_t left = missing;
        size_t n = end_of_records(b->rest, b->opt, &left);
        b->records += missing - left;
        *full = left == 0;
        return n;
    }
    size_t most = b->opt->block ? b->opt->block : BLOCK;
    size_t room = b->block.len < most ? most - b->block.len : 0;
    size_t n = end_within(b->rest, b->opt, room);
    *full = n < b->rest.len;
    if (n == 0 && b->block.len == 0) {
        uint64_t one = 1; /* it is longer than a block */
        n = end_of_records(b->rest, b->opt, &one);
    }
    return n;
}

/* Behind the bytes is put what the last record of them lacks. */
static int add_end(struct gf_buf *bytes, const struct options *o)
{
    if (!is_framed(o))
        return gf_buf_putc(bytes, o->separator);
    struct gf_slice end = gf_framing_missing(&o->framing, bytes->data, bytes->len);
    return gf_buf_add(bytes, end.data, end.len);
}

/* Two files meet in the block: the last record of the first one ends here. */
static int end_record(struct blocks *b)
{
    if (!b->open_end)
        return 0;
    b->open_end = false;
    return add_end(&b->block, b->opt);
}

/* Takes of what is there. 1: the block is full; -1: memory is out. */
static int take_share(struct blocks *b)
{
    bool full;
    if (b->open_end && is_endless(b->opt))
        return 1;
    size_t n = share(b, &full);
    if (n && (end_record(b) != 0 || gf_buf_add(&b->block, b->rest.data, n) != 0))
        return -1;
    b->rest.data += n;
    b->rest.len -= n;
    b->open_end = n && b->rest.len == 0 ? b->rest_open : b->open_end;
    return full;
}

int blocks_next(struct blocks *b, struct source *s)
{
    if (b->whole) {
        gf_buf_clear(&b->block);
        b->whole = b->open_end = false;
        b->records = 0;
    }
    while (!b->whole) {
        int got = b->rest.len ? 1 : source_take_run(s, &b->rest, &b->rest_open);
        int full = got == 1 ? take_share(b) : 0;
        if (full == -1) {
            gf_error_nomem();
            return -1;
        }
        b->whole = full || (got == GF_READER_END && b->block.len);
        if (got != 1 && !b->whole)
            return got;
    }
    return 1;
}

int blocks_header(struct blocks *b, const struct source *s)
{
    if (gf_buf_add(&b->header, s->record.text, s->whole) != 0)
        return -1;
    return s->open ? add_end(&b->header, b->opt) : 0;
}

void blocks_release(struct blocks *b)
{
    gf_buf_release(&b->header);
    gf_buf_release(&b->block);
}

/* ---- what a job reads ------------------------------------------------------------------------ */

static int make_file(const char *tmpdir)
{
    int fd = memfd_create("gf-pool block", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd == -1 && (errno == ENOSYS || errno == EPERM))
        fd = gf_tmpfile(tmpdir);
    return fd;
}

static int fill_file(int fd, const struct blocks *b)
{
    if (gf_write_buf(fd, &b->header) != 0 || gf_write_buf(fd, &b->block) != 0 ||
        lseek(fd, 0, SEEK_SET) != 0)
        return -1;
    /* Where it is no file in memory there are no seals. */
    (void)fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return 0;
}

int blocks_keep(const struct blocks *b, int *block)
{
    int fd = make_file(b->opt->tmpdir);
    if (fd == -1)
        return errno;
    if (fill_file(fd, b) != 0) {
        int err = errno == ENOSPC ? ENOMEM : errno;
        close(fd);
        return err;
    }
    *block = fd + 1;
    return 0;
}

int block_lost(uint64_t seq, int err)
{
    const char *cure = gf_file_cure(err);
    gf_error("cannot hold the block of job %llu: %s", (unsigned long long)seq, strerror(err));
    if (cure)
        gf_hint("%s", cure);
    return GF_EXIT_TOOL;
}

/* A description of its own, so that no attempt moves the place of another. */
int block_open(int block)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", block - 1);
    int fd = gf_open(path, O_RDONLY, 0);
    if (fd != -1 || (errno != ENOENT && errno != EACCES))
        return fd;
    fd = fcntl(block - 1, F_DUPFD_CLOEXEC, 3);
    if (fd != -1)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

void block_drop(int *block)
{
    if (*block)
        close(*block - 1);
    *block = 0;
}
