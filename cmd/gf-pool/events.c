/*
 * events.c - --events: what happens to each job, as NDJSON, while it happens.
 *
 * An event is appended to `pending`; before the loop waits all of them go out in one write, whole
 * lines only as long as the reader keeps up. Nothing here waits for the reader: what it does not
 * take stays, and while more than MOST of that is left no job is started.
 */
#include "pool.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/logfile.h"
#include "base/msg.h"

enum {
    MOST = 1 << 20
};

/* ---- out ----------------------------------------------------------------------------------------
 */

static void say_failed(const struct pool *p)
{
    gf_error_errno("cannot write events to '%s'", p->opt->events);
}

static void on_writable(struct ev_loop *loop, ev_io *w, int events)
{
    (void)events;
    ev_io_stop(loop, w);
    pool_changed(w->data);
}

int events_open(struct pool *p)
{
    struct events *e = &p->events;
    const char *why;
    bool is_file;
    if (!p->opt->events)
        return 0;
    e->fd = gf_logfile_open(p->opt->events, &is_file, &why);
    if (e->fd == -1 && why)
        gf_error("cannot use '%s' for events: %s", p->opt->events, why);
    else if (e->fd == -1)
        gf_error_errno("cannot open '%s' for events", p->opt->events);
    ev_io_init(&e->io, on_writable, e->fd, EV_WRITE);
    e->io.data = p;
    return e->fd == -1 ? -1 : 0;
}

/* What is written is moved over now and then, so that a reader who is always a little behind does
 * not make the rest grow. */
static void drop_written(struct events *e)
{
    if (e->at < MOST)
        return;
    e->pending.len -= e->at;
    memmove(e->pending.data, e->pending.data + e->at, e->pending.len);
    e->at = 0;
}

bool events_out(struct pool *p)
{
    struct events *e = &p->events;
    bool was_full = events_full(p);
    while (e->fd != -1 && e->at < e->pending.len) {
        if (e->pending.failed)
            errno = ENOMEM;
        ssize_t n = e->pending.failed
                        ? -1
                        : gf_write_ready(e->fd, e->pending.data + e->at, e->pending.len - e->at);
        if (n < 0) {
            say_failed(p);
            events_close(p);
            pool_fail(p, GF_EXIT_TOOL);
            return true;
        }
        if (n == 0) {
            drop_written(e);
            ev_io_start(p->loop, &e->io);
            return false;
        }
        e->at += (size_t)n;
    }
    gf_buf_clear(&e->pending);
    e->at = 0;
    if (was_full)
        pool_changed(p);
    return true;
}

bool events_full(const struct pool *p)
{
    return p->events.pending.len - p->events.at > MOST;
}

void events_close(struct pool *p)
{
    struct events *e = &p->events;
    if (e->fd == -1)
        return;
    if (p->loop)
        ev_io_stop(p->loop, &e->io);
    close(e->fd);
    e->fd = -1;
    gf_buf_release(&e->pending);
    e->at = 0;
}

/* ---- events -------------------------------------------------------------------------------------
 */

static bool begin(struct pool *p, struct gf_json *j, const char *event)
{
    char now[GF_TIME_UTC_SIZE];
    if (p->events.fd == -1)
        return false;
    gf_time_utc(gf_now_wall(), now);
    gf_json_open(j, &p->events.pending);
    gf_json_str(j, "event", event, strlen(event));
    gf_json_str(j, "time", now, strlen(now));
    return true;
}

static bool begin_job(const struct job *job, struct gf_json *j, const char *event)
{
    if (!begin(job->pool, j, event))
        return false;
    gf_json_uint(j, "job", job->seq);
    gf_json_uint(j, "attempt", job->attempt);
    return true;
}

void events_begin(struct pool *p)
{
    struct gf_json j;
    if (!begin(p, &j, "begin"))
        return;
    gf_json_int(&j, "pid", getpid());
    gf_json_uint(&j, "slots", p->capacity.most);
    gf_json_close(&j);
}

