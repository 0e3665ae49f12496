/*
 * flow.h - what the three ways through the limits share: spans.c for one kind of limit, where as
 * much passes in one write as may; records.c for what needs a look at every record; keyed.c where
 * every key has limits of its own.
 */
#ifndef GF_CMD_RATELIMIT_FLOW_H
#define GF_CMD_RATELIMIT_FLOW_H

#include "clock.h"
#include "feedback.h"
#include "held.h"
#include "keyrates.h"
#include "limit/keyed.h"
#include "limit/pacers.h"
#include "limit/window.h"
#include "ratelimit.h"

enum {
    FLOW_BLOCK = 256 * 1024,
    HEAVY_SIZE = 120
};

/* A record whose weight takes too long, see heavy.c. */
struct heavy {
    uint64_t cost;
    gf_ns takes, most; /* takes is 0: there is none */
    bool bytes;
};

/* With a window of the calendar: the wall clock may have been set meanwhile. */
#define FLOW_LOOK GF_S

struct shared;
struct drops;

/* More than twenty members: each way through the limits has its own few, side by side, since a step
 * of one way is a handful of reads of this struct for each of millions of records. */
struct flow {
    const struct config *config;
    struct input *in;
    struct tally *tally;
    struct gf_pacers pacers;
    char *buf;
    size_t cap;
    size_t start, end; /* buf[start..end) has not passed yet */
    bool ended;        /* no more input */
    bool told_wait;    /* -v has told of a long wait */
    bool told_refusal; /* -v has told of a wait over -w */
    gf_ns read_mono;   /* when the last bytes were read */
    struct limit_clock clock;
    gf_ns now_mono;    /* at the last flow_now */
    gf_ns jitter_most; /* --jitter delays a wait by up to this */
    uint64_t random;   /* the state of the generator of random numbers */
    struct feedback *feedback;

    bool inside; /* spans.c: the first bytes belong to a record of which a piece has passed */

    gf_ns pause_until; /* pause.c: the next record passes then or later */

    size_t decided;     /* records.c: buf[start..decided) may pass and is not yet written */
    struct heavy heavy; /* why the record at buf[decided] is refused */
    bool heavy_told;
    size_t searched;                        /* no separator in buf[decided..searched) */
    struct gf_buf reject;                   /* records over the limit that are not yet written */
    struct gf_window window[GF_PACERS_MAX]; /* with --strict, instead of pacers */

    struct gf_keyed keys; /* keyed.c */
    struct keyrates rates;
    struct gf_matcher matcher; /* matches the pattern of -K */
    uint64_t seed;             /* the seed of the hash of keys */
    struct held held;          /* records that wait for their key's turn */
    struct held_key **slowed;  /* keyclock.c: the keys that have a clock of their own */
    size_t slowed_count, slowed_seen;
    gf_ns slowed_lost;     /* clock.lost when their pauses were set */
    struct shared *shared; /* shared.c; NULL: this process alone */
    struct drops *drops;   /* drops.c; NULL: no reports */
    struct gf_buf out;     /* records that may pass, behind buf[start..decided) */
};

/* Whether a limit has a window of the calendar: other users of a shared one may change that. */
bool flow_has_quota(const struct flow *f);

/*
 * Held records are due by the limits' clock, but with a window of the calendar by the wall clock,
 * which may be set while they wait. flow_held: what the limits' clock shows as `t` is to them, as
 * the wall clock is now; flow_unheld: the other way round.
 */
gf_ns flow_held(const struct flow *f, gf_ns t);
gf_ns flow_unheld(const struct flow *f, gf_ns t);

/* What the limits' clock shows: the `now` of all limiters but a shared one. */
gf_ns flow_now(struct flow *f);

/* Whether feedback lets nothing pass at all: also nothing that was saved up. Then flow_sleep until
 * the clock shows a nanosecond more is a sleep until that is over. */
bool flow_is_paused(struct flow *f);

/* With -v, once: a record waits `span`, over a second. `key` is NULL where there are none. */
void flow_tell_wait(struct flow *f, gf_ns span, const char *key, size_t len);

/* With -v, once: the record that was seen last would wait `span`, longer than -w allows. */
void flow_tell_refusal(struct flow *f, gf_ns span);

/* Sleeps until the limits' clock shows `until`, and counts the time. With a quota at most
 * FLOW_LOOK: the caller asks again. IO_OK or IO_STOP. */
enum io flow_sleep(struct flow *f, gf_ns until);

/* How much later a record that waits passes than it might: --jitter. */
gf_ns flow_jitter(struct flow *f);

/* A random time from 0 to `most`, all equally likely. */
gf_ns flow_random(struct flow *f, gf_ns most);

/* Reads more into the buffer. Nothing that was decided may be waiting to be written. */
enum io flow_fill(struct flow *f);

/* Sleeps until the load may pass, and counts the time and the lateness. */
enum io flow_wait(struct flow *f, struct gf_load load, gf_ns now);

/* One step each: pass what may pass, or wait, or read. IO_OK: the next step may follow. */
enum io spans_step(struct flow *f);
enum io records_step(struct flow *f);
enum io keyed_step(struct flow *f);
enum io shared_step(struct flow *f);
enum io pause_step(struct flow *f);

/* Through a budget on a server; at the end, turns that will not be used are given back. */
enum io redis_step(struct flow *f);
void redis_step_end(struct flow *f);

/* records.c: the pieces that keyed.c uses too. */

/* Writes what has been decided. */
enum io records_flush(struct flow *f);

/* The length of the next record with its separator, at buf[decided]; 0: read more first. */
size_t records_next(struct flow *f);
enum io records_read(struct flow *f);

/* Whether records_read would fail: the record at buf[decided] is longer than RECORD_MAX. */
bool records_too_long(const struct flow *f);

/* What the record weighs. */
struct gf_load records_weigh(struct flow *f, const char *rec, size_t len);

/* The time after which a turn is over the limit: now, or the end of -w, or never. */
gf_ns records_by(struct flow *f, gf_ns now);

/* heavy.c: whether the load takes longer by the limit than --max-cost-time; records_refuse is next
 * then, which calls heavy_tell. */
bool heavy_is(struct flow *f, const struct gf_gcra *limit, struct gf_load load);
void heavy_tell(struct flow *f);

/* late.c: held records with turns of a shared limit. */

/* A held record that is due before this time is late: by more than the slack, or its window of the
 * calendar is over. Of a shared limit, or one with a calendar. */
gf_ns late_before(struct flow *f, gf_ns now);

/* Records whose turns are late take later ones. IO_OK, or as shared_take ends. */
enum io late_take_again(struct flow *f, gf_ns now);

/* The turns of all records that will not be used. */
void late_give_back_all(struct flow *f);

/* The record weighs more than a window will ever hold: writes what was decided; IO_REFUSED. */
enum io records_refuse_forever(struct flow *f);

/* The record, at buf[decided], is over the limit. */
enum io records_refuse(struct flow *f, size_t len);

/* Whether every step has been made. */
static inline bool flow_done(const struct flow *f)
{
    return f->ended && f->start == f->end && f->held.count == 0 && f->out.len == 0;
}

#endif
