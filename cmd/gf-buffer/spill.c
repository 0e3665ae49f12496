/*
 * spill.c - bytes into the spool, and out of it into the store.
 *
 * The spool takes whole records, as far as it has room. Of a record that is longer than memory the
 * beginning goes out while its end is still to come: so one that was begun goes on, and waits where
 * it has no room, while others are dropped or end the run.
 */
#include "spill.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/statepath.h"
#include "run.h"
#include "text/scan.h"

enum {
    LEAST_PART = 256
};

/* ---- open ------------------------------------------------------------------------------------ */

static int refuse(const char *dir, pid_t holder, const char *why)
{
    char cure[GF_STATEPATH_CURE];
    int err = errno;
    if (err == EBUSY)
        return run_is_taken("spool", dir, holder);
    gf_error("cannot open spool '%s': %s", dir, why);
    const char *way_out = err == EPROTONOSUPPORT ? "the version that has written it can empty it"
                                                 : gf_statepath_cure(dir, err, why, cure);
    if (way_out)
        gf_hint("%s", way_out);
    return GF_EXIT_TOOL;
}

int spill_open(struct run *r)
{
    const struct options *o = r->opt;
    struct spill *s = &r->spill;
    const struct gf_spool_config config = {
        .separator = o->buffer.separator, .bytes = o->buffer.by_bytes, .max = o->spool.max};
    pid_t holder = 0;
    const char *why;
    if (!o->spool.dir)
        return 0;
    s->spool = gf_spool_open(o->spool.dir, &config, &holder, &why);
    if (!s->spool) {
        r->fatal = refuse(o->spool.dir, holder, why);
        return -1;
    }
    const struct gf_spool_counts *c = gf_spool_counts(s->spool);
    r->n.found = o->buffer.by_bytes ? 0 : c->records;
    r->n.found_bytes = c->bytes;
    s->unread = c->records;
    s->unread_bytes = c->bytes;
    s->active = o->spool.durable || c->bytes > 0;
    if (c->bytes && o->buffer.by_bytes)
        gf_note("%llu bytes of an earlier run come first", (unsigned long long)c->bytes);
    else if (c->bytes)
        gf_note("%llu records of an earlier run come first", (unsigned long long)c->records);
    return 0;
}

/* ---- in -------------------------------------------------------------------------------------- */

static bool ends_record(const struct run *r, char c)
{
    return r->opt->buffer.by_bytes || c == r->opt->buffer.separator;
}

/* Records that have no room in the spool are dropped; the beginning of one that is in it stays, so
 * that one has to wait. How many bytes. */
static size_t drop_newest(struct run *r, const char *data, size_t len)
{
    struct spill *s = &r->spill;
    size_t gone = len;
    if (s->inside)
        return 0;
    if (s->skipping) {
        const char *end = memchr(data, r->opt->buffer.separator, len);
        gone = end ? (size_t)(end - data) + 1 : len;
    }
    r->n.dropped_bytes += gone;
    r->n.dropped +=
        r->opt->buffer.by_bytes ? 0 : gf_scan_count(data, gone, r->opt->buffer.separator);
    s->skipping = !ends_record(r, data[gone - 1]);
    return gone;
}

/* What has no room: how many bytes of it are dropped. With drop-oldest there may be room now. A
 * record whose beginning is in the spool goes through, whatever the policy. */
static size_t no_room(struct run *r, const char *data, size_t len)
{
    switch (r->opt->buffer.then) {
    case FULL_DROP_NEWEST:
    case FULL_DROP_OLDEST:
        return drop_newest(r, data, len);
    case FULL_ERROR:
        if (r->spill.inside)
            return 0;
        gf_error("spool '%s' is full", r->opt->spool.dir);
        gf_hint("--spool-max makes it larger; --then block makes the writer wait");
        r->in.ended = r->spill.closed = true;
        r->fatal = GF_EXIT_REFUSED;
        return drop_newest(r, data, len);
    default:
        return 0;
    }
}

static bool drop_oldest(struct run *r)
{
    uint64_t bytes = 0;
    if (r->opt->buffer.then != FULL_DROP_OLDEST)
        return false;
    uint64_t records = gf_spool_drop(r->spill.spool, &bytes);
    r->n.dropped += records;
    r->n.dropped_bytes += bytes;
    r->spill.unread_bytes -= bytes < r->spill.unread_bytes ? bytes : r->spill.unread_bytes;
    r->spill.unread -= records < r->spill.unread ? records : r->spill.unread;
    return bytes > 0;
}

/* The first `cut` bytes belong to a record whose beginning was dropped: so are they. In the others
 * so many records end. */
static void note_put(struct run *r, const char *data, size_t n, size_t cut, uint64_t records)
{
    struct spill *s = &r->spill;
    s->active = true;
    s->dirty_mono = s->dirty_mono ? s->dirty_mono : gf_now_mono();
    s->inside = !ends_record(r, data[n - 1]);
    r->n.dropped_bytes += cut;
    n -= cut;
    s->unread_bytes += n;
    r->n.spilled_bytes += n;
    if (r->opt->buffer.by_bytes)
        return;
    r->n.spilled += records;
    s->unread += records;
}

/* Everything that is not from the spool stands in front of what is. */
static void begin_spilling(struct run *r)
{
    struct spill *s = &r->spill;
    if (!s->active)
        s->plain = gf_store_bytes(&r->store);
    s->active = true;
}

