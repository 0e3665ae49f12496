/*
 * store.c - a ring of bytes between two positions, head and tail.
 *
 * Most reads find room: then counting the separators of what came is all the work. When they do
 * not, the new records are looked at one by one (admit), and what stays moves together; or, for the
 * oldest to go, the end of the first record behind enough bytes is looked for, and the head jumps
 * there (push_out). Where the record at the head is partly out, its rest moves up to what follows.
 *
 * In the block policy `whole` is `tail`: all bytes may go out.
 *
 * The marks are in order of their places. As many of them as there is room for: when only one is
 * left, records are dropped until the last mark is no longer the last, so that each says the truth.
 */
#include "buffer/store.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/heap.h"
#include "buffer/store_parts.h"

enum {
    KEEP = 512 * 1024,     /* memory that is not given back */
    STEP = 2 * 1024 * 1024 /* the rest is in large pages, where there are any */
};

/* ---- open and close -------------------------------------------------------------------------- */

int gf_store_open(struct gf_store *s, const struct gf_store_config *config)
{
    *s = (struct gf_store){.config = *config, .keep = SIZE_MAX};
    s->cap = config->bytes;
    if (config->when_full != GF_STORE_BLOCK) {
        if (config->bytes > SIZE_MAX - GF_STORE_READ) {
            errno = ENOMEM;
            return -1;
        }
        s->cap += GF_STORE_READ;
    }
    void *data = mmap(NULL, s->cap, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data == MAP_FAILED)
        return -1;
    s->data = data;
    if (s->cap > KEEP)
        gf_heap_large(s->data + KEEP, s->cap - KEEP);
    if (!config->marks)
        return 0;
    s->mark = calloc(GF_STORE_MARKS, sizeof *s->mark);
    if (s->mark)
        return 0;
    gf_store_close(s);
    errno = ENOMEM;
    return -1;
}

void gf_store_close(struct gf_store *s)
{
    if (s->data)
        munmap(s->data, s->cap);
    free(s->mark);
    *s = (struct gf_store){0};
}

/* Nothing is held: from the beginning again, where memory is in the cache. */
static void begin_anew(struct gf_store *s)
{
    s->at = 0;
    if (s->used > s->keep) {
        madvise(s->data + s->keep, s->cap - s->keep, MADV_DONTNEED);
        s->used = s->keep;
    }
    s->keep = SIZE_MAX;
}

/* To give it back whenever nothing is held would be a page fault for each page of a stream whose
 * reader is now and then behind by more than KEEP. */
void gf_store_trim(struct gf_store *s)
{
    s->keep = s->recent > KEEP ? (s->recent + STEP - 1) / STEP * STEP : KEEP;
    s->recent = 0;
    if (s->tail == s->head && s->excess == 0)
        begin_anew(s);
}

bool gf_store_can_trim(const struct gf_store *s)
{
    return s->used > KEEP;
}

/* The first `end` bytes of the data are in use. */
static void note_used(struct gf_store *s, size_t end)
{
    s->recent = end > s->recent ? end : s->recent;
    s->used = end > s->used ? end : s->used;
}

/* ---- what comes ------------------------------------------------------------------------------ */

/* The excess moves away from the tail, as far as there is room behind it. */
static void spread(struct gf_store *s)
{
    uint64_t end = s->tail + s->excess, last = s->head + s->cap;
    if (s->excess == 0 || s->gap > 0 || end == last)
        return;
    gf_store_move_up(s, last, end, s->excess);
    s->gap = (size_t)(last - end);
    note_used(s, s->cap);
}

char *gf_store_refill_room(struct gf_store *s, size_t *len)
{
    bool full = s->config.records && s->records >= s->config.records;
    uint64_t end = s->head + (full ? 0 : s->config.bytes);
    *len = 0;
    spread(s);
    if (s->excess && end > s->tail + s->gap)
        end = s->tail + s->gap;
    if (end <= s->tail)
        return NULL;
    if (s->tail == s->head && s->excess == 0)
        begin_anew(s);
    *len = gf_store_together(s, s->tail, end);
    return s->data + gf_store_place(s, s->tail);
}

char *gf_store_room(struct gf_store *s, size_t *len)
{
    if (s->config.when_full == GF_STORE_BLOCK)
        return gf_store_refill_room(s, len);
    *len = 0;
    if (s->excess || s->tail - s->head >= s->cap)
        return NULL;
    if (s->tail == s->head)
        begin_anew(s);
    *len = gf_store_together(s, s->tail, s->head + s->cap);
    return s->data + gf_store_place(s, s->tail);
}

