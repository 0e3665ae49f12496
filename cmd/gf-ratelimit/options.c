/*
 * options.c - the command line of gf-ratelimit: the table, and what its values mean.
 *
 * Bursts are parsed last, when their rate is known: it says whether they are records or bytes.
 */
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/size.h"
#include "field.h"
#include "limit/budget.h"
#include "ratelimit.h"

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
    OPT_RESET
};

static const struct gf_opt options[] = {
    {'r', 'r', "rate", "RATE", "a limit; several hold all at once (then no RATE operand)", NULL, 0},
    {'b', 'b', "burst", "N", "let N pass at once after idle time (1; bytes: 10 ms' worth)", NULL,
     0},
    {OPT_INITIAL, 0, "initial", "N", "how much of the burst is there at the start (all)", NULL, 0},
    {OPT_SLACK, 0, "slack", "DUR", "how much lateness may be made up (10ms)", NULL, 0},
    {'K', 'K', "key", "FIELD", "each value of FIELD has limits of its own", NULL, 0},
    {OPT_ORDERED, 0, "ordered", NULL, "keep the order between keys too", NULL, 0},
    {OPT_MAX_KEYS, 0, "max-keys", "N", "know at most N keys at a time (1000000; -S: 65536)", NULL,
     0},
    {OPT_BUFFER, 0, "buffer", "N", "hold at most N records for their key's turn (65536)", NULL, 0},
    {'c', 'c', "cost", "FIELD", "a record weighs what its FIELD says, or its bytes", "bytes", 0},
    {'d', 'd', "delimiter", "C", "fields end at C instead of blanks", NULL, 0},
    {'w', 'w', "wait", "DUR", "a record that would wait longer is over the limit", NULL, 0},
    {OPT_DROP, 0, "drop", NULL, "drop records over the limit", NULL, 0},
    {OPT_REJECT, 0, "reject", "FILE", "write them to FILE, or to fd:N", "@file", 0},
    {OPT_FAIL, 0, "fail", NULL, "end with 75 at the first (the default with -w)", NULL, 0},
    {'S', 'S', "state", "NAME", "share the limit with all that name this state, or a path", NULL,
     0},
    {OPT_CHECK, 0, "check", NULL, "with -S: take one now, or print when to try, and exit", NULL, 0},
    {OPT_TAKE, 0, "take", "N", "with --check: take N (1)", NULL, 0},
    {OPT_FOR, 0, "for", "KEY", "with --check, --status: the budget of this key", NULL, 0},
    {OPT_STATUS, 0, "status", NULL, "show the state and exit", NULL, 0},
    {OPT_FORMAT, 0, "format", "FORMAT", "of --status: text (default) or json", "text json", 0},
    {OPT_SET, 0, "set", "RATE", "change the rate for all users of the state, and exit", NULL, 0},
    {OPT_SET_BURST, 0, "set-burst", "N", "change the burst for all of them, and exit", NULL, 0},
    {OPT_RESET, 0, "reset", NULL, "full budgets, counts at zero, and exit", NULL, 0},
    {'0', '0', "null", NULL, "records end with NUL instead of newline", NULL, 0},
    GF_STATS_OPTIONS,
    {0},
};

static const char *const usage[] = {
    "[OPTION...] RATE [FILE...]",
    "[OPTION...] -r RATE [-b N] [-r RATE [-b N]]... [FILE...]",
    "[OPTION...] -S NAME RATE -- COMMAND [ARG...]",
    "-S NAME --check|--status|--set RATE|--set-burst N|--reset [OPTION...]",
    NULL,
};
static const char *const notes[] = {
    "RATE is 10/s, 600/m, 1000/h, 5/15s, 2.5/s, 1MiB/s (bytes) or unlimited; a bare",
    "number is per second. A FILE of - is standard input, the default. -b and --initial",
    "belong to the -r before them. Without -w, --drop, --reject and --fail records wait.",
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
    .summary = "Let records pass no faster than RATE; the order is kept.",
    .usage = usage,
    .opts = options,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .operands = "@file",
};

static const char *const formats[] = {"text", "json", NULL};

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
};

static int bad(const struct parse *s, const struct gf_perr *e)
{
    char spelt[64], kind[80];
    gf_opt_spell(&s->p, spelt);
    snprintf(kind, sizeof kind, "value of %s", spelt);
    gf_error_parse(kind, s->p.value, strlen(s->p.value), e);
    return -1;
}

static int add_rate(struct config *c, const char *text)
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
    return add_rate(s->c, s->p.value);
}

