/*
 * timeline.c - what the page of --report shows: a bar an attempt, and what failed.
 */
#include "timeline.h"

#include <stdio.h>
#include <string.h>

#include "job.h"
#include "proc/command.h"

enum {
    TAIL = 4096 /* bytes of standard error */
};

_Static_assert((int)GF_ENDING_SIZE <= (int)GF_BAR_HOW, "a bar has room for how a job ended");

/* ---- bars ------------------------------------------------------------------------------------ */

static enum gf_bar_outcome outcome_of(const struct job *j, bool again)
{
    if (again)
        return GF_BAR_RETRIED;
    if (j->ending.how == GF_ENDING_TIMEOUT)
        return GF_BAR_TIMED_OUT;
    if (j->ending.how == GF_ENDING_INTERRUPTED)
        return GF_BAR_CUT;
    return j->ending.how == GF_ENDING_OK ? GF_BAR_OK : GF_BAR_FAILED;
}

static void on_attempt(void *self, const struct job *j, bool again)
{
    struct timeline *t = self;
    if (!t->on)
        return;
    struct gf_bar b = {.lane = j->slot,
                       .seq = j->seq,
                       .start = j->task.start_mono - t->begin_mono,
                       .end = j->task.end_mono - t->begin_mono,
                       .outcome = outcome_of(j, again)};
    gf_ending_text(&j->ending, b.how);
    gf_bar_name(&b, job_command(j), j->command.len);
    if (j->slot >= t->slots)
        t->slots = j->slot + 1;
    gf_bars_add(&t->bars, &b);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void on_output(void *self, struct job *j, int stream, const char *data, size_t len)
{
    const struct timeline *t = self;
    if (!t->on || stream != STDERR)
        return;
    j->stderr_end.most = TAIL;
    gf_tail_add(&j->stderr_end, data, len);
}

static void add_failure(struct timeline *t, const struct gf_page_failure *f, const struct job *j,
                        const char *tail, size_t tail_len)
{
    gf_page_failures_add(&t->failures, f, job_command(j), j->command.len, tail, tail_len);
}

static void on_finished(void *self, struct job *j)
{
    struct timeline *t = self;
    if (!t->on || !gf_ending_is_failure(&j->ending))
        return;
    struct gf_page_failure f = {.seq = j->seq, .attempt = j->attempt, .length = job_runtime(j)};
    const char *tail;
    size_t len = gf_tail_lines(&j->stderr_end, &tail);
    gf_ending_text(&j->ending, f.how);
    add_failure(t, &f, j, tail, len);
}

static void on_unstarted(void *self, struct job *j, int err)
{
    struct timeline *t = self;
    const char *why = job_why_not(j, err);
    if (!t->on || j->attempt > 1)
        return;
    add_failure(t,
                &(struct gf_page_failure){
                    .seq = j->seq, .attempt = j->attempt, .how = "could not start", .length = -1},
                j, why, strlen(why));
}

static void on_retried(void *self, struct job *j, gf_ns wait)
{
    (void)self;
    (void)wait;
    gf_tail_clear(&j->stderr_end);
}

const struct observer_events timeline_observer = {.output = on_output,
                                                  .attempt = on_attempt,
                                                  .retried = on_retried,
                                                  .finished = on_finished,
                                                  .unstarted = on_unstarted};

void timeline_release(struct timeline *t)
{
    gf_page_failures_release(&t->failures);
    gf_bars_release(&t->bars);
}