/* Nothing but the bound of the store is asked: would it hold `len` bytes and a record more? */
static bool has_room(const struct gf_store *s, uint64_t end, uint64_t len)
{
    return end + len - s->head <= s->config.bytes &&
           (s->config.records == 0 || s->records < s->config.records);
}

static void drop(struct gf_store *s, uint64_t at, uint64_t bytes, uint64_t records)
{
    s->dropped_bytes += bytes;
    s->dropped += records;
    gf_store_mark_end(s, at, records);
}

/* Whether a new record of that length stays, at the position `end`. */
static bool stays(const struct gf_store *s, uint64_t end, uint64_t len)
{
    if (gf_store_is_last_mark(s, end))
        return false;
    return s->config.when_full == GF_STORE_DROP_OLDEST ? len <= s->config.bytes
                                                       : has_room(s, end, len);
}

/* Looks at the new records one by one, and drops, or leaves as excess, those that have no room. */
static void admit(struct gf_store *s)
{
    uint64_t from = s->whole, kept = from, end = s->tail;
    while (from < end) {
        uint64_t next = gf_store_behind_first(s, from, end);
        bool is_whole = next != 0;
        uint64_t len = (is_whole ? next : end) - from;
        if (!s->skipping && stays(s, kept, len)) {
            gf_store_move_down(s, kept, from, len);
            kept += len;
            s->records += is_whole;
            s->whole = is_whole ? kept : s->whole;
        } else if (s->config.when_full == GF_STORE_EXCESS) {
            s->excess = (size_t)(end - from);
            break;
        } else {
            s->skipping = !is_whole;
            drop(s, kept, len, is_whole);
        }
        from += len;
    }
    s->tail = kept;
}

/* The position up to which the oldest records have to go, from `front` on. */
static uint64_t pushed_to(const struct gf_store *s, uint64_t front)
{
    uint64_t held = s->tail - s->head, to = front;
    if (held > s->config.bytes) {
        uint64_t least = front + (held - s->config.bytes);
        to = least > s->whole ? s->whole : gf_store_behind_first(s, least - 1, s->whole);
    }
    if (s->config.records == 0 || s->records <= s->config.records)
        return to;
    uint64_t left = s->records - gf_store_count(s, front, to);
    for (; left > s->config.records && to < s->whole; left--)
        to = gf_store_behind_first(s, to, s->whole);
    return to;
}

/* The records of [front, to) go; what is in front of them is the rest of one that is partly out. */
static void drop_front(struct gf_store *s, uint64_t front, uint64_t to)
{
    uint64_t rest = front - s->head, records = gf_store_count(s, front, to);
    if (to == front)
        return;
    s->dropped += records;
    s->dropped_bytes += to - front;
    s->records -= records;
    gf_store_move_up(s, to, front, rest);
    size_t at = gf_store_place(s, to - rest);
    s->head = to - rest;
    s->at = at;
    gf_store_mark_front(s, to, records);
}

/* Where the record that is partly out ends; the head where none is. */
static uint64_t front_of(const struct gf_store *s)
{
    if (!s->inside)
        return s->head;
    uint64_t end = gf_store_behind_first(s, s->head, s->whole);
    return end ? end : s->whole;
}

/* The oldest go until the bound holds. When all whole ones have gone and it does not, the one that
 * is still coming does. */
static void push_out(struct gf_store *s)
{
    uint64_t front = front_of(s);
    drop_front(s, front, pushed_to(s, front));
    if (s->tail - s->head <= s->config.bytes)
        return;
    drop(s, s->whole, s->tail - s->whole, 0);
    s->skipping = true;
    s->tail = s->whole;
}

/* Whether all that came has room, with what was held. */
static bool fits(const struct gf_store *s, uint64_t records)
{
    return s->tail - s->head <= s->config.bytes &&
           (s->config.records == 0 || s->records + records <= s->config.records) &&
           !gf_store_is_last_mark(s, s->whole);
}

static void take_whole(struct gf_store *s, uint64_t from, uint64_t records)
{
    uint64_t end = gf_store_behind_last(s, from, s->tail);
    s->records += records;
    s->whole = records ? end : s->whole;
}

