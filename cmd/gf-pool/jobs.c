/*
 * jobs.c - jobs from their start to their end.
 *
 * Three things have to come to pass before a job is freed, in any order: it has ended for good, its
 * turn was written, and its task is drained. `settle` is called when one of them has, and looks.
 */
#include "jobs.h"

#include <errno.h>
#include <stdlib.h>

#include "job_output.h"
#include "base/cannot_run.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/progress.h"
#include "median.h"
#include "run/reaper.h"

enum {
    HELD_JOBS_MOST = 50000 /* jobs whose turn is to come, beside those that run */
};

/* ---- structs --------------------------------------------------------------------------------- */

static struct job *new_job(struct jobs *js, const struct gf_task_events *on)
{
    struct job *j = js->free;
    if (j)
        js->free = j->next;
    else
        j = malloc(sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.owner = js, .attempt = 1, .task = {.on = on, .owner = j}};
    return j;
}

static void free_job(struct jobs *js, struct job *j)
{
    gf_turn_release(&js->output, &j->turn);
    gf_buf_release(&j->command);
    gf_buf_release(&j->packed);
    gf_buf_release(&j->tag.text);
    gf_tail_release(&j->stderr_end);
    gf_tail_release(&j->result_end);
    results_drop(js->results, j);
    block_drop(&j->block);
    j->next = js->free;
    js->free = j;
}

/* Of one that has ended for good. With a pipe still open it waits; what comes there has its turn
 * when the pipe closes. */
static void settle(struct jobs *js, struct job *j)
{
    if (j->turn.queued)
        return;
    if (j->task.all) {
        j->turn.streaming = false;
    } else if (gf_turn_holds(&j->turn)) {
        gf_ordered_queue(&js->output, &j->turn);
        verdict_changed(js->verdict);
    } else {
        free_job(js, j);
    }
}

/* ---- the end of an attempt ------------------------------------------------------------------- */

static void finish(struct jobs *js, struct job *j)
{
    j->finished = true;
    observers_finished(js->observers, j);
    gf_buf_release(&j->packed);
    median_limit(js->opt, js->times, &js->launch->limits, &js->tasks);
    gf_ordered_finish(&js->output, &j->turn);
}

/* The queue has it again; what it wrote here is shown here. */
static void leave(struct jobs *js, struct job *j)
{
    j->finished = true;
    gf_ordered_finish(&js->output, &j->turn);
}

/* What this attempt wrote is thrown away. */
static void try_later(struct jobs *js, struct job *j)
{
    gf_ns wait = retry_later(&js->retries, j);
    observers_retried(js->observers, j, wait);
    gf_ordered_forget(&js->output, &j->turn);
    gf_task_close(&j->task, STDOUT);
    gf_task_close(&j->task, STDERR);
    j->received = 0;
    j->exceeded = j->wrote[STDOUT] = j->wrote[STDERR] = false;
}

static void on_over(struct gf_task *t)
{
    struct job *j = t->owner;
    struct jobs *js = j->owner;
    capacity_give(js->capacity, j->slot);
    j->ending = gf_task_ending(t);
    bool again = retry_is_wanted(&js->retries, j);
    bool delivered = !again && retry_is_delivered(&js->retries, j);
    observers_attempt(js->observers, j, again || delivered);
    if (again)
        try_later(js, j);
    else if (delivered)
        leave(js, j);
    else
        finish(js, j);
    verdict_changed(js->verdict);
}

static void on_drained(struct gf_task *t)
{
    struct job *j = t->owner;
    if (j->finished)
        settle(j->owner, j);
}

void jobs_give_up_retries(struct jobs *js)
{
    for (struct job *j; (j = retry_give_up(&js->retries));) {
        observers_given_up(js->observers, j);
        finish(js, j);
    }
}

/* ---- what happens on the way ----------------------------------------------------------------- */

