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

static void on_stop(struct ev_loop *loop, ev_signal *w, int events)
{
    (void)loop;
    (void)events;
    count_stop(w->data, w->signum);
}

static void on_hangup(struct ev_loop *loop, ev_signal *w, int events)
{
    struct gf_signals *s = w->data;
    (void)loop;
    (void)events;
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

static void on_suspend(struct ev_loop *loop, ev_signal *w, int events)
{
    struct gf_signals *s = w->data;
    (void)events;
    gf_tasks_signal(s->tasks, SIGSTOP);
    gf_ns stopped_mono = gf_now_mono();
    ev_signal_stop(loop, w);
    stop_ourselves();
    ev_signal_start(loop, w);
    gf_ns by = gf_now_mono() - stopped_mono;
    gf_tasks_signal(s->tasks, SIGCONT);
    ev_now_update(loop);
    gf_tasks_postpone(s->tasks, by);
    if (s->on->resumed)
        s->on->resumed(s->owner, by);
}

/* Somebody may have stopped the tasks as well. */
static void on_continue(struct ev_loop *loop, ev_signal *w, int events)
{
    struct gf_signals *s = w->data;
    (void)loop;
    (void)events;
    gf_tasks_signal(s->tasks, SIGCONT);
}

static void on_status(struct ev_loop *loop, ev_signal *w, int events)
{
    struct gf_signals *s = w->data;
    (void)loop;
    (void)events;
    if (s->on->status)
        s->on->status(s->owner);
}

void gf_signals_open(struct gf_signals *s, struct ev_loop *loop, struct gf_tasks *tasks)
{
    static const struct {
        int sig;
        void (*act)(struct ev_loop *, ev_signal *, int);
    } acts[GF_SIGNALS] = {
        {SIGINT, on_stop},     {SIGTERM, on_stop},     {SIGHUP, on_hangup},
        {SIGTSTP, on_suspend}, {SIGCONT, on_continue}, {SIGUSR1, on_status},
    };
    sigset_t set;
    sigemptyset(&set);
    s->loop = loop;
    s->tasks = tasks;
    for (size_t i = 0; i < GF_SIGNALS; i++) {
        ev_signal_init(&s->watch[i], acts[i].act, acts[i].sig);
        s->watch[i].data = s;
        sigaddset(&set, acts[i].sig);
        if (!gf_sig_was_ignored(acts[i].sig))
            ev_signal_start(loop, &s->watch[i]);
    }
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

void gf_signals_close(struct gf_signals *s)
{
    for (size_t i = 0; s->loop && i < GF_SIGNALS; i++)
        ev_signal_stop(s->loop, &s->watch[i]);
    s->loop = NULL;
}
