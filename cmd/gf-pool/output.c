/*
 * output.c - from the jobs' pipes to our stdout and stderr.
 *
 * Held output (the default): what a job writes goes to its captures; when the job is over it stands
 * in the queue, and the head of the queue is written whole, stdout first, then stderr. With -k a
 * job enters the queue when it starts, so the queue is in input order. Nothing here waits: our
 * stdout and stderr are written as far as they take it, so that a slow reader holds up neither
 * deadlines nor reaping.
 *
 * When there is no room on disk for a job's output, the bytes at hand stay in memory, reading
 * that job stops, no job is started any more, and the job moves to the front of the queue, where
 * what it writes passes through. Nothing is cut; the run ends with 125.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"

enum {
    CHUNK = 64 * 1024,        /* bytes of one read; what a pipe holds */
    LINES_MOST = 1024 * 1024, /* --line-buffer: more than this on its way stops reading */
    HELD_JOBS_MOST = 50000,   /* jobs in the queue */
    DRAIN = 8,                /* such turns, when its job has just ended */
    PASS = 16,                /* reads of one stream before the others get their turn */
};

static const char *stream_name(int i)
{
    return i == STDOUT ? "standard output" : "standard error";
}

/* ---- writing ------------------------------------------------------------------------------- */

static void write_failed(struct pool *p, int i)
{
    p->out_dead[i] = true;
    if (errno == EPIPE && !gf_sig_was_ignored(SIGPIPE)) {
        p->broken_pipe = true;
        job_signal_all(p, SIGTERM);
        pool_fail(p, GF_EXIT_TOOL);
        return;
    }
    if (i == STDOUT)
        gf_error_errno("write error on %s", stream_name(i));
    pool_fail(p, GF_EXIT_TOOL);
}

static void read_back_failed(struct pool *p, struct gf_capture *c)
{
    gf_error_errno("cannot read back held output from '%s'", p->opt->tmpdir);
    pool_fail(p, GF_EXIT_TOOL);
    gf_capture_release(&p->store, c);
}

/* Writes the capture to our descriptor as far as it goes. True when the capture is empty. */
static bool write_capture(struct pool *p, struct gf_capture *c, int i)
{
    if (c->held && p->out_tty[i])
        gf_progress_hide();
    while (c->held) {
        const char *data;
        ssize_t n = gf_capture_peek(&p->store, c, &data);
        if (n < 0) {
            read_back_failed(p, c);
            return true;
        }
        if (p->out_dead[i]) {
            gf_capture_consume(&p->store, c, (size_t)n);
            continue;
        }
        ssize_t written = gf_write_ready(i + 1, data, (size_t)n);
        if (written < 0) {
            write_failed(p, i);
            continue;
        }
        if (written == 0) {
            ev_io_start(p->loop, &p->out_io[i]);
            return false;
        }
        gf_capture_consume(&p->store, c, (size_t)written);
    }
    return true;
}

void output_resume(struct job *j)
{
    for (int i = 0; i < STREAMS; i++) {
        struct stream *s = &j->out[i];
        if (s->paused && s->io.fd != -1)
            ev_io_start(j->pool->loop, &s->io);
        s->paused = false;
    }
}

static void pop_head(struct pool *p)
{
    struct job *j = p->queue;
    p->queue = j->next;
    if (!p->queue)
        p->queue_tail = &p->queue;
    j->next = NULL;
    j->queued = false;
    p->held_jobs--;
    job_settle(j);
}

/* The head's turn is over when it is over and all it wrote is out. */
static bool pump_head(struct pool *p)
{
    struct job *j = p->queue;
    if (!j->over && !j->streaming)
        return false; /* -k: the ones behind it wait */
    ci_open(j);
    bool out = write_capture(p, &j->fold, STDOUT) && write_capture(p, &j->out[STDOUT].held, STDOUT);
    /* While it runs both must drain, else it could block on one while we wait for the other. */
    if (!out && !j->streaming)
        return false;
    bool err = write_capture(p, &j->out[STDERR].held, STDERR);
    if (!out || !err)
        return false;
    if (!j->over) {
        output_resume(j);
        return false;
    }
    ci_close(j);
    if (!write_capture(p, &j->fold, STDOUT))
        return false;
    pop_head(p);
    return true;
}

