/* flow.c - everything from the input through the limits to standard output; see flow.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/msg.h"
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
    f->read_mono = gf_now_mono();
    if (waited)
        gf_pacers_arrived(&f->pacers, f->read_mono);
    if (r == IO_OK)
        f->end += got;
    f->ended = r == IO_END;
    return f->ended ? IO_OK : r;
}

enum io flow_wait(struct flow *f, struct gf_load load, gf_ns now)
{
    gf_ns wake = gf_pacers_wake(&f->pacers, load, now);
    enum io r = wait_until(wake, f->tally);
    gf_ns woken = gf_now_mono();
    f->tally->waited += woken - now;
    if (r == IO_OK)
        gf_hist_add(&f->tally->lateness, woken - wake);
    return r;
}

/* Whether each record must be looked at: limits of two kinds, or a weight, or a refusal. */
static bool needs_records(const struct config *c)
{
    for (size_t i = 1; i < c->limit_count; i++)
        if (c->limits[i].rate.bytes != c->limits[0].rate.bytes)
            return true;
    return c->over != OVER_WAIT || c->cost.kind != COST_ONE;
}

static int start_keys(struct flow *f)
{
    const struct config *c = f->config;
    gf_keyed_init(&f->keys, c->max_keys);
    for (size_t i = 0; i < c->limit_count; i++)
        if (gf_keyed_limit(&f->keys, c->limits[i].rate, c->limits[i].burst) != 0)
            return -1; /* cannot be: the command line was checked */
    if (f->shared) {
        f->seed = gf_budget_seed(&f->shared->budget);
        f->shared->planned = gf_budget_terms(&f->shared->budget);
        return 0;
    }
    while (getrandom(&f->seed, sizeof f->seed, 0) != sizeof f->seed)
        if (errno != EINTR)
            return -1;
    return 0;
}

static int start_pacers(struct flow *f)
{
    const struct config *c = f->config;
    gf_ns now = gf_now_mono();
    for (size_t i = 0; i < c->limit_count; i++) {
        const struct limit *l = &c->limits[i];
        if (gf_pacers_add(&f->pacers, l->rate, l->burst, l->initial, c->slack, now) != 0)
            return -1; /* cannot be: the command line was checked */
    }
    return 0;
}

enum io flow_run(const struct config *c, struct input *in, struct tally *t)
{
    struct flow f = {.config = c, .in = in, .tally = t, .cap = FLOW_BLOCK};
    struct shared shared = {.budget = {.fd = -1}};
    enum io r = IO_FAILED;
    if (c->state) {
        if (shared_open(&shared, c) != 0)
            goto out;
        f.shared = &shared;
    }
    f.buf = malloc(f.cap);
    if (!f.buf || start_pacers(&f) != 0 || start_keys(&f) != 0) {
        gf_error_nomem();
        goto out;
    }
    enum io (*step)(struct flow *) = c->key             ? keyed_step
                                     : c->state         ? shared_step
                                     : needs_records(c) ? records_step
                                                        : spans_step;
    do
        r = step(&f);
    while (r == IO_OK && !flow_done(&f));
    if (r == IO_OK && f.inside && (c->unlimited || c->limits[0].rate.bytes))
        t->records++; /* the last one, whose separator was never seen */
out:
    gf_budget_release(&shared.budget);
    free(f.buf);
    t->keys_evicted = f.keys.evicted;
    gf_keyed_release(&f.keys);
    held_release(&f.held);
    gf_buf_release(&f.out);
    gf_buf_release(&f.reject);
    return r == IO_OK ? IO_END : r;
}
