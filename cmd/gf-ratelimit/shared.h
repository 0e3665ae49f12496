/*
 * shared.h - a budget that processes share, for records: where it lies, and how they wait for it.
 * What looks at it or changes it and passes no record is in state.h.
 */
#ifndef GF_CMD_RATELIMIT_SHARED_H
#define GF_CMD_RATELIMIT_SHARED_H

#include "limit/budget.h"
#include "limit/pacers.h"
#include "ratelimit.h"

struct shared {
    struct gf_budget budget;
    struct gf_bucket all;
    /* Records that have their turns and are not yet due, at the front of what is decided. */
    uint64_t batch;      /* how many records the batch has; 0: none */
    uint64_t batch_load; /* what they weigh together */
    gf_ns batch_end;     /* a turn that is due at this time or later ends the batch */
    struct gf_turn last; /* the turn of the batch's last record */
    uint32_t planned;    /* keyed.c: the terms that held records were given their turns under */
    gf_ns looked_mono;   /* when shared_look looked last */
    bool cut_told;       /* that a budget was too far ahead */
};

/*
 * Opens the state; a missing one is made when there is a rate, with a table when there is a key.
 * 0, or the exit status after a message. A note says when the rate is not that of the state.
 */
int shared_open(struct shared *s, const struct config *c);

/* The monotonic time, with a look at the wall clock for quotas. */
gf_ns shared_now(struct shared *s);

/* Whether the load can ever pass at once: it is no more than the burst. */
bool shared_fits(struct shared *s, struct gf_load load);

/* Takes the turn of a record whose key has this hash. False: that would be after `by`, and nothing
 * was taken. */
bool shared_take(struct shared *s, uint64_t hash, struct gf_load load, gf_ns now, gf_ns by,
                 struct gf_turn *t);

/* How late a turn may be used; a turn that is later is void, and another one is taken. */
gf_ns shared_slack(const struct config *c);

/*
 * What the user has to know of the state: tells once when a budget was too far ahead, and whether
 * the file was removed, ten times a second at most. IO_OK, or IO_FAILED after a message: others
 * would share a new file, and the limit would hold twice.
 */
enum io shared_look(struct shared *s, const struct config *c, gf_ns now_mono);

/* Waits for the turn, and takes another when the terms change meanwhile or the turn was missed.
 * IO_OK; IO_STOP or IO_FAILED, and then the turn was given back; IO_REFUSED when another
 * would be due after `by`. */
enum io shared_await(struct shared *s, const struct config *c, struct gf_turn *t, gf_ns by,
                     const struct tally *tally);

#endif
