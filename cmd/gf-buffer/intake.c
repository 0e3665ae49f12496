/*
 * intake.c - one read each time that the loop finds the input readable, and what was read gets its
 * place at once: so signals and timers are looked at between any two reads.
 *
 * Without a spool and times the bytes are read straight into the store. With one of them they are
 * read into a chunk first.
 * --bytes from pipe to pipe passes them by (direct.h).
 */
#include "intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "direct.h"
#include "run.h"
#include "run/watch.h"
#include "stamp.h"
#include "text/scan.h"

enum {
    CHUNK = 256 << 10,
    LEAST_CHUNK = 64 << 10,
    STAMPED_CHUNK = 16 << 10, /* 16 Ki empty lines with their times are half a MiB */
    PIPE = 1 << 20
};

/* ---- open and close -------------------------------------------------------------------------- */

static bool needs_chunk(const struct run *r)
{
    return r->opt->spool.dir || r->opt->buffer.stamp != STAMP_NONE;
}

/* On the way to a spool an eighth of -m, which is all that we hold. */
static size_t chunk_size(const struct run *r)
{
    uint64_t part = r->opt->buffer.memory / 8;
    if (r->opt->buffer.stamp != STAMP_NONE)
        return STAMPED_CHUNK;
    return part > CHUNK ? CHUNK : part < LEAST_CHUNK ? LEAST_CHUNK : (size_t)part;
}

/* One that is not open for reading is an error, and nothing that a loop can wait for. */
static int check_input(void)
{
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    if (flags != -1 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_WRONLY)
        return 0;
    errno = EBADF;
    gf_error_errno("cannot read standard input");
    return -1;
}

int intake_open(struct run *r)
{
    struct intake *in = &r->in;
    if (check_input() != 0)
        return -1;
    gf_tool_waits(STDIN_FILENO, r->opt->buffer.by_bytes ? "bytes" : "records", NULL);
    gf_pipe_widen(STDIN_FILENO, PIPE);
    if (!needs_chunk(r))
        return 0;
    in->chunk = malloc(chunk_size(r));
    if (in->chunk)
        return 0;
    gf_error_nomem();
    return -1;
}

void intake_close(struct run *r)
{
    free(r->in.chunk);
    gf_buf_release(&r->in.stamped);
}

/* ---- a place for what was read --------------------------------------------------------------- */

static bool is_end(const struct run *r, char c)
{
    return r->opt->buffer.by_bytes || c == r->opt->buffer.separator;
}

/* So many records and bytes came, the last of which is `last`. */
static void note_in(struct run *r, char last, size_t len, uint64_t records)
{
    r->n.in_bytes += len;
    r->n.in += records;
    r->in.lacks = !is_end(r, last);
}

/* Into the store, as far as it goes, and as the sink takes it meanwhile. */
static size_t take(struct run *r, const char *data, size_t len)
{
    size_t done = 0, room, leaves = outflow_leaves(r);
    len = len < leaves ? len : leaves;
    while (done < len) {
        char *to = gf_store_room(&r->store, &room);
        if (!to)
            break;
        size_t n = room < len - done ? room : len - done;
        memcpy(to, data + done, n);
        gf_store_filled(&r->store, n, gf_now_mono());
        done += n;
    }
    return done;
}

static void drop(struct run *r, const char *data, size_t len)
{
    const struct buffer_options *b = &r->opt->buffer;
    r->n.dropped_bytes += len;
    r->n.dropped += b->by_bytes ? 0 : gf_scan_count(data, len, b->separator);
}

/* The run ends here: the excess, and what was read with it. */
static void drop_all(struct run *r)
{
    struct intake *in = &r->in;
    const char *data;
    size_t len;
    while ((data = gf_store_excess(&r->store, &len))) {
        drop(r, data, len);
        gf_store_took(&r->store, len);
    }
    drop(r, in->waiting, in->waiting_len);
    in->waiting_len = 0;
    r->n.dropped += in->lacks && !r->opt->buffer.by_bytes;
}