/* A record that has to wait and that the spool cannot hold as a whole goes into it in parts, each
 * as large as has room: what there is is put, and is got before more is. */
static ssize_t put_part(struct run *r, const char *data, size_t len)
{
    struct spill *s = &r->spill;
    ssize_t n = 0;
    if (!s->inside && r->opt->buffer.then != FULL_BLOCK)
        return 0;
    for (len /= 2; n == 0 && len >= LEAST_PART; len /= 2)
        n = gf_spool_put(s->spool, data, len, gf_now_wall());
    return n;
}

/* Bytes in the room of the store, in which so many records end, are held. */
static void got(struct run *r, size_t n, uint64_t records)
{
    struct spill *s = &r->spill;
    s->held += n;
    s->unread_bytes -= n < s->unread_bytes ? n : s->unread_bytes;
    gf_store_refilled(&r->store, n, records, gf_now_mono());
    if (!r->opt->buffer.by_bytes)
        s->unread -= records < s->unread ? records : s->unread;
}

/* What was just put, and nothing else is in the spool, has its place in the store at once: it need
 * not be read back. */
static void pass_on(struct run *r, const char *data, size_t len, uint64_t records)
{
    size_t room;
    char *to = gf_store_refill_room(&r->store, &room);
    if (!to || room < len || r->spill.inside)
        return;
    memcpy(to, data, len);
    gf_spool_skip(r->spill.spool, len);
    got(r, len, r->opt->buffer.by_bytes ? len : records);
}

size_t spill_take(struct run *r, const char *data, size_t len)
{
    struct spill *s = &r->spill;
    if (fault_waits(&s->fault) || r->over)
        return 0;
    begin_spilling(r);
    if (s->skipping || s->closed)
        return drop_newest(r, data, len);
    uint64_t cut = gf_spool_cut_bytes(s->spool), before = gf_spool_put_records(s->spool);
    bool only = s->unread_bytes == 0 && !s->inside && !s->skipping;
    ssize_t n;
    do {
        n = gf_spool_put(s->spool, data, len, gf_now_wall());
    } while (n == 0 && drop_oldest(r));
    if (n == 0)
        n = put_part(r, data, len);
    if (n == -1) {
        fault_met(&s->fault);
        return 0;
    }
    if (!s->unkept)
        fault_over(&s->fault);
    uint64_t records = gf_spool_put_records(s->spool) - before;
    if (n > 0)
        note_put(r, data, (size_t)n, (size_t)(gf_spool_cut_bytes(s->spool) - cut), records);
    if (n > 0 && r->opt->output.fsync == FSYNC_RECORD)
        spill_keep(r, false);
    if (n > 0 && only && !s->skipping && gf_spool_cut_bytes(s->spool) == cut)
        pass_on(r, data, (size_t)n, records);
    return n > 0 ? (size_t)n : no_room(r, data, len);
}

bool spill_ends_dropped(struct run *r)
{
    struct spill *s = &r->spill;
    bool dropped = s->skipping;
    r->n.dropped += dropped;
    s->skipping = false;
    return dropped;
}

/* ---- out ------------------------------------------------------------------------------------- */

bool spill_pump(struct run *r)
{
    struct spill *s = &r->spill;
    size_t room;
    if (!spill_is_on(s) || !s->active || r->over)
        return false;
    char *to = gf_store_refill_room(&r->store, &room);
    if (!to)
        return false;
    ssize_t n = gf_spool_get(s->spool, to, room, s->inside && gf_store_bytes(&r->store) == 0);
    if (n == -1) {
        gf_error_errno("cannot read spool '%s'", r->opt->spool.dir);
        run_fail(r, GF_EXIT_TOOL);
        return false;
    }
    if (n > 0) {
        got(r, (size_t)n, gf_store_count_new(&r->store, (size_t)n));
        return true;
    }
    if (r->in.told_end && !r->store.ended) {
        r->n.out += gf_store_end(&r->store);
        return true;
    }
    if (spill_is_done(r) && !r->opt->spool.durable && !s->inside && !s->skipping && s->plain == 0 &&
        r->store.excess == 0) {
        s->active = false;
        return r->in.waiting_len > 0;
    }
    return false;
}

void spill_wrote(struct run *r, size_t len)
{
    struct spill *s = &r->spill;
    if (!spill_is_on(s))
        return;
    uint64_t plain = s->plain < len ? s->plain : len;
    if (!s->active)
        return;
    s->plain -= plain;
    s->held -= len - plain;
    s->in_pipe += len - plain;
    s->behind = s->behind || len > plain;
}

bool spill_is_done(const struct run *r)
{
    const struct spill *s = &r->spill;
    if (!spill_is_on(s))
        return true;
    return s->held == 0 && s->in_pipe == 0 && gf_spool_counts(s->spool)->bytes == 0;
}

/* Records in the spool that are not in the store. */
uint64_t spill_held(const struct run *r)
{
    const struct spill *s = &r->spill;
    if (!spill_is_on(s))
        return 0;
    return s->unread;
}

uint64_t spill_held_bytes(const struct run *r)
{
    const struct spill *s = &r->spill;
    if (!spill_is_on(s))
        return 0;
    uint64_t all = gf_spool_counts(s->spool)->bytes, known = s->held + s->in_pipe;
    return all > known ? all - known : 0;
}
