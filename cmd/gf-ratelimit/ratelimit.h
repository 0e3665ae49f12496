/*
 * ratelimit.h - the parts of gf-ratelimit: what was asked (main.c, options.c), records through the
 * limits (flow.c), bytes in and out (io.c), signals (signals.c), the numbers (report.c).
 */
#ifndef GF_CMD_RATELIMIT_H
#define GF_CMD_RATELIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/failures.h"
#include "base/hist.h"
#include "base/stats.h"
#include "limit/pacers.h"
#include "text/regex.h"

struct limit {
    struct gf_rate rate;
    const char *rate_text;
    const char *burst_text, *initial_text; /* NULL: not given */
    uint64_t burst, initial;
};

/* What becomes of a record that is over the limit. */
enum over {
    OVER_WAIT,   /* it waits, however long */
    OVER_DROP,   /* it is lost */
    OVER_REJECT, /* it goes another way */
    OVER_FAIL,   /* it ends the run */
};

/* What a record weighs. */
struct cost {
    enum {
        COST_ONE,
        COST_BYTES,
        COST_FIELD
    } kind;
    int field; /* from 1, or from the end below 0 */
};

struct config {
    struct limit limits[GF_PACERS_MAX];
    size_t limit_count; /* 1 or more for a filter or a command */
    bool unlimited;     /* all of them are */
    gf_ns slack;
    char separator;
    struct cost cost;
    int field_separator;        /* FIELD_BLANKS (field.h) or a byte */
    int key;                    /* the field that is the key, as cost.field; 0: none */
    struct gf_regex *key_regex; /* or what it matches; NULL: not so */
    const char *key_text;       /* as it was given */
    const char *key_rates;      /* a file; NULL: all keys have the same limits */
    bool ordered;               /* a record waits for those before it, whatever their key */
    uint64_t max_keys;          /* known at a time */
    uint64_t buffer;            /* records held for their turn */
    bool strict;                /* windows, not buckets */
    bool leaky;                 /* a full buffer is over the limit */
    gf_ns ramp;                 /* 0: none */
    unsigned jitter;            /* per cent of an interval */
    const char *feedback;
    struct gf_rate min;
    bool has_min;
    enum over over;
    const char *state; /* NULL: this process alone */
    enum act {
        ACT_FILTER,
        ACT_RUN,    /* the command, when its turn has come */
        ACT_CHECK,  /* decide about `take`, and end */
        ACT_STATUS, /* show the state */
        ACT_SET,    /* change it: to limits[0], and set_burst_text */
        ACT_RESET
    } act;
    char *const *command;
    uint64_t take;
    const char *for_key; /* of ACT_CHECK and ACT_STATUS; NULL: the bucket of all */
    const char *set_burst_text;
    bool json;      /* of ACT_STATUS */
    gf_ns max_wait; /* unless OVER_WAIT */
    const char *reject_name;
    int reject_fd;
    bool stats;
    int stats_format;
    const char *stats_file;
    char *const *files; /* none: standard input */
    size_t file_count;
};

static inline bool config_has_key(const struct config *c)
{
    return c->key || c->key_regex;
}

/* ---- options.c ------------------------------------------------------------------------------- */

/*
 * Reads the command line. 0, or -1 with the exit status in *status: usage was bad, which is said,
 * or help was shown. The files are gathered at the front of argv.
 */
int options_parse(int argc, char **argv, struct config *c, int *status);

/* An amount of what the rate counts, from `least` to `most`. 0, or the exit status after a message
 * about the option. */
int options_amount(const char *option, const char *text, const struct gf_rate *rate, uint64_t least,
                   uint64_t most, uint64_t *out);

/* Says what does not go together, with the hint to --help; the exit status. */
int options_misused(const char *what);

/* ---- report.c: what has happened so far ------------------------------------------------------ */

struct tally {
    uint64_t records; /* that passed */
    uint64_t bytes;
    uint64_t seen;         /* where records are looked at one by one */
    uint64_t refused;      /* over the limit */
    uint64_t keys_evicted; /* forgotten before they were idle */
    uint64_t refusals;     /* that feedback told of */
    double speed;          /* that feedback left, of 1 */
    gf_ns started_mono;
    gf_ns first_mono, last_mono; /* of what passed; first is -1 before any */
    gf_ns waited;                /* slept for the limit */
    struct gf_hist lateness;     /* of the wake-ups */
    struct gf_failures failures; /* records that passed otherwise than asked */
    uint64_t last_failed;        /* the number of the last of them */
};

/* n records (or parts of one: 0) of `bytes` bytes passed. */
void tally_pass(struct tally *t, uint64_t records, size_t bytes, gf_ns now_mono);

/* The record that was seen last lacks what was asked for: `reason` (printf) says what. Counted once
 * a record, also when the record is looked at again. */
void tally_fail(struct tally *t, const char *reason, ...) __attribute__((format(printf, 2, 3)));

/* One line on stderr, for SIGUSR1. */
void tally_status(const struct tally *t);

/* The last lines on stderr: how many records failed, and with -v what tally_status says. */
void tally_end(const struct tally *t);

/* With -v: the limits as they were understood; `shared` are the terms of the state, or NULL. */
void report_limits(const struct config *c, const struct gf_gcra *shared);

/* What --stats asks for; 0 or -1 (said). */
int tally_report(const struct tally *t, const struct config *c);

/* ---- signals.c ------------------------------------------------------------------------------- */

/* Catches SIGUSR1, and the signals that end us. */
void signals_catch(void);

/* The signal that asks us to end, or 0. */
int signals_stop(void);

/* Answers a SIGUSR1 that has come. True when we are asked to end. */
bool signals_handle(const struct tally *t);

/* Before an exec: nothing of ours interrupts what runs then. True: we are to stop instead. */
bool signals_release(void);

/* ---- io.c: the files one after another, and standard output ---------------------------------- */

enum io {
    IO_OK,
    IO_END,     /* of the last file */
    IO_STOP,    /* a signal asks us to end */
    IO_FAILED,  /* said */
    IO_REFUSED, /* a record is over the limit, said */
};

struct input {
    char *const *files;
    size_t count, next;
    int fd; /* -1: none is open */
    const char *name;
    bool failed; /* a file could not be read; said */
    const struct tally *tally;
};

void input_init(struct input *in, const struct config *c, const struct tally *t);

/*
 * Up to `len` bytes into buf, *got of them, 1 or more with IO_OK. *waited: nothing was there, the
 * bytes came while we waited for them; it may be NULL. A file that cannot be read is said and
 * skipped.
 */
enum io input_read(struct input *in, char *buf, size_t len, size_t *got, bool *waited);

/* Waits until input_read would return at once, then *ready, or until then. IO_OK or IO_STOP. */
enum io input_wait(struct input *in, gf_ns deadline_mono, bool *ready);

/* All of it; IO_OK, IO_STOP or IO_FAILED. `name` is for the message. */
enum io output_write(int fd, const char *name, const char *p, size_t len, const struct tally *t);

/* Sleeps until then; IO_OK or IO_STOP. */
enum io wait_until(gf_ns deadline_mono, const struct tally *t);

/* ---- flow.c ---------------------------------------------------------------------------------- */

/* Everything from the input through the limits to standard output. Not IO_OK. */
enum io flow_run(const struct config *c, struct input *in, struct tally *t);

#endif
