/*
 * io.c - the files one after another as one stream, and the output.
 *
 * Every blocking call comes back when a signal was caught, so a status line or an end is never held
 * up by a slow producer, a slow reader or a long wait.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/wall.h"
#include "ratelimit.h"

#define EXACT (5 * GF_MS)

static char *const only_stdin[] = {(char[]){"-"}};

void input_init(struct input *in, const struct config *c, const struct tally *t)
{
    *in = (struct input){
        .files = c->files, .count = c->file_count, .fd = -1, .config = c, .tally = t};
    if (in->count == 0) {
        in->files = only_stdin;
        in->count = 1;
    }
}

static bool is_stdin(const struct input *in)
{
    return in->fd == STDIN_FILENO;
}

static void close_current(struct input *in)
{
    if (in->fd != -1 && !is_stdin(in))
        (void)gf_close(in->fd); /* the file was only read, and read has reported its errors */
    in->fd = -1;
}

static void open_next(struct input *in)
{
    in->name = in->files[in->next++];
    if (strcmp(in->name, "-") == 0) {
        in->name = "standard input";
        in->fd = STDIN_FILENO;
        gf_pipe_widen(in->fd, GF_PIPE_WIDE);
        gf_tool_waits(STDIN_FILENO, "records",
                      in->files == only_stdin ? "name files after the rate" : NULL);
        return;
    }
    in->fd = gf_open_input(in->name); /* a fifo waits for its writer when it is read */
    if (in->fd == -1) {
        bool closed = errno == EACCES && gf_wall_closes(in->name);
        gf_error_errno("cannot open '%s'", in->name);
        if (closed)
            gf_hint("the file was put there after the start; --no-sandbox opens it");
        in->failed = true;
    }
}

static void cannot_read(struct input *in)
{
    gf_error_errno(is_stdin(in) ? "cannot read %s" : "cannot read '%s'", in->name);
    in->failed = true;
    close_current(in);
}

/* As a write to it would end: by SIGPIPE, or where that is ignored by an error. */
static enum io reader_gone(const struct config *c)
{
    raise(SIGPIPE);
    if (signals_stop())
        return IO_STOP;
    errno = EPIPE;
    gf_error_errno(c->output ? "cannot write to '%s'" : "cannot write to %s",
                   c->output ? c->output : "standard output");
    return IO_FAILED;
}

enum io input_read(struct input *in, char *buf, size_t len, size_t *got, bool *waited)
{
    if (waited)
        *waited = false;
    for (;;) {
        if (signals_handle(in->tally))
            return IO_STOP;
        if (in->fd == -1) {
            if (in->next == in->count)
                return IO_END;
            open_next(in);
            continue;
        }
        bool waits = !gf_read_ready(in->fd);
        if (waited)
            *waited = *waited || waits;
        if (waits && gf_wait_input(in->fd, in->config->output_fd, GF_NEVER) != 0) {
            if (errno == EPIPE)
                return reader_gone(in->config);
            if (errno == EINTR)
                continue;
        }
        ssize_t n = gf_read_interruptible(in->fd, buf, len);
        if (n > 0) {
            *got = (size_t)n;
            return IO_OK;
        }
        if (n == 0) {
            close_current(in);
            *got = 0;
            if (in->next < in->count) /* the caller may have more to do than to wait for it */
                return IO_OK;
        } else if (errno != EINTR) {
            cannot_read(in);
        }
    }
}

enum io input_wait(struct input *in, gf_ns deadline_mono, bool *ready)
{
    *ready = false;
    for (;;) {
        if (signals_handle(in->tally))
            return IO_STOP;
        while (in->fd == -1 && in->next < in->count)
            open_next(in);
        *ready = in->fd == -1;
        gf_ns left = deadline_mono - gf_now_mono();
        if (left <= 0 || *ready)
            return IO_OK;
        if (gf_wait_input(in->fd, in->config->output_fd, left) == 0) {
            *ready = true;
            return IO_OK;
        }
        if (errno == EPIPE)
            return reader_gone(in->config); /* a signal, or the time: the loop looks again */
    }
}

static enum io cannot_write(const char *name)
{
    if (name)
        gf_error_errno("cannot write to '%s'", name);
    else
        gf_error_errno("write error");
    return IO_FAILED;
}

enum io output_write(int fd, const char *name, const char *p, size_t len, const struct tally *t)
{
    while (len) {
        if (signals_handle(t))
            return IO_STOP;
        ssize_t n = write(fd, p, len);
        if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
            n = gf_fd_wait(fd, POLLOUT);
        if (n >= 0) {
            p += n;
            len -= (size_t)n;
        } else if (errno == EPIPE && signals_stop()) {
            return IO_STOP;
        } else if (errno != EINTR) {
            return cannot_write(name);
        }
    }
    return IO_OK;
}

enum io output_buf(int fd, const char *name, const struct gf_buf *b, const struct tally *t)
{
    if (gf_buf_check(b) == 0)
        return output_write(fd, name, b->data, b->len, t);
    if (errno != ENOMEM)
        return cannot_write(name);
    gf_error_nomem();
    return IO_FAILED;
}

enum io output_look(const struct config *c)
{
    return gf_reader_is_gone(c->output_fd) ? reader_gone(c) : IO_OK;
}

enum io wait_until(gf_ns deadline_mono, const struct config *c, const struct tally *t)
{
    for (;;) {
        if (signals_handle(t))
            return IO_STOP;
        /* The last part by a sleep that is exact. */
        gf_ns left = deadline_mono - gf_now_mono() - EXACT;
        if (left <= 0 && gf_sleep_until(deadline_mono) == 0)
            return IO_OK;
        if (left > 0 && gf_wait_input(-1, c->output_fd, left) != 0 && errno == EPIPE)
            return reader_gone(c);
    }
}
