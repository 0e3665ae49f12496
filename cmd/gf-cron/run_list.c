/*
 * run_list.c - runs are made, counted by their phases, and freed.
 *
 * The runs are a doubly linked list in the order in which they came. The seat of a job counts the
 * job's runs by phase, so that whether a run goes on is known without a walk along the list. A run
 * also counts in its table, which keeps a table that was replaced until its last run is freed. Room
 * for the timer of a run is there before the run: one that could not be timed would wait for ever.
 */
#include "run_list.h"

#include <stdlib.h>

#include "lock.h"

#include "base/sat.h"

#define LINGER GF_S

void runlist_set_phase(struct run *run, enum phase phase)
{
    run->seat->runs[run->phase]--;
    run->phase = phase;
    run->seat->runs[phase]++;
}

struct run *runlist_new(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due,
                        const struct gf_task_events *on)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    *run = (struct run){.owner = r, .from = from, .job = job, .due = due, .prev = r->last};
    bool has_timer = gf_timers_reserve(&r->timers) == 0;
    if (!has_timer || (job->opt.lock && lock_join(run, &r->locks) != 0)) {
        if (has_timer)
            gf_timers_give_back(&r->timers);
        free(run);
        return NULL;
    }
    run->task = (struct gf_task){.on = on, .owner = run};
    run->seat = from->seats[job - from->table.jobs];
    run->seat->runs[PHASE_WAITING]++;
    run->limits = (struct gf_child_limits){job->opt.timeout, job->opt.kill_after, LINGER};
    from->runs++;
    *(r->last ? &r->last->next : &r->first) = run;
    r->last = run;
    return run;
}

void runlist_drop(struct run *run)
{
    struct runs *r = run->owner;
    *(run->prev ? &run->prev->next : &r->first) = run->next;
    *(run->next ? &run->next->prev : &r->last) = run->prev;
    run->seat->runs[run->phase]--;
    gf_timers_cancel(&r->timers, &run->timer);
    gf_timers_give_back(&r->timers);
    gf_task_drop(&run->task);
    for (int i = 0; i < GF_TASK_OUTPUTS; i++)
        gf_buf_release(&run->line[i]);
    gf_tail_release(&run->tail);
    lock_leave(run);
    run->from->runs--;
    free(run);
}

void runlist_set_wait(struct run *run, enum gf_wait what, gf_ns until)
{
    struct runs *r = run->owner;
    if (run->wait == what)
        return;
    run->wait = what;
    run->until = until;
    journal_wait(r->journal, run);
}

void runlist_wait(struct run *run, enum gf_wait what, gf_ns time)
{
    struct runs *r = run->owner;
    runlist_set_wait(run, what, gf_sat_add_i64(gf_now_wall(), time));
    (void)gf_timers_set(&r->timers, &run->timer, gf_sat_add_i64(gf_now_mono(), time));
}
