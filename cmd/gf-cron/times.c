/*
 * times.c - counts a start before it happens, so that no crash and no second scheduler on the same
 * state lets more runs start than a job may have.
 *
 * The count of GF_TIMES is one statement of the state, which adds one only below the limit. The
 * count of -n is in the seat of the job. A job that has had its last start is over: it is taken out
 * of the plan, and when no other job is left, gf-cron run ends as behind any last due time.
 */
#include "times.h"

#include "runs.h"

static void end_job(struct run *run)
{
    struct loaded *l = run->from;
    size_t i = (size_t)(run->job - l->table.jobs);
    l->jobs[i].over = true;
    gf_plan_drop(&l->plan, i);
}

static enum times take_from_state(struct run *run, const char **why)
{
    const struct runs *r = run->owner;
    bool last = false;
    switch (journal_count(r->journal, run->job, &last)) {
    case CLAIM_LATER:
        return TIMES_LATER;
    case CLAIM_OURS:
        if (last)
            end_job(run);
        return TIMES_GO;
    case CLAIM_NOT:
        break;
    }
    *why = last ? "all its runs of GF_TIMES have started" : "its start is not on record";
    if (last)
        end_job(run);
    return TIMES_NOT;
}

enum times times_take(struct run *run, const char **why)
{
    const struct runs *r = run->owner;
    if (run->counted || run->by_hand)
        return TIMES_GO;
    if (r->times && run->seat->starts == r->times) {
        *why = "all runs of -n have started";
        return TIMES_NOT;
    }
    enum times got = run->job->opt.times ? take_from_state(run, why) : TIMES_GO;
    if (got != TIMES_GO)
        return got;
    run->counted = true;
    if (++run->seat->starts == r->times)
        end_job(run);
    return TIMES_GO;
}
