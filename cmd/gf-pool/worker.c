/* worker.c - one worker of --worker: see crew.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "crew.h"
#include "proc/spawn.h"
#include "text/scan.h"
#include "text/span.h"

enum {
    READ_BLOCK = 256 * 1024,
    COMPACT = 64 * 1024
};

static char separator(const struct worker *w)
{
    return w->crew->opt->separator;
}

static void close_fd(int *fd)
{
    if (*fd != -1)
        close(*fd);
    *fd = -1;
}

/* ---- the process ----------------------------------------------------------------------------- */

static int spawn(struct worker *w, int in, int out)
{
    struct crew *c = w->crew;
    struct gf_spawn s = {.argv = c->argv,
                         .envp = c->env.list,
                         .fd = {in, out, -1},
                         .own_group = true,
                         .die_with_us = true,
                         .chdir = c->opt->chdir,
                         .nice = c->opt->nice,
                         .limits = c->opt->limits,
                         .nlimits = c->opt->nlimits};
    gf_environ_write(c->slot, w->slot + 1);
    return gf_command_spawn(&c->file, &s, &w->pid);
}

static void cannot_start(struct worker *w, int err)
{
    crew_fail(w->crew, gf_cannot_run(w->crew->argv[0], err, "-s"));
}

static int open_pipes(int to[2], int from[2])
{
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        return -1;
    /* Our ends never wait; the worker's are as usual. */
    return fcntl(to[1], F_SETFL, O_NONBLOCK) == 0 && fcntl(from[0], F_SETFL, O_NONBLOCK) == 0 ? 0
                                                                                              : -1;
}

static void begin_life(struct worker *w, gf_ns now)
{
    w->reaped = w->condemned = w->answered = w->told = false;
    w->why = NULL;
    w->kill_mono = GF_NEVER;
    w->sent = w->head;
    w->given = w->waiting;
    w->head_mono = GF_NEVER;
    w->window = w->waiting > w->window ? w->waiting : w->window; /* what it was before tells much */
    w->heard_mono = w->grown_mono = now;
    gf_buf_clear(&w->answer);
}

int worker_start(struct worker *w)
{
    int to[2] = {-1, -1}, from[2] = {-1, -1};
    int err = open_pipes(to, from) == 0 ? 0 : errno;
    if (err == 0)
        err = spawn(w, to[0], from[1]);
    close_fd(&to[0]);
    close_fd(&from[1]);
    if (err) {
        close_fd(&to[1]);
        close_fd(&from[0]);
        w->pid = 0;
        cannot_start(w, err);
        return -1;
    }
    w->in = to[1];
    w->out = from[0];
    begin_life(w, gf_now_mono());
    gf_detail("worker %u started: process %ld", w->slot + 1, (long)w->pid);
    return 0;
}

void worker_signal(const struct worker *w, int sig)
{
    if (w->pid && !w->reaped) {
        kill(-w->pid, sig);
        kill(-w->pid, SIGCONT); /* a stopped one would not see it */
    }
}

/* Nothing it says counts any more; `why` is what became of the record it works on. */
static void condemn(struct worker *w, const char *why, gf_ns now)
{
    w->condemned = true;
    w->why = why;
    w->kill_mono = gf_sat_add_i64(now, w->crew->opt->kill_after);
    close_fd(&w->in);
    worker_signal(w, SIGTERM);
}

/* ---- what it is given ------------------------------------------------------------------------ */

/* Whether this process will get no more records. */
static bool is_served(const struct worker *w)
{
    const struct crew *c = w->crew;
    return c->input_over || c->fatal || (c->opt->max_items && w->given >= c->opt->max_items);
}

bool worker_has_room(const struct worker *w)
{
    return !w->condemned && !is_served(w) && w->waiting < w->window &&
           w->queue.len - w->head < WORKER_BYTES && (w->pid == 0 || w->in != -1);
}

/* What is answered makes room. */
static void compact(struct worker *w)
{
    if (w->head < COMPACT || w->head < w->queue.len / 2)
        return;
    memmove(w->queue.data, w->queue.data + w->head, w->queue.len - w->head);
    w->queue.len -= w->head;
    w->sent -= w->head;
    w->head = 0;
}

int worker_give(struct worker *w, struct gf_value record)
{
    compact(w);
    if (gf_buf_add(&w->queue, record.text, record.len) != 0 ||
        gf_buf_putc(&w->queue, separator(w)) != 0 || crew_given(w) != 0)
        return -1;
    if (w->waiting++ == 0)
        w->heard_mono = w->grown_mono = gf_now_mono();
    w->given++;
    return 0;
}

