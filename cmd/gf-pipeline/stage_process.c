/*
 * stage_process.c - the processes of a stage: how they start, and what happens when they cannot, or
 * die again and again.
 *
 * A process that dies without an answer is followed by another one after 100 ms, twice as long each
 * further time, 10 s at most. The sixth such death within a minute is a crash loop: nothing more
 * will come of this command.
 */
#include <errno.h>
#include <string.h>

#include "base/cannot_run.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sat.h"
#include "flow.h"
#include "stage.h"

enum {
    FEW = 16, /* processes */
    DEATHS = 6,
    SHORTAGES = 40 /* starts that failed in a row for want of something, while nothing runs */
};

#define LOOP_TIME (60 * GF_S)
#define FIRST_WAIT (100 * GF_MS)
#define LONGEST_WAIT (10 * GF_S)
#define SHORTAGE_WAIT (50 * GF_MS)

/* Its process gets record after record. */
static bool stays(const struct stage *s)
{
    return s->plan->mode == MODE_MAP || s->plan->mode == MODE_FILTER;
}

/* Pipes of many would use up what the system gives a user, and leave those of others narrow. */
static bool few_stay(const struct run *r)
{
    uint64_t n = 0;
    for (size_t i = 0; i < r->nstages; i++)
        n += stays(&r->stage[i]) ? r->stage[i].plan->jobs : 0;
    return n <= FEW;
}

int stage_spawn(struct stage *s, struct gf_task *t, unsigned pipes, int in, int out)
{
    struct run *r = s->run;
    t->token = gf_token_make();
    memcpy(r->token, t->token.text, sizeof t->token.text);
    r->env.failed = false; /* of an earlier start */
    if (!gf_environ_set(&r->env, "GF_STAGE", s->plan->name))
        return ENOMEM;
    struct gf_task_start start = {
        .command = &s->file,
        .limits = &s->limits,
        .pipes = pipes,
        .spawn = {.argv = s->plan->command, .envp = r->env.list, .fd = {in, out, -1}},
    };
    int err = gf_task_start(t, &r->tasks, &start);
    if (err)
        return err;
    if (stays(s) && few_stay(r)) {
        gf_pipe_widen(pipes & GF_TASK_PIPE_IN ? t->in.io.fd : -1, GF_PIPE_WIDE);
        gf_pipe_widen(pipes & GF_TASK_PIPE_OUT ? t->out[GF_TASK_OUT].io.fd : -1, GF_PIPE_WIDE);
        gf_pipe_widen(out, GF_PIPE_WIDE);
    }
    s->n.starts++;
    s->shortages = 0;
    gf_detail("stage '%s': process %ld started", s->plan->name, (long)t->child.pid);
    events_process(r, s, "started", t->child.pid);
    return 0;
}

void stage_cannot_start(struct stage *s, int err)
{
    struct run *r = s->run;
    if (gf_command_fault(err, false) != GF_FAULT_MOMENT) {
        run_abort(r, GF_REASON_SPAWN);
        run_fail(r, gf_cannot_run(s->plan->command[0], err, "sh -c"));
        return;
    }
    if (r->tasks.running == 0 && ++s->shortages > SHORTAGES) {
        errno = err;
        gf_error_errno("cannot start a process of stage '%s'", s->plan->name);
        run_abort(r, GF_REASON_SPAWN);
        run_fail(r, GF_EXIT_TOOL);
        return;
    }
    s->again_mono = gf_sat_add_i64(gf_now_mono(), SHORTAGE_WAIT);
}

void stage_cannot_read(struct stage *s, int err)
{
    errno = err;
    gf_error_errno("cannot read what stage '%s' writes", s->plan->name);
    run_fail(s->run, GF_EXIT_TOOL);
}

static void crash_loop(struct stage *s)
{
    struct run *r = s->run;
    gf_error("stage '%s': its command ended %d times within a minute without an answer",
             s->plan->name, DEATHS);
    gf_hint("--mode map is for commands that read records and answer each with one; each starts "
            "one for each record");
    if (r->opt->crash_loop_dead) {
        s->crashed = true;
        r->some_failed = true;
        return;
    }
    if (!r->fatal)
        r->fatal = GF_EXIT_TOOL;
    run_abort(r, GF_REASON_CRASH);
}

void stage_died(struct stage *s, gf_ns now_mono)
{
    gf_ns wait = FIRST_WAIT;
    memmove(s->death_mono, s->death_mono + 1, (DEATHS - 1) * sizeof s->death_mono[0]);
    s->death_mono[DEATHS - 1] = now_mono;
    s->deaths++;
    for (unsigned i = 1; i < s->deaths && wait < LONGEST_WAIT; i++)
        wait *= 2;
    s->again_mono = gf_sat_add_i64(now_mono, wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
    if (s->deaths >= DEATHS && now_mono - s->death_mono[0] < LOOP_TIME && !s->crashed &&
        !s->run->aborted)
        crash_loop(s);
}

void stage_complain(struct stage *s, const char *data, size_t len)
{
    /* Nobody waits for the reader of standard error; what it does not take is cut. */
    (void)gf_outlet_put(&s->run->err, data, len);
}
