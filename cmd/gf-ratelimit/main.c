/*
 * gf-ratelimit - records pass no faster than a rate, none is lost, their order is kept.
 *
 *     gf-ratelimit 10/s < urls | xargs -n1 curl
 *
 * This file reads the command line. flow.c moves the records, lib/limit knows how many may pass and
 * when.
 */
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/sig.h"
#include "base/size.h"
#include "ratelimit.h"

enum {
    OPT_INITIAL = 256,
    OPT_SLACK
};

static const struct gf_opt options[] = {
    {'b', 'b', "burst", "N", "let N pass at once after idle time (1; bytes: 10 ms' worth)", NULL,
     0},
    {OPT_INITIAL, 0, "initial", "N", "how much of the burst is there at the start (all)", NULL, 0},
    {OPT_SLACK, 0, "slack", "DUR", "how much lateness may be made up (10ms)", NULL, 0},
    {'0', '0', "null", NULL, "records end with NUL instead of newline", NULL, 0},
    GF_STATS_OPTIONS,
    {0},
};

static const char *const usage[] = {"[-b N] [--initial N] [-0] [--stats] RATE [FILE...]", NULL};
static const char *const notes[] = {
    "RATE is 10/s, 600/m, 1000/h, 5/15s, 2.5/s, 1MiB/s (bytes) or unlimited; a bare",
    "number is per second. A FILE of - is standard input, the default.",
    NULL,
};
static const char *const examples[] = {
    "seq 5 | gf-ratelimit 100/s",
    "seq 100 | gf-ratelimit -b 20 200/s | wc -l",
    "gf-ratelimit --stats=json 1MiB/s /etc/passwd | cksum",
    NULL,
};
static const int exits[] = {GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1};

static const struct gf_cli cli = {
    .name = "gf-ratelimit",
    .summary = "Let records pass no faster than RATE; nothing is dropped, the order is kept.",
    .usage = usage,
    .opts = options,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .operands = "@file",
};

/* Amounts are parsed when the rate is known: it says whether they are records or bytes. */
struct amounts {
    const char *burst;
    const char *initial;
};

/* 0, or the exit status after a message. */
static int parse_amount(const char *option, const char *text, const struct gf_rate *rate,
                        uint64_t least, uint64_t most, uint64_t *out)
{
    struct gf_perr e = {0};
    size_t len = strlen(text);
    int r;
    if (rate->bytes || rate->unlimited) {
        r = gf_parse_size(text, len, out, &e);
        if (r == 0 && (*out < least || *out > most))
            r = gf_perr_set(&e, 0, len, NULL, *out < least ? "too small" : "more than the burst");
    } else {
        r = gf_parse_count(text, len, least, most, out, &e);
    }
    if (r == 0)
        return 0;
    char kind[64] = "value of ";
    memccpy(kind + strlen(kind), option, '\0', sizeof kind - strlen(kind) - 1);
    gf_error_parse(kind, text, len, &e);
    return GF_EXIT_USAGE;
}

/* What 10 ms let pass; 1 for records, so that they are paced. */
static uint64_t default_burst(const struct gf_rate *rate)
{
    if (!rate->bytes)
        return 1;
    unsigned __int128 n = (unsigned __int128)rate->count * (10 * GF_MS) / (uint64_t)rate->period;
    return n ? (uint64_t)n : 1;
}

/* 0, or the exit status after a message. */
static int resolve(struct config *c, const struct amounts *a)
{
    c->burst = default_burst(&c->rate);
    int status = 0;
    if (a->burst)
        status = parse_amount("--burst", a->burst, &c->rate, 1, INT64_MAX, &c->burst);
    c->initial = c->burst;
    if (a->initial && status == 0)
        status = parse_amount("--initial", a->initial, &c->rate, 0, c->burst, &c->initial);
    struct gf_pacer p;
    if (status == 0 && gf_pacer_init(&p, c->rate, c->burst, c->initial, c->slack, 0) != 0)
        status = gf_cli_usage_error(&cli, "a burst of %s at '%s' would take over 100 years to earn",
                                    a->burst, c->rate_text);
    return status;
}

static int take_rate(struct config *c, const char *text)
{
    struct gf_perr e = {0};
    c->rate_text = text;
    if (gf_parse_rate(text, strlen(text), &c->rate, &e) == 0)
        return 0;
    gf_error_parse("rate", text, strlen(text), &e);
    return -1;
}

static int take_option(struct gf_optparser *p, struct config *c, struct amounts *a)
{
    switch (p->opt->id) {
    case 'b':
        a->burst = p->value;
        return 0;
    case OPT_INITIAL:
        a->initial = p->value;
        return 0;
    case OPT_SLACK:
        return gf_cli_duration(p, &c->slack);
    case '0':
        c->separator = '\0';
        return 0;
    case GF_OPT_ID_STATS:
        c->stats = true;
        return gf_cli_choice(p, gf_stats_formats, &c->stats_format);
    case GF_OPT_ID_STATS_FILE:
        c->stats = true;
        c->stats_file = p->value;
        return 0;
    }
    return 0;
}

/* 0, or -1 with the exit status in *status. Files are gathered at the front of argv. */
static int parse(int argc, char **argv, struct config *c, int *status)
{
    struct gf_optparser p = gf_optparser(&cli, argc, argv);
    struct amounts amounts = {0};
    enum gf_opt_event ev;
    *status = GF_EXIT_USAGE;
    c->files = argv;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE) {
            *status = p.status;
            return -1;
        }
        if (ev == GF_OPT_OPTION) {
            if (take_option(&p, c, &amounts) != 0)
                return -1;
        } else if (!c->rate_text) {
            if (take_rate(c, p.value) != 0)
                return -1;
        } else {
            argv[c->file_count++] = argv[p.next - 1];
        }
    }
    if (!c->rate_text) {
        *status = gf_cli_usage_error(&cli, "a rate is missing");
        return -1;
    }
    *status = resolve(c, &amounts);
    return *status == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    static struct tally tally;
    struct config c = {.separator = '\n', .slack = 10 * GF_MS};
    int status;
    gf_tool_start("gf-ratelimit");
    if (parse(argc - 1, argv + 1, &c, &status) != 0)
        return status;

    gf_clock_precise();
    signals_catch();
    tally.started_mono = gf_now_mono();
    tally.first_mono = -1;
    struct input in;
    input_init(&in, &c, &tally);
    enum io end = flow_run(&c, &in, &tally);

    status = end == IO_FAILED || in.failed ? GF_EXIT_TOOL : GF_EXIT_OK;
    if (c.stats && tally_report(&tally, &c) != 0)
        status = GF_EXIT_TOOL;
    if (end == IO_STOP)
        gf_die_by(signals_stop());
    return gf_tool_finish(status);
}