void worker_send(struct worker *w)
{
    while (w->in != -1 && w->sent < w->queue.len) {
        ssize_t n = write(w->in, w->queue.data + w->sent, w->queue.len - w->sent);
        if (n > 0) {
            w->sent += (size_t)n;
            if (w->head_mono == GF_NEVER)
                w->head_mono = gf_now_mono();
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            close_fd(&w->in); /* it reads no more: its end will tell */
        }
    }
    if (is_served(w))
        close_fd(&w->in);
}

/* ---- what it answers ------------------------------------------------------------------------- */

static void widen(struct worker *w)
{
    w->window = w->window * 2 < WORKER_MOST ? w->window * 2 : WORKER_MOST;
}

/* Answers that have come, before they are dropped. */
static void adapt(struct worker *w, size_t answers, gf_ns now)
{
    if (!w->answered && answers == 1 && w->waiting > 1)
        w->window = 1; /* it was slow, it does not buffer */
    w->answered = true;
    w->deaths = 0;
    gf_ns took = w->head_mono < now ? now - w->head_mono : 1;
    if (answers * (uint64_t)WORKER_PERIOD / (uint64_t)took > w->window)
        widen(w);
}

/* The first `n` records are done with. */
static void drop(struct worker *w, size_t n)
{
    size_t count = n;
    w->head +=
        gf_span_records(w->queue.data + w->head, w->queue.len - w->head, separator(w), &count);
    w->waiting -= n;
    w->attempt = 1;
    w->head_mono = w->sent > w->head ? gf_now_mono() : GF_NEVER;
}

/* Whole answers. False: more than records wait for. */
static bool take_answers(struct worker *w, const char *p, size_t len)
{
    size_t n = gf_scan_count(p, len, separator(w));
    if (n > w->waiting) {
        gf_error("worker %u answered %zu records more than it was given", w->slot + 1,
                 n - w->waiting);
        gf_hint("a worker writes one record for each that it reads, and nothing else");
        crew_fail(w->crew, GF_EXIT_TOOL);
        return false;
    }
    gf_ns now = gf_now_mono();
    w->crew->ok += n;
    adapt(w, n, now);
    crew_answers(w, p, len, n);
    drop(w, n);
    w->heard_mono = now;
    return true;
}

/* Bytes it wrote: what is whole is answered, the rest is kept. */
static void hear(struct worker *w, const char *p, size_t len)
{
    const char *last = gf_scan_last(p, len, separator(w));
    size_t whole = last ? (size_t)(last - p) + 1 : 0;
    if (whole && w->answer.len) { /* the beginning came before */
        size_t first = (size_t)((const char *)memchr(p, separator(w), len) - p) + 1;
        gf_buf_add(&w->answer, p, first);
        if (!w->answer.failed && !take_answers(w, w->answer.data, w->answer.len))
            return;
        gf_buf_clear(&w->answer);
        p += first;
        len -= first;
        whole -= first;
    }
    if (whole && !take_answers(w, p, whole))
        return;
    if (len > whole)
        gf_buf_add(&w->answer, p + whole, len - whole);
    if (w->answer.failed) {
        gf_error("worker %u: an answer is longer than there is room for", w->slot + 1);
        gf_hint("--max-record sets the limit");
        crew_fail(w->crew, GF_EXIT_TOOL);
    }
}

void worker_listen(struct worker *w)
{
    static char buf[READ_BLOCK];
    while (w->out != -1) {
        ssize_t n = read(w->out, buf, sizeof buf);
        if (n > 0 && !w->condemned && !w->crew->fatal)
            hear(w, buf, (size_t)n);
        else if (n == 0)
            close_fd(&w->out);
        else if (n == -1 && errno != EINTR)
            return;
        if (n > 0 && (size_t)n < sizeof buf)
            return;
    }
}

/* ---- its end --------------------------------------------------------------------------------- */

static void say_why(const struct worker *w, char out[64])
{
    if (w->why)
        snprintf(out, 64, "%s", w->why);
    else if (WIFSIGNALED(w->status))
        snprintf(out, 64, "signal %d ended worker %u", WTERMSIG(w->status), w->slot + 1);
    else
        snprintf(out, 64, "worker %u ended with exit status %d", w->slot + 1,
                 WEXITSTATUS(w->status));
}

static void fail_first(struct worker *w, const char *why)
{
    const char *record = w->queue.data + w->head;
    const char *end = memchr(record, separator(w), w->queue.len - w->head);
    crew_no_answer(w, record, (size_t)(end - record), why);
    drop(w, 1);
}

