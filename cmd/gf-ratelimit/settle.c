/*
 * settle.c - the second half of the command line: operands, what an amount counts, and what goes
 * together.
 *
 * Bursts are parsed here, when their rate is known: the rate says whether a burst counts records or
 * bytes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/statepath.h"
#include "limit/keyrate.h"
#include "options.h"
#include "redis/address.h"

/* Without -r the first operand is the rate. */
static int settle_operands(struct parse *s)
{
    s->c->files = s->operands;
    s->c->file_count = s->operand_count;
    if (s->c->pause && s->c->act == ACT_FILTER)
        return options_rate(s, "unlimited");
    bool needs_rate = s->c->act == ACT_FILTER || (s->c->act == ACT_RUN && s->c->state);
    if (s->by_option || (s->operand_count == 0 && !needs_rate))
        return 0;
    if (s->operand_count == 0)
        return options_misused("a rate is missing");
    s->c->files++;
    s->c->file_count--;
    return options_rate(s, s->operands[0]);
}

static int settle_burst(const struct config *c, struct limit *l, const struct limit *all)
{
    bool sets = c->act == ACT_SET && c->set_burst_text;
    const char *burst = sets ? c->set_burst_text : l->burst_text ? l->burst_text : all->burst_text;
    l->burst_text = burst;
    const char *initial = l->initial_text ? l->initial_text : all->initial_text;
    int status = 0;
    l->burst = gf_keyrate_default_burst(&l->rate);
    if (burst)
        status = options_amount(sets ? "value of --set-burst" : "value of --burst", burst, &l->rate,
                                1, INT64_MAX, &l->burst);
    l->initial = l->burst;
    if (initial && status == 0)
        status = options_amount("value of --initial", initial, &l->rate, 0, l->burst, &l->initial);
    struct gf_gcra probe;
    if (status == 0 && gf_gcra_init(&probe, l->rate, l->burst, 0) != 0)
        status = options_misused("a burst of that size would take over 100 years to earn");
    return status;
}

/* Checks the command line of an act that passes no records. 0, or the exit status. */
static int check_act(const struct parse *s)
{
    const struct config *c = s->c;
    if (c->act == ACT_FILTER)
        return 0;
    if (c->file_count > 0 || (c->limit_count > 0 && c->act >= ACT_STATUS && c->act != ACT_SET))
        return options_misused(c->act == ACT_RUN ? "a command takes the place of the files"
                                                 : "nothing is read here: only --check has a rate");
    if (c->act == ACT_RUN && c->limits[0].rate.bytes)
        return options_misused("a command has no size");
    return 0;
}

/* What is for one rate. 0, or the exit status. */
static int check_one_rate(const struct config *c)
{
    if (c->limit_count > 1 && c->quota && config_has_key(c))
        return options_misused("with -K, a window of the calendar goes with no other rate");
    if (c->limit_count > 1 && c->key_rates)
        return options_misused("--key-rates goes with one rate, for the other keys");
    if (c->limit_count > 1 && c->state)
        return options_misused("-S is for one rate");
    return 0;
}

static int check_min(const struct config *c)
{
    if (!c->has_min)
        return 0;
    const struct gf_rate *rate = &c->limits[0].rate;
    if (c->min.unlimited || rate->unlimited || c->min.bytes != rate->bytes)
        return options_misused("--min and the rate have to count the same thing");
    if (gf_rate_per_second(&c->min) > gf_rate_per_second(rate))
        return options_misused("--min is more than the rate");
    return 0;
}

/* A window of the calendar goes without some options (table.c) and without a burst of its own. */
static int check_quota(struct parse *s)
{
    const struct config *c = s->c;
    for (size_t i = 0; i < c->limit_count; i++) {
        const struct limit *l = &c->limits[i];
        if (!l->rate.calendar)
            continue;
        gf_opt_fact(&s->p, FACT_QUOTA, l->rate_text);
        if (l->burst_text || l->initial_text || s->all.initial_text)
            return options_misused(
                "-b and --initial do not go with a window of the calendar, which is full at its "
                "border");
    }
    return gf_cli_check_rules(&s->p, true);
}

/* Without -w a record that is over the limit does not wait, but for --leaky. */
static int check_jitter(const struct parse *s)
{
    const struct config *c = s->c;
    if (!c->jitter || c->over == OVER_WAIT || s->has_wait || c->leaky)
        return 0;
    gf_error("--jitter delays records that wait, and none does");
    gf_hint("add -w DUR, or leave --jitter out");
    return GF_EXIT_USAGE;
}

