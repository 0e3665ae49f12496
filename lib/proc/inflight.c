/*
 * inflight.c - the records that a persistent command has not answered.
 *
 * The bytes are one buffer: answered ones are passed over at its front, and moved away when they
 * are the larger half, so that each byte is moved once at most. A new process is given the buffer
 * from the first unanswered record on.
 */
#include "proc/inflight.h"

#include <string.h>

#include "base/sat.h"

enum {
    COMPACT = 64 * 1024 /* answered bytes that are worth a move */
};

void gf_inflight_begin(struct gf_inflight *f, gf_ns now_mono)
{
    f->sent = f->head;
    f->given = f->waiting;
    f->head_mono = GF_NEVER;
    gf_window_begin(&f->window, f->waiting, now_mono);
    if (f->attempt == 0)
        f->attempt = 1;
}

bool gf_inflight_has_room(const struct gf_inflight *f)
{
    return f->waiting < gf_window_size(&f->window) && f->queue.len - f->head < GF_INFLIGHT_BYTES;
}

static void compact(struct gf_inflight *f)
{
    if (f->head < COMPACT || f->head < f->queue.len / 2)
        return;
    f->queue.len -= f->head;
    memmove(f->queue.data, f->queue.data + f->head, f->queue.len);
    f->sent -= f->head;
    f->head = 0;
}

int gf_inflight_reserve(struct gf_inflight *f, size_t len)
{
    compact(f);
    if (gf_buf_reserve(&f->queue, gf_sat_add(len, 1)) == 0)
        return 0;
    f->queue.failed = 0; /* a shorter record may fit */
    return -1;
}

int gf_inflight_give(struct gf_inflight *f, const char *record, size_t len, gf_ns now_mono)
{
    compact(f);
    size_t before = f->queue.len;
    if (gf_buf_add(&f->queue, record, len) != 0 || gf_buf_putc(&f->queue, f->separator) != 0) {
        f->queue.len = before; /* no part of a record stays */
        f->queue.failed = 0;
        return -1;
    }
    if (f->waiting++ == 0)
        gf_window_first(&f->window, now_mono);
    f->given++;
    if (f->attempt == 0)
        f->attempt = 1;
    return 0;
}

size_t gf_inflight_unsent(const struct gf_inflight *f, const char **data)
{
    size_t n = f->queue.len - f->sent;
    *data = n ? f->queue.data + f->sent : "";
    return n;
}

void gf_inflight_sent(struct gf_inflight *f, size_t bytes, gf_ns now_mono)
{
    f->sent += bytes;
    if (bytes && f->head_mono == GF_NEVER)
        f->head_mono = now_mono;
}

/* The first `n` records are done with. */
static void drop(struct gf_inflight *f, size_t n, gf_ns now_mono)
{
    size_t count = n;
    f->head += f->span(f->queue.data + f->head, f->queue.len - f->head, f->separator, &count);
    if (f->sent < f->head)
        f->sent = f->head;
    f->waiting -= n;
    f->attempt = 1;
    f->head_mono = f->sent > f->head ? now_mono : GF_NEVER;
}

void gf_inflight_answered(struct gf_inflight *f, size_t n, gf_ns now_mono)
{
    if (n == 0)
        return;
    struct gf_window_answers answers = {.n = n, .waiting = f->waiting, .since_mono = f->head_mono};
    gf_window_answered(&f->window, &answers, now_mono);
    drop(f, n, now_mono);
}

const char *gf_inflight_first(const struct gf_inflight *f, size_t *len)
{
    const char *record = f->queue.data + f->head;
    const char *end = memchr(record, f->separator, f->queue.len - f->head);
    *len = (size_t)(end - record);
    return record;
}

void gf_inflight_drop_first(struct gf_inflight *f, gf_ns now_mono)
{
    drop(f, 1, now_mono);
    f->given -= f->given > 0; /* the next process is not given this record */
}

gf_ns gf_inflight_deadline(const struct gf_inflight *f, gf_ns timeout)
{
    if (timeout == 0 || f->head_mono == GF_NEVER || f->waiting == 0)
        return GF_NEVER;
    return gf_sat_add_i64(f->head_mono, timeout);
}

gf_ns gf_inflight_grow_at(const struct gf_inflight *f)
{
    return f->queue.len - f->head < GF_INFLIGHT_BYTES ? gf_window_grow_at(&f->window, f->waiting)
                                                      : GF_NEVER;
}

void gf_inflight_grow(struct gf_inflight *f, bool has_read_all, gf_ns now_mono)
{
    gf_window_grow(&f->window, has_read_all, now_mono);
}

void gf_inflight_excuse(struct gf_inflight *f, gf_ns now_mono)
{
    if (f->head_mono != GF_NEVER)
        f->head_mono = now_mono;
    f->window.heard_mono = now_mono;
}

void gf_inflight_release(struct gf_inflight *f)
{
    gf_buf_release(&f->queue);
    f->head = f->sent = f->waiting = 0;
}
