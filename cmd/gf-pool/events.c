/*
 * events.c - what happens to each job, as NDJSON.
 *
 * Each line is built in a buffer of its own and then given to the outlet, so that the reader never
 * gets the half of a line that could not be built.
 */
#include "events.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "job.h"

enum {
    FULL = 1 << 20 /* bytes that wait */
};

#define LOOK_EVERY GF_S /* at the name of a file */

/* ---- out ------------------------------------------------------------------------------------- */

static void fail(struct events *e)
{
    gf_error_errno("cannot write events to '%s'", e->path);
    verdict_fail(e->verdict, GF_EXIT_TOOL);
}

static void refused(const char *path, const char *why)
{
    gf_error("cannot use '%s' for events: %s", path, why);
    gf_own_hint(path, why);
}

static void on_lost(struct gf_outlet *o)
{
    fail(o->owner);
}

static void on_room(struct gf_outlet *o)
{
    struct events *e = o->owner;
    verdict_changed(e->verdict);
}

static const struct gf_outlet_events outlet_events = {.room = on_room, .lost = on_lost};

int events_open(struct events *e, const char *path, struct verdict *v)
{
    const char *why;
    e->path = path;
    e->fd = -1;
    e->verdict = v;
    if (!path)
        return 0;
    e->look_mono = gf_now_mono() + LOOK_EVERY;
    e->fd = gf_logfile_open(path, &e->is_file, &why);
    if (e->fd != -1)
        return 0;
    refused(path, why);
    return -1;
}

/* Goes on in another file when this one was moved; lines stay whole, so not while one is written in
 * part. If that cannot be, what waits is kept where the file is now, and no more jobs start. */
static void follow(struct events *e)
{
    const char *why;
    bool is_file;
    gf_ns now = gf_now_mono();
    if (!e->is_file || now < e->look_mono || e->outlet.at > 0 || e->outlet.err)
        return;
    e->look_mono = now + LOOK_EVERY;
    if (!gf_logfile_is_moved(e->fd, e->path))
        return;
    int fd = gf_logfile_open(e->path, &is_file, &why);
    if (fd == -1) {
        e->look_mono = INT64_MAX;
        refused(e->path, why);
        verdict_fail(e->verdict, GF_EXIT_TOOL);
        return;
    }
    gf_outlet_turn(&e->outlet, fd);
    bool is_lost = gf_close(e->fd) != 0;
    e->fd = fd;
    e->is_file = is_file;
    if (is_lost)
        fail(e);
}

void events_close(struct events *e)
{
    gf_outlet_close(&e->outlet);
    gf_buf_release(&e->line);
    if (e->fd != -1)
        close(e->fd);
    e->fd = -1;
}

bool events_flush(struct events *e)
{
    if (e->fd == -1 || gf_outlet_waiting(&e->outlet) == 0)
        return true;
    follow(e);
    return gf_outlet_flush(&e->outlet);
}

bool events_is_full(const struct events *e)
{
    return e->fd != -1 && gf_outlet_is_full(&e->outlet);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* False: there is nobody to tell. */
static bool begin(struct events *e, struct gf_json *j, const char *event)
{
    char now[GF_TIME_UTC_SIZE];
    if (e->fd == -1 || e->outlet.err)
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
    if (gf_outlet_add_buf(&e->outlet, &e->line) == 0)
        return;
    int err = errno;
    fail(e);
    e->outlet.err = err; /* no line behind one that is missing */
}

void events_begin(struct events *e, struct ev_loop *loop, uint64_t slots)
{
    struct gf_json j;
    e->outlet.on = &outlet_events;
    e->outlet.owner = e;
    e->outlet.full = FULL + 1;
    gf_outlet_open(&e->outlet, loop, e->fd, 0);
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
    const struct gf_outlet *o = &e->outlet;
    if (o->err)
        return -1;
    if (gf_write_all(e->fd, o->waiting.data + o->at, gf_outlet_waiting(o)) == 0)
        return 0;
    fail(e);
    return -1;
}
