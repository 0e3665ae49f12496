/*
 * confirm.c - whether a job may start, asked on the terminal.
 *
 * The terminal is opened anew, so that neither the records on standard input nor the output of jobs
 * have to do with the answers, and so that it can be read without waiting. It gives a line at a
 * time. The end of its input counts as q: nobody is there who could answer.
 */
#include "confirm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/progress.h"
#include "run/watch.h"

static void show_question(struct confirm *c)
{
    gf_progress_hide();
    if (gf_write_buf(c->tty, &c->text) == 0)
        return;
    gf_error_errno("cannot write to the terminal");
    verdict_fail(c->verdict, GF_EXIT_TOOL);
}

/* By its first letter; *all: the same for all that follow. CONFIRM_WAIT: it is no answer. */
static enum confirm_answer meaning(const char *line, bool *all)
{
    char letter = line[strspn(line, " \t")];
    *all = letter == 'a' || letter == 'A';
    switch (letter) {
    case 'a':
    case 'A':
    case 'y':
    case 'Y':
        return CONFIRM_YES;
    case 'n':
    case 'N':
        return CONFIRM_NO;
    case 'q':
    case 'Q':
        return CONFIRM_QUIT;
    default:
        return CONFIRM_WAIT;
    }
}

static void hear(struct confirm *c)
{
    bool all;
    c->answer = meaning(c->line.data, &all);
    gf_buf_clear(&c->line);
    if (c->answer == CONFIRM_WAIT) {
        show_question(c);
        return;
    }
    ev_io_stop(c->loop, &c->io);
    if (all) {
        close(c->tty);
        c->tty = -1;
    }
    verdict_changed(c->verdict);
}

static void on_typed(struct ev_loop *loop, ev_io *w, int events)
{
    struct confirm *c = w->data;
    char typed[256];
    if (!gf_watch_ready(loop, w, events))
        return;
    ssize_t n = read(c->tty, typed, sizeof typed);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        ev_io_stop(loop, w);
        c->answer = CONFIRM_QUIT;
        verdict_changed(c->verdict);
        return;
    }
    gf_buf_add(&c->line, typed, (size_t)n);
    if (c->line.failed) {
        gf_error_nomem();
        verdict_fail(c->verdict, GF_EXIT_TOOL);
    } else if (memchr(typed, '\n', (size_t)n)) {
        hear(c);
    }
}

int confirm_open(struct confirm *c, const struct options *o, struct verdict *v,
                 struct ev_loop *loop)
{
    c->tty = -1;
    if (!o->confirm)
        return -1;
    c->verdict = v;
    c->loop = loop;
    c->line = (struct gf_buf)GF_BUF_INIT(64 * 1024);
    c->tty = gf_open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK, 0);
    if (c->tty == -1) {
        gf_error_errno("--confirm asks on the terminal, and there is none: /dev/tty");
        gf_hint("--dry-run shows the commands, and runs nothing");
        return GF_EXIT_USAGE;
    }
    ev_io_init(&c->io, on_typed, c->tty, EV_READ);
    c->io.data = c;
    return -1;
}

enum confirm_answer confirm_ask(struct confirm *c, const struct gf_buf *command)
{
    enum confirm_answer answer = c->answer;
    if (c->asked && answer != CONFIRM_WAIT) {
        c->asked = false;
        c->answer = CONFIRM_WAIT;
        return answer;
    }
    if (c->tty == -1)
        return CONFIRM_YES;
    if (c->asked)
        return CONFIRM_WAIT;
    gf_buf_clear(&c->text);
    gf_escape_term(&c->text, command->data, command->len);
    gf_buf_puts(&c->text, "? (y/n/a/q) ");
    if (c->text.failed) {
        gf_error_nomem();
        verdict_fail(c->verdict, GF_EXIT_TOOL);
        return CONFIRM_WAIT;
    }
    c->asked = true;
    show_question(c);
    ev_io_start(c->loop, &c->io);
    return CONFIRM_WAIT;
}

void confirm_close(struct confirm *c)
{
    if (c->loop)
        ev_io_stop(c->loop, &c->io);
    if (c->tty != -1)
        close(c->tty);
    c->tty = -1;
    gf_buf_release(&c->text);
    gf_buf_release(&c->line);
}
