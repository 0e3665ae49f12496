/*
 * options.c - the command line of gf-ratelimit: the table, and what its values mean. What goes
 * together is in settle.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/size.h"
#include "field.h"
#include "limit/budget.h"
#include "options.h"

enum {
    OPT_INITIAL = 256,
    OPT_SLACK,
    OPT_DROP,
    OPT_REJECT,
    OPT_FAIL,
    OPT_ORDERED,
    OPT_MAX_KEYS,
    OPT_BUFFER,
    OPT_CHECK,
    OPT_TAKE,
    OPT_FOR,
    OPT_STATUS,
    OPT_FORMAT,
    OPT_SET,
    OPT_SET_BURST,
    OPT_RESET,
    OPT_STRICT,
    OPT_LEAKY,
    OPT_RAMP,
    OPT_JITTER,
    OPT_KEY_RATES,
    OPT_FEEDBACK,
    OPT_MIN
};

static const struct gf_opt options[] = {
    GF_OPT_GROUP("limits"),
    {'r', 'r', "rate", "RATE", "a limit; with several, all of them hold", NULL, GF_OPT_MAIN},
    {'b', 'b', "burst", "N", "pass N at once after idle time (1; bytes: 10 ms)", NULL, GF_OPT_MAIN},
    {OPT_INITIAL, 0, "initial", "N", "part of the burst available at the start (all)", NULL, 0},
    {OPT_SLACK, 0, "slack", "DUR", "make up for lateness of at most DUR (10ms)", NULL, 0},
    {OPT_STRICT, 0, "strict", NULL, "never exceed the rate in any window of its time", NULL, 0},
    {OPT_RAMP, 0, "ramp", "DUR", "start slowly; reach the full rate after DUR", NULL, 0},
    {OPT_JITTER, 0, "jitter", "PCT", "delay each wait by up to PCT % of an interval", NULL, 0},
    GF_OPT_GROUP("records"),
    {'c', 'c', "cost", "FIELD", "weight of a record: a number in FIELD, or bytes", "bytes", 0},
    {'d', 'd', "delimiter", "C", "fields end at the byte C (default: at blanks)", NULL, 0},
    {'0', '0', "null", NULL, "records end with NUL instead of newline", NULL, 0},
    GF_OPT_GROUP("keys"),
    {'K', 'K', "key", "FIELD", "a limit for each value of FIELD or of /regex/", NULL, GF_OPT_MAIN},
    {OPT_KEY_RATES, 0, "key-rates", "FILE", "rates of single keys: lines of KEY RATE [BURST]",
     "@file", 0},
    {OPT_ORDERED, 0, "ordered", NULL, "keep the order between keys too", NULL, 0},
    {OPT_MAX_KEYS, 0, "max-keys", "N", "know at most N keys (1000000; with -S: 65536)", NULL, 0},
    GF_OPT_GROUP("over the limit"),
    {'w', 'w', "wait", "DUR", "refuse a record that would wait longer than DUR", NULL, GF_OPT_MAIN},
    {OPT_DROP, 0, "drop", NULL, "drop records over the limit", NULL, GF_OPT_MAIN},
    {OPT_REJECT, 0, "reject", "FILE", "write records over the limit to FILE, or to fd:N", "@file",
     GF_OPT_MAIN},
    {OPT_FAIL, 0, "fail", NULL, "stop with 75 at the first one (default with -w)", NULL, 0},
    {OPT_LEAKY, 0, "leaky", NULL, "only a record that finds the buffer full is over", NULL, 0},
    {OPT_BUFFER, 0, "buffer", "N", "hold at most N records with -K or --leaky (65536)", NULL, 0},
    GF_OPT_GROUP("shared limits"),
    {'S', 'S', "state", "NAME", "share the limit with all users of NAME or a path", "@state.rate",
     GF_OPT_MAIN},
    {OPT_CHECK, 0, "check", NULL, "take one now, or print when to try again; exit", NULL,
     GF_OPT_MAIN},
    {OPT_TAKE, 0, "take", "N", "with --check: take N (1)", NULL, 0},
    {OPT_FOR, 0, "for", "KEY", "with --check, --status: the budget of this key", NULL, 0},
    {OPT_STATUS, 0, "status", NULL, "print the state and exit", NULL, GF_OPT_MAIN},
    {OPT_FORMAT, 0, "format", "FORMAT", "of --status: text (default) or json", "text json", 0},
    {OPT_SET, 0, "set", "RATE", "change the rate for all users and exit", NULL, 0},
    {OPT_SET_BURST, 0, "set-burst", "N", "change the burst for all users and exit", NULL, 0},
    {OPT_RESET, 0, "reset", NULL, "fill all budgets, set the counts to 0, exit", NULL, 0},
    GF_OPT_GROUP("feedback"),
    {OPT_FEEDBACK, 0, "feedback", "FILE", "read ok, 429 [TIME], slow, fast; FILE or fd:N", "@file",
     0},
    {OPT_MIN, 0, "min", "RATE", "feedback never goes below RATE (a hundredth)", NULL, 0},
    GF_OPT_GROUP("statistics"),
    GF_STATS_OPTIONS,
    {0},
};

static const char *const usage[] = {
    "[OPTION...] RATE [FILE...]",
    "[OPTION...] -r RATE [-b N] [-r RATE [-b N]]... [FILE...]",
    "[OPTION...] -S NAME RATE -- COMMAND [ARG...]",
    "-S NAME --check|--status|--set RATE|--set-burst N|--reset",
    NULL,
};
static const char *const notes[] = {
    "RATE is 10/s, 600/m, 1000/h, 5/15s, 2.5/s, 1MiB/s (bytes) or unlimited; a bare",
    "number is per second. A FILE of - is standard input, the default. -b and",
    "--initial belong to the -r before them. A record over the limit waits, unless",
    "-w, --leaky, --drop, --reject or --fail is given.",
    NULL,
};
static const char *const examples[] = {
    "seq 5 | gf-ratelimit 100/s",
    "seq 100 | gf-ratelimit -r 200/s -b 20 -r 1000/h -b 1000 | wc -l",
    "printf 'a 1\\na 2\\nb 1\\n' | gf-ratelimit -K 1 10/s",
    NULL,
};
static const int exits[] = {GF_EXIT_OK,   GF_EXIT_USAGE,  GF_EXIT_REFUSED,  GF_EXIT_SOME,
                            GF_EXIT_TOOL, GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1};

static const struct gf_cli cli = {
    .name = "gf-ratelimit",
    .summary = "Copy records no faster than RATE and keep their order.",
    .usage = usage,
    .opts = options,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .operands = "@file",
};

static const char *const formats[] = {"text", "json", NULL};

static int bad(const struct parse *s, const struct gf_perr *e)
{
    char spelt[64], kind[80];
    gf_opt_spell(&s->p, spelt);
    snprintf(kind, sizeof kind, "value of %s", spelt);
    gf_error_parse(kind, s->p.value, strlen(s->p.value), e);
    return -1;
}

int options_rate(struct config *c, const char *text)
{
    struct gf_perr e = {0};
    if (c->limit_count == GF_PACERS_MAX) {
        gf_cli_usage_error(&cli, "more than %d rates", GF_PACERS_MAX);
        return -1;
    }
    struct limit *l = &c->limits[c->limit_count];
    if (gf_parse_rate(text, strlen(text), &l->rate, &e) != 0) {
        gf_error_parse("rate", text, strlen(text), &e);
        return -1;
    }
    l->rate_text = text;
    c->limit_count++;
    return 0;
}

/* A field: from 1, or from the end with -1. */
static int parse_field(const struct parse *s, const char *hint, int *out)
{
    const char *text = s->p.value;
    struct gf_perr e = {0};
    int64_t field;
    int r = gf_parse_int(text, strlen(text), -1000000, 1000000, &field, &e);
    if (r == 0 && field == 0)
        r = gf_perr_set(&e, 0, strlen(text), NULL, "there is no field 0");
    e.hint = hint;
    if (r != 0)
        return bad(s, &e);
    *out = (int)field;
    return 0;
}

