/* options.h - what the files of the command line share: table.c, options.c, amounts.c, settle.c. */
#ifndef GF_CMD_RATELIMIT_OPTIONS_H
#define GF_CMD_RATELIMIT_OPTIONS_H

#include "base/opt.h"
#include "ratelimit.h"

enum {
    OPT_INITIAL = 256,
    OPT_SLACK,
    OPT_PAUSE,
    OPT_MAX_COST_TIME,
    OPT_DROP,
    OPT_REJECT,
    OPT_FAIL,
    OPT_ORDERED,
    OPT_MAX_KEYS,
    OPT_BUFFER,
    OPT_GROUP,
    OPT_ON_OUTAGE,
    OPT_BATCH,
    OPT_CHECK,
    OPT_TAKE,
    OPT_FOR,
    OPT_STATUS,
    OPT_FORMAT,
    OPT_SET,
    OPT_SET_BURST,
    OPT_RESET,
    OPT_LOAD,
    OPT_MEMFREE,
    OPT_STRICT,
    OPT_LEAKY,
    OPT_REPORT_DROPS,
    OPT_DROP_MARKER,
    OPT_RAMP,
    OPT_JITTER,
    OPT_KEY_RATES,
    OPT_FEEDBACK,
    OPT_FEEDBACK_FROM_START,
    OPT_MIN
};

extern const struct gf_cli ratelimit_cli;

/* The state of reading the command line. */
#define FACT_COMMAND "COMMAND" /* for the rules of the table */
#define FACT_ALONE "COMMAND without -S"
#define FACT_FIELD "FIELD"     /* -c or -K names one */
#define FACT_SERVER "redis://" /* -S is on a server */
#define FACT_LOCAL "local:N"   /* of --on-outage */
#define FACT_QUOTA "RATE@"     /* a rate has a window of the calendar */

struct parse {
    struct gf_optparser p;
    struct config *c;
    struct limit all; /* -b and --initial before any -r: for the limits without their own */
    bool by_option;   /* a rate was given by -r or --set */
    char **operands;
    size_t operand_count;
    bool has_wait;
    bool for_machine; /* --load or --memfree: a command needs no shared limit */
    bool done;        /* help or the version was printed */
    int status;       /* the exit status when the command line cannot be used */
};

/* Adds a limit of the rate `text`. 0, or the exit status after a message, in s->status too. */
int options_rate(struct parse *s, const char *text);

/* The value of --jitter: 25 or 25%. 0, or -1 after a message. */
int options_jitter(struct gf_optparser *p, struct config *c);

/* The value of --on-outage: wait, open, local:N or fail. 0, or -1 after a message. */
int options_outage(struct gf_optparser *p, struct config *c);

/* pause.c: the value of --pause, LOW or LOW..HIGH. 0, or -1 after a message. */
int options_pause(const char *text, struct config *c);

/* Called when all options were read: sets what depends on several of them, and checks what goes
 * together. 0, or the exit status after a message. */
int options_settle(struct parse *s);

#endif
