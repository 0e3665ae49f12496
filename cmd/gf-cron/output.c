/*
 * output.c - what jobs write, line by line. See runner.h.
 *
 * A line goes out in one write, so lines of different jobs never mix. A line without an end is
 * kept until its stream closes; one of more than LINE_LIMIT bytes goes out in pieces of that size.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"

#include "base/fd.h"
#include "base/json.h"
#include "base/msg.h"

enum {
    LINE_LIMIT = 1 << 20,
    READ_SIZE = 64 * 1024,
    TAIL_SIZE = 4096,
};

static void write_out(struct runner *r, int fd, const struct gf_buf *b)
{
    if (b->failed)
        errno = ENOMEM;
    else if (gf_write_all(fd, b->data, b->len) == 0)
        return;
    if (r->lost_errno)
        return;
    r->lost_errno = errno;
    if (errno != EPIPE)
        gf_error_errno("cannot write the output of jobs");
    ev_feed_signal_event(r->loop, SIGTERM);
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
    int fd = s->is_err && s->run->r->output != OUTPUT_JSON ? STDERR_FILENO : STDOUT_FILENO;
    if (b.len || b.failed)
        write_out(s->run->r, fd, &b);
    gf_buf_release(&b);
    if (at) {
        memmove(s->line.data, s->line.data + at, s->line.len - at);
        s->line.len -= at;
    }
}

void stream_close(struct stream *s)
{
    if (s->fd == -1)
        return;
    ev_io_stop(s->run->r->loop, &s->io);
    close(s->fd);
    s->fd = -1;
    put_lines(s, true);
    gf_buf_release(&s->line);
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

/* What is there is read, without waiting. */
static void readable(struct ev_loop *loop, ev_io *io, int events)
{
    struct stream *s = io->data;
    struct run *run = s->run;
    (void)loop;
    (void)events;
    if (gf_buf_reserve(&s->line, READ_SIZE) != 0)
        return; /* no memory now: the pipe keeps it */
    ssize_t n = read(s->fd, s->line.data + s->line.len, READ_SIZE);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        keep_tail(run, s->line.data + s->line.len, (size_t)n);
        s->line.len += (size_t)n;
        put_lines(s, false);
        return;
    }
    stream_close(s);
    if (run->out[0].fd == -1 && run->out[1].fd == -1)
        run_told(run, GF_CHILD_EOF);
}

void stream_open(struct stream *s, struct run *run, int fd, bool is_err)
{
    *s = (struct stream){.run = run, .fd = fd, .is_err = is_err};
    fcntl(fd, F_SETFL, O_NONBLOCK); /* our end of a pipe of our own */
    ev_io_init(&s->io, readable, fd, EV_READ);
    s->io.data = s;
    ev_io_start(run->r->loop, &s->io);
}
