/*
 * reader.c - one buffer: `start` of what is unread, `end`, and how far it was searched.
 *
 * `searched` keeps a long record from being searched again after each read. Room for a block is
 * made by moving what is unread to the front, but only when at least half of the buffer is free in
 * front of it; else a buffer of more than twice what is unread takes its place. So the copying
 * stays within a constant for each byte. A framer counts from the front of the record at hand, so
 * moving the bytes does not matter to it.
 *
 * What is unread is put to where the next read begins at a multiple of SPAN, as far into a page as
 * it begins in the file or the pipe. The kernel copies from page to page, and processors compare
 * addresses by their low twelve bits: on Zen 3 a copy to 1 to 31 bytes further into a page than
 * where it comes from takes four times as long as any other, since each load seems to wait for the
 * store before it.
 */
#include "text/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/sat.h"
#include "text/scan.h"

enum {
    BLOCK = 128 * 1024,
    RAW_WAITS = 2, /* bytes of a table that wait for the next ones */
    SPAN = 4096
};

void gf_reader_init(struct gf_reader *r, int fd, char separator, size_t max_record)
{
    *r = (struct gf_reader){
        .fd = fd, .separator = separator, .max_record = max_record, .block = BLOCK};
}

void gf_reader_release(struct gf_reader *r)
{
    free(r->buf);
    free(r->raw);
    r->buf = r->raw = NULL;
    r->raw_len = 0;
    r->start = r->end = r->cap = r->searched = 0;
}

bool gf_reader_waits(const struct gf_reader *r)
{
    return !r->eof && !gf_read_ready(r->fd);
}

static int take_framed(struct gf_reader *r, struct gf_record *rec)
{
    struct gf_frame at = {0};
    int got = 0;
    if (r->start < r->end)
        got = gf_framer_find(r->framer, r->buf + r->start, r->end - r->start, r->eof, &at);
    r->start += at.begin;
    if (got == 1) {
        size_t whole = at.used - at.begin;
        *rec = (struct gf_record){r->buf + r->start, at.len, whole, at.terminated};
        r->start += whole;
        r->searched = r->start;
        r->taken++;
        return 1;
    }
    r->searched = r->end;
    if (got == -1)
        errno = EBADMSG;
    else if (r->eof && r->start == r->end)
        got = GF_READER_END;
    return got;
}

uint64_t gf_reader_open_line(const struct gf_reader *r)
{
    bool any = r->framer && r->start < r->end;
    return any ? gf_framer_open_line(r->framer, r->buf + r->start) : 0;
}

int gf_reader_take(struct gf_reader *r, struct gf_record *rec)
{
    if (r->framer)
        return take_framed(r, rec);
    if (r->searched < r->end) {
        const char *sep = memchr(r->buf + r->searched, r->separator, r->end - r->searched);
        if (sep) {
            size_t at = (size_t)(sep - r->buf);
            *rec = (struct gf_record){r->buf + r->start, at - r->start, at + 1 - r->start, true};
            r->start = r->searched = at + 1;
            r->taken++;
            return 1;
        }
        r->searched = r->end;
    }
    if (!r->eof)
        return 0;
    if (r->start == r->end)
        return GF_READER_END;
    size_t len = r->end - r->start;
    *rec = (struct gf_record){r->buf + r->start, len, len, false};
    r->start = r->end;
    r->taken++;
    return 1;
}

size_t gf_reader_take_many(struct gf_reader *r, struct gf_slice *out, size_t max)
{
    size_t n = 0, used = 0;
    struct gf_record first;
    if (max && r->searched > r->start && gf_reader_take(r, &first) == 1) {
        /* The front of this one was searched before: only what is behind that is looked at. */
        out[n++] = (struct gf_slice){first.data, first.len};
        r->taken--;
    }
    if (n < max && r->searched < r->end) {
        n += gf_scan_split(r->buf + r->start, r->end - r->start, r->separator, out + n, max - n,
                           &used);
        r->start += used;
        r->searched = n == max ? r->start : r->end;
    }
    if (n < max && r->eof && r->start < r->end) {
        out[n++] = (struct gf_slice){r->buf + r->start, r->end - r->start};
        r->start = r->searched = r->end;
    }
    r->taken += n;
    return n;
}

void gf_reader_take_run(struct gf_reader *r, struct gf_slice *out)
{
    *out = (struct gf_slice){0};
    if (r->framer || r->searched >= r->end)
        return;
    const char *last = gf_scan_last(r->buf + r->searched, r->end - r->searched, r->separator);
    if (last) {
        *out = (struct gf_slice){r->buf + r->start, (size_t)(last + 1 - (r->buf + r->start))};
        r->start += out->len;
    }
    r->searched = r->end;
}

