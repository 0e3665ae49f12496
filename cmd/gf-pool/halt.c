/*
 * halt.c - whether what --halt waits for has come.
 *
 * A share of the jobs counts from the third job on: one failure of one job is no 100 %. A job that
 * could not start has failed like any other; one that was interrupted counts for nothing. Where one
 * job alone decides (fail=1, done=1), its status is that of the run.
 */
#include "halt.h"

#include "base/exit.h"
#include "base/msg.h"
#include "job.h"
#include "proc/command.h"

enum {
    SHARE_FROM = 3 /* jobs */
};

static bool has_come(const struct halt_rule *r)
{
    const struct halt *h = r->wanted;
    uint64_t ended = r->tally->ok + r->tally->failed;
    uint64_t n = h->on == HALT_FAIL      ? r->tally->failed
                 : h->on == HALT_SUCCESS ? r->tally->ok
                                         : ended;
    if (h->percent)
        return ended >= SHARE_FROM && n >= 1 && n * 100 >= ended * h->percent;
    return n >= h->number;
}

/* A job was counted, whose exit status is that. */
static void look(const struct halt_rule *r, const struct job *j, int status)
{
    const struct halt *h = r->wanted;
    struct verdict *v = r->verdict;
    if (h->on == HALT_NEVER || v->halted || !has_come(r))
        return;
    v->halted = true;
    v->halt_status = -1;
    if (h->on == HALT_SUCCESS)
        v->halt_status = GF_EXIT_OK;
    else if (h->number == 1)
        v->halt_status = status;
    verdict_changed(v);
    gf_note("%s: job %llu was the last that --halt waited for",
            h->now ? "ending all jobs" : "no new jobs", (unsigned long long)j->seq);
    if (!h->now)
        return;
    verdict_interrupt(v, "halt");
    gf_tasks_end(r->tasks);
}

/* The signal by which a job ended that wrote too much is ours: a status of 128 and that signal
 * would say that somebody told the run to end. */
static void on_finished(void *self, struct job *j)
{
    bool exceeded = j->ending.how == GF_ENDING_EXCEEDED;
    look(self, j, exceeded ? GF_EXIT_SOME : gf_ending_status(&j->ending));
}

/* A later attempt that cannot start has its end told by `finished`. */
static void on_unstarted(void *self, struct job *j, int err)
{
    if (j->attempt == 1)
        look(self, j, gf_command_status(err));
}

const struct observer_events halt_observer = {.finished = on_finished, .unstarted = on_unstarted};
