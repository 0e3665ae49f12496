/*
 * keyed.c - limits of its own for every key.
 *
 * A record is charged when it is read, for the time it is due; that is its place behind the earlier
 * ones of its key, so no queues are needed. What is due later is held in one heap, and the records
 * of other keys go on. When the heap is full, reading stops until it has room; with --ordered it is
 * not used, and a record is waited for.
 *
 * Being charged for its due time, not for the time it was written, a record that is written late
 * does not delay the next one of its key: there is no slack to account for.
 */
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "field.h"
#include "flow.h"

enum {
    OUT_BATCH = 64 * 1024,
    HELD_BYTES_MAX = 256 * 1024 * 1024
};

/* A 64-bit mix of the bytes: multiply and fold (wyhash, Wang Yi, public domain), eight at a time.
 */
static uint64_t hash_bytes(const char *s, size_t len, uint64_t seed)
{
    uint64_t h = seed ^ (len * 0xa0761d6478bd642fu);
    while (len) {
        uint64_t word = 0;
        size_t n = len < sizeof word ? len : sizeof word;
        memcpy(&word, s, n);
        unsigned __int128 m = (unsigned __int128)(h ^ word ^ 0xe7037ed1a0b428dbu) *
                              (seed ^ word ^ 0x8ebc6af09c88c6e3u);
        h = (uint64_t)m ^ (uint64_t)(m >> 64) ^ (h << 7 | h >> 57);
        s += n;
        len -= n;
    }
    unsigned __int128 m = (unsigned __int128)(h ^ 0x589965cc75374cc3u) * 0x1d8e4e27c47d124fu;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* The key of a record; one that lacks the field has the empty key. */
static uint64_t key_hash(const struct flow *f, const char *rec, size_t len)
{
    const struct config *c = f->config;
    if (len && rec[len - 1] == c->separator)
        len--;
    struct slice key;
    if (!field_find(rec, len, c->key, c->field_separator, &key))
        key = (struct slice){"", 0};
    return hash_bytes(key.data, key.len, f->seed);
}

static enum io no_memory(void)
{
    gf_error_nomem();
    return IO_FAILED;
}

/* Puts a record among those that may be written. */
static enum io emit(struct flow *f, const char *rec, size_t len, gf_ns now)
{
    if (f->out.len + len > OUT_BATCH) {
        enum io r = records_flush(f);
        if (r != IO_OK)
            return r;
    }
    if (gf_buf_add(&f->out, rec, len) != 0)
        return no_memory();
    tally_pass(f->tally, 1, len, now);
    return IO_OK;
}

static enum io emit_due(struct flow *f, gf_ns now)
{
    while (f->held.count && held_first(&f->held)->due <= now) {
        const struct held_record *first = held_first(&f->held);
        gf_hist_add(&f->tally->lateness, now - first->due);
        enum io r = emit(f, first->data, first->len, now);
        if (r != IO_OK)
            return r;
        held_pop(&f->held);
    }
    return IO_OK;
}

static bool held_full(const struct flow *f)
{
    return f->held.count >= f->config->buffer || f->held.bytes >= HELD_BYTES_MAX;
}

/* Nothing can be decided: writes, then waits for the first held record or for input. */
static enum io wait_or_read(struct flow *f, bool may_read)
{
    enum io r = records_flush(f);
    if (r != IO_OK || (!may_read && f->held.count == 0))
        return r;
    if (f->held.count == 0)
        return records_read(f);
    gf_ns due = held_first(&f->held)->due;
    gf_ns before = gf_now_mono();
    r = may_read ? input_wait(f->in, due) : wait_until(due, f->tally);
    gf_ns after = gf_now_mono();
    f->tally->waited += after - before;
    return r == IO_OK && may_read && after < due ? records_read(f) : r;
}

/* --ordered: everything behind this record waits with it. */
static enum io wait_for_turn(struct flow *f, gf_ns due, gf_ns now)
{
    enum io r = records_flush(f);
    if (r == IO_OK)
        r = wait_until(due, f->tally);
    f->tally->waited += gf_now_mono() - now;
    return r;
}

static enum io decide(struct flow *f, size_t len, gf_ns now)
{
    const struct config *c = f->config;
    const char *rec = f->buf + f->decided;
    f->tally->seen++;
    struct gf_load load = records_weigh(f, rec, len);
    gf_ns *tat = gf_keyed_find(&f->keys, key_hash(f, rec, len), now);
    if (!tat)
        return no_memory();
    gf_ns due = gf_keyed_due(&f->keys, tat, load, now);
    if (c->over != OVER_WAIT &&
        (!gf_keyed_fit(&f->keys, load) || (due > now && due - f->read_mono > c->max_wait)))
        return records_refuse(f, len);
    gf_keyed_pass(&f->keys, tat, load, due);
    enum io r = IO_OK;
    if (due > now && !c->ordered) {
        if (held_push(&f->held, due, rec, len) != 0)
            return no_memory();
    } else {
        if (due > now)
            r = wait_for_turn(f, due, now);
        if (r == IO_OK)
            r = emit(f, rec, len, due > now ? due : now);
    }
    f->start = f->decided = f->searched = f->decided + len;
    return r;
}

enum io keyed_step(struct flow *f)
{
    gf_ns now = gf_now_mono();
    enum io r = emit_due(f, now);
    if (r != IO_OK)
        return r;
    if (held_full(f))
        return wait_or_read(f, false);
    size_t len = records_next(f);
    if (len)
        return decide(f, len, now);
    return wait_or_read(f, !f->ended);
}
