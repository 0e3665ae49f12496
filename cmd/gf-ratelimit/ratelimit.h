/*
 * ratelimit.h - the parts of gf-ratelimit: what was asked (main.c, options.c), records through the
 * limits (flow.c), bytes in and out (io.c), signals (signals.c), the numbers (report.c).
 */
#ifndef GF_CMD_RATELIMIT_H
#define GF_CMD_RATELIMIT_H

#include <signal.h>
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
#include "time/calendar.h"
#include "time/civil.h"
#include "topdrops.h"

struct limit {
    struct gf_rate rate;
    const char *rate_text;
    const char *burst_text, *initial_text; /* NULL: not given */
    uint64_t burst, initial;
};

/* What becomes of a record that is over the limit. */
enum over {
    OVER_WAIT,   /* the record waits, however long */
    OVER_DROP,   /* the record is dropped */
    OVER_REJECT, /* the record goes to the file of --reject */
    OVER_FAIL,   /* the record ends the run */
};

/* What a record weighs. */
struct cost {
    enum {
        COST_ONE,
        COST_BYTES,
        COST_FIELD
    } kind;
    int field; /* counted from 1; below 0, from the end */
};

/* More than twenty members: one or two for each option, in the order of the table. */
struct config {
    struct limit limits[GF_PACERS_MAX];
    size_t limit_count; /* 1 or more for a filter, and with a state */
    bool unlimited;     /* every limit is unlimited */
    bool quota;         /* one of the limits has a window of the calendar */
    struct gf_calendars *calendars;
    bool pause; /* a wait behind each record, in place of a rate */
    gf_ns pause_low, pause_high;
    gf_ns slack;
    char separator;
    struct cost cost;
    gf_ns max_cost_time; /* what the weight of a record may take; -1: gf_gcra_longest */
    int field_separator; /* FIELD_BLANKS (field.h) or a byte */
    int key;             /* the number of the field that is the key, as cost.field; 0: none */
    struct gf_regex *key_regex; /* the key is what this matches; NULL: the key is no match */
    const char *key_text;       /* the value of -K */
    const char *key_rates;      /* the file of --key-rates; NULL: all keys have the same limits */
    bool ordered;               /* a record waits for those before it, whatever their key */
    uint64_t max_keys;          /* keys that are known at a time */
    uint64_t buffer;            /* records held for their turn */
    bool strict;                /* each limit is a window, not a bucket */
    bool leaky;                 /* a record that finds the buffer full is over the limit */
    gf_ns ramp;                 /* 0: no --ramp */
    unsigned jitter;            /* per cent of an interval */
    const char *feedback;
    bool feedback_from_start; /* the lines that are there at the start count, too */
    struct gf_rate min;
    bool has_min;
    enum over over;
    const char *state;      /* NULL: this process alone */
    const char *state_name; /* the same for messages: without the password of a server */
    bool is_remote;         /* it is on a server */
    enum outage {
        OUTAGE_WAIT,  /* for the server */
        OUTAGE_OPEN,  /* meanwhile everything passes */
        OUTAGE_LOCAL, /* meanwhile this process has its part of the rate */
        OUTAGE_FAIL,
    } outage;
    uint64_t outage_parts; /* of OUTAGE_LOCAL */
    gf_ns batch;           /* turns of a server that are taken at once, in time */
    const char *group;     /* whose users share the state; NULL: it is ours alone */
    enum act {
        ACT_FILTER,
        ACT_RUN,    /* run the command when its turn has come */
        ACT_CHECK,  /* take `take` now, or print when to try again */
        ACT_STATUS, /* show the state */
        ACT_SET,    /* change the state to limits[0] and set_burst_text */
        ACT_RESET
    } act;
    char *const *command;
    uint64_t load;    /* the command starts when fewer tasks run; 0: however many */
    uint64_t memfree; /* and when so many bytes are free */
    uint64_t take;
    const char *for_key; /* for ACT_CHECK and ACT_STATUS; NULL: the bucket of all */
    const char *set_burst_text;
    bool json;      /* for ACT_STATUS */
    gf_ns max_wait; /* has no meaning with OVER_WAIT */
    const char *reject_name;
    gf_ns report_drops;      /* the period of reports; 0: none */
    const char *drop_marker; /* NULL: none */
    int reject_fd;
    bool stats;
    int stats_format;
    const char *stats_file;
    const char *output; /* NULL: standard output */
    int output_fd;
    int output_dir;     /* in which -o is replaced; -1: it is not */
    char *const *files; /* no file: standard input */
    size_t file_count;
};

/* Raises the wall (wall.c): all but inputs, the rates of keys and feedback is open. Where the state
 * is on a server there is none: it may have to be reached again. */
void wall_raise(const struct config *c);

static inline bool config_has_key(const struct config *c)
{
    return c->key || c->key_regex;
}

/* ---- options.c ------------------------------------------------------------------------------- */

/*
 * Reads the command line. 0, or -1 with the exit status in *status: after a message about bad
 * usage, or after help. The files are gathered at the front of argv.
 */
int options_parse(int argc, char **argv, struct config *c, int *status);

/* An amount of what the rate counts, from `least` to `most`. 0, or the exit status after a message
 * about the option. */