static void take_output(struct jobs *js, struct job *j, int stream, const char *data, size_t len)
{
    if (len == 0)
        return;
    j->received += len;
    observers_output(js->observers, j, stream, data, len);
    j->wrote[stream] = true;
    ci_output(js->opt->ci, &j->fold, stream, data, len);
    if (tag_lines(&js->launch->tags, &j->tag, stream, &data, &len) != 0) {
        gf_error_nomem();
        verdict_fail(js->verdict, GF_EXIT_TOOL);
    }
    gf_ordered_take(&js->output, &j->turn, stream, data, len);
}

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct job *j = t->owner;
    struct jobs *js = j->owner;
    size_t room = joboutput_room(js, j);
    bool exceeds = len > room;
    if (exceeds)
        len = room;
    take_output(js, j, stream, data, len);
    if (exceeds && !j->exceeded)
        joboutput_exceed(js, j);
}

static void on_closed(struct gf_task *t, int stream)
{
    struct job *j = t->owner;
    struct jobs *js = j->owner;
    gf_ordered_closed(&js->output, &j->turn, stream);
}

static const struct observers *observers_of(const struct gf_task *t)
{
    return ((const struct jobs *)((const struct job *)t->owner)->owner)->observers;
}

static void on_timed_out(struct gf_task *t)
{
    observers_timed_out(observers_of(t), t->owner);
}

static void on_signalled(struct gf_task *t, int sig)
{
    observers_signalled(observers_of(t), t->owner, sig);
}

static void on_wants_terminal(struct gf_task *t, int sig)
{
    observers_stopped(observers_of(t), t->owner, sig);
}

static void on_suspended(struct gf_task *t)
{
    observers_suspended(observers_of(t), t->owner);
}

static const struct gf_task_events task_events = {.output = on_output,
                                                  .closed = on_closed,
                                                  .broken = joboutput_broken,
                                                  .timed_out = on_timed_out,
                                                  .signalled = on_signalled,
                                                  .wants_terminal = on_wants_terminal,
                                                  .suspended = on_suspended,
                                                  .over = on_over,
                                                  .drained = on_drained};

/* ---- start ----------------------------------------------------------------------------------- */

static enum start no_memory(struct jobs *js)
{
    gf_error_nomem();
    verdict_fail(js->verdict, GF_EXIT_TOOL);
    return START_STOP;
}

/* A command cannot be started, or its block not be held (no name). Its fault, or the moment's? */
static enum start start_failed(struct jobs *js, struct job *j, int err, const char *name)
{
    switch (gf_command_fault(err, js->launch->command.names_command)) {
    case GF_FAULT_MOMENT:
        js->capacity->short_of = err;
        return START_LATER;
    case GF_FAULT_RECORD:
        observers_unstarted(js->observers, j, err);
        return START_FAILED_JOB;
    case GF_FAULT_COMMAND:
    case GF_FAULT_NONE:
        break;
    }
    verdict_fail(js->verdict, name ? gf_cannot_run(name, err, "-s") : block_lost(j->seq, err));
    return START_STOP;
}

static enum start start(struct jobs *js, struct job *j, const struct work *w, unsigned slot)
{
    j->slot = slot;
    int err = launch_words(js->launch, j, w, slot);
    int unnamed = results_name(js->results, j, w);
    if (err == ENOMEM || unnamed == ENOMEM)
        return no_memory(js);
    err = err ? err : unnamed;
    if (err) {
        observers_unstarted(js->observers, j, err);
        return START_FAILED_JOB;
    }
    if (observers_begin(js->observers, j) != 0)
        return START_STOP;
    err = launch_start(js->launch, j, &js->tasks);
    if (err)
        return start_failed(js, j, err, js->launch->argv[0]);
    capacity_take(js->capacity, slot);
    if (js->opt->keep_order)
        gf_ordered_queue(&js->output, &j->turn);
    observers_started(js->observers, j);
    return START_OK;
}

enum start jobs_start(struct jobs *js, const struct intake *in, uint64_t seq, unsigned slot)
{
    struct job *j = new_job(js, &task_events);
    if (!j)
        return no_memory(js);
    j->seq = seq;
    bool is_needed = js->opt->retries || js->opt->failed;
    bool kept = !is_needed || work_pack(&in->work, &j->packed) == 0;
    int err = js->opt->pipe ? blocks_keep(&in->blocks, &j->block) : 0;
    enum start result = !kept ? no_memory(js)
                        : err ? start_failed(js, j, err, NULL)
                              : start(js, j, &in->work, slot);
    if (result != START_OK)
        free_job(js, j);
    return result;
}