void events_taken(struct pool *p, bool skipped)
{
    struct gf_json j;
    if (!begin(p, &j, skipped ? "skipped" : "queued"))
        return;
    gf_json_uint(&j, "job", p->seq);
    gf_json_close(&j);
}

void events_started(const struct job *job)
{
    struct gf_json j;
    if (!begin_job(job, &j, "started"))
        return;
    gf_json_uint(&j, "slot", job->slot + 1);
    gf_json_int(&j, "pid", job->pid);
    gf_json_str(&j, "command", job->command.data ? job->command.data : "", job->command.len);
    gf_json_close(&j);
}

void events_output(const struct job *job, int stream)
{
    struct gf_json j;
    const char *name = stream == STDOUT ? "stdout" : "stderr";
    if (!begin_job(job, &j, "output"))
        return;
    gf_json_str(&j, "stream", name, strlen(name));
    gf_json_close(&j);
}

void events_timed_out(const struct job *job)
{
    struct gf_json j;
    if (begin_job(job, &j, "timed-out"))
        gf_json_close(&j);
}

void events_signalled(const struct job *job, int sig)
{
    struct gf_json j;
    if (!begin_job(job, &j, "signalled"))
        return;
    gf_json_int(&j, "signal", sig);
    gf_json_close(&j);
}

void events_retried(const struct job *job, gf_ns wait)
{
    struct gf_json j;
    if (!begin_job(job, &j, "retried"))
        return;
    gf_json_seconds(&j, "wait_seconds", wait);
    gf_json_close(&j);
}

void events_given_up(const struct job *job)
{
    struct gf_json j;
    if (begin_job(job, &j, "given-up"))
        gf_json_close(&j);
}

/* Why the attempt ended as it did. */
static const char *reason(const struct job *job)
{
    const struct pool *p = job->pool;
    if (job->life.timed_out)
        return "timeout";
    if (job->life.last_signal)
        return p->stop_signal ? "stop" : p->halted ? "halt" : "pipe";
    return WIFSIGNALED(job->wait_status) ? "signal" : "exit";
}

static void put_end(struct gf_json *j, const char *why, const int *exit_status, const int *sig)
{
    gf_json_str(j, "reason", why, strlen(why));
    if (exit_status)
        gf_json_int(j, "exit", *exit_status);
    else
        gf_json_null(j, "exit");
    if (sig)
        gf_json_int(j, "signal", *sig);
    else
        gf_json_null(j, "signal");
}

void events_ended(const struct job *job)
{
    struct gf_json j;
    if (!begin_job(job, &j, "ended"))
        return;
    int code = WEXITSTATUS(job->wait_status), sig = WTERMSIG(job->wait_status);
    bool exited = WIFEXITED(job->wait_status);
    put_end(&j, reason(job), exited ? &code : NULL, exited ? NULL : &sig);
    gf_json_seconds(&j, "seconds", job->end_mono - job->start_mono);
    gf_json_seconds(&j, "cpu_seconds", job_cpu(job));
    gf_json_int(&j, "max_rss_bytes", job->usage.ru_maxrss * 1024);
    gf_json_uint(&j, "output_bytes", job->received);
    gf_json_close(&j);
}

void events_unstarted(const struct job *job, int exit_status)
{
    struct gf_json j;
    if (!begin_job(job, &j, "ended"))
        return;
    put_end(&j, "start", &exit_status, NULL);
    gf_json_close(&j);
}

/* The last one; now the reader is waited for. */
int events_end(struct pool *p, int status)
{
    struct events *e = &p->events;
    struct gf_json j;
    if (!begin(p, &j, "end"))
        return 0;
    gf_json_int(&j, "status", status);
    gf_json_uint(&j, "jobs", p->count.started);
    gf_json_uint(&j, "failed", p->count.failed);
    gf_json_seconds(&j, "seconds", gf_now_mono() - p->begin_mono);
    gf_json_close(&j);
    int result = gf_write_all(e->fd, e->pending.data + e->at, e->pending.len - e->at);
    if (result != 0)
        say_failed(p);
    events_close(p);
    return result;
}
