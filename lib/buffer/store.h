/*
 * store.h - records that wait in memory between who reads them and who writes them, up to a bound,
 * and what becomes of a record that finds no room.
 *
 *     struct gf_store s;
 *     const struct gf_store_config config = {.bytes = 16 << 20, .separator = '\n'};
 *     if (gf_store_open(&s, &config) != 0) ... errno ...
 *
 *     char *room = gf_store_room(&s, &len);            // NULL: it is full
 *     n = read(0, room, len);
 *     gf_store_filled(&s, n, now_mono);                // or gf_store_end at the end of the input
 *
 *     const char *next = gf_store_next(&s, &len);      // the oldest bytes, as they may go now
 *     n = write(1, next, len);
 *     records += gf_store_wrote(&s, n);
 *     gf_store_close(&s);
 *
 * WHEN IT IS FULL, by config.when_full:
 *
 *   GF_STORE_BLOCK        there is no room: the caller reads no more. Bytes go out as they came,
 * the beginning of a record before its end is there. GF_STORE_DROP_NEWEST  a record that has no
 * room is dropped when it comes. GF_STORE_DROP_OLDEST  the oldest records make room for what comes.
 *   GF_STORE_EXCESS       what has no room, from the first such record on, is left to the caller,
 *                         who takes it (gf_store_excess) before more is read.
 *
 * But for the first, only whole records go out. So none of them is ever cut: one of which the
 * beginning went out stays until its end did, and one that is longer than the bound is dropped as a
 * whole, or is excess. With config.by_bytes each byte is a record.
 *
 * MISSING. With config.marks the store knows where records were dropped: gf_store_missing says how
 * many are missing in front of what gf_store_next gives.
 *
 * MEMORY is the bound, and with dropping and excess GF_STORE_READ more; it is taken from the kernel
 * as it is used, and given back by gf_store_trim when a burst is over.
 *
 * Positions are bytes since the open. One thread. A zeroed struct may be closed.
 */
#ifndef GF_BUFFER_STORE_H
#define GF_BUFFER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum gf_store_full {
    GF_STORE_BLOCK,
    GF_STORE_DROP_NEWEST,
    GF_STORE_DROP_OLDEST,
    GF_STORE_EXCESS
};

enum {
    GF_STORE_READ = 64 * 1024, /* what a read may bring beyond the bound */
    GF_STORE_TIMES = 64
};

struct gf_store_config {
    size_t bytes; /* at least 1 */
    uint64_t
        records; /* 0: no bound of records. With GF_STORE_BLOCK a read may bring more of them */
    char separator;
    bool by_bytes;
    bool marks;
    enum gf_store_full when_full;
};

struct gf_store_mark {
    uint64_t at;      /* the position in front of which they are missing */
    uint64_t records; /* how many */
};

struct gf_store_time {
    uint64_t at; /* what is from this position on came at `mono` or later */
    gf_ns mono;
};

/* More than twenty, since a ring, what is missing in it, and the times at which it was filled are
 * one state: each change of one is a change of the others. */
struct gf_store {
    struct gf_store_config config;
    char *data;
    size_t cap;
    size_t at;          /* the place of `head` in data */
    uint64_t head;      /* what is to go out next */
    uint64_t whole;     /* the end of the last whole record */
    uint64_t tail;      /* the end of what is held */
    size_t gap, excess; /* bytes behind the tail that are free, and the excess behind these */
    size_t used;        /* the bytes of data, from the first, that have memory */
    size_t recent;      /* those of them that were used since the last trim */
    size_t keep;        /* those that keep it when nothing is held; SIZE_MAX: all */
    uint64_t records;   /* whole ones that are held */
    bool inside;        /* a part of the record at `head` went out */
    bool skipping;      /* the rest of a record that is dropped is still to come */
    bool ended;         /* no more comes */
    uint64_t dropped, dropped_bytes;
    uint64_t most, most_records; /* that were held at once */
    struct gf_store_mark *mark;  /* in a ring of their own */
    size_t first_mark, marks;
    struct gf_store_time time[GF_STORE_TIMES]; /* in order */
    size_t times;
};

/* 0, or -1 with errno. */
int gf_store_open(struct gf_store *s, const struct gf_store_config *config);
void gf_store_close(struct gf_store *s);

/* Where to read to, and how much at most; NULL: nothing may be read now. */
char *gf_store_room(struct gf_store *s, size_t *len);

/* So many bytes were read there. How many records ended in them. */
uint64_t gf_store_filled(struct gf_store *s, size_t len, gf_ns now_mono);

/*
 * The same for bytes that do not come from the input but from where the excess is kept, and that
 * have their place here, in front of it: within the bound, and all of them may go out. Only while
 * there is no record in the store whose end is still to come. `records` end in them; who does not
 * know how many asks gf_store_count_new first.
 */
char *gf_store_refill_room(struct gf_store *s, size_t *len);
uint64_t gf_store_count_new(const struct gf_store *s, size_t len);
void gf_store_refilled(struct gf_store *s, size_t len, uint64_t records, gf_ns now_mono);

/* The input has ended: what was read last is a whole record, also without its separator. Returns 1
 * when all of such a record is out already, which gf_store_wrote could not know; else 0. */
uint64_t gf_store_end(struct gf_store *s);

/* What has no room; with GF_STORE_EXCESS. NULL: nothing. In two pieces where the ring ends: ask
 * again after gf_store_took. */
const char *gf_store_excess(const struct gf_store *s, size_t *len);

/* How many records end in it. */
uint64_t gf_store_excess_records(const struct gf_store *s);
void gf_store_took(struct gf_store *s, size_t len);

/* The oldest bytes that may go out, as far as they lie together; NULL: none may. */
const char *gf_store_next(const struct gf_store *s, size_t *len);

/* So many of them went. How many records ended in them. */
uint64_t gf_store_wrote(struct gf_store *s, size_t len);

/* How many records are missing in front of the next bytes, or of the end; and: that was said. */
uint64_t gf_store_missing(const struct gf_store *s);
void gf_store_said_missing(struct gf_store *s);

/* Memory that was not used since the last call of this is given back, now or as soon as nothing is
 * held: for a timer, of a second say, while there is any (gf_store_can_trim). */
void gf_store_trim(struct gf_store *s);
bool gf_store_can_trim(const struct gf_store *s);

static inline uint64_t gf_store_bytes(const struct gf_store *s)
{
    return s->tail - s->head;
}

/* Records that are held, with one that has not come to its end. */
static inline uint64_t gf_store_records(const struct gf_store *s)
{
    return s->records + (!s->config.by_bytes && s->tail > s->whole);
}

/* When the oldest of what is held came, or a little before; GF_NEVER: nothing is held. */
gf_ns gf_store_oldest_mono(const struct gf_store *s);

#endif