static int take_cost(struct parse *s)
{
    bool bytes = strcmp(s->p.value, "bytes") == 0;
    s->c->cost.kind = bytes ? COST_BYTES : COST_FIELD;
    if (bytes)
        return 0;
    return parse_field(s, "a field is a number from 1, or from the end with -1; or write bytes",
                       &s->c->cost.field);
}

/* A field, or /regex/. */
static int take_key(struct parse *s)
{
    const char *text = s->p.value;
    size_t len = strlen(text);
    gf_regex_free(s->c->key_regex);
    s->c->key_regex = NULL;
    s->c->key = 0;
    s->c->key_text = text;
    if (text[0] != '/')
        return parse_field(
            s, "a field is a number from 1, or from the end with -1; or write /regex/", &s->c->key);
    struct gf_perr e = {.len = len, .what = "the slash at its end is missing"};
    if (len < 2 || text[len - 1] != '/')
        return bad(s, &e);
    s->c->key_regex = gf_regex_compile(text + 1, len - 2, 0, &e);
    if (s->c->key_regex)
        return 0;
    if (errno == ENOMEM) {
        gf_error_nomem();
        s->status = GF_EXIT_TOOL;
        return -1;
    }
    e.col++;
    return bad(s, &e);
}

/* 25 or 25% */
static int take_jitter(struct parse *s)
{
    const char *text = s->p.value;
    size_t len = strlen(text);
    struct gf_perr e = {0};
    uint64_t n;
    if (len > 1 && text[len - 1] == '%')
        len--;
    if (gf_parse_count(text, len, 0, 100, &n, &e) != 0)
        return bad(s, &e);
    s->c->jitter = (unsigned)n;
    return 0;
}

