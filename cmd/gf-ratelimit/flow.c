/* flow.c - everything from the input through the limits to standard output; see flow.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/msg.h"
#include "base/sat.h"
#include "flow.h"
#include "shared.h"

enum io flow_fill(struct flow *f)
{
    size_t left = f->end - f->start;
    memmove(f->buf, f->buf + f->start, left);
    f->end = left;
    f->start = 0;
    size_t got;
    bool waited = false;
    /* Without a limit nobody asks, and the question is a system call for every block. */
    enum io r = input_read(f->in, f->buf + left, f->cap - left, &got,
                           f->config->unlimited ? NULL : &waited);
    gf_ns now = flow_now(f);
    f->read_mono = f->now_mono;
    if (waited)
        gf_pacers_arrived(&f->pacers, now);
    if (r == IO_OK)
        f->end += got;
    f->ended = r == IO_END;
    return f->ended ? IO_OK : r;
}

gf_ns flow_now(struct flow *f)
{
    f->now_mono = gf_now_mono();
    return clock_at(&f->clock, f->now_mono);
}

enum io flow_sleep(struct flow *f, gf_ns until)
{
    gf_ns from = gf_now_mono();
    gf_ns wake;
    enum io r;
    do { /* feedback may have slowed the clock meanwhile */
        wake = clock_when(&f->clock, until);
        r = wait_until(wake, f->tally);
    } while (r == IO_OK && flow_now(f) < until);
    f->tally->waited += gf_now_mono() - from;
    if (r == IO_OK)
        gf_hist_add(&f->tally->lateness, f->now_mono - wake);
    return r;
}

/* xorshift (Marsaglia 2003); it only has to differ between processes. */
gf_ns flow_random(struct flow *f, gf_ns most)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return (gf_ns)(f->random % ((uint64_t)most + 1));
}

gf_ns flow_jitter(struct flow *f)
{
    return f->jitter_most ? flow_random(f, f->jitter_most) : 0;
}

enum io flow_wait(struct flow *f, struct gf_load load, gf_ns now)
{
    gf_ns wake = gf_pacers_wake(&f->pacers, load, now);
    return flow_sleep(f, gf_sat_add_i64(wake, flow_jitter(f)));
}

/* Whether each record must be looked at: limits of two kinds, or a weight, or a refusal. */
static bool needs_records(const struct config *c)
{
    for (size_t i = 1; i < c->limit_count; i++)
        if (c->limits[i].rate.bytes != c->limits[0].rate.bytes)
            return true;
    return c->over != OVER_WAIT || c->cost.kind != COST_ONE || c->strict;
}

static int start_seed(struct flow *f)
{
    while (getrandom(&f->seed, sizeof f->seed, 0) != sizeof f->seed)
        if (errno != EINTR)
            return -1;
    f->random = f->seed | 1;
    if (f->shared) {
        f->seed = gf_budget_seed(&f->shared->budget);
        f->shared->planned = gf_budget_terms(&f->shared->budget);
    }
    return 0;
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

/* The window that a rate was written for, and how many it may hold; checked by options.c. */
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

/* 0 or -1 (said). */
static int start(struct flow *f, struct feedback *feedback)
{
    f->buf = malloc(f->cap);
    if (!f->buf) {
        gf_error_nomem();
        return -1;
    }
    f->feedback = feedback;
    if (start_seed(f) != 0) {
        gf_error_errno("cannot get random bytes");
        return -1;
    }
    if (start_limits(f) != 0 || start_keys(f) != 0)
        return -1;
    return feedback_start(feedback, f->config, &f->clock, f->seed);
}

static void finish(struct flow *f)
{
    f->tally->keys_evicted = f->keys.evicted;
    f->tally->refusals = feedback_refusals(f->feedback);
    f->tally->speed = clock_speed(&f->clock);
    f->in->failed = f->in->failed || feedback_failed(f->feedback);
    gf_keyed_release(&f->keys);
    keyrates_release(&f->rates);
    gf_matcher_release(&f->matcher);
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
    if (config_has_key(c) || c->leaky)
        return keyed_step;
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
    if (c->state) {
        if (shared_open(&shared, c) != 0)
            return IO_FAILED;
        f.shared = &shared;
    }
    enum io r = IO_FAILED;
    if (start(&f, &feedback) == 0) {
        step_fn *step = step_of(c);
        report_limits(c, c->state ? &shared.budget.limit : NULL);
        do
            r = step(&f);
        while (r == IO_OK && !flow_done(&f));
        if (r == IO_OK && f.inside && (c->unlimited || c->limits[0].rate.bytes))
            t->records++; /* the last one, whose separator was never seen */
        finish(&f);
    }
    gf_budget_release(&shared.budget);
    return r == IO_OK ? IO_END : r;
}
