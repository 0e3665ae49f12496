/*
 * terminal.c - --tty: who is in the foreground of the terminal.
 *
 * A process in the background that sets the foreground group is stopped by SIGTTOU, unless it
 * blocks it: so we do while we take the terminal back.
 */
#include "terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "job.h"

static void set_foreground(const struct terminal *t, pid_t group)
{
    sigset_t ttou, before;
    sigemptyset(&ttou);
    sigaddset(&ttou, SIGTTOU);
    sigprocmask(SIG_BLOCK, &ttou, &before);
    (void)tcsetpgrp(t->fd, group); /* a group that is gone has no use for it */
    if (group == getpgrp() && t->has_settings)
        (void)tcsetattr(t->fd, TCSADRAIN, &t->settings);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

int terminal_open(struct terminal *t, const struct options *o, struct verdict *v)
{
    t->verdict = v;
    t->fd = -1;
    if (!o->tty)
        return -1;
    t->fd = gf_open("/dev/tty", O_RDWR | O_NOCTTY, 0);
    if (t->fd == -1) {
        gf_error_errno("--tty gives jobs the terminal, and there is none: /dev/tty");
        gf_hint("without it a job reads /dev/null");
        return GF_EXIT_USAGE;
    }
    if (tcgetpgrp(t->fd) != getpgrp()) {
        gf_error("--tty gives jobs the terminal, and gf-pool is in its background");
        gf_hint("start it without & at the end");
        return GF_EXIT_USAGE;
    }
    t->has_settings = tcgetattr(t->fd, &t->settings) == 0;
    return -1;
}

void terminal_close(struct terminal *t)
{
    if (t->fd == -1)
        return;
    if (t->job)
        set_foreground(t, getpgrp());
    close(t->fd);
    t->fd = -1;
}

void terminal_resumed(const struct terminal *t)
{
    if (t->fd == -1 || !t->job)
        return;
    set_foreground(t, t->job);
    kill(-t->job, SIGCONT); /* it may have stopped again, since it asked too early */
}

static void on_started(void *self, const struct job *j)
{
    struct terminal *t = self;
    if (t->fd != -1)
        t->job = j->task.child.pid;
}

static void on_suspended(void *self, const struct job *j)
{
    struct terminal *t = self;
    (void)j;
    if (t->fd == -1 || !t->job)
        return;
    set_foreground(t, getpgrp());
    kill(getpid(), SIGTSTP);
}

static void on_attempt(void *self, const struct job *j, bool again)
{
    struct terminal *t = self;
    (void)again;
    if (t->fd == -1 || !t->job)
        return;
    t->job = 0;
    set_foreground(t, getpgrp());
    bool typed = j->ending.signal == SIGINT || j->ending.signal == SIGQUIT;
    if (typed && !j->task.life.told && !t->verdict->stop_signal)
        t->verdict->stop_signal = j->ending.signal;
}

const struct observer_events terminal_observer = {
    .started = on_started, .suspended = on_suspended, .attempt = on_attempt};
