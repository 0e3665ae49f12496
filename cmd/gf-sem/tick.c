/*
 * tick.c - a signal now and then while gf-sem waits, and the end of -w DUR.
 *
 * One who waits sleeps in a lock call that takes no deadline. A timer's signal ends that call with
 * EINTR; a signal that comes just before the call is slept over, so after the deadline the timer
 * goes on every 10 ms.
 */
#include <signal.h>
#include <time.h>

#include "base/sat.h"
#include "request.h"

static timer_t timer;
static bool armed;
static gf_ns until_mono;
static struct sigaction before;
static sigset_t mask_before;

static void wake(int sig)
{
    (void)sig;
}

static struct timespec timespec_of(gf_ns span)
{
    return (struct timespec){.tv_sec = span / GF_S, .tv_nsec = span % GF_S};
}

int ticks_set(gf_ns span)
{
    gf_ns left = until_mono == GF_NEVER ? GF_NEVER : until_mono - gf_now_mono();
    bool is_last = left <= span;
    if (is_last)
        span = left > 0 ? left : 1;
    struct itimerspec at = {.it_value = timespec_of(span),
                            .it_interval = timespec_of(is_last ? 10 * GF_MS : span)};
    return timer_settime(timer, 0, &at, NULL);
}

int ticks_start(const struct request *rq)
{
    struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    if (timer_create(CLOCK_MONOTONIC, &ev, &timer) != 0)
        return -1;
    armed = true;
    until_mono = gf_sat_add_i64(gf_now_mono(), rq->max_wait);
    struct sigaction sa = {.sa_handler = wake};
    sigemptyset(&sa.sa_mask);
    sigaction(SIGALRM, &sa, &before);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &one, &mask_before);
    return 0;
}

bool ticks_are_over(void)
{
    return armed && until_mono != GF_NEVER && gf_now_mono() >= until_mono;
}

/* The timer goes first, then the handler: so the command gets no SIGALRM of this timer. */
void ticks_stop(void)
{
    if (!armed)
        return;
    timer_delete(timer);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    sigaction(SIGALRM, &before, NULL);
    armed = false;
}
