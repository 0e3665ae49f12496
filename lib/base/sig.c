/*
 * sig.c - what was inherited is kept in a table by signal, and given back to children.
 *
 * SIGCHLD is put to its default at the start: an ignored one would reap our children for us.
 * SIGUSR1 is blocked there, for its default action is an end; the kernel drops a pending one when
 * it becomes ignored. To end by a signal, its action becomes the default, it is raised while it may
 * be blocked, and then all other signals are blocked and this one let through. The kernel ends no
 * first process of a container by a default action: such a process exits with 128 + the signal, and
 * from the start it has a handler that does so for each signal that would end it. Only a tool's own
 * handler takes the place of that one.
 */
#include "base/sig.h"

#include <sys/prctl.h>
#include <unistd.h>

/* The signals that some gf tool catches, ignores or lets libev catch. */
static const int ours[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2,
                           SIGTSTP, SIGCONT, SIGPIPE, SIGTTIN, SIGTTOU, SIGXFSZ, SIGBUS};
enum {
    OURS = sizeof ours / sizeof ours[0]
};

static struct sigaction inherited[OURS];
static sigset_t inherited_mask;

static void end_as_first_process(void)
{
    static const int fatal[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        struct sigaction end = {.sa_handler = gf_die_by};
        if (!gf_sig_was_ignored(fatal[i]))
            sigaction(fatal[i], &end, NULL);
    }
}

void gf_sig_start(void)
{
    for (int i = 0; i < OURS; i++)
        sigaction(ours[i], NULL, &inherited[i]);
    sigprocmask(SIG_BLOCK, NULL, &inherited_mask);
    sigset_t request;
    sigemptyset(&request);
    sigaddset(&request, SIGUSR1);
    sigprocmask(SIG_BLOCK, &request, NULL);
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &dfl, NULL);
    if (getpid() == 1)
        end_as_first_process();
}

bool gf_sig_was_ignored(int sig)
{
    for (int i = 0; i < OURS; i++)
        if (ours[i] == sig)
            return inherited[i].sa_handler == SIG_IGN;
    return false;
}

const sigset_t *gf_sig_inherited_mask(void)
{
    return &inherited_mask;
}

void gf_sig_catch(int sig, void (*handler)(int))
{
    if (sig != SIGCHLD && gf_sig_was_ignored(sig))
        return;
    struct sigaction sa = {.sa_handler = handler};
    sigemptyset(&sa.sa_mask);
    sigaction(sig, &sa, NULL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, sig);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
}

void gf_sig_drop_request(void)
{
    struct sigaction before, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGUSR1, &ignore, &before);
    sigaction(SIGUSR1, &before, NULL);
}

void gf_sig_restore_in_child(void)
{
    for (int i = 0; i < OURS; i++) {
        struct sigaction sa = {.sa_handler =
                                   inherited[i].sa_handler == SIG_IGN ? SIG_IGN : SIG_DFL};
        sigaction(ours[i], &sa, NULL);
    }
    sigprocmask(SIG_SETMASK, &inherited_mask, NULL);
}

void gf_die_by(int sig)
{
    if (getpid() == 1)
        _exit(128 + sig);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a core of the tool would say nothing about the cause */
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    sigaction(sig, &dfl, NULL);
    sigset_t all_but;
    sigfillset(&all_but);
    sigdelset(&all_but, sig);
    raise(sig);
    sigprocmask(SIG_SETMASK, &all_but, NULL);
    _exit(128 + sig);
}
