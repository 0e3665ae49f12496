/*
 * filter.c - a stage whose process reads the stream of records and writes another.
 *
 * What it writes is the input of the next flow, which cuts it into records again. Neighbours that
 * nobody watches are joined by a pipe of their own, as a shell would, and the last one writes to
 * standard output itself; so the records between them are not counted.
 */
#include "filter.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/sig.h"
#include "flow.h"
#include "room.h"
#include "text/scan.h"
#include "text/span.h"

enum {
    FULL = 256 << 10 /* bytes that wait for it */
};

struct filter {
    struct gf_task task;
    bool started, is_up, is_over, ended; /* `ended`: no more will come */
    bool lost;          /* it has closed its input before its end: what it was to get is lost */
    bool join_next;     /* its output is the input of the next filter, or our standard output */
    int in, out;        /* our descriptors for the child; -1: pipes of the task */
    int look;           /* reads the pipe of its input, when no more will come; -1: nothing does */
    struct gf_buf wait; /* to be written: wait.data[at..len) */
    size_t at;
    uint64_t offset; /* of what it wrote */
    gf_ns start_mono;
};

static struct flow *next_flow(const struct stage *s)
{
    return s->flow + 1; /* a filter ends its flow, and begins the next one */
}

static bool has_room(const struct stage *s)
{
    const struct filter *f = s->state;
    return f->is_over || f->wait.len - f->at < FULL;
}

/* A descriptor that says, when the process has ended, whether something is left in its input. */
static void look_into(struct filter *f)
{
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", f->task.in.io.fd);
    f->look = gf_open(name, O_RDONLY | O_NONBLOCK, 0);
}

static bool left_something(const struct filter *f)
{
    int unread;
    return f->look != -1 && ioctl(f->look, FIONREAD, &unread) == 0 && unread > 0;
}

static void send(struct stage *s)
{
    struct filter *f = s->state;
    size_t n = f->wait.len - f->at;
    if (!f->is_up || f->in != -1 || f->task.in.io.fd == -1)
        return;
    if (n) {
        ssize_t sent = gf_task_write(&f->task, f->wait.data + f->at, n);
        f->lost = f->lost || sent < 0;
        f->at += sent < 0 ? n : (size_t)sent;
    }
    if (f->at == f->wait.len) {
        f->at = 0;
        gf_buf_clear(&f->wait);
        if (f->ended) {
            look_into(f);
            gf_task_close_input(&f->task);
        }
    }
}

static void put(struct stage *s, const char *data, size_t len, uint64_t n)
{
    struct filter *f = s->state;
    size_t done = 0;
    s->n.in += n;
    s->n.bytes_in += len;
    if (f->is_over)
        return;
    if (f->is_up && f->wait.len == f->at && f->task.in.io.fd != -1) {
        ssize_t sent = gf_task_write(&f->task, data, len);
        f->lost = f->lost || sent < 0;
        done = sent < 0 ? len : (size_t)sent;
    }
    if (f->at > FULL / 2) { /* what was written is moved away */
        f->wait.len -= f->at;
        memmove(f->wait.data, f->wait.data + f->at, f->wait.len);
        f->at = 0;
    }
    if (done < len && gf_buf_add(&f->wait, data + done, len - done) != 0)
        run_no_memory(s->run);
}

void filter_end(struct stage *s)
{
    struct filter *f = s->state;
    f->ended = true;
}

bool filter_is_over(const struct stage *s)
{
    const struct filter *f = s->state;
    return f->is_over || (!f->started && s->run->aborted);
}

/* ---- what it writes -------------------------------------------------------------------------- */

