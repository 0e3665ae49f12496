/*
 * try.c - the end of a try.
 *
 * The slot and the lock are for a try, not for a run: while a run waits for its next try, others
 * may have them. After its last try the run is on record, and lingers until its pipes are closed.
 */
#include "try.h"

#include <string.h>

#include "lock.h"
#include "run_list.h"

#include "base/random.h"
#include "base/backoff.h"

static bool wants_retry(const struct run *run)
{
    const struct runs *r = run->owner;
    return !r->stopping && !run->interrupted && !run->passed && run_outcome(run) != GF_OUTCOME_OK &&
           run->tries <= run->job->opt.retries && run->seat->runs[PHASE_QUEUED] == 0;
}

/* Full jitter below a wait that doubles, an hour at most: jobs that failed together do not retry
 * together (base/backoff.h). */
static void retry_later(struct run *run)
{
    struct runs *r = run->owner;
    const struct gf_backoff b = {
        .first = run->job->opt.retry_delay, .factor = 2, .max = 3600 * GF_S, .jitter = true};
    r->journal->count.retried++;
    log_event(r->log, "retried", run->job, run->due, run, NULL);
    runlist_set_phase(run, PHASE_RETRYING);
    runlist_wait(run, GF_WAIT_RETRY, gf_backoff_wait(&b, run->tries, gf_random()));
}

void try_end(struct run *run)
{
    struct runs *r = run->owner;
    run->ended = true;
    gf_slots_give(&r->slots, run->slot);
    lock_give(run);
    if (wants_retry(run)) {
        gf_task_finish_reading(&run->task);
        retry_later(run);
    } else {
        const char *event = gf_outcome_words[run_outcome(run)];
        log_event(r->log, strcmp(event, "ok") == 0 ? "ended" : event, run->job, run->due, run,
                  NULL);
        journal_end(r->journal, run);
        runlist_set_phase(run, PHASE_LINGERING);
    }
}
