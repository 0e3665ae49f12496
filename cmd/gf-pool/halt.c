/*
 * halt.c - whether what --halt waits for has come.
 *
 * A share of the jobs counts from the third job on: one failure of one job is no 100 %.
 */
#include "halt.h"

#include "base/exit.h"
#include "base/msg.h"
#include "job.h"

enum {
    SHARE_FROM = 3 /* jobs */
};

static bool has_come(const struct halt_rule *r)
{
    const struct halt *h = r->wanted;
    uint64_t ended = r->tally->ok + r->tally->failed; /* not what we ended */
    uint64_t n = h->on == HALT_FAIL      ? r->tally->failed
                 : h->on == HALT_SUCCESS ? r->tally->ok
                                         : ended;
    if (h->percent)
        return ended >= SHARE_FROM && n >= 1 && n * 100 >= ended * h->percent;
    return n >= h->number;
}

static void on_finished(void *self, struct job *j)
{
    struct halt_rule *r = self;
    const struct halt *h = r->wanted;
    struct verdict *v = r->verdict;
    if (h->on == HALT_NEVER || v->halted || !has_come(r))
        return;
    v->halted = true;
    v->halt_status = -1;
    if (h->on == HALT_SUCCESS)
        v->halt_status = GF_EXIT_OK;
    else if (h->on == HALT_FAIL && h->number == 1)
        v->halt_status = gf_ending_status(&j->ending);
    verdict_changed(v);
    gf_note("%s: job %llu was the last that --halt waited for",
            h->now ? "ending all jobs" : "no new jobs", (unsigned long long)j->seq);
    if (!h->now)
        return;
    verdict_interrupt(v, "halt");
    gf_tasks_end(r->tasks);
}

const struct observer_events halt_observer = {.finished = on_finished};
