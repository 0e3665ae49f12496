/*
 * retry.c - a job that failed and may be tried again: it gives its slot back, keeps its record, its
 * number and (with -k) its turn, and waits on `waiting` until its time has come.
 *
 * What a failed attempt wrote is thrown away when another one follows, and it has no row and no
 * part in --halt: only the last attempt's outcome is the job's. Nothing new is begun before what is
 * due again, so a job that fails at once does not wait behind the whole input.
 */
#include "pool.h"

#include <sys/random.h>
#include <sys/wait.h>

#include "base/exit.h"
#include "base/msg.h"

static bool failed(const struct job *j)
{
    return j->life.timed_out || !WIFEXITED(j->wait_status) || WEXITSTATUS(j->wait_status) != 0;
}

/* --retry-on: whether this way to fail is one of those. */
static bool is_worth_it(const struct options *o, const struct job *j)
{
    if (!o->retry_some)
        return true;
    int code = j->life.timed_out             ? GF_EXIT_TIMEOUT
               : WIFSIGNALED(j->wait_status) ? 128 + WTERMSIG(j->wait_status)
                                             : WEXITSTATUS(j->wait_status);
    return o->retry_on[code / 64] >> code % 64 & 1;
}

bool retry_wanted(const struct job *j)
{
    const struct pool *p = j->pool;
    return j->attempt <= p->opt->retries && failed(j) && is_worth_it(p->opt, j) && !p->fatal &&
           !p->stop_signal && !p->halted && !j->streaming;
}

static void on_due(struct ev_loop *loop, ev_timer *w, int events)
{
    struct job *j = w->data;
    (void)loop;
    (void)events;
    j->due = true;
    pool_changed(j->pool);
}

void retry_later(struct job *j)
{
    struct pool *p = j->pool;
    uint64_t random = 0;
    if (p->opt->backoff.jitter && getrandom(&random, sizeof random, 0) != sizeof random)
        random = UINT64_MAX; /* the whole wait */
    gf_ns wait = gf_backoff_wait(&p->opt->backoff, j->attempt, random);
    p->count.retried++;
    events_retried(j, wait);
    report_retried(j, wait);
    output_forget(j);
    j->due = wait == 0;
    j->next_waiting = NULL;
    struct job **at = &p->waiting;
    while (*at) /* a few: as many as failed of late */
        at = &(*at)->next_waiting;
    *at = j;
    p->nwaiting++;
    ev_timer_init(&j->timer, on_due, (double)wait / 1e9, 0);
    j->timer.data = j;
    if (!j->due)
        ev_timer_start(p->loop, &j->timer);
    pool_changed(p);
}

struct job *retry_take(struct pool *p)
{
    for (struct job **at = &p->waiting; *at; at = &(*at)->next_waiting) {
        struct job *j = *at;
        if (!j->due)
            continue;
        *at = j->next_waiting;
        p->nwaiting--;
        return j;
    }
    return NULL;
}

void retry_put_back(struct job *j)
{
    j->next_waiting = j->pool->waiting;
    j->pool->waiting = j;
    j->pool->nwaiting++;
}

void retry_give_up(struct pool *p)
{
    while (p->waiting) {
        struct job *j = p->waiting;
        p->waiting = j->next_waiting;
        p->nwaiting--;
        ev_timer_stop(p->loop, &j->timer);
        events_given_up(j);
        job_finish(j);
    }
}