static int take_delimiter(struct parse *s)
{
    if (strlen(s->p.value) != 1) {
        struct gf_perr e = {.len = strlen(s->p.value), .what = "it must be one byte"};
        return bad(s, &e);
    }
    s->c->field_separator = (unsigned char)s->p.value[0];
    return 0;
}

static int take_over(struct parse *s, enum over over)
{
    if (s->c->over != OVER_WAIT && s->c->over != over) {
        gf_cli_usage_error(&cli, "only one of --drop, --reject and --fail can be");
        return -1;
    }
    s->c->over = over;
    s->c->reject_name = over == OVER_REJECT ? s->p.value : NULL;
    return 0;
}

static int take_act(struct parse *s, enum act act)
{
    if (s->c->act != ACT_FILTER && s->c->act != act) {
        gf_cli_usage_error(&cli, "only one of --check, --status, --set and --reset can be");
        return -1;
    }
    s->c->act = act;
    return 0;
}

/* --set: the one limit there is. */
static int take_set(struct parse *s)
{
    if (take_act(s, ACT_SET) != 0)
        return -1;
    s->c->limit_count = 0;
    s->by_option = true;
    return options_rate(s->c, s->p.value);
}

static int take_option(struct parse *s)
{
    struct config *c = s->c;
    struct limit *l = s->by_option ? &c->limits[c->limit_count - 1] : &s->all;
    switch (s->p.opt->id) {
    case 'r':
        s->by_option = true;
        return options_rate(c, s->p.value);
    case 'b':
        l->burst_text = s->p.value;
        return 0;
    case OPT_INITIAL:
        l->initial_text = s->p.value;
        return 0;
    case OPT_SLACK:
        return gf_cli_duration(&s->p, &c->slack);
    case 'K':
        return take_key(s);
    case OPT_KEY_RATES:
        c->key_rates = s->p.value;
        return 0;
    case OPT_STRICT:
        c->strict = true;
        return 0;
    case OPT_LEAKY:
        c->leaky = true;
        return 0;
    case OPT_RAMP:
        return gf_cli_duration(&s->p, &c->ramp);
    case OPT_JITTER:
        return take_jitter(s);
    case OPT_FEEDBACK:
        c->feedback = s->p.value;
        return 0;
    case OPT_MIN:
        c->has_min = true;
        return gf_cli_rate(&s->p, &c->min);
    case OPT_ORDERED:
        c->ordered = true;
        return 0;
    case OPT_MAX_KEYS:
        return gf_cli_count(&s->p, 1, GF_BUDGET_KEYS_MAX, &c->max_keys);
    case OPT_BUFFER:
        return gf_cli_count(&s->p, 1, 1000000000, &c->buffer);
    case 'c':
        return take_cost(s);
    case 'd':
        return take_delimiter(s);
    case 'w':
        s->has_wait = true;
        return gf_cli_duration(&s->p, &c->max_wait);
    case OPT_DROP:
        return take_over(s, OVER_DROP);
    case OPT_REJECT:
        return take_over(s, OVER_REJECT);
    case OPT_FAIL:
        return take_over(s, OVER_FAIL);
    case 'S':
        c->state = s->p.value;
        return 0;
    case OPT_CHECK:
        return take_act(s, ACT_CHECK);
    case OPT_STATUS:
        return take_act(s, ACT_STATUS);
    case OPT_SET:
        return take_set(s);
    case OPT_SET_BURST:
        c->set_burst_text = s->p.value;
        return take_act(s, ACT_SET);
    case OPT_RESET:
        return take_act(s, ACT_RESET);
    case OPT_FOR:
        c->for_key = s->p.value;
        return 0;
    case OPT_FORMAT: {
        int format;
        s->has_format = true;
        if (gf_cli_choice(&s->p, formats, &format) != 0)
            return -1;
        c->json = format == 1;
        return 0;
    }
    case OPT_TAKE:
        return gf_cli_count(&s->p, 1, INT64_MAX, &c->take);
    case '0':
        c->separator = '\0';
        return 0;
    case GF_OPT_ID_STATS:
        c->stats = true;
        return gf_cli_choice(&s->p, gf_stats_formats, &c->stats_format);
    case GF_OPT_ID_STATS_FILE:
        c->stats = true;
        c->stats_file = s->p.value;
        return 0;
    }
    return 0;
}

