/*
 * pause.c - ^Z stops gf-sem where nobody has to wait for it.
 *
 * All users of a semaphore pass its gate, for some microseconds each; one that is stopped there
 * holds up all the others. So SIGTSTP is held back, and let in where gf-sem sleeps or its command
 * runs. SIGSTOP cannot be held back.
 */
#include <signal.h>

#include "base/sig.h"
#include "request.h"

static void change(int how)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGTSTP);
    sigprocmask(how, &one, NULL);
}

void pause_hold_back(void)
{
    change(SIG_BLOCK);
}

void pause_let_in(void)
{
    if (!sigismember(gf_sig_inherited_mask(), SIGTSTP))
        change(SIG_UNBLOCK);
}
