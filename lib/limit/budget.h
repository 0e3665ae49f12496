/*
 * budget.h - one limiter for all processes that map the same file.
 *
 * The file holds the one word that gcra.h calls the state, and a take is one compare-and-swap of
 * it: a process killed at any instruction leaves the old word or the new one, never a half of
 * either, and there is no lock to recover. A killed process loses what it had reserved, no more.
 * The rate and the burst lie in the file too, so that a change holds for all at once: those who
 * wait are woken and take again under the new terms.
 *
 * Beside the one bucket of all there may be a table of buckets by key, under the same terms: 16
 * bytes each, reached by a 64-bit hash made with the file's own secret. A key that has its whole
 * burst again is forgotten without loss; when 32 keys that are not fight for one place, the one
 * nearest to that starts afresh, and is counted (`evicted`).
 *
 * The times in it are of the monotonic clock, which starts anew with each boot. So the file also
 * names its boot and says what the wall clock showed when that clock was 0; on another boot the
 * words are carried over by way of the wall clock, when the file is opened. Those who had reserved
 * are gone with their boot, so no more than an empty bucket is carried over.
 *
 *     struct gf_budget b;
 *     struct gf_budget_ask ask = {.boot = boot, .rate = &rate, .burst = 20, ...};
 *     if (gf_budget_open(&b, fd, &ask, &why) != 0) ...
 *     struct gf_bucket all = gf_budget_all(&b);
 *     struct gf_turn turn;
 *     do                                                       // a queue: wait for the turn
 *         gf_budget_take(&b, &all, 1, now_mono, GF_NEVER, &turn);
 *     while (gf_budget_wait(&b, &turn) != 0 && errno == ESTALE);
 *
 *     if (gf_budget_take(&b, &all, 1, now_mono, now_mono, &turn)) start_one();    // now or not
 *
 * The windows of a quota (gcra.h) go by the wall clock, which the caller looks at for the calendars
 * of the ask before each call. The file keeps the latest time that any process has seen, so a clock
 * that is put back fills no window again.
 *
 * A file that is cut short while it is mapped raises SIGBUS in whoever touches it, which is the
 * tool's to catch. Any process; in one process, one thread a struct gf_budget.
 */
#ifndef GF_LIMIT_BUDGET_H
#define GF_LIMIT_BUDGET_H

#include "base/machine.h"
#include "limit/gcra.h"
#include "time/calendar.h"

enum {
    GF_BUDGET_BOOT = GF_MACHINE_BOOT, /* bytes of a boot's name */
    GF_BUDGET_KEYS_MAX = 1 << 26,     /* that a table may be made for */
};

struct gf_budget_page;

struct gf_budget {
    struct gf_budget_page *page;
    size_t size; /* that is mapped */
    int fd;
    uint32_t turn;        /* of the terms that we know */
    uint32_t reset;       /* of the last reset that we know */
    struct gf_gcra limit; /* those terms */
    uint64_t cuts;        /* buckets that were cut back by us, see gf_budget_take */
    struct gf_calendars *calendars;
};

struct gf_budget_ask {
    const char *boot; /* GF_BUDGET_BOOT bytes */
    gf_ns now_mono, now_wall;
    const struct gf_rate *rate; /* for a new file; NULL: it has to be there */
    uint64_t burst;
    uint64_t keys; /* make room for so many when there is no table yet; 0: none is needed */
    uint64_t seed; /* a secret, for a new file */
    bool look;     /* the file is open for reading alone; nothing is ever written to it */
    struct gf_calendars *calendars; /* for quotas; lives longer than the budget */
};

/*
 * Maps the file open for reading and writing (ask->look: for reading) as `fd`, which belongs to the
 * budget from now on and is closed here when that fails. An empty file becomes full buckets. -1
 * with errno, and *why is one line about it. EBADMSG: it is damaged, no such file or of another
 * version; ENODATA: it is empty and ask->rate is NULL.
 */
int gf_budget_open(struct gf_budget *b, int fd, const struct gf_budget_ask *ask, const char **why);

void gf_budget_release(struct gf_budget *b);

/* ---- taking ---------------------------------------------------------------------------------- */

struct gf_budget_slot;

/* The bucket of one key, or of all. */
struct gf_bucket {
    struct gf_budget_slot *slot;
    uint64_t hash; /* 0: of all */
};