/* The record it worked on has failed, or is tried again. */
static void settle_first(struct worker *w)
{
    char why[64];
    say_why(w, why);
    if (w->attempt <= w->crew->opt->retries) {
        w->attempt++;
        w->crew->retried++;
        gf_note("record %llu is tried again: %s", (unsigned long long)crew_first_seq(w), why);
    } else {
        w->crew->timed_out += w->why != NULL;
        fail_first(w, why);
    }
}

/* It ended as it should, with fewer answers than records: which is whose, nobody knows. */
static void settle_all(struct worker *w)
{
    gf_error(
        "worker %u ended without an answer for %zu records; those it gave may belong to others",
        w->slot + 1, w->waiting);
    gf_hint("a worker writes one record for each that it reads");
    while (w->waiting)
        fail_first(w, "no answer");
}

void worker_gone(struct worker *w)
{
    bool served = w->in == -1 && is_served(w);
    bool clean = WIFEXITED(w->status) && WEXITSTATUS(w->status) == 0 && !w->condemned;
    worker_listen(w);
    close_fd(&w->out);
    close_fd(&w->in);
    if (clean && w->answer.len && w->waiting) { /* the last one without its separator */
        gf_buf_putc(&w->answer, separator(w));
        if (!w->answer.failed)
            take_answers(w, w->answer.data, w->answer.len);
    }
    w->pid = 0;
    w->given = w->waiting; /* to the next one */
    if (w->waiting == 0 || w->crew->fatal || w->crew->broken_pipe)
        return;
    if (served && clean) {
        settle_all(w);
        return;
    }
    settle_first(w);
    if (!w->answered && ++w->deaths >= WORKER_DEATHS) {
        gf_error("worker %u ended %u times without one answer", w->slot + 1, w->deaths);
        gf_hint("--worker is for commands that read records and answer each with one");
        crew_fail(w->crew, GF_EXIT_SOME);
    } else if (w->waiting) {
        gf_note("%zu records that worker %u had are given again", w->waiting, w->slot + 1);
    }
}

/* ---- times ----------------------------------------------------------------------------------- */

static gf_ns limit_of(const struct worker *w)
{
    gf_ns timeout = w->crew->opt->timeout;
    if (timeout == 0 || w->head_mono == GF_NEVER || w->condemned || w->waiting == 0)
        return GF_NEVER;
    return gf_sat_add_i64(w->head_mono, timeout);
}

/* Whether it has read all that we wrote: one that reads a record at a time is busy with the
 * first. */
static bool has_read_all(const struct worker *w)
{
    int unread;
    return w->in != -1 && ioctl(w->in, FIONREAD, &unread) == 0 && unread == 0;
}

/* Whether it could have more, and only its window is in the way. */
static bool is_held_back(const struct worker *w)
{
    return w->pid && !w->condemned && !is_served(w) && !w->answered && w->waiting >= w->window &&
           w->window < WORKER_MOST && w->queue.len - w->head < WORKER_BYTES;
}

static bool may_be_stalled(const struct worker *w)
{
    return w->pid && w->waiting && !w->condemned && !w->told && !is_held_back(w) &&
           w->sent == w->queue.len;
}

gf_ns worker_wake(const struct worker *w)
{
    gf_ns wake = limit_of(w);
    if (w->pid && w->kill_mono < wake)
        wake = w->kill_mono;
    if (is_held_back(w) && w->grown_mono + WORKER_SILENCE < wake)
        wake = w->grown_mono + WORKER_SILENCE;
    if (may_be_stalled(w) && w->heard_mono + WORKER_STALL < wake)
        wake = w->heard_mono + WORKER_STALL;
    return wake;
}

void worker_tick(struct worker *w, gf_ns now)
{
    if (limit_of(w) <= now)
        condemn(w, "timed out", now);
    if (w->pid && w->kill_mono <= now) {
        worker_signal(w, SIGKILL);
        w->kill_mono = GF_NEVER;
    }
    if (is_held_back(w) && now - w->grown_mono >= WORKER_SILENCE) {
        if (has_read_all(w))
            widen(w);
        w->grown_mono = now;
    }
    if (may_be_stalled(w) && now - w->heard_mono >= WORKER_STALL) {
        w->told = true;
        gf_note("worker %u has %zu records and has answered none for 10s", w->slot + 1, w->waiting);
        gf_hint("a command that holds its output back answers at once behind `stdbuf -oL`");
    }
}

void worker_excuse(struct worker *w, gf_ns now)
{
    if (w->head_mono != GF_NEVER)
        w->head_mono = now;
    w->heard_mono = now;
}

void worker_release(struct worker *w)
{
    close_fd(&w->in);
    close_fd(&w->out);
    gf_buf_release(&w->queue);
    gf_buf_release(&w->answer);
}
