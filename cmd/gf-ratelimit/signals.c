/*
 * signals.c - SIGUSR1 asks for a status line; SIGTERM, SIGINT and SIGHUP ask for the end, and so
 * does SIGPIPE: turns of a shared limit are given back before the process dies by that signal.
 *
 * A handler sets a flag, and whatever blocks returns EINTR. A signal that comes between the look at
 * the flag and the blocking call would be slept through; so the handler also starts a timer whose
 * SIGALRM interrupts again every few milliseconds until the flag has been seen.
 */
#include <signal.h>
#include <sys/time.h>

#include "base/sig.h"
#include "ratelimit.h"

static volatile sig_atomic_t stop_by;
static volatile sig_atomic_t status_wanted;

static void nudge(suseconds_t every)
{
    struct itimerval again = {{0, every}, {0, every}};
    setitimer(ITIMER_REAL, &again, NULL);
}

static void on_stop(int sig)
{
    stop_by = sig;
    nudge(5000);
}

static void on_status(int sig)
{
    (void)sig;
    status_wanted = 1;
    nudge(5000);
}

static void on_alarm(int sig)
{
    (void)sig;
}

void signals_catch(void)
{
    struct sigaction sa = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &sa, NULL);
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm, NULL);
    gf_sig_catch(SIGTERM, on_stop);
    gf_sig_catch(SIGINT, on_stop);
    gf_sig_catch(SIGHUP, on_stop);
    gf_sig_catch(SIGPIPE, on_stop);
    gf_sig_catch(SIGUSR1, on_status);
}

int signals_stop(void)
{
    return stop_by;
}

const volatile sig_atomic_t *signals_stop_flag(void)
{
    return &stop_by;
}

bool signals_release(void)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGHUP);
    sigaddset(&ours, SIGUSR1);
    sigprocmask(SIG_BLOCK, &ours, NULL); /* a signal that comes now acts on the command */
    nudge(0);                            /* the timer would live on in the command */
    return stop_by;
}

bool signals_handle(const struct tally *t)
{
    if (stop_by)
        return true;
    if (status_wanted) {
        nudge(0);
        status_wanted = 0;
        tally_status(t);
    }
    return false;
}
