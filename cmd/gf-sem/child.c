/*
 * child.c - the command, and gf-sem beside it.
 *
 * The command inherits the descriptor that holds the permits, so it goes on holding them when
 * gf-sem is killed; gf-sem stays and holds them too, so a command that closes every descriptor it
 * did not open (sudo, daemons) keeps its permit. With --close gf-sem holds them alone.
 *
 * The command stays in our process group: what the terminal sends reaches it without us, and what a
 * process sends to gf-sem alone is handed on. The two are told apart by si_code. No handler is
 * needed for it: the signals are blocked and taken one by one with sigwaitinfo.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sig.h"
#include "gf-sem.h"

static const int handed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof handed_on / sizeof handed_on[0]; i++)
        sigaddset(set, handed_on[i]);
    sigprocmask(SIG_BLOCK, set, NULL);
}

/*
 * Starts the command. The child shares our memory until it execs (vfork), which is how it tells why
 * it could not: *why_not is 0 or an errno. Returns its pid, or -1.
 */
static pid_t start(char *const *argv, int keep_fd, volatile int *why_not)
{
    *why_not = 0;
    pid_t pid = vfork();
    if (pid != 0)
        return pid;
    if (keep_fd >= 0)
        fcntl(keep_fd, F_SETFD, 0);
    gf_sig_restore_in_child();
    execvp(argv[0], argv);
    *why_not = errno;
    _exit(GF_EXIT_NOTFOUND);
}

/* Takes the status of whatever ended; true when that was `child`. Others are orphans that PID 1
 * inherits, or children of who we were before exec. */
static bool reap(pid_t child, int *status)
{
    for (;;) {
        int st;
        pid_t pid = waitpid(-1, &st, WNOHANG);
        if (pid == child) {
            *status = st;
            return true;
        }
        if (pid == 0 || (pid == -1 && errno != EINTR))
            return false;
    }
}

static int wait_for(pid_t child, const sigset_t *set)
{
    int status = 0;
    while (!reap(child, &status)) {
        siginfo_t si;
        int sig = sigwaitinfo(set, &si);
        if (sig > 0 && sig != SIGCHLD && si.si_code <= 0) /* sent by a process */
            kill(child, sig);
    }
    return status;
}

int keep_command(struct gf_sem *s, const struct gf_sem_ask *ask, const struct request *rq)
{
    sigset_t set;
    block_signals(&set);
    volatile int why_not;
    pid_t child = start(rq->argv, rq->close_in_command ? -1 : s->fd, &why_not);
    if (child == -1) {
        gf_error_errno("cannot start a process");
        gf_sem_release(s);
        return GF_EXIT_TOOL;
    }
    /* For people who look; a full disk does not make the permit less ours. */
    (void)gf_sem_mark(s, ask, child, gf_now_wall());
    int status = wait_for(child, &set);
    gf_sem_release(s);
    if (why_not) {
        errno = why_not;
        gf_error_errno("cannot run '%s'", rq->argv[0]);
        return why_not == ENOENT ? GF_EXIT_NOTFOUND : GF_EXIT_CANNOT;
    }
    if (WIFSIGNALED(status))
        gf_die_by(WTERMSIG(status));
    return WEXITSTATUS(status);
}