/* What has no room in the store: to the spool, or the end of the run. */
static bool take_excess(struct run *r)
{
    size_t len;
    const char *data = gf_store_excess(&r->store, &len);
    if (!data || r->over)
        return false;
    if (!spill_is_on(&r->spill)) {
        gf_error("the buffer is full: %llu %s wait",
                 (unsigned long long)gf_store_records(&r->store),
                 r->opt->buffer.by_bytes ? "bytes" : "records");
        gf_hint("-m makes it larger; --when-full=block makes the writer wait");
        r->in.ended = true;
        r->fatal = GF_EXIT_REFUSED;
        drop_all(r);
        return true;
    }
    size_t n = spill_take(r, data, len);
    gf_store_took(&r->store, n);
    return n > 0;
}

static bool place_waiting(struct run *r)
{
    struct intake *in = &r->in;
    bool to_spool = spill_is_on(&r->spill) && r->spill.active;
    size_t n = to_spool ? spill_take(r, in->waiting, in->waiting_len)
                        : take(r, in->waiting, in->waiting_len);
    in->waiting += n;
    in->waiting_len -= n;
    return n > 0;
}

static void tell_end(struct run *r)
{
    struct intake *in = &r->in;
    bool to_spool = spill_is_on(&r->spill) && r->spill.active;
    bool lacks = in->lacks && !r->opt->buffer.by_bytes;
    r->n.in += lacks;
    in->lacks = false;
    if (lacks && to_spool &&
        !spill_ends_dropped(r)) { /* the next run may put something behind it */
        in->waiting = &r->opt->buffer.separator;
        in->waiting_len = 1;
        r->n.added_bytes++;
        return;
    }
    in->told_end = true;
    if (!to_spool)
        r->n.out += gf_store_end(&r->store);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void end_of_input(struct run *r, ssize_t n)
{
    if (n == -1 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n == -1) {
        gf_error_errno("cannot read standard input");
        r->fatal = GF_EXIT_TOOL;
    }
    r->in.ended = true;
}

static void stamp(struct run *r, size_t len)
{
    struct intake *in = &r->in;
    gf_buf_clear(&in->stamped);
    stamp_records(r->opt->buffer.stamp, r->opt->buffer.separator, !in->mid, in->chunk, len,
                  r->begin_mono, &in->stamped);
    if (in->stamped.failed) {
        run_no_memory(r);
        return;
    }
    r->n.added_bytes += in->stamped.len - len;
    in->waiting = in->stamped.data;
    in->waiting_len = in->stamped.len;
}

/* The first bytes of the chunk, of `all`, are to get a place; the others are kept. */
static void offer(struct run *r, size_t len, size_t all)
{
    struct intake *in = &r->in;
    in->kept_at = len;
    in->kept = all - len;
    in->waiting = in->chunk;
    in->waiting_len = len;
    if (len && r->opt->buffer.stamp != STAMP_NONE)
        stamp(r, len);
    in->mid = len ? !is_end(r, in->chunk[len - 1]) : in->mid;
}

/* For the spool whole records alone, since a part would be read back to be given its place; but of
 * one that is longer than the chunk. */
static size_t whole_part(const struct run *r, size_t all)
{
    if (!spill_is_on(&r->spill) || r->opt->buffer.by_bytes)
        return all;
    const char *last = gf_scan_last(r->in.chunk, all, r->opt->buffer.separator);
    size_t whole = last ? (size_t)(last - r->in.chunk) + 1 : 0;
    return whole == 0 && all == chunk_size(r) ? all : whole;
}

static void read_chunk(struct run *r)
{
    struct intake *in = &r->in;
    memmove(in->chunk, in->chunk + in->kept_at, in->kept);
    in->kept_at = 0;
    char *to = in->chunk + in->kept;
    ssize_t n = read(STDIN_FILENO, to, chunk_size(r) - in->kept);
    if (n <= 0) {
        end_of_input(r, n);
        return;
    }
    note_in(r, to[n - 1], (size_t)n,
            r->opt->buffer.by_bytes ? 0 : gf_scan_count(to, (size_t)n, r->opt->buffer.separator));
    size_t all = in->kept + (size_t)n;
    offer(r, whole_part(r, all), all);
}

/* The end of the input is the end of the last record. */
static void offer_last(struct run *r)
{
    struct intake *in = &r->in;
    memmove(in->chunk, in->chunk + in->kept_at, in->kept);
    offer(r, in->kept, in->kept);
}

bool intake_pump(struct run *r)
{
    struct intake *in = &r->in;
    bool any = false;
    if (r->over)
        return false;
    if (r->store.excess)
        any = take_excess(r);
    if (!r->store.excess && in->waiting_len)
        any |= place_waiting(r);
    if (!in->ended || in->told_end || r->store.excess || in->waiting_len)
        return any;
    if (in->kept)
        offer_last(r);
    else
        tell_end(r);
    any = true;
    return any;
}

static void read_on(struct run *r)
{
    struct intake *in = &r->in;
    size_t room;
    if (in->chunk) {
        read_chunk(r);
        return;
    }
    if (direct_move(r))
        return;
    char *to = gf_store_room(&r->store, &room);
    if (!to)
        return;
    size_t leaves = outflow_leaves(r);
    room = room < leaves ? room : leaves;
    ssize_t n = read(STDIN_FILENO, to, room < CHUNK ? room : CHUNK);
    if (n <= 0) {
        end_of_input(r, n);
        return;
    }
    char last = to[n - 1]; /* what is dropped moves what is behind it */
    uint64_t records = gf_store_filled(&r->store, (size_t)n, gf_now_mono());
    note_in(r, last, (size_t)n, r->opt->buffer.by_bytes ? 0 : records);
}

/* --resume-at: once full, not before so little is left. */
static bool rests(struct run *r)
{
    const struct share *at = &r->opt->buffer.resume_at;
    struct intake *in = &r->in;
    size_t room;
    if ((!at->bytes && !at->percent) || in->last)
        return false;
    if (in->waiting_len || !gf_store_room(&r->store, &room))
        in->rests = true;
    in->rests = in->rests && gf_store_bytes(&r->store) > options_share(r->opt, at);
    return in->rests;
}

static bool has_room(struct run *r)
{
    size_t room;
    bool rest = rests(r);
    if (rest || r->store.excess || r->in.waiting_len)
        return false;
    return r->in.chunk || gf_store_room(&r->store, &room);
}

static void on_readable(struct ev_loop *loop, ev_io *w, int events)
{
    struct run *r = w->data;
    if (gf_watch_ready(loop, w, events) && !r->in.ended && !r->over && has_room(r))
        read_on(r);
}

void intake_last(struct run *r)
{
    int there = 0;
    r->in.last = true;
    if (r->in.ended || ioctl(STDIN_FILENO, FIONREAD, &there) != 0)
        there = 0;
    for (int before = there + 1; there > 0 && there < before && !r->over && has_room(r);) {
        before = there;
        uint64_t was = r->n.in_bytes;
        read_on(r);
        there -= (int)(r->n.in_bytes - was);
        while (intake_pump(r) || spill_pump(r) || outflow_pump(r))
            continue; /* what goes now makes room */
    }
    r->in.ended = true;
}

void intake_begin(struct run *r)
{
    ev_io_init(&r->in.io, on_readable, STDIN_FILENO, EV_READ);
    r->in.io.data = r;
    r->in.splice = direct_is_possible(r);
}

void intake_arm(struct run *r)
{
    struct intake *in = &r->in;
    bool wants = !in->ended && !r->over && has_room(r);
    gf_ns now = 0;
    if (wants == ev_is_active(&in->io))
        return;
    now = gf_now_mono();
    if (wants) {
        ev_io_start(r->loop, &in->io);
        r->n.blocked += in->blocked_since ? now - in->blocked_since : 0;
        in->blocked_since = 0;
        return;
    }
    ev_io_stop(r->loop, &in->io);
    in->blocked_since = in->ended ? 0 : now;
}

uint64_t intake_held(const struct run *r)
{
    const struct intake *in = &r->in;
    if (r->opt->buffer.by_bytes || in->waiting_len == 0)
        return 0;
    return gf_scan_count(in->waiting, in->waiting_len, r->opt->buffer.separator);
}

uint64_t intake_held_bytes(const struct run *r)
{
    return r->in.waiting_len + r->in.kept;
}