enum start jobs_again(struct jobs *js, struct job *j, unsigned slot)
{
    j->attempt++;
    bool known = work_unpack(&js->again, &j->packed) == 0;
    enum start result = known ? start(js, j, &js->again, slot) : no_memory(js);
    if (result == START_OK)
        return result;
    j->attempt--;
    if (result != START_LATER)
        finish(js, j);
    return result;
}

/* ---- output ---------------------------------------------------------------------------------- */

static void on_room(struct gf_ordered *o)
{
    struct jobs *js = o->owner;
    gf_tasks_resume(&js->tasks);
}

static void on_changed(struct gf_ordered *o)
{
    struct jobs *js = o->owner;
    verdict_changed(js->verdict);
}

static void on_written(struct gf_ordered *o, struct gf_turn *t)
{
    struct jobs *js = o->owner;
    struct job *j = job_of_turn(t);
    observers_written(js->observers, j);
    settle(js, j);
}

static const struct gf_ordered_events output_events = {.pause = joboutput_pause,
                                                       .resume = joboutput_resume,
                                                       .begin = joboutput_begin,
                                                       .end = joboutput_end,
                                                       .written = on_written,
                                                       .room = on_room,
                                                       .changed = on_changed,
                                                       .failed = joboutput_failed,
                                                       .before_terminal = gf_progress_hide};

bool jobs_are_held_back(const struct jobs *js)
{
    if (js->opt->pipe && js->retries.n >= js->capacity->slots.most)
        return true; /* each that waits keeps its block */
    if (retry_is_full(&js->retries))
        return true;
    return js->output.queued >= HELD_JOBS_MOST + js->capacity->slots.most;
}

bool jobs_are_busy(const struct jobs *js)
{
    return js->tasks.running || js->retries.n || gf_ordered_is_pending(&js->output);
}

/* ---- the end of the run ---------------------------------------------------------------------- */

bool jobs_end_late(struct jobs *js)
{
    for (struct gf_task *t; (t = js->tasks.first);) {
        struct job *j = t->owner;
        gf_task_resume(t);
        gf_task_read(t);
        if (js->tasks.first != t) /* it was drained */
            continue;
        if (gf_task_is_paused(t))
            return false;
        gf_error("job %llu left something running that still holds its output; what it writes "
                 "from now on is lost",
                 (unsigned long long)j->seq);
        js->verdict->lost_output = true;
        gf_task_close(t, STDOUT);
        if (js->tasks.first == t)
            gf_task_close(t, STDERR);
    }
    return true;
}

static void say_orphan(pid_t pid, const char *command, size_t len)
{
    gf_note("process %ld, '%.*s', which a job that was ended may have left, still runs", (long)pid,
            (int)len, command);
}

void jobs_end_orphans(struct jobs *js)
{
    gf_orphans_end(&js->orphans, gf_reaper_knows, say_orphan);
}

int jobs_open(struct jobs *js, struct ev_loop *loop)
{
    const struct options *o = js->opt;
    js->orphans = (struct gf_orphans){.run = "GF_POOL", .run_value = js->launch->run};
    js->tasks.orphans = &js->orphans;
    js->output.on = &output_events;
    js->output.owner = js;
    js->output.lines = o->output == OUTPUT_LINES && !o->keep_order;
    js->output.joined = o->ci == CI_GITHUB; /* its runner may read one pipe behind the other */
    js->output.live = o->output == OUTPUT_LINES && o->keep_order;
    js->output.store = (struct gf_capture_store){.memory_max = (size_t)64 << 20,
                                                 .each_max = (size_t)1 << 20,
                                                 .spill = {.dir = o->tmpdir, .most = o->spill_max}};
    gf_orphans_adopt();
    gf_ordered_open(&js->output, loop);
    retry_open(&js->retries, o, js->verdict, loop);
    work_init(&js->again, o);
    if (gf_tasks_open(&js->tasks, loop) == 0)
        return 0;
    gf_error_errno("cannot wait for jobs");
    return -1;
}

void jobs_close(struct jobs *js)
{
    gf_tasks_close(&js->tasks);
    gf_ordered_close(&js->output);
    retry_close(&js->retries);
    gf_orphans_release(&js->orphans);
    work_release(&js->again);
    while (js->free) {
        struct job *j = js->free;
        js->free = j->next;
        free(j);
    }
}
