/*
 * events.c - what happens to each job, as NDJSON.
 *
 * Each line is built in a buffer of its own and then given to the outlet, so that the reader never
 * gets the half of a line that could not be built.
 */
#include "events.h"

#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/own.h"
#include "job.h"

/* ---- out ------------------------------------------------------------------------------------- */

static void refused(const char *path, const char *why)
{
    gf_error("cannot use '%s' for events: %s", path, why);
    gf_own_hint(path, why);
}

static void on_lost(struct gf_linelog *l)
{
    struct events *e = l->owner;
    gf_error_errno("cannot write events to '%s'", l->path);
    verdict_fail(e->verdict, GF_EXIT_TOOL);
}

static void on_refused(struct gf_linelog *l, const char *why)
{
    struct events *e = l->owner;
    refused(l->path, why);
    verdict_fail(e->verdict, GF_EXIT_TOOL);
}

static void on_room(struct gf_linelog *l)
{
    struct events *e = l->owner;
    verdict_changed(e->verdict);
}

static const struct gf_linelog_events log_events = {
    .room = on_room, .lost = on_lost, .refused = on_refused};

int events_open(struct events *e, const char *path, struct verdict *v)
{
    const char *why;
    e->verdict = v;
    e->log = (struct gf_linelog){.on = &log_events, .owner = e};
    if (!path || gf_linelog_open(&e->log, path, &why) == 0)
        return 0;
    refused(path, why);
    return -1;
}

void events_close(struct events *e)
{
    gf_linelog_close(&e->log);
    gf_buf_release(&e->line);
}

bool events_flush(struct events *e)
{
    return gf_linelog_flush(&e->log);
}

bool events_is_full(const struct events *e)
{
    return gf_linelog_is_full(&e->log);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* False: there is nobody to tell. */
static bool begin(struct events *e, struct gf_json *j, const char *event)
{
    char now[GF_TIME_UTC_SIZE];
    if (!e->log.path || e->log.outlet.err)
        return false;
    gf_buf_clear(&e->line);
    gf_time_utc(gf_now_wall(), now);
    gf_json_open(j, &e->line);
    gf_json_str(j, "event", event, strlen(event));
    gf_json_str(j, "time", now, strlen(now));
    return true;
}

static bool begin_job(struct events *e, const struct job *job, struct gf_json *j, const char *event)
{
    if (!begin(e, j, event))
        return false;
    gf_json_uint(j, "job", job->seq);
    gf_json_uint(j, "attempt", job->attempt);
    return true;
}

static void end(struct events *e, struct gf_json *j)
{
    gf_json_close(j);
    gf_linelog_add(&e->log, &e->line);
}

void events_begin(struct events *e, struct ev_loop *loop, uint64_t slots)
{
    struct gf_json j;
    if (e->log.path)
        gf_linelog_begin(&e->log, loop);
    if (!begin(e, &j, "begin"))
        return;
    gf_json_int(&j, "pid", getpid());
    gf_json_uint(&j, "slots", slots);
    end(e, &j);
}

static void on_taken(void *self, uint64_t seq, bool skipped)
{
    struct gf_json j;
    if (!begin(self, &j, skipped ? "skipped" : "queued"))
        return;
    gf_json_uint(&j, "job", seq);
    end(self, &j);
}

static void on_started(void *self, const struct job *job)
{
    struct gf_json j;
    if (!begin_job(self, job, &j, "started"))
        return;
    gf_json_uint(&j, "slot", job->slot + 1);
    gf_json_int(&j, "pid", job->task.child.pid);
    gf_json_str(&j, "command", job_command(job), job->command.len);
    end(self, &j);
}

/* The first bytes of each stream in an attempt. */
static void on_output(void *self, struct job *job, int stream, const char *data, size_t len)
{
    struct gf_json j;
    const char *name = stream == STDOUT ? "stdout" : "stderr";
    (void)data;
    (void)len;
    if (job->wrote[stream] || !begin_job(self, job, &j, "output"))
        return;
    gf_json_str(&j, "stream", name, strlen(name));
    end(self, &j);
}

static void on_timed_out(void *self, const struct job *job)
{
    struct gf_json j;
    if (begin_job(self, job, &j, "timed-out"))
        end(self, &j);
}

static void on_signalled(void *self, const struct job *job, int sig)
{
    struct gf_json j;
    if (!begin_job(self, job, &j, "signalled"))
        return;
    gf_json_int(&j, "signal", sig);
    end(self, &j);
}

static void on_stopped(void *self, const struct job *job, int sig)
{
    struct gf_json j;
    if (!begin_job(self, job, &j, "stopped"))
        return;
    gf_json_int(&j, "signal", sig);
    end(self, &j);
}

static void on_retried(void *self, struct job *job, gf_ns wait)
{
    struct gf_json j;
    if (!begin_job(self, job, &j, "retried"))
        return;
    gf_json_seconds(&j, "wait_seconds", wait);
    end(self, &j);
}

static void on_given_up(void *self, const struct job *job)
{
    struct gf_json j;
    if (begin_job(self, job, &j, "given-up"))
        end(self, &j);
}

/* Why the attempt ended as it did. */
static const char *reason(const struct events *e, const struct gf_ending *how)
{
    if (how->how == GF_ENDING_EXCEEDED)
        return "output";
    if (how->how == GF_ENDING_TIMEOUT)
        return "timeout";
    if (how->how == GF_ENDING_INTERRUPTED)
        return e->verdict->cause ? e->verdict->cause : "error";
    return how->signal ? "signal" : "exit";
}

static void put_end(struct gf_json *j, const char *why, int code, int sig)
{
    gf_json_str(j, "reason", why, strlen(why));
    if (code != -1)
        gf_json_int(j, "exit", code);
    else
        gf_json_null(j, "exit");
    if (sig)
        gf_json_int(j, "signal", sig);
    else
        gf_json_null(j, "signal");
}

static void on_attempt(void *self, const struct job *job, bool again)
{
    struct gf_json j;
    (void)again;
    if (!begin_job(self, job, &j, "ended"))
        return;
    put_end(&j, reason(self, &job->ending), job->ending.code, job->ending.signal);
    gf_json_seconds(&j, "seconds", job_runtime(job));
    gf_json_seconds(&j, "cpu_seconds", gf_task_cpu(&job->task));
    gf_json_int(&j, "max_rss_bytes", job->task.usage.ru_maxrss * 1024);
    gf_json_uint(&j, "output_bytes", job->received);
    end(self, &j);
}

static void on_unstarted(void *self, struct job *job, int err)
{
    struct gf_json j;
    if (!begin_job(self, job, &j, "ended"))
        return;
    put_end(&j, "start", gf_ending_unstarted(err).code, 0);
    end(self, &j);
}

const struct observer_events events_observer = {.taken = on_taken,
                                                .started = on_started,
                                                .output = on_output,
                                                .timed_out = on_timed_out,
                                                .signalled = on_signalled,
                                                .stopped = on_stopped,
                                                .attempt = on_attempt,
                                                .retried = on_retried,
                                                .given_up = on_given_up,
                                                .unstarted = on_unstarted};

int events_end(struct events *e, int status, const struct tally *t)
{
    struct gf_json j;
    if (!begin(e, &j, "end"))
        return 0;
    gf_json_int(&j, "status", status);
    gf_json_uint(&j, "jobs", t->started);
    gf_json_uint(&j, "failed", t->failed);
    gf_json_uint(&j, "interrupted", t->interrupted);
    gf_json_seconds(&j, "seconds", gf_now_mono() - t->begin_mono);
    end(e, &j);
    return gf_linelog_end(&e->log);
}
