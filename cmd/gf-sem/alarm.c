/*
 * alarm.c - the end of -w DUR.
 *
 * The wait itself sits in a lock call that takes no deadline, and a flag that a handler sets just
 * before that call would be slept over. So the handler does not return: the handler ends the
 * process. The kernel cleans up all there is to clean up. Permits that were granted in that very
 * moment go back with the process.
 */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "request.h"

static volatile sig_atomic_t exit_status;
static timer_t timer;
static bool armed;
static struct sigaction before;
static sigset_t mask_before;

static void give_up(int sig)
{
    (void)sig;
    _exit(exit_status);
}

int alarm_start(const struct request *rq)
{
    if (rq->max_wait == GF_NEVER || rq->max_wait == 0)
        return 0; /* without a wait there is one try, and no end to it by the clock */
    struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    if (timer_create(CLOCK_MONOTONIC, &ev, &timer) != 0)
        return -1;
    armed = true;
    exit_status = rq->timed_out;
    struct sigaction sa = {.sa_handler = give_up};
    sigemptyset(&sa.sa_mask);
    sigaction(SIGALRM, &sa, &before);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &one, &mask_before);
    gf_ns span = rq->max_wait;
    struct itimerspec at = {.it_value = {.tv_sec = span / GF_S, .tv_nsec = span % GF_S}};
    return timer_settime(timer, 0, &at, NULL);
}

/* The timer goes first, then the handler: so the command gets no SIGALRM of this timer. */
void alarm_stop(void)
{
    if (!armed)
        return;
    timer_delete(timer);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    sigaction(SIGALRM, &before, NULL);
    armed = false;
}
