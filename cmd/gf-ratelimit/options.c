/*
 * options.c - the command line of gf-ratelimit: where each option goes.
 *
 * table.c has the options, amounts.c reads rates and amounts, settle.c says what goes together.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
#include "redis/address.h"

static const char *const formats[] = {"text", "json", NULL};

static int bad(const struct parse *s, const struct gf_perr *e)
{
    char spelt[64], kind[80];
    gf_opt_spell(&s->p, spelt);
    snprintf(kind, sizeof kind, "value of %s", spelt);
    gf_error_parse(kind, s->p.value, strlen(s->p.value), e);
    return -1;
}

/* A field: from 1, or from the end with -1. */
static int parse_field(struct parse *s, const char *hint, int *out)
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
    gf_opt_fact(&s->p, FACT_FIELD, NULL);
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
    s->c->over = over;
    s->c->reject_name = over == OVER_REJECT ? s->p.value : NULL;
    return 0;
}

static int take_act(struct parse *s, enum act act)
{
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
    return options_rate(s, s->p.value);
}

/*
 * Each take_..._option takes the options of one or two groups of table.c and passes any other
 * option to the function above it: so no list says a second time to which group an option belongs.
 * 0, or -1 after a message.
 */

static int take_stats_option(struct parse *s)
{
    struct config *c = s->c;
    switch (s->p.opt->id) {
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

static int take_command_option(struct parse *s)
{
    int id = s->p.opt->id;
    s->for_machine = s->for_machine || id == OPT_LOAD || id == OPT_MEMFREE;
    switch (id) {
    case OPT_LOAD:
        return gf_cli_load(&s->p, &s->c->load);
    case OPT_MEMFREE:
        return gf_cli_size(&s->p, &s->c->memfree);
    default:
        return take_stats_option(s);
    }
}

static int take_feedback_option(struct parse *s)
{
    struct config *c = s->c;
    switch (s->p.opt->id) {
    case OPT_FEEDBACK:
        c->feedback = s->p.value;
        return 0;
    case OPT_FEEDBACK_FROM_START:
        c->feedback_from_start = true;
        return 0;
    case OPT_MIN:
        c->has_min = true;
        return gf_cli_rate(&s->p, &c->min);
    default:
        return take_command_option(s);
    }
}

static int take_format(struct parse *s)
{
    int format;
    if (gf_cli_choice(&s->p, formats, &format) != 0)
        return -1;
    s->c->json = format == 1;
    return 0;
}

static int take_state_option(struct parse *s)
{
    struct config *c = s->c;
    switch (s->p.opt->id) {
    case 'S':
        c->state = c->state_name = s->p.value;
        c->is_remote = gf_redis_is_address(c->state);
        return 0;
    case OPT_GROUP:
        c->group = s->p.value;
        return 0;
    case OPT_ON_OUTAGE:
        return options_outage(&s->p, c);
    case OPT_BATCH:
        return gf_cli_duration(&s->p, &c->batch);
    case OPT_CHECK:
        return take_act(s, ACT_CHECK);
    case OPT_TAKE:
        return gf_cli_count(&s->p, 1, INT64_MAX, &c->take);
    case OPT_FOR:
        c->for_key = s->p.value;
        return 0;
    case OPT_STATUS:
        return take_act(s, ACT_STATUS);
    case OPT_FORMAT:
        return take_format(s);
    case OPT_SET:
        return take_set(s);
    case OPT_SET_BURST:
        c->set_burst_text = s->p.value;
        return take_act(s, ACT_SET);
    case OPT_RESET:
        return take_act(s, ACT_RESET);
    default:
        return take_feedback_option(s);
    }
}

static int take_over_option(struct parse *s)
{
    struct config *c = s->c;
    switch (s->p.opt->id) {
    case 'w':
        s->has_wait = true;
        return gf_cli_duration(&s->p, &c->max_wait);
    case OPT_DROP:
        return take_over(s, OVER_DROP);
    case OPT_REJECT:
        return take_over(s, OVER_REJECT);
    case OPT_FAIL:
        return take_over(s, OVER_FAIL);
    case OPT_LEAKY:
        c->leaky = true;
        return 0;
    case OPT_REPORT_DROPS:
        return gf_cli_duration(&s->p, &c->report_drops);
    case OPT_DROP_MARKER:
        c->drop_marker = s->p.value;
        return 0;
    case OPT_BUFFER:
        return gf_cli_count(&s->p, 1, 1000000000, &c->buffer);
    default:
        return take_state_option(s);
    }
}

static int take_record_option(struct parse *s)
{
    struct config *c = s->c;
    switch (s->p.opt->id) {
    case 'c':
        return take_cost(s);
    case OPT_MAX_COST_TIME:
        return gf_cli_duration(&s->p, &c->max_cost_time);
    case 'd':
        return take_delimiter(s);
    case '0':
        c->separator = '\0';
        return 0;
    case 'o':
        c->output = gf_cli_output(&s->p);
        return 0;
    case 'K':
        return take_key(s);
    case OPT_KEY_RATES:
        c->key_rates = s->p.value;
        return 0;
    case OPT_ORDERED:
        c->ordered = true;
        return 0;
    case OPT_MAX_KEYS:
        return gf_cli_count(&s->p, 1, GF_BUDGET_KEYS_MAX, &c->max_keys);
    default:
        return take_over_option(s);
    }
}

/* The options of limits here, the others in the functions above. */
static int take_option(struct parse *s)
{
    struct config *c = s->c;
    struct limit *l = s->by_option ? &c->limits[c->limit_count - 1] : &s->all;
    switch (s->p.opt->id) {
    case 'r':
        s->by_option = true;
        return options_rate(s, s->p.value);
    case 'b':
        l->burst_text = s->p.value;
        return 0;
    case OPT_INITIAL:
        l->initial_text = s->p.value;
        return 0;
    case OPT_SLACK:
        return gf_cli_duration(&s->p, &c->slack);
    case OPT_PAUSE:
        return options_pause(s->p.value, c);
    case OPT_STRICT:
        c->strict = true;
        return 0;
    case OPT_RAMP:
        return gf_cli_duration(&s->p, &c->ramp);
    case OPT_JITTER:
        return options_jitter(&s->p, c);
    default:
        return take_record_option(s);
    }
}

/* What follows `--` is a command, once the rate is known or none is needed. */
static bool is_command(const struct parse *s)
{
    const struct config *c = s->c;
    return s->p.ended &&
           (s->operand_count > 0 || c->limit_count > 0 || c->act != ACT_FILTER || s->for_machine);
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
    if (!c->state && (s->operand_count > 0 || !s->for_machine))
        return command_without_state(s, command);
    if (!c->state)
        gf_opt_fact(&s->p, FACT_ALONE, NULL);
    c->command = command;
    if (c->act == ACT_FILTER)
        c->act = ACT_RUN;
    gf_opt_fact(&s->p, FACT_COMMAND, command[0]);
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
    static struct gf_calendars calendars; /* needed to the end of the process */
    struct parse s = {.p = gf_optparser(&ratelimit_cli, argc, argv),
                      .c = c,
                      .operands = argv,
                      .status = GF_EXIT_USAGE};
    calendars.zones.dir = getenv("TZDIR");
    *c = (struct config){.separator = '\n',
                         .slack = 10 * GF_MS,
                         .calendars = &calendars,
                         .buffer = 65536,
                         .max_cost_time = -1,
                         .batch = 100 * GF_MS,
                         .field_separator = FIELD_BLANKS,
                         .reject_fd = -1};
    *status = parse(&s, argv);
    return *status == 0 && !s.done ? 0 : -1;
}