int options_misused(const char *what)
{
    return gf_cli_usage_error(&cli, "%s", what);
}

int options_amount(const char *option, const char *text, const struct gf_rate *rate, uint64_t least,
                   uint64_t most, uint64_t *out)
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
    gf_error_parse(option, text, len, &e);
    return GF_EXIT_USAGE;
}

/* What follows `--` is a command, once the rate is known. */
static bool is_command(const struct parse *s)
{
    return s->p.ended && (s->operand_count > 0 || s->c->limit_count > 0);
}

/* A command starts once for each call, so its limit has to live longer than one process. */
static int command_without_state(const struct parse *s, char *const *command)
{
    struct gf_buf words = GF_BUF_INIT(4096);
    for (char *const *word = command; *word; word++) {
        gf_buf_putc(&words, ' ');
        gf_quote_sh(&words, *word, strlen(*word));
    }
    gf_error("a command needs -S NAME, the limit that its calls share");
    gf_hint("gf-ratelimit -S NAME %s --%s; to pace lines, pipe them in or name files before --",
            s->c->limit_count ? s->c->limits[0].rate_text : s->operands[0],
            words.failed ? " COMMAND" : words.data);
    gf_buf_release(&words);
    return GF_EXIT_USAGE;
}

static int take_command(struct parse *s, char *const *command)
{
    struct config *c = s->c;
    if (!c->state)
        return command_without_state(s, command);
    c->command = command;
    if (c->act == ACT_FILTER)
        c->act = ACT_RUN;
    return options_settle(s);
}

/* All of the command line; the exit status of bad usage or of help, else 0. */
static int parse(struct parse *s, char **argv)
{
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&s->p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE) {
            s->done = true;
            return s->p.status;
        }
        if (ev == GF_OPT_OPERAND && is_command(s))
            return take_command(s, argv + s->p.next - 1);
        if (ev == GF_OPT_OPERAND)
            s->operands[s->operand_count++] = argv[s->p.next - 1];
        else if (take_option(s) != 0)
            return s->status;
    }
    return options_settle(s);
}

int options_parse(int argc, char **argv, struct config *c, int *status)
{
    static char help[] = "--help";
    if (argc == 1 && strcmp(argv[0], "help") == 0)
        argv[0] = help;
    struct parse s = {
        .p = gf_optparser(&cli, argc, argv), .c = c, .operands = argv, .status = GF_EXIT_USAGE};
    *c = (struct config){.separator = '\n',
                         .slack = 10 * GF_MS,
                         .buffer = 65536,
                         .field_separator = FIELD_BLANKS,
                         .reject_fd = -1};
    *status = parse(&s, argv);
    return *status == 0 && !s.done ? 0 : -1;
}
