/* options.h - what the two halves of the command line share: options.c and settle.c. */
#ifndef GF_CMD_RATELIMIT_OPTIONS_H
#define GF_CMD_RATELIMIT_OPTIONS_H

#include "base/opt.h"
#include "ratelimit.h"

/* What is gathered on the way. */
struct parse {
    struct gf_optparser p;
    struct config *c;
    struct limit all; /* -b and --initial before any -r: for the limits without their own */
    bool by_option;   /* a rate was given by -r */
    char **operands;
    size_t operand_count;
    bool has_wait;
    bool has_format;
    bool done;  /* help or the version was printed */
    int status; /* of the tool when the command line cannot be used */
};

/* One more limit. 0, or -1 after a message. */
int options_rate(struct config *c, const char *text);

/* When all of it has been read: makes one whole of it. 0, or the exit status after a message. */
int options_settle(struct parse *s);

#endif
