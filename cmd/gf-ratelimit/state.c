/*
 * state.c - what is asked of a shared budget, or changed in it.
 *
 * The four acts open the state as a filter does (shared.c). --check takes tokens only when they are
 * there now. --status looks without taking any. --set and --reset change the budget for all users.
 */
#include "state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/duration.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/size.h"
#include "key.h"
#include "limit/keyrate.h"
#include "shared.h"

/* Whose bucket is asked for. */
static struct shared_key whose(const struct shared *s, const struct config *c)
{
    struct shared_key k = {0};
    if (!c->for_key)
        return k;
    k = (struct shared_key){.name = {c->for_key, strlen(c->for_key)}, .is_one = true};
    if (!s->remote)
        k.hash = key_hash(k.name, gf_budget_seed(&s->budget));
    return k;
}

/* ---- one question ---------------------------------------------------------------------------- */

static int check(struct shared *s, const struct config *c)
{
    gf_ns now = shared_now(s);
    struct gf_turn t;
    struct shared_key k = whose(s, c);
    struct gf_load load = {.units = c->take, .bytes = c->take};
    bool possible = shared_fits(s, load);
    if (possible) { /* else no place in the table is taken for the key */
        enum shared_took took = shared_take(s, &k, c->take, now, now, &t);
        if (took == SHARED_ENDS)
            return s->end == IO_REFUSED ? GF_EXIT_REFUSED : GF_EXIT_TOOL;
        if (shared_look(s, c, now) != IO_OK)
            return GF_EXIT_TOOL;
        if (took == SHARED_TOOK)
            return GF_EXIT_OK;
        possible = t.ticket.due != GF_NEVER;
        now = s->remote ? shared_now(s) : now; /* it is due so long after the answer */
    }
    gf_ns left = possible && t.ticket.due > now ? t.ticket.due - now : 0;
    struct gf_buf b = {0};
    if (possible)
        gf_buf_printf(&b, "%" PRId64 "ms\n", left / GF_MS + (left % GF_MS != 0));
    else
        gf_buf_puts(&b, "never\n");
    int status = gf_tool_print(&b) == 0 ? GF_EXIT_REFUSED : GF_EXIT_TOOL;
    gf_buf_release(&b);
    return status;
}

/* ---- status ---------------------------------------------------------------------------------- */

static void amount(uint64_t n, const struct gf_rate *rate, char out[32])
{
    char size[GF_SIZE_SIZE];
    gf_format_size(n, size);
    if (rate->bytes)
        snprintf(out, 32, "%s", size);
    else
        snprintf(out, 32, "%" PRIu64, n);
}

static void add_free(struct gf_buf *b, const struct gf_budget_state *st, gf_ns now)
{
    char n[32], in[GF_DURATION_SIZE];
    if (st->limit.rate.unlimited)
        return;
    amount(st->tokens > 0 ? (uint64_t)st->tokens : 0, &st->limit.rate, n);
    gf_buf_printf(b, "%s free", n);
    if (st->tokens < 0) {
        amount((uint64_t)-st->tokens, &st->limit.rate, n);
        gf_buf_printf(b, ", %s reserved ahead", n);
    }
    if (st->next > now) {
        gf_format_duration(st->next - now, in);
        gf_buf_printf(b, ", the next in %s", in);
    }
    gf_buf_putc(b, '\n');
}

static void add_text(struct gf_buf *b, const struct config *c, const struct gf_budget_state *st,
                     gf_ns now)
{
    char rate[GF_RATE_SIZE], declared[GF_RATE_SIZE], burst[32], end[GF_STAMP_SIZE];
    gf_format_rate(&st->limit.rate, rate);
    gf_format_rate(&st->declared.rate, declared);
    amount(st->limit.burst, &st->limit.rate, burst);
    gf_escape_term(b, c->state_name, strlen(c->state_name));
    if (c->for_key) {
        gf_buf_puts(b, ", ");
        gf_escape_term(b, c->for_key, strlen(c->for_key));
    }
    gf_buf_printf(b, ": %s", rate);
    if (!st->limit.rate.unlimited && !st->limit.rate.calendar)
        gf_buf_printf(b, ", burst %s", burst);
    if (strcmp(rate, declared) != 0)
        gf_buf_printf(b, " (first said: %s)", declared);
    gf_buf_putc(b, '\n');
    if (st->limit.rate.calendar) {
        quota_end(st->limit.rate.calendar, end);
        gf_buf_printf(b, "this window until %s\n", end);
    }
    add_free(b, st, now);
    gf_buf_printf(b, "%" PRIu64 " passed, %" PRIu64 " refused\n", st->granted, st->refused);
    if (st->slots)
        gf_buf_printf(b, "%" PRIu64 " keys in use, %" PRIu64 " forgotten early\n", st->keys,
                      st->evicted);
    if (st->cuts)
        gf_buf_printf(b, "%" PRIu64 " budgets were too far ahead, and were emptied\n", st->cuts);
}

