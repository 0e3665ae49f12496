/*
 * drive.c - everything from the input through the limits to standard output: set up, step by step,
 * until all has passed.
 *
 * Which way is taken depends on what was asked for: spans.c passes as much in one write as may,
 * records.c looks at every record, pause.c waits behind each, keyed.c has limits for each key,
 * shared.c shares one with others.
 */
#include <stdlib.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/random.h"
#include "drops.h"
#include "flow.h"
#include "keyclock.h"
#include "shared.h"

/* Whether each record must be looked at: limits of two kinds, or a weight, or a refusal. */
static bool needs_records(const struct config *c)
{
    for (size_t i = 1; i < c->limit_count; i++)
        if (c->limits[i].rate.bytes != c->limits[0].rate.bytes)
            return true;
    return c->over != OVER_WAIT || c->max_cost_time >= 0 || c->cost.kind != COST_ONE || c->strict;
}

static void start_seed(struct flow *f)
{
    f->seed = gf_random();
    f->random = f->seed | 1;
    if (f->shared) {
        if (f->shared->budget.page) /* else the server knows keys by their names */
            f->seed = gf_budget_seed(&f->shared->budget);
        f->shared->planned = shared_terms(f->shared);
    }
}

static int start_keys(struct flow *f)
{
    const struct config *c = f->config;
    gf_keyed_init(&f->keys, c->max_keys);
    for (size_t i = 0; i < c->limit_count; i++)
        if (gf_keyed_limit(&f->keys, c->limits[i].rate, c->limits[i].burst) != 0)
            return -1; /* cannot be: the command line was checked */
    if (c->key_regex && gf_matcher_open(&f->matcher, c->key_regex) != 0) {
        gf_error_nomem();
        return -1;
    }
    return c->key_rates ? keyrates_open(&f->rates, c->key_rates, &f->keys.limit[0], f->seed) : 0;
}

/* The window that a rate was written for, and how much it may hold. settle.c has checked
 * the rate. */
static void start_window(struct gf_window *w, const struct gf_rate *rate)
{
    uint64_t most = rate->unlimited ? UINT64_MAX
                                    : (uint64_t)((unsigned __int128)rate->count *
                                                 (uint64_t)rate->window / (uint64_t)rate->period);
    gf_window_init(w, most, rate->unlimited ? 0 : rate->window);
}

static int start_limits(struct flow *f)
{
    const struct config *c = f->config;
    gf_ns now = gf_now_mono();
    clock_start(&f->clock, c, now);
    gf_calendars_look(c->calendars, now, gf_now_wall());
    for (size_t i = 0; i < c->limit_count; i++) {
        const struct limit *l = &c->limits[i];
        if (gf_pacers_add(&f->pacers, l->rate, l->burst, l->initial, c->slack, now) != 0)
            return -1; /* cannot be: the command line was checked */
        start_window(&f->window[i], &l->rate);
        gf_ns most = gf_gcra_cost(&f->pacers.pacer[i].limit, 1) / 100 * c->jitter;
        if (i == 0 || most < f->jitter_most)
            f->jitter_most = most;
    }
    return 0;
}

/* Sets up the buffer, the limits and feedback. 0, or -1 after a message. */
static int start(struct flow *f, struct feedback *feedback)
{
    f->buf = malloc(f->cap);
    if (!f->buf) {
        gf_error_nomem();
        return -1;
    }
    f->feedback = feedback;
    start_seed(f);
    if (start_limits(f) != 0 || start_keys(f) != 0 || drops_start(f, records_flush) != 0)
        return -1;
    wall_raise(f->config);
    return feedback_start(feedback, f->config, &f->clock, f->seed);
}

static void finish(struct flow *f)
{
    if (f->shared) {
        late_give_back_all(f);
#ifdef GF_REDIS
        if (f->shared->remote)
            redis_step_end(f);
#endif
        f->tally->clock_cuts = f->shared->budget.cuts;
    }
    f->tally->keys_evicted = f->keys.evicted;
    f->tally->refusals = feedback_refusals(f->feedback);
    f->tally->speed = clock_speed(&f->clock);
    f->in->failed = f->in->failed || feedback_failed(f->feedback);
    drops_release(f);
    gf_keyed_release(&f->keys);
    keyrates_release(&f->rates);
    gf_matcher_release(&f->matcher);
    keyclock_release(f);
    held_release(&f->held);
    for (size_t i = 0; i < GF_PACERS_MAX; i++)
        gf_window_release(&f->window[i]);
    gf_buf_release(&f->out);
    gf_buf_release(&f->reject);
    free(f->buf);
}

typedef enum io step_fn(struct flow *);

static step_fn *step_of(const struct config *c)
{
    if (c->pause)
        return pause_step;
    if (config_has_key(c) || c->leaky)
        return keyed_step;
#ifdef GF_REDIS
    if (c->is_remote)
        return redis_step;
#endif
    if (c->state)
        return shared_step;
    return needs_records(c) ? records_step : spans_step;
}

enum io flow_run(const struct config *c, struct input *in, struct tally *t)
{
    /* The thread that reads feedback goes on until the process ends, and needs its clock. */
    static struct flow f;
    static struct feedback feedback;
    f = (struct flow){.config = c, .in = in, .tally = t, .cap = FLOW_BLOCK};
    struct shared shared = {.budget = {.fd = -1}};
    int opened;
    if (c->state) {
        if ((opened = shared_open(&shared, c, t)) != 0)
            return opened == GF_EXIT_REFUSED ? IO_REFUSED : IO_FAILED;
        f.shared = &shared;
    }
    enum io r = IO_FAILED;
    if (start(&f, &feedback) == 0) {
        step_fn *step = step_of(c);
        report_limits(c, c->state ? shared.limit : NULL);
        do {
            r = drops_look(&f);
            if (r == IO_OK)
                r = step(&f);
        } while (r == IO_OK && !flow_done(&f));
        enum io told = drops_end(&f, r == IO_OK);
        r = r == IO_OK ? told : r;
        if (r == IO_OK && f.inside && (c->unlimited || c->limits[0].rate.bytes))
            t->records++; /* the last record, which has no separator */
        finish(&f);
    }
    shared_release(&shared);
    f.shared = NULL; /* the limit ends with this call, f does not */
    return r == IO_OK ? IO_END : r;
}
