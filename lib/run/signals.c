/*
 * signals.c - what is asked of a supervisor while it runs.
 *
 * We are stopped by SIGTSTP's own action, so that the shell sees that signal. Where nobody could
 * continue us (an orphaned process group) the kernel passes over SIGTSTP, and SIGSTOP is raised.
 * Whether we were stopped is told by the SIGCONT that ended it, never by the time that passed.
 */
#include "run/signals.h"

#include <signal.h>

#include "base/sig.h"

static void count_stop(struct gf_signals *s, int sig)
{
    if (s->stops++ == 0)
        s->stop_signal = sig;
    s->on->stop(s->owner, sig, s->stops);
}

static void on_stop(struct gf_caught *c)
{
    count_stop(c->owner, c->sig);
}

static void on_hangup(struct gf_caught *c)
{
    struct gf_signals *s = c->owner;
    if (s->on->reload)
        s->on->reload(s->owner);
    else
        count_stop(s, SIGHUP);
}

static void stop_ourselves(void)
{
    sigset_t cont, before, pending;
    sigemptyset(&cont);
    sigaddset(&cont, SIGCONT);
    sigprocmask(SIG_BLOCK, &cont, &before);
    raise(SIGTSTP); /* a SIGCONT from before is forgotten */
    sigpending(&pending);
    if (!sigismember(&pending, SIGCONT))
        raise(SIGSTOP);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void on_suspend(struct gf_caught *c)
{
    struct gf_signals *s = c->owner;
    gf_tasks_signal(s->tasks, SIGSTOP);
    gf_ns stopped_mono = gf_now_mono();
    gf_caught_stop(c);
    stop_ourselves();
    if (gf_caught_start(c, s->loop) != 0)
        s->on->stop(s->owner, SIGTSTP, ++s->stops);
    gf_ns by = gf_now_mono() - stopped_mono;
    gf_tasks_signal(s->tasks, SIGCONT);
    ev_now_update(s->loop);
    gf_tasks_postpone(s->tasks, by);
    if (s->on->resumed)
        s->on->resumed(s->owner, by);
}

/* Somebody may have stopped the tasks as well. */
static void on_continue(struct gf_caught *c)
{
    struct gf_signals *s = c->owner;
    gf_tasks_signal(s->tasks, SIGCONT);
}

static void on_status(struct gf_caught *c)
{
    struct gf_signals *s = c->owner;
    if (s->on->status)
        s->on->status(s->owner);
}

int gf_signals_open(struct gf_signals *s, struct ev_loop *loop, struct gf_tasks *tasks)
{
    static const struct {
        int sig;
        void (*came)(struct gf_caught *c);
    } acts[GF_SIGNALS] = {
        {SIGINT, on_stop},     {SIGTERM, on_stop},     {SIGHUP, on_hangup},
        {SIGTSTP, on_suspend}, {SIGCONT, on_continue}, {SIGUSR1, on_status},
    };
    sigset_t set;
    sigemptyset(&set);
    s->loop = loop;
    s->tasks = tasks;
    for (size_t i = 0; i < GF_SIGNALS; i++) {
        s->caught[i] = (struct gf_caught){.sig = acts[i].sig, .came = acts[i].came, .owner = s};
        sigaddset(&set, acts[i].sig);
        if (!gf_sig_was_ignored(acts[i].sig) && gf_caught_start(&s->caught[i], loop) != 0)
            return -1;
    }
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    return 0;
}

void gf_signals_close(struct gf_signals *s)
{
    static const struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (size_t i = 0; s->loop && i < GF_SIGNALS; i++)
        gf_caught_stop(&s->caught[i]);
    if (s->loop)
        sigaction(SIGUSR1, &ignore, NULL);
    if (s->loop && s->on->reload)
        sigaction(SIGHUP, &ignore, NULL);
    s->loop = NULL;
}