static int take_option(struct parse *s)
{
    struct config *c = s->c;
    struct limit *l = s->by_option ? &c->limits[c->limit_count - 1] : &s->all;
    switch (s->p.opt->id) {
    case 'r':
        s->by_option = true;
        return add_rate(c, s->p.value);
    case 'b':
        l->burst_text = s->p.value;
        return 0;
    case OPT_INITIAL:
        l->initial_text = s->p.value;
        return 0;
    case OPT_SLACK:
        return gf_cli_duration(&s->p, &c->slack);
    case 'K':
        return parse_field(s, "a field is a number from 1, or from the end with -1", &c->key);
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

/* Without -r the first operand is the rate. */
static int settle_operands(struct parse *s)
{
    s->c->files = s->operands;
    s->c->file_count = s->operand_count;
    bool needs_rate = s->c->act == ACT_FILTER || s->c->act == ACT_RUN;
    if (s->by_option || (s->operand_count == 0 && !needs_rate))
        return 0;
    if (s->operand_count == 0)
        return gf_cli_usage_error(&cli, "a rate is missing");
    s->c->files++;
    s->c->file_count--;
    return add_rate(s->c, s->operands[0]) == 0 ? 0 : GF_EXIT_USAGE;
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

/* One record, so that records are paced; of bytes what 10 ms let pass. */
static uint64_t default_burst(const struct gf_rate *rate)
{
    if (!rate->bytes)
        return 1;
    unsigned __int128 n = (unsigned __int128)rate->count * (10 * GF_MS) / (uint64_t)rate->period;
    return n ? (uint64_t)n : 1;
}

static int settle_burst(const struct config *c, struct limit *l, const struct limit *all)
{
    bool sets = c->act == ACT_SET && c->set_burst_text;
    const char *burst = sets ? c->set_burst_text : l->burst_text ? l->burst_text : all->burst_text;
    l->burst_text = burst;
    const char *initial = l->initial_text ? l->initial_text : all->initial_text;
    int status = 0;
    l->burst = default_burst(&l->rate);
    if (burst)
        status = options_amount(sets ? "value of --set-burst" : "value of --burst", burst, &l->rate,
                                1, INT64_MAX, &l->burst);
    l->initial = l->burst;
    if (initial && status == 0)
        status = options_amount("value of --initial", initial, &l->rate, 0, l->burst, &l->initial);
    struct gf_gcra probe;
    if (status == 0 && gf_gcra_init(&probe, l->rate, l->burst, 0) != 0)
        status = gf_cli_usage_error(&cli, "a burst of %s at '%s' would take over 100 years to earn",
                                    burst, l->rate_text);
    return status;
}

/* What stands on the command line of an act that passes no records. */
static int check_act(const struct parse *s)
{
    const struct config *c = s->c;
    if (c->act == ACT_FILTER)
        return 0;
    if (!c->state)
        return options_misused("--check, --status, --set, --set-burst and --reset need -S");
    if (c->file_count > 0 || (c->limit_count > 0 && c->act >= ACT_STATUS && c->act != ACT_SET))
        return options_misused(c->act == ACT_RUN ? "a command takes the place of the files"
                                                 : "nothing is read here: only --check has a rate");
    if (c->command && c->act != ACT_RUN)
        return options_misused("--check, --status, --set and --reset run no command");
    if (c->act == ACT_RUN && (c->limits[0].rate.bytes || c->stats))
        return options_misused("a command has no size and leaves no --stats behind");
    if (c->key || c->stats)
        return options_misused("-K and --stats are for records; --for names a key");
    return 0;
}

/* What a state is given with. 0, or the exit status after a message. */
static int check_state(const struct parse *s)
{
    const struct config *c = s->c;
    bool asks = c->act == ACT_CHECK || c->act == ACT_STATUS;
    if (c->take && c->act != ACT_CHECK)
        return options_misused("--take needs --check");
    if (c->for_key && !asks)
        return options_misused("--for needs --check or --status");
    if (s->has_format && c->act != ACT_STATUS)
        return options_misused("--format needs --status");
    if (!c->state)
        return 0;
    if (c->limit_count > 1 || s->all.initial_text || c->limits[0].initial_text)
        return options_misused("-S is for one rate, without --initial");
    if (c->act != ACT_FILTER && c->over != OVER_WAIT)
        return options_misused("-w, --drop, --reject and --fail are for records");
    return 0;
}

static int settle(struct parse *s)
{
    struct config *c = s->c;
    int status = settle_operands(s);
    c->unlimited = true;
    for (size_t i = 0; i < c->limit_count && status == 0; i++) {
        status = settle_burst(c, &c->limits[i], &s->all);
        c->unlimited = c->unlimited && c->limits[i].rate.unlimited;
    }
    if (s->has_wait && c->over == OVER_WAIT)
        c->over = OVER_FAIL;
    if (status == 0)
        status = check_act(s);
    if (status == 0)
        status = check_state(s);
    if (c->max_keys == 0)
        c->max_keys = c->state ? 65536 : 1000000;
    if (c->act == ACT_CHECK && c->take == 0)
        c->take = 1;
    return status;
}

/* With -S what follows `--` is a command, once the rate is known. */
static bool is_command(const struct parse *s)
{
    return s->p.ended && s->c->state && (s->operand_count > 0 || s->c->limit_count > 0);
}

int options_parse(int argc, char **argv, struct config *c, int *status)
{
    struct parse s = {.p = gf_optparser(&cli, argc, argv), .c = c, .operands = argv};
    enum gf_opt_event ev;
    *status = GF_EXIT_USAGE;
    *c = (struct config){.separator = '\n',
                         .slack = 10 * GF_MS,
                         .buffer = 65536,
                         .field_separator = FIELD_BLANKS,
                         .reject_fd = -1};
    while ((ev = gf_cli_next(&s.p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE) {
            *status = s.p.status;
            return -1;
        }
        if (ev == GF_OPT_OPERAND && is_command(&s)) {
            c->command = argv + s.p.next - 1;
            if (c->act == ACT_FILTER)
                c->act = ACT_RUN;
            break;
        }
        if (ev == GF_OPT_OPERAND)
            s.operands[s.operand_count++] = argv[s.p.next - 1];
        else if (take_option(&s) != 0)
            return -1;
    }
    *status = settle(&s);
    return *status == 0 ? 0 : -1;
}