static void pump_lines(struct pool *p)
{
    bool room = true;
    for (int i = 0; i < STREAMS; i++) {
        write_capture(p, &p->lines[i], i);
        room = room && p->lines[i].held < LINES_MOST;
    }
    for (unsigned n = 0; room && n < p->slots; n++)
        if (p->slot[n])
            output_resume(p->slot[n]);
    for (struct job *j = p->late; room && j; j = j->next)
        output_resume(j);
}

void output_pump(struct pool *p)
{
    if (p->opt->output == OUTPUT_LINES)
        pump_lines(p);
    while (p->queue && pump_head(p))
        ;
}

bool output_pending(const struct pool *p)
{
    return p->queue || p->lines[STDOUT].held || p->lines[STDERR].held;
}

bool output_full(const struct pool *p)
{
    return p->held_jobs >= HELD_JOBS_MOST + p->slots;
}

static void on_writable(struct ev_loop *loop, ev_io *w, int events)
{
    struct pool *p = w->data;
    (void)events;
    ev_io_stop(loop, w);
    pool_changed(p);
}

void output_queue(struct job *j)
{
    struct pool *p = j->pool;
    if (j->queued)
        return;
    j->queued = true;
    j->next = NULL;
    *p->queue_tail = j;
    p->queue_tail = &j->next;
    p->held_jobs++;
}

