/*
 * pool.c - a job for each record: what starts them, beside what every run has (session.h).
 *
 * The end comes when no record will be taken any more, no slot is in use, and all output is out.
 * Then pipes that something left behind still holds are read once more, named and closed: the end
 * of the run is as long as we wait for those.
 */
#include "pool.h"

#include <stdlib.h>

#include "base/exit.h"
#include "base/msg.h"
#include "session.h"
#include "starter.h"
#include "terminal.h"

struct pool {
    struct session session;
    struct capacity capacity;
    struct jobs jobs;
    struct starter starter;
    struct queued queued;
    struct terminal terminal;
};

/* ---- the mode -------------------------------------------------------------------------------- */

static int check_command(void *owner)
{
    struct pool *p = owner;
    const struct intake *in = &p->session.intake;
    return launch_check_command(&p->session.launch, p->session.opt, in->names, in->nnames);
}

static int set_environment(void *owner, const char *mark)
{
    struct pool *p = owner;
    return launch_environment(&p->session.launch, mark);
}

static bool pump(void *owner)
{
    struct pool *p = owner;
    gf_ordered_pump(&p->jobs.output);
    starter_pump(&p->starter);
    if (!verdict_may_start(&p->session.verdict)) {
        jobs_give_up_retries(&p->jobs);
        queued_give_back(&p->queued);
    }
    if (starter_takes_more(&p->starter) || jobs_are_busy(&p->jobs))
        return false;
    return jobs_end_late(&p->jobs) && !jobs_are_busy(&p->jobs) && queued_is_told(&p->queued);
}

/* Once: start nothing more, let what runs finish. Twice: end the jobs. Three times: at once. */
static void stop(void *owner, unsigned times)
{
    struct pool *p = owner;
    struct gf_tasks *tasks = &p->jobs.tasks;
    if (times > 1)
        verdict_interrupt(&p->session.verdict, "stop");
    queued_stop(&p->queued, times);
    if (times > 2)
        gf_tasks_kill(tasks);
    else if (times == 2)
        gf_tasks_end(tasks);
    else if (tasks->running)
        gf_note("stopping: no new jobs, waiting for %zu to finish (again to end them)",
                tasks->running);
}

static void resumed(void *owner)
{
    struct pool *p = owner;
    terminal_resumed(&p->terminal);
}

static const struct session_mode mode = {.check_command = check_command,
                                         .set_environment = set_environment,
                                         .pump = pump,
                                         .stop = stop,
                                         .resumed = resumed};

/* ---- begin and end --------------------------------------------------------------------------- */

/* Each is told in this order: what is written for others first, then what counts, then what
 * acts. */
static void add_observers(struct session *s)
{
    struct observers *all = &s->observers;
    observers_add(all, &events_observer, &s->events);
    observers_add(all, &tally_observer, &s->tally);
    observers_add(all, &hint_observer, &s->hint);
    observers_add(all, &record_observer, &s->record);
    observers_add(all, &results_observer, &s->results);
    observers_add(all, &failed_observer, &s->failed);
    observers_add(all, &timeline_observer, &s->timeline);
    observers_add(all, &halt_observer, &s->halt);
}

/* Nothing can fail here, so that `release` can be called at any time. */
static void connect_parts(struct pool *p, const struct options *o)
{
    struct session *s = &p->session;
    session_init(s, o, &mode, p, &p->jobs.tasks);
    p->terminal.fd = -1;
    p->capacity.server.rfd = p->capacity.server.wfd = -1;
    s->launch.nofile = &p->capacity.nofile;
    p->jobs = (struct jobs){.opt = o,
                            .verdict = &s->verdict,
                            .observers = &s->observers,
                            .capacity = &p->capacity,
                            .launch = &s->launch,
                            .results = &s->results,
                            .times = &s->tally.times};
    p->starter = (struct starter){.opt = o,
                                  .confirm = {.tty = -1},
                                  .verdict = &s->verdict,
                                  .observers = &s->observers,
                                  .intake = &s->intake,
                                  .input_over = &s->input_over,
                                  .history = &s->history,
                                  .events = &s->events,
                                  .capacity = &p->capacity,
                                  .jobs = &p->jobs,
                                  .queued = &p->queued};
    p->queued = (struct queued){
        .opt = o, .verdict = &s->verdict, .tasks = &p->jobs.tasks, .capacity = &p->capacity};
}

/* -1 when all is ready, else the exit status. */
static int begin(struct pool *p)
{
    struct session *s = &p->session;
    int status = terminal_open(&p->terminal, s->opt, &s->verdict);
    if (status == -1)
        status = queued_open(&p->queued);
    if (status == -1)
        status = session_open(s);
    if (status != -1)
        return status;
    if (jobs_open(&p->jobs, s->loop) != 0)
        return GF_EXIT_TOOL;
    status = starter_open(&p->starter, s->loop);
    if (status != -1)
        return status;
    status = capacity_open(&p->capacity, s->opt, &s->verdict, &s->tally, s->loop);
    if (status != -1)
        return status;
    status = queued_begin(&p->queued, s->loop);
    if (status != -1)
        return status;
    add_observers(s);
    if (s->opt->queue)
        observers_add(&s->observers, &queued_observer, &p->queued);
    observers_add(&s->observers, &terminal_observer, &p->terminal);
    return session_begin(s, p->capacity.slots.most);
}

static void release(struct pool *p)
{
    terminal_close(&p->terminal);
    queued_close(&p->queued);
    starter_close(&p->starter);
    capacity_close(&p->capacity);
    if (p->session.loop)
        jobs_close(&p->jobs);
    session_release(&p->session);
}

int pool_run(const struct options *o)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    connect_parts(p, o);
    int status = begin(p);
    if (status == -1) {
        ev_run(p->session.loop, 0);
        jobs_end_orphans(&p->jobs);
        if (queued_end(&p->queued) != 0)
            verdict_fail(&p->session.verdict, GF_EXIT_TOOL);
        status = session_conclude(&p->session);
    }
    struct verdict verdict = p->session.verdict;
    release(p);
    free(p);
    return session_finish(&verdict, status);
}