/* A place in time: see gf_budget_take. */
struct gf_turn {
    struct gf_ticket ticket; /* ticket.due: when it comes */
    struct gf_bucket bucket;
    uint64_t n;     /* how many units */
    uint32_t terms; /* under which it was taken */
};

struct gf_bucket gf_budget_all(const struct gf_budget *b);

/* The bucket of a key, by its hash with gf_budget_seed; the file must have a table. */
struct gf_bucket gf_budget_key(struct gf_budget *b, uint64_t hash, gf_ns now_mono);

/* The same when the key has one. False: all of its burst is there, and *out is for
 * gf_budget_look alone. */
bool gf_budget_find_key(const struct gf_budget *b, uint64_t hash, struct gf_bucket *out);

uint64_t gf_budget_seed(const struct gf_budget *b);
bool gf_budget_has_keys(const struct gf_budget *b);

/*
 * Takes n units for the time they are due, which is in *out either way. False: that would be after
 * `by`, and nothing was taken. More than the burst is paid in advance; a caller whose answer is yes
 * or no asks gf_gcra_fits(&b->limit, n) first.
 *
 * A bucket that is paid for further ahead than all units counted in the file explain, and
 * gf_gcra_longest beyond that, was written by a clock that was ahead, or is damaged. All who have
 * turns take again then, as when the terms change, and that bucket is empty: the time it was at is
 * not known, and an empty bucket lets nothing pass that should not. It is counted in b->cuts.
 */
bool gf_budget_take(struct gf_budget *b, struct gf_bucket *k, uint64_t n, gf_ns now_mono, gf_ns by,
                    struct gf_turn *out);

/* Gives it back, unused: it is no longer counted as granted. True: the time of it is free again, as
 * it was not due yet, and still the last one; see gf_gcra_cancel. */
bool gf_budget_cancel(struct gf_budget *b, const struct gf_turn *t, gf_ns now_mono);

/* When the turn comes, as the wall clock is now: a quota's border moves when the clock is set. */
gf_ns gf_budget_due(struct gf_budget *b, const struct gf_turn *t, gf_ns now_mono);

/* Whether it was for a window of a quota that has ended: take again, to count in one to come. */
bool gf_budget_is_over(const struct gf_budget *b, const struct gf_turn *t, gf_ns now_mono);

/* Whether the terms are still those it was taken under. If not it is void: take again. */
bool gf_budget_holds(const struct gf_budget *b, const struct gf_turn *t);

/* Reads the terms into b->limit when they were changed since the last call that takes or looks: for
 * a caller that decides by b->limit whether to take at all. */
void gf_budget_renew(struct gf_budget *b, gf_ns now_mono);

/* Another number whenever the terms were changed. */
uint32_t gf_budget_terms(const struct gf_budget *b);

/* Sleeps until it is due. 0, or -1 with errno: ESTALE, it does not hold any more; EINTR, a signal
 * was caught, and it still stands. */
int gf_budget_wait(const struct gf_budget *b, const struct gf_turn *t);

/* ---- looking and changing -------------------------------------------------------------------- */

struct gf_budget_state {
    struct gf_gcra limit, declared; /* in force, and as the first user said */
    int64_t tokens;                 /* below 0: reserved ahead */
    gf_ns next;                     /* when one may pass, on the monotonic clock */
    uint64_t granted, refused;      /* units, over all buckets, at most UINT64_MAX */
    uint64_t slots, keys, evicted;  /* the table, and the keys in it that are not idle */
    uint64_t cuts;                  /* buckets that were cut back, see gf_budget_take */
};

/* A picture of the bucket at this moment; with ask->look, of the moment of opening. */
void gf_budget_look(struct gf_budget *b, struct gf_bucket *k, gf_ns now_mono,
                    struct gf_budget_state *out);

/*
 * New terms for all users, at once; a NULL rate or a burst of 0 stays as it is. What is saved is
 * kept in units, at most the new burst. -1 with ERANGE as gf_gcra_init.
 */
int gf_budget_change(struct gf_budget *b, const struct gf_rate *rate, uint64_t burst,
                     gf_ns now_mono);

/* Full buckets, counts at zero; those who wait take again. */
void gf_budget_reset(struct gf_budget *b, gf_ns now_mono);

#endif