int options_amount(const char *option, const char *text, const struct gf_rate *rate, uint64_t least,
                   uint64_t most, uint64_t *out);

/* Prints the usage error `what`, with the hint to --help; the exit status. */
int options_misused(const char *what);

/* ---- report.c: what has happened so far ------------------------------------------------------ */

struct tally {
    uint64_t records;      /* records that passed */
    uint64_t bytes;        /* bytes that passed */
    uint64_t seen;         /* records that were read; 0 when they are not looked at one by one */
    uint64_t refused;      /* records over the limit */
    uint64_t keys_evicted; /* keys that were forgotten before they were idle */
    uint64_t clock_cuts;   /* shared budgets that a clock had put too far ahead */
    uint64_t refusals;     /* lines 429 and slow of feedback */
    double speed;          /* the part of the rate that feedback left, 0 to 1 */
    bool command;          /* no records: a command waits to be run */
    gf_ns started_mono;
    gf_ns first_mono, last_mono; /* when something passed; first is -1 before that */
    gf_ns waited;                /* time slept for the limit */
    struct topdrops top;         /* keys of records over the limit */
    struct gf_hist lateness;     /* how late the wake-ups were */
    struct gf_failures failures; /* records that lack a key or a cost */
    uint64_t last_failed;        /* the number of the last record in `failures` */
};

/* n records (or parts of one: 0) of `bytes` bytes passed. */
void tally_pass(struct tally *t, uint64_t records, size_t bytes, gf_ns now_mono);

/* The record that was seen last lacks a key or a cost: `reason` (printf) says what. A record counts
 * once, also when the record is looked at again. */
void tally_fail(struct tally *t, const char *reason, ...) __attribute__((format(printf, 2, 3)));

/* One line on stderr, for SIGUSR1. */
void tally_status(const struct tally *t);

/* The last lines on stderr: how many records failed, and with -v what tally_status says. */
void tally_end(const struct tally *t);

/* With -v: the limits as they were understood; `shared` are the terms of the state, or NULL. */
void report_limits(const struct config *c, const struct gf_gcra *shared);

/* When the calendar's window ends that is now, as RFC 3339. */
void quota_end(const struct gf_calendar *c, char out[GF_STAMP_SIZE]);

/* Writes what --stats asks for to what gf_stats_open has opened. 0, or -1 after a message. */
int tally_report(const struct tally *t, const struct config *c, struct gf_outfile *to);

/* ---- signals.c ------------------------------------------------------------------------------- */

/* Catches SIGUSR1, SIGTERM, SIGINT and SIGHUP. */
void signals_catch(void);

/* The signal that asked gf-ratelimit to end, or 0. */
int signals_stop(void);
const volatile sig_atomic_t *signals_stop_flag(void);

/* Answers a SIGUSR1 that has come. True: a signal has asked gf-ratelimit to end. */
bool signals_handle(const struct tally *t);

/* Before an exec: blocks our signals and stops the timer. True: a signal asked to end instead. */
bool signals_release(void);

/* ---- io.c: the files one after another, and the output --------------------------------------- */

enum io {
    IO_OK,
    IO_END,     /* the last file has ended */
    IO_STOP,    /* a signal asks gf-ratelimit to end */
    IO_FAILED,  /* after a message */
    IO_REFUSED, /* a record is over the limit; after a message */
};

struct input {
    char *const *files;
    size_t count, next;
    int fd; /* -1: none is open */
    const char *name;
    bool failed; /* a file could not be read; after a message */
    const struct config *config;
    const struct tally *tally;
};

void input_init(struct input *in, const struct config *c, const struct tally *t);

/*
 * Reads up to `len` bytes into buf; with IO_OK *got is 1 or more, or 0 where a file ended and
 * another follows. *waited: nothing was there at first, and the read waited for the bytes; `waited`
 * may be NULL. A file that cannot be read is skipped after a message.
 */
enum io input_read(struct input *in, char *buf, size_t len, size_t *got, bool *waited);

/* Waits until input_read would return at once, which sets *ready, or until the deadline. IO_OK or
 * IO_STOP. */
enum io input_wait(struct input *in, gf_ns deadline_mono, bool *ready);

/* Writes all `len` bytes. IO_OK, IO_STOP or IO_FAILED; `name` is for the message, NULL: standard
 * output. */
enum io output_write(int fd, const char *name, const char *p, size_t len, const struct tally *t);

/* The same of all that a buffer holds. IO_FAILED after a message, and nothing is written, when an
 * append to it had failed. */
enum io output_buf(int fd, const char *name, const struct gf_buf *b, const struct tally *t);

/* Whether the reader of the output is there; IO_STOP or IO_FAILED when it has left. */
enum io output_look(const struct config *c);

/* Sleeps until the deadline, or until the reader of the output leaves. IO_OK, IO_STOP or
 * IO_FAILED. */
enum io wait_until(gf_ns deadline_mono, const struct config *c, const struct tally *t);

/* ---- flow.c ---------------------------------------------------------------------------------- */

/* Passes everything from the input through the limits to the output. IO_END when all has
 * passed; never IO_OK. */
enum io flow_run(const struct config *c, struct input *in, struct tally *t);

#endif