/* Puts the job in front, behind a head that may be half written. */
static void queue_next(struct job *j)
{
    struct pool *p = j->pool;
    if (j->queued) /* with -k its turn is fixed */
        return;
    if (!p->queue) {
        output_queue(j);
        return;
    }
    j->queued = true;
    j->next = p->queue->next;
    if (!j->next)
        p->queue_tail = &j->next;
    p->queue->next = j;
    p->held_jobs++;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void no_room(struct job *j, struct stream *s)
{
    struct pool *p = j->pool;
    if (!p->fatal) {
        gf_error_errno("cannot hold the output of job %llu in '%s'", (unsigned long long)j->seq,
                       p->store.spill.dir);
        gf_hint("-T names another directory; output held so far and to come is still printed");
    }
    pool_fail(p, GF_EXIT_TOOL);
    s->paused = true;
    ev_io_stop(p->loop, &s->io);
    j->streaming = true;
    queue_next(j);
}

/* Keeps the bytes in `c`, in memory when they cannot go to disk. */
static void keep(struct job *j, struct stream *s, struct gf_capture *c, const char *data, size_t n)
{
    struct pool *p = j->pool;
    if (n == 0 || gf_capture_add(&p->store, c, data, n) == 0)
        return;
    int err = errno;
    if (gf_capture_add_in_memory(&p->store, c, data, n) != 0) {
        gf_error("out of memory: %zu bytes of the output of job %llu are lost", n,
                 (unsigned long long)j->seq);
        pool_fail(p, GF_EXIT_TOOL);
        return;
    }
    errno = err;
    no_room(j, s);
}

/* Moves what is held of an unfinished line to the lines on their way. */
static void move_held(struct job *j, struct stream *s, struct gf_capture *to)
{
    struct pool *p = j->pool;
    const char *data;
    ssize_t n;
    while ((n = gf_capture_peek(&p->store, &s->held, &data)) > 0) {
        size_t take = (size_t)n < CHUNK ? (size_t)n : CHUNK;
        keep(j, s, to, data, take);
        gf_capture_consume(&p->store, &s->held, take);
    }
    if (n < 0)
        read_back_failed(p, &s->held);
}

/* --line-buffer: whole lines go on their way, the rest waits for its end. */
static void take_lines(struct job *j, int i, const char *data, size_t n)
{
    struct pool *p = j->pool;
    struct stream *s = &j->out[i];
    const char *last = memrchr(data, '\n', n);
    if (last) {
        size_t whole = (size_t)(last - data) + 1;
        move_held(j, s, &p->lines[i]);
        keep(j, s, &p->lines[i], data, whole);
        data += whole;
        n -= whole;
    }
    keep(j, s, &s->held, data, n);
    if (p->lines[i].held >= LINES_MOST) {
        s->paused = true;
        ev_io_stop(p->loop, &s->io);
    }
}

/* A last line without a newline gets one, or the next job's line would be glued to it. */
static void end_line(struct job *j, int i)
{
    struct stream *s = &j->out[i];
    if (j->pool->opt->output != OUTPUT_LINES || s->held.held == 0)
        return;
    move_held(j, s, &j->pool->lines[i]);
    keep(j, s, &j->pool->lines[i], "\n", 1);
}

void output_close(struct job *j, int i)
{
    struct stream *s = &j->out[i];
    if (s->io.fd == -1)
        return;
    ev_io_stop(j->pool->loop, &s->io);
    close(s->io.fd);
    ev_io_set(&s->io, -1, EV_READ);
    s->paused = false;
    end_line(j, i);
}

void output_forget(struct job *j)
{
    struct pool *p = j->pool;
    for (int i = 0; i < STREAMS; i++) {
        gf_capture_release(&p->store, &j->out[i].held); /* nothing is left to end a line of */
        output_close(j, i);
    }
    timeline_forget(j);
    j->received = 0;
    j->wrote[STDOUT] = j->wrote[STDERR] = false;
}

static void take_bytes(struct job *j, int i, const char *data, size_t n)
{
    struct pool *p = j->pool;
    results_add(j, i, data, n);
    ci_output(j, i, data, n);
    if (i == STDERR)
        timeline_stderr(j, data, n);
    if (tag_lines(j, i, &data, &n) != 0) {
        gf_error_nomem();
        pool_fail(p, GF_EXIT_TOOL);
    }
    if (p->opt->output == OUTPUT_LINES)
        take_lines(j, i, data, n);
    else
        keep(j, &j->out[i], &j->out[i].held, data, n);
}

/* Up to PASS reads. True when the stream's end was found. */
static bool read_some(struct job *j, int i)
{
    struct pool *p = j->pool;
    struct stream *s = &j->out[i];
    for (int pass = 0; pass < PASS && !s->paused; pass++) {
        ssize_t n = read(s->io.fd, p->chunk, CHUNK);
        if (n == -1 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n <= 0)
            return true;
        j->received += (uint64_t)n;
        if (!j->wrote[i])
            events_output(j, i);
        j->wrote[i] = true;
        take_bytes(j, i, p->chunk, (size_t)n);
        if (n < CHUNK / 2)
            return false; /* most likely empty now; the loop tells when it is not */
    }
    return false;
}

static void on_readable(struct ev_loop *loop, ev_io *w, int events)
{
    struct job *j = w->data;
    struct pool *p = j->pool;
    int i = w == &j->out[STDERR].io ? STDERR : STDOUT;
    (void)loop;
    (void)events;
    bool ended = read_some(j, i);
    if (ended)
        output_close(j, i);
    if (p->opt->output == OUTPUT_LINES || j->streaming)
        pool_changed(p);
    if (ended)
        job_streams_changed(j); /* may have been the last of j */
}

void output_drain(struct job *j)
{
    for (int i = 0; i < STREAMS; i++) {
        struct stream *s = &j->out[i];
        bool ended = false;
        for (int pass = 0; pass < DRAIN && s->io.fd != -1 && !s->paused && !ended; pass++) {
            uint64_t before = j->received;
            ended = read_some(j, i);
            if (!ended && j->received - before < CHUNK / 2)
                break;
        }
        if (ended)
            output_close(j, i);
    }
}

int output_init(struct pool *p)
{
    p->queue_tail = &p->queue;
    p->store = (struct gf_capture_store){
        .memory_max = (size_t)64 << 20,
        .each_max = (size_t)1 << 20,
        .spill.dir = p->opt->tmpdir,
    };
    p->chunk = malloc(CHUNK);
    if (!p->chunk) {
        gf_error_nomem();
        return -1;
    }
    for (int i = 0; i < STREAMS; i++) {
        ev_io_init(&p->out_io[i], on_writable, i + 1, EV_WRITE);
        p->out_io[i].data = p;
        p->out_tty[i] = isatty(i + 1) == 1;
    }
    return 0;
}

void output_release(struct pool *p)
{
    for (int i = 0; i < STREAMS; i++)
        gf_capture_release(&p->store, &p->lines[i]);
    gf_spill_release(&p->store.spill);
    free(p->chunk);
}

void output_attach(struct job *j, const int fd[STREAMS])
{
    for (int i = 0; i < STREAMS; i++) {
        ev_io_init(&j->out[i].io, on_readable, fd[i], EV_READ);
        j->out[i].io.data = j;
        if (fd[i] != -1)
            ev_io_start(j->pool->loop, &j->out[i].io);
    }
}
