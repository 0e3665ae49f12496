/*
 * tally.h - what became of the jobs: counted, told with -v, summed up at the end.
 *
 * An observer. `offered` and `busy` are sums over slots, of the time that there were slots to hold
 * and of the time that attempts held them; their ratio is how well the slots were used.
 */
#ifndef GF_POOL_TALLY_H
#define GF_POOL_TALLY_H

#include "base/clock.h"
#include "base/failures.h"
#include "base/hist.h"
#include "observer.h"
#include "options.h"
#include "proc/ending.h"

struct tally {
    const struct options *opt;
    uint64_t started;
    uint64_t ok, failed, timed_out; /* jobs; failed holds timed_out too */
    uint64_t interrupted;           /* jobs that we told to end: neither ok nor failed */
    uint64_t retried;               /* attempts that another one followed */
    uint64_t restarts;              /* --worker: processes that took the place of another */
    struct gf_failures failures;
    struct gf_hist times; /* of jobs that ended */
    gf_ns begin_mono;
    gf_ns cpu;            /* of all attempts */
    double busy, offered; /* ns; more than gf_ns takes */
    gf_ns offered_mono;   /* until when `offered` counts */
    uint64_t slots;       /* how many there are since then */
};

extern const struct observer_events tally_observer;

void tally_begin(struct tally *t, const struct options *o, gf_ns now_mono);

/* So many slots there are from now on. */
void tally_slots(struct tally *t, uint64_t slots);

/* Jobs that have ended. */
static inline uint64_t tally_ended(const struct tally *t)
{
    return t->ok + t->failed + t->interrupted;
}

/* --worker: so many records were answered; and one was not, which ended so, for that reason. */
void tally_answered(struct tally *t, uint64_t n);
void tally_unanswered(struct tally *t, uint64_t seq, const struct gf_ending *ending,
                      const char *why, const char *record, size_t len);

/* The job or worker of that number waits for the terminal: said, with the way out. */
void tally_say_stopped(const char *what, uint64_t number, int sig);

/* A job of --dry-run that has no command. */
void tally_no_command(struct tally *t, uint64_t seq, const char *why);

/* The share of the time that slots were in use, by now; 0 to 1. */
double tally_utilisation(struct tally *t);

/* Jobs started in a second. */
double tally_rate(const struct tally *t, gf_ns now_mono);

/* Says how many of so many jobs failed, and the first of them; how many were interrupted. */
void tally_say_failures(const struct tally *t, uint64_t jobs);

/* --stats, to what gf_stats_open has opened. -1 after a message. */
int tally_write_stats(struct tally *t, struct gf_outfile *out);

#endif
