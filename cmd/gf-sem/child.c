/*
 * child.c - the command, and gf-sem beside it.
 *
 * The command inherits the descriptor that holds the permits, so the command holds them on when
 * gf-sem is killed. gf-sem stays and holds the permits too, so a command that closes every
 * descriptor that it did not open (sudo, daemons) keeps its permit. With --close gf-sem alone holds
 * the permits.
 *
 * The command stays in the process group of gf-sem. A signal from the terminal reaches the command
 * anyway; a signal that a process sends to gf-sem alone is forwarded. si_code tells the two apart.
 * No handler is needed: the signals are blocked and taken one by one with sigtimedwait.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/exit.h"
#include "base/sig.h"
#include "proc/command.h"
#include "request.h"

static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++)
        sigaddset(set, forwarded[i]);
    sigprocmask(SIG_BLOCK, set, NULL);
}

/* Starts the command: 0 and its pid, else the exit status with the message out. */
static int start(const struct request *rq, int permit_fd, pid_t *child)
{
    struct gf_command command = {.search = getenv("PATH")};
    const struct gf_spawn spawn = {.argv = rq->argv, .envp = environ, .fd = {-1, -1, -1}};
    int err = 0;
    if (!rq->close_in_command && fcntl(permit_fd, F_SETFD, 0) == -1)
        err = errno;
    if (err == 0)
        err = gf_command_spawn(&command, &spawn, child);
    gf_command_release(&command);
    if (err == 0)
        return 0;
    int status = gf_cannot_run(rq->argv[0], err, "sh -c");
    return gf_command_fault(err, false) == GF_FAULT_MOMENT ? GF_EXIT_TOOL : status;
}

/* Takes the status of every child that has ended; true when `child` has. Other children are orphans
 * that PID 1 inherits, or children that this process had before its exec. */
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

/* Waits for the command; its status. A command that runs longer than 50 ms leaves time for
 * gf_sem_settle. */
static int wait_for(pid_t child, const sigset_t *set, struct gf_sem *s)
{
    const struct timespec at_once = {.tv_nsec = 50 * GF_MS};
    bool settled = false;
    int status = 0;
    while (!reap(child, &status)) {
        siginfo_t si;
        int sig = sigtimedwait(set, &si, settled ? NULL : &at_once);
        if (sig == -1 && errno == EAGAIN) {
            gf_sem_settle(s);
            settled = true;
        } else if (sig > 0 && sig != SIGCHLD && si.si_code <= 0) { /* sent by a process */
            kill(child, sig);
        }
    }
    return status;
}

int keep_command(struct gf_sem *s, const struct gf_sem_ask *ask, const struct request *rq)
{
    gf_ns from = gf_now_mono();
    sigset_t set;
    block_signals(&set);
    pid_t child;
    int status = start(rq, s->fd, &child);
    if (status != 0) {
        gf_sem_release(s);
        return status;
    }
    /* The mark is for --status alone: when it cannot be written the permit is held all the same. */
    (void)gf_sem_mark(s, ask, child, gf_now_wall());
    status = wait_for(child, &set, s);
    gf_sem_release(s);
    detail_given_back(rq, gf_now_mono() - from);
    if (WIFSIGNALED(status))
        gf_die_by(WTERMSIG(status));
    return WEXITSTATUS(status);
}