/* Where in buf to put `unread` bytes, less than SPAN from its front. */
static size_t front(const char *buf, size_t unread)
{
    return (size_t)(-((uintptr_t)buf + unread) % SPAN);
}

/* What one fill may put behind the unread bytes. */
static size_t room_for_fill(const struct gf_reader *r)
{
    return r->tabular ? 2 * (r->block + RAW_WAITS) + GF_TABULAR_SLACK : r->block;
}

/* The size of a buffer for so many unread bytes. */
static size_t size_for(const struct gf_reader *r, size_t unread)
{
    return gf_sat_add(gf_sat_mul(gf_sat_add(unread, room_for_fill(r)), 2), SPAN);
}

int gf_reader_trade_run(struct gf_reader *r, char **buf, size_t *cap, struct gf_slice *out)
{
    size_t start = r->start, searched = r->searched;
    gf_reader_take_run(r, out);
    size_t rest = r->end - r->start;
    if (out->len == 0)
        return 0;
    if (*cap < rest + SPAN) {
        size_t more = size_for(r, rest);
        char *grown = realloc(*buf, more);
        if (!grown) {
            r->start = start;
            r->searched = searched;
            return -1;
        }
        *buf = grown;
        *cap = more;
    }
    size_t at = front(*buf, rest);
    if (rest)
        memcpy(*buf + at, r->buf + r->start, rest);
    char *ours = r->buf;
    size_t size = r->cap;
    r->buf = *buf;
    r->cap = *cap;
    r->start = at;
    r->searched = r->end = at + rest;
    *buf = ours;
    *cap = size;
    return 0;
}

/* Room for one block behind the unread bytes: by moving them to the front, else by growing. */
static int make_room(struct gf_reader *r)
{
    size_t unread = r->end - r->start, at = front(r->buf, unread);
    size_t room = room_for_fill(r);
    if (r->cap - r->end >= room && unread)
        return 0;
    /* Move only when at least half is free, so a long record is not copied at every read. */
    if ((r->start >= r->cap / 2 || !unread) && r->cap >= gf_sat_add(at + unread, room)) {
        memmove(r->buf + at, r->buf + r->start, unread);
    } else {
        size_t cap = size_for(r, unread);
        char *buf = malloc(cap);
        if (!buf)
            return -1;
        at = front(buf, unread);
        if (unread)
            memcpy(buf + at, r->buf + r->start, unread);
        free(r->buf);
        r->buf = buf;
        r->cap = cap;
    }
    r->searched = r->searched - r->start + at;
    r->start = at;
    r->end = at + unread;
    return 0;
}

/* The last record has a quote that is not closed: it is none. */
static void drop_unclosed(struct gf_reader *r)
{
    const char *from = r->buf + r->start, *end = memrchr(from, '\0', r->end - r->start);
    r->end = r->start + (end ? (size_t)(end + 1 - from) : 0);
    r->searched = r->searched < r->end ? r->searched : r->end;
}

/* One read of a table, put behind the unread bytes. As read(2). */
static ssize_t fill_tabular(struct gf_reader *r)
{
    size_t used;
    if (!r->raw)
        r->raw = calloc(1, r->block + RAW_WAITS + GF_TABULAR_SLACK);
    if (!r->raw)
        return -1;
    ssize_t n = gf_read_interruptible(r->fd, r->raw + r->raw_len, r->block);
    if (n < 0)
        return -1;
    size_t all = r->raw_len + (size_t)n;
    r->end += gf_tabular_read(r->tabular, r->raw, all, n == 0, r->buf + r->end, &used);
    r->raw_len = all - used;
    memmove(r->raw, r->raw + used, r->raw_len);
    if (n == 0 && gf_tabular_is_open(r->tabular))
        drop_unclosed(r);
    return n;
}

int gf_reader_fill(struct gf_reader *r)
{
    if (r->eof)
        return 1;
    size_t unread = r->end - r->start;
    if (r->max_record && r->searched == r->end && unread > r->max_record) {
        errno = EMSGSIZE;
        return -1;
    }
    if (make_room(r) != 0)
        return -1;
    if (!r->begun)
        gf_pipe_widen(r->fd, GF_PIPE_WIDE);
    if (!r->begun && r->fd >= 0 && gf_fd_wait(r->fd, POLLIN) == -1)
        return -1;
    r->begun = true;
    ssize_t n =
        r->tabular ? fill_tabular(r) : gf_read_interruptible(r->fd, r->buf + r->end, r->block);
    if (n < 0)
        return -1;
    r->eof = n == 0;
    r->end += r->tabular ? 0 : (size_t)n;
    return 1;
}

int gf_reader_fill_on(struct gf_reader *r)
{
    int got;
    do
        got = gf_reader_fill(r);
    while (got < 0 && errno == EINTR);
    return got;
}
