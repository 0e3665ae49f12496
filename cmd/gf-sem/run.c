/*
 * run.c - the way to the permits.
 *
 * While gf-sem waits, it catches no signal that would end it: the kernel takes a process that ends
 * out of the queue, and nothing is left behind. A stop (^Z) is caught at the head of the queue,
 * since all processes behind the head would stop too. gf-sem then leaves the queue, stops, and
 * queues anew when it is continued. SIGTSTP is blocked but for the wait itself, so that no stop is
 * missed before it.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sig.h"
#include "request.h"

static int cannot_take(const struct request *rq)
{
    if (errno == ERANGE)
        gf_error("a weight of %u is more than there are permits in '%s'", (unsigned)rq->weight,
                 rq->state);
    else if (errno == ESTALE)
        gf_error("the state '%s' was removed while we waited", rq->path.path);
    else
        gf_error_errno("cannot take a permit of '%s'", rq->path.path);
    return GF_EXIT_TOOL;
}

/* ---- stop and continue ----------------------------------------------------------------------- */

static volatile sig_atomic_t stop_asked;

static void on_stop(int sig)
{
    (void)sig;
    stop_asked = 1;
}

/* Keeps SIGTSTP back until the wait lets it in by `asleep`. */
static void hold_stops(sigset_t *before, sigset_t *asleep)
{
    sigset_t tstp;
    sigemptyset(&tstp);
    sigaddset(&tstp, SIGTSTP);
    stop_asked = 0;
    sigprocmask(SIG_BLOCK, NULL, before);
    *asleep = *before;
    gf_sig_catch(SIGTSTP, on_stop);
    sigprocmask(SIG_BLOCK, &tstp, NULL);
}

static void let_stops_through(const sigset_t *before)
{
    const struct sigaction dfl = {.sa_handler = SIG_DFL};
    if (!gf_sig_was_ignored(SIGTSTP))
        sigaction(SIGTSTP, &dfl, NULL);
    sigprocmask(SIG_SETMASK, before, NULL);
}

/* ---- queue ----------------------------------------------------------------------------------- */

/* Waits at the head of the queue. 0: granted; 1: asked to stop, and out of the queue; -1: errno. */
static int wait_at_head(struct gf_sem *s)
{
    sigset_t before, asleep;
    hold_stops(&before, &asleep);
    int r = -1;
    errno = EINTR;
    while (r != 0 && errno == EINTR && !stop_asked)
        r = gf_sem_wait(s, &asleep);
    int code = errno;
    if (r != 0 && stop_asked) {
        gf_sem_leave(s);
        r = 1;
    }
    let_stops_through(&before);
    errno = code;
    return r;
}

static int queue(struct gf_sem *s, struct gf_sem_ask *ask)
{
    for (;;) {
        int r = gf_sem_enter(s, ask);
        if (r == 0)
            r = wait_at_head(s);
        else if (errno == EINTR)
            continue;
        if (r <= 0)
            return r;
        raise(SIGTSTP); /* sleeps here until continued */
        ask->asked_mono = gf_now_mono();
    }
}

/* 0: the permits are taken. Else the exit status, after a message if there is one to print. */
static int acquire(struct gf_sem *s, struct gf_sem_ask *ask, const struct request *rq)
{
    if (gf_sem_try(s, ask) == 0)
        return 0;
    if (errno != EAGAIN)
        return cannot_take(rq);
    if (rq->no_wait || rq->max_wait == 0) {
        detail_users(s, rq, rq->weight == 1 ? "no permit is free" : "too few permits are free");
        return rq->no_wait ? rq->refused : rq->timed_out;
    }
    detail_waiting(s, rq);
    return queue(s, ask) == 0 ? 0 : cannot_take(rq);
}

static void warn_of_other_number(struct gf_sem *s, const struct request *rq)
{
    struct gf_sem_limits l;
    if (!rq->permits || gf_sem_limits(s, &l) != 0)
        return;
    if (rq->permits == l.permits || rq->permits == l.declared)
        return;
    gf_note("'%s' has %u permit%s, not %u", rq->state, (unsigned)l.permits,
            l.permits == 1 ? "" : "s", (unsigned)rq->permits);
    gf_note_hint("--set %u changes it for all users", (unsigned)rq->permits);
}

int run_command(const struct request *rq)
{
    struct gf_sem s;
    int status = open_sem(&s, rq, GF_SEM_USE, rq->permits);
    if (status)
        return status;
    warn_of_other_number(&s, rq);
    const char *label = rq->label ? rq->label : rq->argv[0];
    struct gf_sem_ask ask = {.weight = rq->weight,
                             .pid = getpid(),
                             .label = label,
                             .label_len = strlen(label),
                             .asked_mono = gf_now_mono(),
                             .now_wall = gf_now_wall()};
    if (alarm_start(rq) != 0) {
        gf_error_errno("cannot set a timer");
        status = GF_EXIT_TOOL;
    } else {
        status = acquire(&s, &ask, rq);
    }
    alarm_stop();
    if (status == 0 && s.place >= 0) {
        detail_taken(rq, gf_now_mono() - ask.asked_mono);
        return keep_command(&s, &ask, rq);
    }
    gf_sem_release(&s);
    return status;
}