/* Whole records to the next flow; the beginning of one is kept. */
static void hear(struct stage *s, const char *data, size_t len)
{
    struct filter *f = s->state;
    struct flow *next = next_flow(s);
    char separator = next->ledger.separator;
    const char *last = gf_scan_last(data, len, separator);
    size_t whole = last ? (size_t)(last - data) + 1 : 0;
    if (whole && next->rest.len) {
        size_t first = (size_t)((const char *)memchr(data, separator, len) - data) + 1;
        if (gf_buf_add(&next->rest, data, first) == 0) {
            flow_take(next, next->rest.data, next->rest.len, f->offset);
            gf_buf_clear(&next->rest);
        }
        data += first;
        len -= first;
        whole -= first;
    }
    size_t fit = gf_span_within(data, whole, separator, (size_t)s->run->opt->max_record);
    if (fit)
        flow_take(next, data, fit, f->offset);
    gf_buf_add(&next->rest, data + whole, len - whole);
    if (next->rest.failed || fit < whole) {
        gf_error("stage '%s' wrote a record that is longer than %llu bytes", s->plan->name,
                 (unsigned long long)s->run->opt->max_record);
        gf_hint("--max-record sets the limit");
        gf_buf_clear(&next->rest);
        run_fail(s->run, GF_EXIT_TOOL);
    }
}

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct stage *s = t->owner;
    if (stream == GF_TASK_ERR) {
        stage_complain(s, data, len);
        return;
    }
    struct filter *f = s->state;
    s->n.bytes_out += len;
    s->n.out += gf_scan_count(data, len, s->run->opt->record_end);
    tap_put(s, data, len);
    if (!s->run->aborted)
        hear(s, data, len);
    f->offset += len;
    if (!flow_has_room(next_flow(s)) || tap_is_full(s))
        gf_task_pause(t, stream);
}

static void on_broken(struct gf_task *t, int stream, int err)
{
    (void)stream;
    stage_cannot_read(t->owner, err);
}

static void on_writable(struct gf_task *t)
{
    send(t->owner);
}

/* ---- its end --------------------------------------------------------------------------------- */

static void ended_early(const struct stage *s, const char *how)
{
    gf_error("stage '%s' ended before its input did%s", s->plan->name, how);
    gf_hint("records that it did not read are lost to it: --mode filter is for commands that read "
            "to the end");
    run_fail(s->run, GF_EXIT_TOOL);
}

/* Whether a reader that left ended it, which is no failure of the filter. */
static bool lost_its_reader(const struct stage *s, const struct gf_ending *e)
{
    const struct filter *f = s->state;
    return f->join_next && e->signal == SIGPIPE;
}

static void judge(struct stage *s, const struct gf_ending *e)
{
    struct run *r = s->run;
    struct filter *f = s->state;
    char how[GF_ENDING_SIZE];
    bool had_all =
        f->in != -1 || (f->ended && f->wait.len == f->at && !f->lost && !left_something(f));
    if (r->aborted || r->fatal)
        return;
    if (lost_its_reader(s, e)) {
        if (s->number + 1 < r->nstages) {
            ended_early(s + 1, "");
            return;
        }
        r->reader_left = !gf_sig_was_ignored(SIGPIPE);
        run_abort(r, GF_REASON_SHUTDOWN);
        return;
    }
    if (!had_all) {
        char said[GF_ENDING_SIZE + 8];
        snprintf(said, sizeof said, " (%s)", gf_ending_text(e, how));
        ended_early(s, said);
    } else if (e->how != GF_ENDING_OK) {
        gf_note("stage '%s' failed: %s", s->plan->name, gf_ending_text(e, how));
        s->n.failed++;
        r->some_failed = true;
    }
}

static void on_over(struct gf_task *t)
{
    struct stage *s = t->owner;
    struct filter *f = s->state;
    struct gf_ending e = gf_task_ending(t);
    events_process(s->run, s, "ended", t->child.pid);
    s->n.busy = gf_now_mono() - f->start_mono;
    judge(s, &e);
    if (f->look != -1)
        close(f->look);
    f->look = -1;
    f->is_over = true;
    gf_buf_clear(&f->wait);
    f->at = 0;
    gf_task_close(t, GF_TASK_OUT);
    gf_task_close(t, GF_TASK_ERR);
}