static int check_drops(const struct config *c)
{
    if (!c->report_drops || c->drop_marker || !gf_msg_is_quiet())
        return 0;
    gf_error("-q keeps the reports of --report-drops silent");
    gf_hint("leave one of the two out, or give --drop-marker TEXT");
    return GF_EXIT_USAGE;
}

enum {
    STRICT_MOST = 10000000 /* a window that remembers as many entries takes 160 MB */
};

static int check_strict(const struct parse *s)
{
    const struct config *c = s->c;
    if (!c->strict)
        return 0;
    for (size_t i = 0; i < c->limit_count; i++) {
        const struct limit *l = &c->limits[i];
        unsigned __int128 n =
            (unsigned __int128)l->rate.count * (uint64_t)(l->rate.unlimited ? 0 : l->rate.window);
        if (l->rate.unlimited)
            continue;
        if (n % (uint64_t)l->rate.period != 0)
            return options_misused("--strict needs a whole number: write 5/2s, not 2.5/s");
        if (!l->rate.bytes && n / (uint64_t)l->rate.period > STRICT_MOST)
            return options_misused("--strict remembers at most 10000000 records");
    }
    return 0;
}

/* -S is on a server. */
static int check_server(struct config *c)
{
#ifndef GF_REDIS
    gf_error("-S redis://: this build has no Redis (hiredis)");
    gf_hint("build with libhiredis-dev, or name a state of this machine");
    return GF_EXIT_USAGE;
#endif
    static struct gf_redis_address a; /* its name is needed to the end */
    struct gf_perr e = {0};
    if (gf_redis_address_parse(&a, c->state, &e) == 0) {
        c->state_name = a.shown;
        return 0;
    }
    char *masked = errno == EINVAL ? gf_redis_address_mask(c->state) : NULL;
    if (masked)
        gf_error_parse("address", masked, strlen(masked), &e);
    else
        gf_error_nomem();
    int status = masked ? GF_EXIT_USAGE : GF_EXIT_TOOL;
    free(masked);
    return status;
}

static int check_state(struct config *c)
{
    struct gf_statepath p;
    const char *why = NULL;
    if (!c->state || c->is_remote)
        return c->state ? check_server(c) : 0;
    bool good = gf_statepath_here(&p, c->state, ".rate", &why) == 0;
    if (!good && errno == ENOENT) /* no home: the name may be good */
        return 0;
    if (good && (!c->group || gf_statepath_share(&p, c->group, &why) == 0))
        return 0;
    gf_error("bad state '%s': %s", c->state, why);
    return GF_EXIT_USAGE;
}

int options_settle(struct parse *s)
{
    struct config *c = s->c;
    if (c->is_remote)
        gf_opt_fact(&s->p, FACT_SERVER, NULL);
    if (c->outage == OUTAGE_LOCAL)
        gf_opt_fact(&s->p, FACT_LOCAL, NULL);
    if (gf_cli_check_rules(&s->p, true) != 0)
        return GF_EXIT_USAGE;
    int status = settle_operands(s);
    c->unlimited = true;
    for (size_t i = 0; i < c->limit_count && status == 0; i++) {
        status = settle_burst(c, &c->limits[i], &s->all);
        c->quota = c->quota || c->limits[i].rate.calendar;
        c->unlimited = c->unlimited && c->limits[i].rate.unlimited;
    }
    if (c->leaky && !s->has_wait)
        c->max_wait = GF_DURATION_MAX;
    if ((s->has_wait || c->leaky) && c->over == OVER_WAIT)
        c->over = OVER_FAIL;
    if (status == 0)
        status = check_one_rate(c);
    if (status == 0)
        status = check_quota(s);
    if (status == 0)
        status = check_min(c);
    if (status == 0)
        status = check_strict(s);
    if (status == 0)
        status = check_jitter(s);
    if (status == 0)
        status = check_drops(c);
    if (status == 0)
        status = check_act(s);
    if (status == 0)
        status = check_state(c);
    if (c->max_keys == 0)
        c->max_keys = c->state ? 65536 : 1000000;
    if (c->act == ACT_CHECK && c->take == 0)
        c->take = 1;
    return status;
}
