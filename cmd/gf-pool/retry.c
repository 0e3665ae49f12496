/*
 * retry.c - jobs that failed and wait for another attempt.
 *
 * Those that wait are in a heap by their time, those whose time has come in a list, the first one
 * first. They keep their records, so no new job starts while many wait. Nothing new is begun before
 * what is due again, so a job that fails at once does not wait behind the whole input.
 */
#include "retry.h"

#include "base/random.h"
#include "base/sat.h"

enum {
    JOBS_MOST = 50000,
    BYTES_MOST = 64 << 20
};

void retry_open(struct retries *r, const struct options *o, struct verdict *v, struct ev_loop *loop)
{
    r->opt = o;
    r->verdict = v;
    r->due_last = &r->due;
    gf_timers_open(&r->timers, loop);
}

void retry_close(struct retries *r)
{
    gf_timers_close(&r->timers);
}

/* --retry-on: whether this way to fail is one of those. */
static bool is_worth_it(const struct options *o, const struct job *j)
{
    int code = gf_ending_status(&j->ending);
    return !o->retry_some || (o->retry_on[code / 64] >> code % 64 & 1);
}

bool retry_is_wanted(const struct retries *r, const struct job *j)
{
    return !r->opt->queue && j->attempt <= r->opt->retries && j->ending.how != GF_ENDING_OK &&
           is_worth_it(r->opt, j) && verdict_may_start(r->verdict) && !j->turn.streaming;
}

bool retry_is_delivered(const struct retries *r, const struct job *j)
{
    const struct options *o = r->opt;
    bool spent = j->delivery >= o->deliveries || (o->retries_given && j->delivery > o->retries);
    return o->queue && gf_ending_is_failure(&j->ending) && is_worth_it(o, j) && !spent &&
           j->token[0];
}

static void count(struct retries *r, const struct job *j)
{
    r->n++;
    r->bytes += j->packed.len;
}

static void discount(struct retries *r, const struct job *j)
{
    if (!j)
        return;
    r->n--;
    r->bytes -= j->packed.len;
}

bool retry_is_full(const struct retries *r)
{
    return r->n >= JOBS_MOST || r->bytes >= BYTES_MOST;
}

static void add_due(struct retries *r, struct job *j)
{
    j->next = NULL;
    *r->due_last = j;
    r->due_last = &j->next;
    verdict_changed(r->verdict);
}

static struct job *take_due(struct retries *r)
{
    struct job *j = r->due;
    if (!j)
        return NULL;
    r->due = j->next;
    if (!r->due)
        r->due_last = &r->due;
    return j;
}

static void on_due(struct gf_timer *t)
{
    struct job *j = t->owner;
    struct retries *r = j->retry_queue;
    add_due(r, j);
}

gf_ns retry_later(struct retries *r, struct job *j)
{
    gf_ns wait = gf_backoff_wait(&r->opt->backoff, j->attempt, gf_random());
    count(r, j);
    j->retry.due = on_due;
    j->retry.owner = j;
    j->retry_queue = r;
    if (wait == 0 ||
        gf_timers_set(&r->timers, &j->retry, gf_sat_add_i64(gf_now_mono(), wait)) != 0) {
        add_due(r, j);
        return 0;
    }
    return wait;
}

struct job *retry_take(struct retries *r)
{
    struct job *j = take_due(r);
    discount(r, j);
    return j;
}

void retry_put_back(struct retries *r, struct job *j)
{
    j->next = r->due;
    if (!r->due)
        r->due_last = &j->next;
    r->due = j;
    count(r, j);
}

struct job *retry_give_up(struct retries *r)
{
    struct gf_timer *t = gf_timers_take(&r->timers, GF_NEVER);
    struct job *j = t ? t->owner : take_due(r);
    discount(r, j);
    return j;
}