static void on_drained(struct gf_task *t)
{
    struct stage *s = t->owner;
    struct filter *f = s->state;
    struct flow *next = next_flow(s);
    f->is_up = false;
    if (!f->join_next && next->rest.len && !s->run->aborted) { /* without its separator */
        s->n.out++;
        gf_buf_putc(&next->rest, next->ledger.separator);
        if (!next->rest.failed)
            flow_take(next, next->rest.data, next->rest.len, f->offset);
        gf_buf_clear(&next->rest);
    }
    next->source_over = true;
}

static const struct gf_task_events events = {.output = on_output,
                                             .broken = on_broken,
                                             .writable = on_writable,
                                             .over = on_over,
                                             .drained = on_drained};

/* ---- the stage ------------------------------------------------------------------------------- */

static void start(struct stage *s)
{
    struct filter *f = s->state;
    unsigned pipes = (f->in == -1 ? GF_TASK_PIPE_IN : 0) | (f->join_next ? 0 : GF_TASK_PIPE_OUT) |
                     GF_TASK_PIPE_ERR;
    int err = stage_spawn(s, &f->task, pipes, f->in, f->out);
    if (err) {
        stage_cannot_start(s, err);
        return;
    }
    f->started = f->is_up = true;
    f->start_mono = gf_now_mono();
    if (f->in != -1)
        close(f->in);
    if (f->out > STDERR_FILENO)
        close(f->out);
}

static bool pump(struct stage *s)
{
    struct filter *f = s->state;
    if (!f->started && !s->run->aborted && gf_now_mono() >= s->again_mono)
        start(s);
    send(s);
    if (f->is_up && gf_task_is_paused(&f->task) && flow_has_room(next_flow(s)) && !tap_is_full(s))
        gf_task_resume(&f->task);
    return false;
}

static gf_ns wake(const struct stage *s)
{
    const struct filter *f = s->state;
    return f->started || s->run->aborted || !s->again_mono ? GF_NEVER : s->again_mono;
}

static gf_ns busy(const struct stage *s, gf_ns now_mono)
{
    const struct filter *f = s->state;
    return f->started && !f->is_over ? now_mono - f->start_mono : s->n.busy;
}

static int open_filter(struct stage *s)
{
    struct filter *f = calloc(1, sizeof *f);
    if (!f) {
        gf_error_nomem();
        return -1;
    }
    s->state = f;
    f->task = (struct gf_task){.on = &events, .owner = s};
    f->in = f->out = f->look = -1;
    return 0;
}

static void close_filter(struct stage *s)
{
    struct filter *f = s->state;
    if (!f)
        return;
    gf_task_drop(&f->task);
    if (f->look != -1)
        close(f->look);
    if (!f->started && f->in != -1)
        close(f->in);
    if (!f->started && f->out > STDERR_FILENO)
        close(f->out);
    gf_buf_release(&f->wait);
    free(f);
}

/* The two ends of a pipe that only children have. */
static int join(struct stage *s, struct stage *next)
{
    struct filter *f = s->state, *g = next->state;
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) != 0) {
        gf_error_errno("cannot make a pipe");
        return -1;
    }
    f->join_next = true;
    f->out = fd[1];
    g->in = fd[0];
    return 0;
}

/* A command does not expect an output that refuses to wait, which an ssh or a node may have made of
 * ours; we do, so the answers go through us. */
static bool output_waits(void)
{
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    return flags == -1 || !(flags & O_NONBLOCK);
}

int filter_join(struct run *r)
{
    if (options_see_stages(r->opt))
        return 0;
    for (size_t i = 0; i < r->nstages; i++) {
        struct stage *s = &r->stage[i];
        if (s->plan->mode != MODE_FILTER || s->plan->tee)
            continue;
        if (i + 1 == r->nstages) {
            if (!output_waits())
                continue;
            struct filter *f = s->state;
            f->join_next = true;
            f->out = STDOUT_FILENO;
        } else if (r->stage[i + 1].plan->mode == MODE_FILTER && join(s, &r->stage[i + 1]) != 0) {
            return -1;
        }
    }
    return 0;
}

const struct stage_kind stage_filter = {.open = open_filter,
                                        .pump = pump,
                                        .wake = wake,
                                        .has_room = has_room,
                                        .put = put,
                                        .busy = busy,
                                        .close = close_filter};
