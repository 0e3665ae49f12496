/*
 * runs_end.c - the end of runs: no new ones, those that go on ended, what is left of them.
 *
 * A run that waits has no child, so its end is written at once. A run that has not started when the
 * scheduler stops is given back to the state; one that runs is told to end and is over as any
 * other. What a run left in the background holds its pipes: they are read once more and let go at
 * the very end.
 */
#include "runs.h"

#include <stdio.h>

#include "run_list.h"

#include "base/msg.h"
#include "run/reaper.h"

void runs_go_on(struct runs *r)
{
    gf_tasks_resume(&r->tasks);
}

/* A run that had a start ends as its last try did. */
static void end_untried(struct run *run, const char *why)
{
    struct runs *r = run->owner;
    char detail[96];
    snprintf(detail, sizeof detail, "%s: it is not tried again", why);
    log_event(r->log, gf_outcome_words[run_outcome(run)], run->job, run->due, run, detail);
    journal_end(r->journal, run);
    runlist_drop(run);
}

void runs_give_up(struct run *run, const char *why)
{
    struct runs *r = run->owner;
    if (run->tries) {
        end_untried(run, why);
        return;
    }
    journal_skipped(r->journal, run->job, run->due, why);
    runlist_drop(run);
}

/* Gives back the runs that have not started. */
static void give_back(struct runs *r, const char *why)
{
    for (struct run *run = r->first, *next; run; run = next) {
        next = run->next;
        if (run->phase == PHASE_RUNNING || run->phase == PHASE_HELD ||
            run->phase == PHASE_LINGERING)
            continue;
        if (run->tries) {
            end_untried(run, why);
            continue;
        }
        journal_give_back(r->journal, run, why);
        runlist_drop(run);
    }
}

void runs_stop(struct runs *r)
{
    r->stopping = true;
    deferred_give_up(r->deferred);
    give_back(r, "the scheduler stops");
}

void runs_lose(struct runs *r, bool at_once)
{
    give_back(r, "the lease is over");
    runs_end(r, at_once);
}

void runs_end(struct runs *r, bool at_once)
{
    for (struct run *run = r->first; run; run = run->next)
        run->interrupted |= run->phase == PHASE_RUNNING;
    if (at_once)
        gf_tasks_kill(&r->tasks);
    else
        gf_tasks_end(&r->tasks);
}

static void say_orphan(pid_t pid, const char *command, size_t len)
{
    gf_note("process %ld, '%.*s', which a job that was ended may have left, still runs", (long)pid,
            (int)len, command);
}

void runs_end_orphans(struct runs *r)
{
    gf_orphans_end(&r->orphans, gf_reaper_knows, say_orphan);
}

bool runs_only_linger(const struct runs *r)
{
    for (const struct run *run = r->first; run; run = run->next)
        if (run->phase != PHASE_LINGERING)
            return false;
    return r->first;
}

void runs_end_lingering(struct runs *r)
{
    for (struct run *run; (run = r->first);) {
        gf_task_resume(&run->task);
        gf_task_read(&run->task);
        if (r->first != run) /* its pipes have closed meanwhile */
            continue;
        if (gf_task_is_paused(&run->task) || !gf_task_is_open(&run->task))
            return; /* there is no room for its output, or it is being drained */
        gf_error("job '%s' left something running that still holds its output; what it writes from "
                 "now on is lost",
                 run->job->id);
        r->journal->failed = true;
        runlist_drop(run);
    }
}

void runs_release(struct runs *r)
{
    for (struct run *run; (run = r->first);) {
        gf_task_finish_reading(&run->task);
        if (r->first == run)
            runlist_drop(run);
    }
}
