/*
 * shared.h - a budget that processes share, for records: where it lies, and how they wait for it.
 * What looks at it or changes it and passes no record is in state.h.
 *
 * A budget lies in a file (shared_file.c) or on a server (redis_shared.c). Each is a kind: a few
 * functions, of which the ones below are made. A turn of a server may fail to be had: then the run
 * ends as s->end says, after a message.
 */
#ifndef GF_CMD_RATELIMIT_SHARED_H
#define GF_CMD_RATELIMIT_SHARED_H

#include "field.h"
#include "limit/budget.h"
#include "limit/pacers.h"
#include "ratelimit.h"

struct shared;

/* Whose bucket: of a key, or with {0} of all. */
struct shared_key {
    uint64_t hash;
    struct slice name;
    bool is_one; /* it is of a key */
};

enum shared_took {
    SHARED_TOOK,
    SHARED_LATE, /* it would be due after `by`, and nothing was taken */
    SHARED_ENDS, /* s->end */
};

struct shared_kind {
    void (*release)(struct shared *s);
    /* Makes s->limit what it is now, or was not long ago; with `must`, now. */
    void (*renew)(struct shared *s, gf_ns now, bool must);
    uint32_t (*terms)(const struct shared *s);
    enum shared_took (*take)(struct shared *s, const struct shared_key *k, uint64_t n, gf_ns now,
                             gf_ns by, struct gf_turn *t);
    void (*cancel)(struct shared *s, const struct shared_key *k, const struct gf_turn *t,
                   gf_ns now);
    /* Sleeps as gf_budget_wait. */
    int (*sleep)(struct shared *s, const struct gf_turn *t);
    enum io (*look)(struct shared *s, const struct config *c, gf_ns now);
    /* As gf_budget_look, gf_budget_change and gf_budget_reset: 0, or the exit status after a
     * message. */
    int (*state)(struct shared *s, const struct shared_key *k, struct gf_budget_state *out);
    int (*change)(struct shared *s, const struct gf_rate *rate, uint64_t burst);
    int (*reset)(struct shared *s);
};

struct redis_shared;

struct shared {
    const struct shared_kind *kind; /* NULL: it is not open */
    const struct gf_gcra *limit;    /* the terms as we know them */
    enum io end;
    struct gf_budget budget; /* of a file */
    struct gf_bucket all;
    struct redis_shared *remote; /* on a server */
    const struct tally *tally;   /* NULL: signals are not ours to answer */
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
 * `tally` may be NULL.
 */
int shared_open(struct shared *s, const struct config *c, const struct tally *tally);
void shared_release(struct shared *s);

/* shared_file.c: the same for a file. */
int shared_file_open(struct shared *s, const struct config *c);

/* shared_warn.c: says when the command line has another rate than `now`, and than what was said
 * first. */
void shared_warn(const struct config *c, const struct gf_gcra *now, const struct gf_gcra *declared);

/* The monotonic time, with a look at the wall clock for quotas. */
static inline gf_ns shared_now(struct shared *s)
{
    gf_ns now = gf_now_mono();
    if (s->budget.calendars)
        gf_calendars_look(s->budget.calendars, now, gf_now_wall());
    return now;
}

static inline uint32_t shared_terms(const struct shared *s)
{
    return s->kind->terms(s);
}

static inline void shared_renew(struct shared *s, gf_ns now)
{
    s->kind->renew(s, now, false);
}

/* Whether the load can ever pass at once: it is no more than the burst. */
bool shared_fits(struct shared *s, struct gf_load load);

/* Takes n units for the time they are due, t->ticket.due, which is set by SHARED_LATE too. */
static inline enum shared_took shared_take(struct shared *s, const struct shared_key *k, uint64_t n,
                                           gf_ns now, gf_ns by, struct gf_turn *t)
{
    return s->kind->take(s, k, n, now, by, t);
}

/* Gives a turn back, unused. */
static inline void shared_cancel(struct shared *s, const struct shared_key *k,
                                 const struct gf_turn *t, gf_ns now)
{
    s->kind->cancel(s, k, t, now);
}

/* How late a turn may be used; a turn that is later is void, and another one is taken. */
gf_ns shared_slack(const struct config *c);

/* Whether the turn can be used now that it is due. */
bool shared_is_good(const struct shared *s, const struct config *c, const struct gf_turn *t,
                    gf_ns now);

/*
 * What the user has to know of the state: tells once when a budget was too far ahead, and whether
 * the file was removed, ten times a second at most. IO_OK, or IO_FAILED after a message: others
 * would share a new file, and the limit would hold twice.
 */
static inline enum io shared_look(struct shared *s, const struct config *c, gf_ns now_mono)
{
    return s->kind->look(s, c, now_mono);
}

/* Sleeps until the turn is due, which the wall clock may move, or does not hold any more. IO_OK,
 * IO_STOP or IO_FAILED. */
enum io shared_sleep(struct shared *s, const struct config *c, struct gf_turn *t,
                     const struct tally *tally);

/* Waits for the turn, and takes another when the terms change meanwhile or the turn was missed.
 * IO_OK; IO_STOP or IO_FAILED, and then the turn was given back; IO_REFUSED when another
 * would be due after `by`. */
enum io shared_await(struct shared *s, const struct config *c, const struct shared_key *k,
                     struct gf_turn *t, gf_ns by, const struct tally *tally);

#endif
