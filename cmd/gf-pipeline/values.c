/* values.c - what the options of a stage mean. */
#include <string.h>

#include "base/cli.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/duration.h"
#include "options_parts.h"

enum {
    MOST_PROCESSES = 10000,
    MOST_BATCH = 1000000,
    MOST_WINDOW = 65536
};

void stage_defaults(struct stage_plan *s)
{
    *s = (struct stage_plan){
        .jobs = 1, .latency = 50 * GF_MS, .kill_after = 5 * GF_S, .mode = MODE_MAP};
    gf_sep_blanks(&s->separator, false);
}

/* batch=N[,DUR] */
static int take_batch(struct stage_plan *s, const struct gf_optparser *p, size_t skip)
{
    const char *value = p->value + skip;
    size_t len = strlen(value), n = strcspn(value, ",");
    struct gf_perr e = {0};
    int bad = gf_parse_count(value, n, 1, MOST_BATCH, &s->batch, &e);
    if (bad == 0 && n < len) {
        skip += n + 1;
        bad = gf_parse_duration(value + n + 1, len - n - 1, &s->batch_wait, &e);
    }
    if (bad == 0)
        return 0;
    e.col += skip;
    gf_error_parse("value of --mode", p->value, strlen(p->value), &e);
    return -1;
}

static int take_mode(struct stage_plan *s, const struct gf_optparser *p)
{
    static const char *const modes[] = {"map", "filter", "each", NULL};
    static const char batch[] = "batch=";
    int choice = 0;
    s->batch = 0;
    s->batch_wait = 0;
    if (strncmp(p->value, batch, sizeof batch - 1) == 0) {
        s->mode = MODE_BATCH;
        return take_batch(s, p, sizeof batch - 1);
    }
    if (strcmp(p->value, "batch") == 0) {
        gf_error("--mode batch needs a number: batch=100, or batch=100,2s");
        return -1;
    }
    for (; modes[choice] && strcmp(modes[choice], p->value) != 0;)
        choice++;
    if (!modes[choice]) {
        gf_error("bad value of --mode '%s'", p->value);
        gf_hint("--mode is one of map, filter, each, batch=N[,DUR]");
        return -1;
    }
    s->mode = (enum mode)choice;
    return 0;
}

static int take_timeout(const struct gf_optparser *p, gf_ns *out)
{
    if (gf_cli_duration(p, out) != 0)
        return -1;
    if (*out > 0)
        return 0;
    gf_error("a limit of 0 would end every record at once");
    gf_hint("leave the option out for no limit");
    return -1;
}

static int take_latency(const struct gf_optparser *p, gf_ns *out)
{
    if (gf_cli_duration(p, out) != 0)
        return -1;
    if (*out > 0)
        return 0;
    gf_error("no answer comes within a latency of 0");
    gf_hint("--window 1 has each record answered before the next one is given");
    return -1;
}

static int take_separator(struct stage_plan *s, const struct gf_optparser *p)
{
    struct gf_perr e = {0};
    if (gf_sep_parse(&s->separator, p->value, strlen(p->value), &e) == 0)
        return 0;
    gf_error_parse("separator", p->value, strlen(p->value), &e);
    return -1;
}

static int take_on_error(struct stage_plan *s, const struct gf_optparser *p)
{
    static const char *const what[] = {"dead", "pass", "drop", "stop", NULL};
    int choice = 0;
    if (gf_cli_choice(p, what, &choice) != 0)
        return -1;
    s->on_error = (enum on_error)choice;
    return 0;
}

int value_of_stage(struct stage_plan *s, const struct gf_optparser *p)
{
    switch (p->opt->id) {
    case ID_MODE:
        return take_mode(s, p);
    case 'j':
        return gf_cli_slots(p, MOST_PROCESSES, &s->jobs);
    case 't':
        return take_timeout(p, &s->timeout);
    case ID_KILL_AFTER:
        return gf_cli_duration(p, &s->kill_after);
    case ID_RETRIES:
        return gf_cli_count(p, 0, 1000000, &s->retries);
    case ID_RETRY_DELAY:
        return gf_cli_backoff(p, &s->backoff);
    case ID_ON_ERROR:
        return take_on_error(s, p);
    case ID_REJECT_PREFIX:
        s->reject_prefix = p->value;
        return 0;
    case ID_REJECT_STATUS:
        s->rejects_status = true;
        return gf_cli_statuses(p, s->reject_status);
    case ID_DROP_EMPTY:
        s->drop_empty = true;
        return 0;
    case ID_BY:
        return gf_cli_count(p, 1, 1000000, &s->by);
    case 'd':
        return take_separator(s, p);
    case ID_WINDOW:
        return gf_cli_count(p, 1, MOST_WINDOW, &s->window);
    case ID_LATENCY:
        return take_latency(p, &s->latency);
    case ID_TEE:
        s->tee = p->value;
        return 0;
    default:
        return 1;
    }
}