static void add_json(struct gf_buf *b, const struct config *c, const struct gf_budget_state *st,
                     gf_ns now)
{
    struct gf_json j;
    char rate[GF_RATE_SIZE], declared[GF_RATE_SIZE], next[GF_TIME_UTC_SIZE], end[GF_STAMP_SIZE];
    bool limited = !st->limit.rate.unlimited;
    gf_ns wait = st->next > now ? st->next - now : 0;
    gf_format_rate(&st->limit.rate, rate);
    gf_format_rate(&st->declared.rate, declared);
    gf_time_utc(gf_now_wall() + wait, next);
    gf_json_open(&j, b);
    gf_json_str(&j, "state", c->state_name, strlen(c->state_name));
    if (c->for_key)
        gf_json_str(&j, "key", c->for_key, strlen(c->for_key));
    gf_json_str(&j, "rate", rate, strlen(rate));
    gf_json_str(&j, "declared", declared, strlen(declared));
    gf_json_str(&j, "unit", st->limit.rate.bytes ? "byte" : "record",
                strlen(st->limit.rate.bytes ? "byte" : "record"));
    if (st->limit.rate.calendar) {
        quota_end(st->limit.rate.calendar, end);
        gf_json_str(&j, "window_end", end, strlen(end));
    }
    if (limited) {
        gf_json_uint(&j, "burst", st->limit.burst);
        gf_json_int(&j, "tokens", st->tokens);
    }
    gf_json_seconds(&j, "wait", wait);
    gf_json_str(&j, "next", next, strlen(next));
    gf_json_uint(&j, "passed", st->granted);
    gf_json_uint(&j, "refused", st->refused);
    if (st->slots) {
        gf_json_uint(&j, "keys", st->keys);
        gf_json_uint(&j, "keys_evicted", st->evicted);
    }
    gf_json_uint(&j, "clock_cuts", st->cuts);
    gf_json_close(&j);
}

static int show(struct shared *s, const struct config *c)
{
    struct shared_key k = whose(s, c);
    struct gf_budget_state st;
    struct gf_buf b = {0};
    int status = s->kind->state(s, &k, &st);
    if (status != 0)
        return status;
    (c->json ? add_json : add_text)(&b, c, &st, shared_now(s));
    status = gf_tool_print(&b) == 0 ? GF_EXIT_OK : GF_EXIT_TOOL;
    gf_buf_release(&b);
    return status;
}

/* ---- change ---------------------------------------------------------------------------------- */

/* Whether the burst that is in force means nothing to the new rate. */
static bool needs_burst(const struct gf_rate *is, const struct gf_rate *rate)
{
    return is->calendar || (!rate->unlimited && is->bytes != rate->bytes);
}

static int set(struct shared *s, const struct config *c)
{
    const struct gf_rate *is = &s->limit->rate;
    struct gf_rate said = {0}, *rate = NULL;
    uint64_t burst = 0;
    if (c->limit_count) {
        said = c->limits[0].rate;
        rate = &said;
    }
    if (rate && !rate->unlimited && !is->unlimited && rate->bytes != is->bytes)
        return options_misused(is->bytes ? "this state counts bytes, not records"
                                         : "this state counts records, not bytes");
    if (c->set_burst_text) {
        int status = options_amount("value of --set-burst", c->set_burst_text, rate ? rate : is, 1,
                                    INT64_MAX, &burst);
        if (status != 0)
            return status;
    }
    if (is->calendar && !rate)
        return options_misused("a window of the calendar has no burst");
    if (rate && burst == 0 && needs_burst(is, rate))
        burst = gf_keyrate_default_burst(rate);
    if (rate && rate->unlimited) /* what the burst counts, for the rate that comes after */
        rate->bytes = is->bytes;
    int status = s->kind->change(s, rate, burst);
    if (status != GF_EXIT_USAGE)
        return status;
    return options_misused("a burst of that size would take over 100 years to earn");
}

int state_act(const struct config *c)
{
    struct shared s;
    int status = shared_open(&s, c, NULL);
    if (status != 0)
        return status;
    wall_raise(c);
    if (c->for_key && !s.remote &&
        !gf_budget_has_keys(&s.budget)) { /* --check and --status of a key need a table of keys */
        gf_error("the state '%s' has no keys", c->state);
        gf_hint("its first user with -K, or with --check --for KEY, makes room for them");
        status = GF_EXIT_TOOL;
    } else if (c->act == ACT_CHECK) {
        status = check(&s, c);
    } else if (c->act == ACT_STATUS) {
        status = show(&s, c);
    } else if (c->act == ACT_SET) {
        status = set(&s, c);
    } else {
        status = s.kind->reset(&s);
    }
    shared_release(&s);
    return status;
}
