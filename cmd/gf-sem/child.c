/*
 * child.c - the command, and gf-sem beside it.
 *
 * Permits of a server are redis_run.c's; the command is started and awaited here all the same.
 *
 * The command inherits the descriptor that holds the permits, so the command holds them on when
 * gf-sem is killed. gf-sem stays and holds the permits too, so a command that closes every
 * descriptor that it did not open (sudo, daemons) keeps its permit. With --close gf-sem alone holds
 * the permits.
 *
 * The command stays in the process group of gf-sem. A signal from the terminal reaches the command
 * anyway (si_code tells), and so does one that is sent to the group (witness.c); a signal that a
 * process sends to gf-sem alone is forwarded. No handler is needed: the signals are blocked and
 * taken one by one with sigtimedwait.
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
#include "base/sat.h"
#include "base/sig.h"
#include "proc/command.h"
#include "proc/environ.h"
#include "request.h"

static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

void command_block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++)
        sigaddset(set, forwarded[i]);
    sigprocmask(SIG_BLOCK, set, NULL);
}

static int cannot_start(const struct request *rq, int err)
{
    int status = gf_cannot_run(rq->argv[0], err, "sh -c");
    return gf_command_fault(err, false) == GF_FAULT_MOMENT ? GF_EXIT_TOOL : status;
}

int command_start(const struct request *rq, const char *const *variables, size_t count,
                  pid_t *child)
{
    struct gf_command command = {.search = getenv("PATH")};
    struct gf_environ env = {0};
    int err = 0;
    gf_environ_begin(&env, environ);
    for (size_t i = 0; i < count; i++) {
        if (variables[i])
            gf_environ_put(&env, variables[i]);
        else
            err = ENOMEM;
    }
    const struct gf_spawn spawn = {.argv = rq->argv, .envp = env.list, .fd = {-1, -1, -1}};
    if (env.failed)
        err = ENOMEM;
    if (err == 0)
        err = gf_command_spawn(&command, &spawn, child);
    gf_command_release(&command);
    gf_environ_release(&env);
    return err == 0 ? 0 : cannot_start(rq, err);
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

/* How long to wait for a signal: until the moment, or for ever. */
static const struct timespec *until(gf_ns moment_mono, struct timespec *t)
{
    if (moment_mono == GF_NEVER)
        return NULL;
    gf_ns left = moment_mono - gf_now_mono();
    if (left < 0)
        left = 0;
    *t = (struct timespec){.tv_sec = (time_t)(left / GF_S), .tv_nsec = (long)(left % GF_S)};
    return t;
}

/* A command that runs longer than 50 ms leaves time for what is done beside it, and for a
 * witness. */
int command_await(pid_t child, const sigset_t *set, const struct request *rq,
                  const struct beside *beside)
{
    gf_ns next_mono = gf_now_mono() + 50 * GF_MS;
    int status = 0;
    while (!reap(child, &status)) {
        siginfo_t si;
        struct timespec t;
        int sig = sigtimedwait(set, &si, until(next_mono, &t));
        if (sig > 0 && sig != SIGCHLD && si.si_code <= 0 && !witness_saw(sig, rq))
            kill(child, sig);
        if (gf_now_mono() >= next_mono) {
            gf_ns span = beside->go_on(beside->arg);
            witness_start(rq);
            next_mono = gf_sat_add_i64(gf_now_mono(), span);
        }
    }
    witness_stop();
    return status;
}

int command_status(int status)
{
    if (WIFSIGNALED(status))
        gf_die_by(WTERMSIG(status));
    return WEXITSTATUS(status);
}

/* ---- permits of files ------------------------------------------------------------------------ */

/* The command inherits what holds the permits. */
static int hand_down(const struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (fcntl(c->sems[i].fd, F_SETFD, 0) == -1)
            return errno;
    return 0;
}

/* Starts the command: 0 and its pid, else the exit status with the message out. */
static int start(const struct gf_sem_claim *c, const struct request *rq, pid_t *child)
{
    int err = rq->close_in_command ? 0 : hand_down(c);
    if (err != 0)
        return cannot_start(rq, err);
    char *nesting = nesting_for_command(c);
    int status = command_start(rq, (const char *const[]){nesting}, 1, child);
    free(nesting);
    return status;
}

static gf_ns settle(void *arg)
{
    gf_sem_settle(arg);
    return GF_NEVER;
}

int keep_command(struct gf_sem_claim *c, const struct request *rq)
{
    gf_ns from = gf_now_mono();
    sigset_t set;
    command_block_signals(&set);
    pid_t child;
    gf_sig_drop_request(); /* of a time in which there was no command */
    int status = start(c, rq, &child);
    if (status != 0) {
        gf_sem_claim_release(c);
        return status;
    }
    /* The mark is for --status alone: when it cannot be written the permit is held all the same. */
    (void)gf_sem_mark(c, child, gf_now_wall());
    uint32_t weights[WANTS_MOST] = {0};
    for (size_t i = 0; i < c->count; i++)
        weights[c->sems[i].tag] = c->sems[i].weight;
    pause_let_in();
    status = command_await(child, &set, rq, &(struct beside){.go_on = settle, .arg = c});
    pause_hold_back();
    gf_sem_claim_release(c);
    detail_given_back(rq, weights, c->asked, gf_now_mono() - from);
    return command_status(status);
}
