/*
 * signal.c - what is asked of the pool while it runs.
 *
 *   SIGINT SIGTERM SIGHUP   once: start nothing more, let what runs finish. Twice: SIGTERM to the
 *                           jobs' groups, and after --kill-after SIGKILL. Three times: SIGKILL now.
 *                           Then we die by the first of them.
 *   SIGTSTP                 stop the jobs' groups, then ourselves; SIGCONT goes on with them. Time
 *                           spent stopped does not count against time limits.
 *   SIGUSR1                 one status line
 *   SIGCHLD                 reap
 */
#include "pool.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/msg.h"
#include "base/sig.h"

static void on_child(struct ev_loop *loop, ev_signal *w, int events)
{
    struct pool *p = w->data;
    (void)loop;
    (void)events;
    for (;;) {
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, WNOHANG, &usage);
        if (pid == -1 && errno == EINTR)
            continue;
        if (pid <= 0)
            break;
        job_reap(p, pid, status, &usage);
    }
}

static void on_stop(struct ev_loop *loop, ev_signal *w, int events)
{
    struct pool *p = w->data;
    (void)loop;
    (void)events;
    if (p->stops++ == 0) {
        p->stop_signal = w->signum;
        if (p->running)
            gf_note("stopping: no new jobs, waiting for %u to finish (again to end them)",
                    p->running);
    } else {
        job_signal_all(p, p->stops == 2 ? SIGTERM : SIGKILL);
    }
    pool_changed(p);
}

static void signal_groups(struct pool *p, int sig)
{
    for (unsigned i = 0; i < p->slots; i++)
        if (p->slot[i])
            job_signal(p->slot[i], sig);
}

static void on_suspend(struct ev_loop *loop, ev_signal *w, int events)
{
    struct pool *p = w->data;
    (void)events;
    signal_groups(p, SIGSTOP);
    gf_ns stopped_mono = gf_now_mono();
    /* By SIGTSTP's own action, so that the shell sees what it was; where nobody could continue us
     * (an orphaned group) the kernel passes over that one. */
    ev_signal_stop(loop, w);
    raise(SIGTSTP);
    if (gf_now_mono() - stopped_mono < GF_MS)
        raise(SIGSTOP);
    ev_signal_start(loop, w);
    gf_ns by = gf_now_mono() - stopped_mono;
    signal_groups(p, SIGCONT);
    ev_now_update(loop);
    for (unsigned i = 0; i < p->slots; i++)
        if (p->slot[i])
            job_postpone(p->slot[i], by);
}

/* We were stopped by SIGSTOP, which cannot be caught; somebody may have stopped the jobs as well.
 */
static void on_continue(struct ev_loop *loop, ev_signal *w, int events)
{
    (void)loop;
    (void)events;
    signal_groups(w->data, SIGCONT);
}

static void on_report(struct ev_loop *loop, ev_signal *w, int events)
{
    (void)loop;
    (void)events;
    progress_status_line(w->data);
}

void signal_init(struct pool *p)
{
    static const struct {
        int sig;
        void (*act)(struct ev_loop *, ev_signal *, int);
    } acts[] = {
        {SIGCHLD, on_child},   {SIGINT, on_stop},      {SIGTERM, on_stop},   {SIGHUP, on_stop},
        {SIGTSTP, on_suspend}, {SIGCONT, on_continue}, {SIGUSR1, on_report},
    };
    _Static_assert(sizeof acts / sizeof acts[0] <= sizeof p->sig / sizeof p->sig[0],
                   "one watcher a signal");
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        ev_signal_init(&p->sig[i], acts[i].act, acts[i].sig);
        p->sig[i].data = p;
        if (acts[i].sig == SIGCHLD || !gf_sig_was_ignored(acts[i].sig))
            ev_signal_start(p->loop, &p->sig[i]);
    }
    /* A closed pipe is an error of one write for us; what it means is decided there. */
    struct sigaction ign = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ign, NULL);
}

void signal_release(struct pool *p)
{
    for (size_t i = 0; i < sizeof p->sig / sizeof p->sig[0]; i++)
        if (ev_is_active(&p->sig[i]))
            ev_signal_stop(p->loop, &p->sig[i]);
}