uint64_t gf_store_count_new(const struct gf_store *s, size_t len)
{
    return gf_store_count(s, s->tail, s->tail + len);
}

/* So many bytes more are held. */
static void grow(struct gf_store *s, size_t len, gf_ns now_mono)
{
    gf_store_note_time(s, s->tail, now_mono);
    s->tail += len;
    note_used(s, gf_store_place(s, s->tail - 1) + 1);
}

static void note_most(struct gf_store *s)
{
    uint64_t held = gf_store_bytes(s);
    s->most = held > s->most ? held : s->most;
    s->most_records = s->records > s->most_records ? s->records : s->most_records;
}

static void fill_in(struct gf_store *s, size_t len, uint64_t records, gf_ns now_mono)
{
    grow(s, len, now_mono);
    s->records += records;
    s->whole = s->tail;
    note_most(s);
}

void gf_store_refilled(struct gf_store *s, size_t len, uint64_t records, gf_ns now_mono)
{
    s->gap -= s->excess ? len : 0;
    fill_in(s, len, records, now_mono);
}

uint64_t gf_store_filled(struct gf_store *s, size_t len, gf_ns now_mono)
{
    uint64_t from = s->tail, records = gf_store_count_new(s, len);
    if (s->config.when_full == GF_STORE_BLOCK) {
        fill_in(s, len, records, now_mono);
        return records;
    }
    grow(s, len, now_mono);
    if (!s->skipping && fits(s, records)) {
        take_whole(s, from, records);
    } else if (s->config.when_full == GF_STORE_DROP_OLDEST && !s->skipping &&
               s->tail - s->whole <= s->config.bytes && !gf_store_is_last_mark(s, s->whole)) {
        take_whole(s, from, records); /* none of them is too long by itself */
        push_out(s);
    } else {
        admit(s);
        if (s->config.when_full == GF_STORE_DROP_OLDEST)
            push_out(s);
    }
    note_most(s);
    return records;
}

uint64_t gf_store_end(struct gf_store *s)
{
    bool was_out = s->inside && s->head == s->tail;
    s->ended = true;
    s->inside = s->inside && !was_out;
    if (s->skipping)
        drop(s, s->tail, 0, 1); /* it ended without its separator */
    s->skipping = false;
    if (s->config.by_bytes || s->tail == s->head)
        return was_out;
    bool lacks = s->data[gf_store_place(s, s->tail - 1)] != s->config.separator;
    s->records += lacks;
    s->whole = s->tail;
    if (s->config.records && s->records > s->config.records &&
        s->config.when_full == GF_STORE_DROP_OLDEST)
        push_out(s);
    return 0;
}

/* ---- the excess ------------------------------------------------------------------------------ */

const char *gf_store_excess(const struct gf_store *s, size_t *len)
{
    uint64_t from = s->tail + s->gap;
    *len = s->excess ? gf_store_together(s, from, from + s->excess) : 0;
    return s->excess ? s->data + gf_store_place(s, from) : NULL;
}

uint64_t gf_store_excess_records(const struct gf_store *s)
{
    uint64_t from = s->tail + s->gap;
    return s->excess ? gf_store_count(s, from, from + s->excess) : 0;
}

void gf_store_took(struct gf_store *s, size_t len)
{
    s->excess -= len;
    s->gap = s->excess ? s->gap + len : 0;
}

/* ---- what goes ------------------------------------------------------------------------------- */

const char *gf_store_next(const struct gf_store *s, size_t *len)
{
    uint64_t end = s->whole;
    if (s->marks && s->mark[s->first_mark].at < end)
        end = s->mark[s->first_mark].at;
    *len = end > s->head ? gf_store_together(s, s->head, end) : 0;
    return *len ? s->data + s->at : NULL;
}

uint64_t gf_store_wrote(struct gf_store *s, size_t len)
{
    if (len == 0)
        return 0;
    bool all = len == s->tail - s->head && s->whole == s->tail; /* then they are known */
    uint64_t records = all ? s->records : gf_store_count(s, s->head, s->head + len);
    bool ends =
        s->config.by_bytes || s->data[gf_store_place(s, s->head + len - 1)] == s->config.separator;
    s->at = gf_store_place(s, s->head + len);
    s->head += len;
    if (!ends && s->ended && s->head == s->tail) { /* the last one, without its separator */
        records += !all;
        ends = true;
    }
    s->inside = !ends;
    s->records -= records;
    return records;
}
