/*
 * output.c - what jobs write, line by line. See runner.h.
 *
 * Whole lines are given to the outlet (outlet.h), so lines of different jobs never mix. A line
 * without an end is kept until its stream closes; one of more than LINE_LIMIT bytes goes out in
 * pieces of that size.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runner.h"

#include "base/json.h"
#include "base/msg.h"

enum {
    LINE_LIMIT = 1 << 20,
    READ_SIZE = 64 * 1024,
    TAIL_SIZE = 4096,
};

static struct outlet *outlet_for(const struct stream *s)
{
    struct runner *r = s->run->r;
    return outlet_of(r, s->is_err && r->output != OUTPUT_JSON ? STDERR_FILENO : STDOUT_FILENO);
}

static void add_json(struct gf_buf *b, const struct stream *s, const char *line, size_t len)
{
    struct gf_json j;
    char text[GF_TIME_UTC_SIZE];
    const char *id = s->run->job->id;
    gf_json_open(&j, b);
    gf_time_utc(gf_now_wall(), text);
    gf_json_str(&j, "time", text, strlen(text));
    gf_json_str(&j, "job", id, strlen(id));
    gf_time_utc(s->run->due * GF_S, text);
    gf_json_str(&j, "due", text, strlen(text));
    gf_json_str(&j, "stream", s->is_err ? "stderr" : "stdout", 6);
    gf_json_str(&j, "line", line, len);
    gf_json_close(&j);
}

static void add_line(struct gf_buf *b, const struct stream *s, const char *line, size_t len)
{
    if (s->run->r->output == OUTPUT_JSON) {
        add_json(b, s, line, len);
        return;
    }
    if (s->run->r->output == OUTPUT_PREFIX)
        gf_buf_printf(b, "%s: ", s->run->job->id);
    gf_buf_add(b, line, len);
    gf_buf_putc(b, '\n');
}

/* Writes the whole lines that s->line holds, and with `all` what is left. */
static void put_lines(struct stream *s, bool all)
{
    struct gf_buf b = {0};
    size_t at = 0;
    while (at < s->line.len) {
        char *from = s->line.data + at;
        char *nl = memchr(from, '\n', s->line.len - at);
        size_t len = nl ? (size_t)(nl - from) : s->line.len - at;
        if (!nl && !all && len < LINE_LIMIT)
            break;
        add_line(&b, s, from, len);
        at += len + (nl != NULL);
    }
    if (b.failed)
        gf_error("out of memory: output of job '%s' is lost", s->run->job->id);
    if (b.failed || (b.len && !outlet_put(outlet_for(s), b.data, b.len)))
        s->run->r->output_lost = true;
    gf_buf_release(&b);
    if (at) {
        memmove(s->line.data, s->line.data + at, s->line.len - at);
        s->line.len -= at;
    }
}

/* Keeps the last TAIL_SIZE bytes of what the run wrote, where its GF_ON_FAILURE is to read them. */
static void keep_tail(struct run *run, const char *p, size_t n)
{
    struct gf_buf *b = &run->tail;
    if (!run->job->opt.on_failure)
        return;
    if (n > TAIL_SIZE) {
        p += n - TAIL_SIZE;
        n = TAIL_SIZE;
    }
    if (b->len + n > TAIL_SIZE) {
        size_t old = b->len + n - TAIL_SIZE;
        memmove(b->data, b->data + old, b->len - old);
        b->len -= old;
    }
    gf_buf_add(b, p, n);
}

/* Reads once, without waiting; as read(2). */
static ssize_t take(struct stream *s)
{
    if (gf_buf_reserve(&s->line, READ_SIZE) != 0) {
        errno = EAGAIN; /* no memory now: the pipe keeps it */
        return -1;
    }
    ssize_t n = read(s->fd, s->line.data + s->line.len, READ_SIZE);
    if (n > 0) {
        keep_tail(s->run, s->line.data + s->line.len, (size_t)n);
        s->line.len += (size_t)n;
        put_lines(s, false);
    }
    return n;
}

static void readable(struct ev_loop *loop, ev_io *io, int events)
{
    struct stream *s = io->data;
    struct run *run = s->run;
    (void)events;
    if (outlet_is_full(outlet_for(s))) {
        ev_io_stop(loop, io);
        s->paused = run->r->paused = true;
        return;
    }
    ssize_t n = take(s);
    if (n > 0 || (n == -1 && (errno == EAGAIN || errno == EINTR)))
        return;
    stream_close(s);
    if (run->out[0].fd == -1 && run->out[1].fd == -1)
        run_told(run, GF_CHILD_EOF);
}

void streams_go_on(struct runner *r)
{
    if (!r->paused)
        return;
    r->paused = false;
    for (struct run *run = r->first; run; run = run->next)
        for (int i = 0; i < 2; i++)
            if (run->out[i].fd != -1 && run->out[i].paused) {
                run->out[i].paused = false;
                ev_io_start(r->loop, &run->out[i].io);
            }
}

/* What the pipe holds at this moment: a run that is over leaves it there while output waits. */
static void take_rest(struct stream *s)
{
    int left = 0;
    if (ioctl(s->fd, FIONREAD, &left) != 0)
        return;
    for (ssize_t n; left > 0 && (n = take(s)) > 0;)
        left -= (int)n;
}

void stream_close(struct stream *s)
{
    if (s->fd == -1)
        return;
    ev_io_stop(s->run->r->loop, &s->io);
    take_rest(s);
    close(s->fd);
    s->fd = -1;
    put_lines(s, true);
    gf_buf_release(&s->line);
}

void stream_open(struct stream *s, struct run *run, int fd, bool is_err)
{
    *s = (struct stream){.run = run, .fd = fd, .is_err = is_err};
    fcntl(fd, F_SETFL, O_NONBLOCK); /* our end of a pipe of our own */
    ev_io_init(&s->io, readable, fd, EV_READ);
    s->io.data = s;
    ev_io_start(run->r->loop, &s->io);
}
