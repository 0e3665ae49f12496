/*
 * worker_times.c - the times of a worker: the limit of a record, a window that may grow, a silence.
 *
 * Each time is computed when it is asked for, from what proc/inflight.h knows; nothing has to be
 * armed again when an answer moves it.
 */
#include "worker.h"

#include <sys/ioctl.h>

#include "base/msg.h"
#include "base/sat.h"

#define STALL (10 * GF_S)
#define LINGER GF_S /* how long a worker may go on that has answered all, and has no more input */

struct about worker_first(const struct worker *w)
{
    const struct gf_inflight *in = &w->in;
    return (struct about){.records = in->queue.data + in->head,
                          .len = in->queue.len - in->head,
                          .slot = w->slot,
                          .attempt = in->attempt,
                          .pid = w->task.child.pid,
                          .since_mono = in->head_mono};
}

void worker_on_signalled(struct gf_task *t, int sig)
{
    struct worker *w = t->owner;
    if (!w->in.waiting)
        return; /* there is no record that it is about */
    struct about about = worker_first(w);
    answers_signalled(&w->pool->answers, &w->chunks, &about, sig);
}

/* The time limit of a record. */
static gf_ns timeout_of(const struct worker *w)
{
    enum {
        ENOUGH = 3 /* records that make a median */
    };
    const struct options *o = worker_options(w);
    const struct gf_hist *times = &w->pool->session->tally.times;
    if (!o->timeout_percent)
        return o->timeout;
    if (times->count < ENOUGH)
        return 0;
    double limit = (double)gf_hist_percentile(times, 50) * o->timeout_percent / 100;
    return limit > (double)GF_MS ? (gf_ns)limit : GF_MS;
}

static bool is_at_work(const struct worker *w)
{
    return w->is_up && !w->condemned && !w->task.is_over && w->in.waiting;
}

static gf_ns deadline_of(const struct worker *w)
{
    return is_at_work(w) ? gf_inflight_deadline(&w->in, timeout_of(w)) : GF_NEVER;
}

/* When its window may grow. */
static gf_ns growth_of(const struct worker *w)
{
    return is_at_work(w) && !worker_is_served(w) ? gf_inflight_grow_at(&w->in) : GF_NEVER;
}

/* When it has been silent for so long that somebody should know. */
static gf_ns stall_of(const struct worker *w)
{
    const char *data;
    if (!is_at_work(w) || w->stall_was_said || growth_of(w) != GF_NEVER ||
        gf_inflight_unsent(&w->in, &data))
        return GF_NEVER;
    return gf_sat_add_i64(w->in.window.heard_mono, STALL);
}

/* When it should have ended by itself. */
static gf_ns linger_of(const struct worker *w)
{
    if (!w->is_up || w->task.reaped || !w->had_all || w->in.waiting || w->lingers)
        return GF_NEVER;
    gf_ns since =
        w->in.window.heard_mono > w->had_all_mono ? w->in.window.heard_mono : w->had_all_mono;
    return gf_sat_add_i64(since, LINGER);
}

gf_ns worker_wake(const struct worker *w)
{
    gf_ns wake = deadline_of(w), growth = growth_of(w), stall = stall_of(w);
    wake = growth < wake ? growth : wake;
    wake = stall < wake ? stall : wake;
    wake = linger_of(w) < wake ? linger_of(w) : wake;
    if (!w->is_up && w->in.waiting && w->again_mono && w->again_mono < wake)
        wake = w->again_mono;
    return wake;
}

/* Whether it has read all that we wrote: one that reads a record at a time is busy with the
 * first. */
static bool has_read_all(const struct worker *w)
{
    int unread;
    int fd = w->task.in.io.fd;
    return fd != -1 && ioctl(fd, FIONREAD, &unread) == 0 && unread == 0;
}

/* Nothing it says counts any more. */
static void condemn(struct worker *w)
{
    struct about about = worker_first(w);
    answers_signalled(&w->pool->answers, &w->chunks, &about, 0);
    w->condemned = true;
    gf_task_close_input(&w->task);
    gf_task_end(&w->task);
}

void worker_tick(struct worker *w, gf_ns now_mono)
{
    if (deadline_of(w) <= now_mono)
        condemn(w);
    if (growth_of(w) <= now_mono)
        gf_inflight_grow(&w->in, has_read_all(w), now_mono);
    if (linger_of(w) <= now_mono) {
        w->lingers = true;
        gf_note(
            "worker %u, process %ld, has answered all and did not end when its input had ended: "
            "it is told to",
            w->slot + 1, (long)w->task.child.pid);
        gf_task_end(&w->task);
    }
    if (stall_of(w) <= now_mono) {
        w->stall_was_said = true;
        gf_note("worker %u has %zu records and has answered none for 10s", w->slot + 1,
                w->in.waiting);
        gf_hint("a command that holds its output back answers at once behind `stdbuf -oL`; mawk "
                "needs -Winteractive");
    }
}

void worker_resume(struct worker *w)
{
    if (!w->is_up || !gf_task_is_paused(&w->task))
        return;
    gf_inflight_excuse(&w->in, gf_now_mono());
    gf_task_resume(&w->task);
}
