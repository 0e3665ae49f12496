/*
 * redis_guard.c - the process that ends a command whose lease is not renewed.
 *
 * gf-sem itself could not promise that: it may be killed, stopped, or busy with a server that does
 * not answer (a look-up of a name has no deadline). So the order, when to send SIGTERM and when
 * SIGKILL, lies with a process that does nothing else. gf-sem sends it a new order after each
 * renewal; when gf-sem is gone, the last order stands. Its timer is on CLOCK_BOOTTIME, so one that
 * has passed while the machine was suspended fires at once.
 *
 * What the command started is found by the id of the claim in GF_SEM of its environment, and gets
 * the same signals; else the end of a shell would leave its command at work. A process is looked at
 * and signalled by one descriptor (pidfd_open(2)), so a number that is used again does no harm.
 *
 * Three descriptors stay open: 0, the socket to gf-sem; 1, the command; 2, the timer. What is
 * blocked or ignored of signals does not matter: all are blocked. Names as those of the witness
 * (witness.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/procfs.h"
#include "redis.h"

enum {
    ORDERS,
    COMMAND,
    TIMER,
    FDS
};

static pid_t guard = -1;
static int guard_fd = -1, orders = -1; /* the guard as a process, and our end of the socket */
static const struct request *request;
static pid_t guarded;
static const char *guarded_mark;

static int open_process(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void send_signal(int fd, int sig)
{
    (void)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0);
}

/* ---- in the guard ---------------------------------------------------------------------------- */

struct hunt {
    const char *mark;
    int sig; /* 0: counts alone */
    size_t found;
    struct gf_buf room;
};

static bool has_mark(struct hunt *h, pid_t pid)
{
    gf_procfs_read(pid, "environ", &h->room);
    const char *sem = gf_procfs_variable(&h->room, "GF_SEM=");
    return sem && strstr(sem, h->mark);
}

static bool look_at(void *arg, pid_t pid)
{
    struct hunt *h = arg;
    if (pid == getpid() || pid == guarded || !has_mark(h, pid) || gf_procfs_zombie(pid, &h->room))
        return true;
    int fd = open_process(pid);
    if (fd == -1)
        return true;
    if (has_mark(h, pid)) {
        h->found++;
        if (h->sig)
            send_signal(fd, h->sig);
    }
    close(fd);
    return true;
}

/* Signals the command and what it started, each once; how many there are of the latter. */
static size_t hunt(const char *mark, int sig)
{
    struct hunt h = {.mark = mark, .sig = sig};
    if (sig)
        send_signal(COMMAND, sig);
    (void)gf_procfs_each(look_at, &h);
    gf_buf_release(&h.room);
    return h.found;
}

static bool is_ready(int fd, int span_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, span_ms) > 0;
}

static void set_timer(gf_ns at_boot)
{
    struct itimerspec t = {0};
    if (at_boot != GF_NEVER) /* 0 would be no timer */
        t.it_value = (struct timespec){.tv_sec = (time_t)(at_boot / GF_S),
                                       .tv_nsec = (long)(at_boot % GF_S) + (at_boot == 0)};
    (void)timerfd_settime(TIMER, TFD_TIMER_ABSTIME, &t, NULL);
}

/* SIGTERM was sent. After SIGKILL for what is left nobody stays. */
static void see_to_the_end(const char *mark, struct guard_order order)
{
    while (gf_now_boot() < order.kill_boot) {
        if (is_ready(COMMAND, 50) && hunt(mark, 0) == 0)
            _exit(0);
        struct guard_order sooner;
        if (recv(ORDERS, &sooner, sizeof sooner, MSG_DONTWAIT) == (ssize_t)sizeof sooner &&
            sooner.kill_boot < order.kill_boot)
            order = sooner;
        if (is_ready(COMMAND, 0)) /* what it left behind has no descriptor to wait on */
            (void)gf_sleep_until(gf_now_mono() + 50 * GF_MS);
    }
    hunt(mark, SIGKILL);
    _exit(0);
}

static void keep_watch(const char *mark, struct guard_order order)
{
    struct pollfd p[FDS] = {{.fd = ORDERS, .events = POLLIN},
                            {.fd = COMMAND, .events = POLLIN},
                            {.fd = TIMER, .events = POLLIN}};
    for (;;) {
        set_timer(order.term_boot);
        if (poll(p, FDS, -1) == -1)
            continue;
        if (p[COMMAND].revents)
            _exit(0);
        if (p[ORDERS].revents) {
            struct guard_order next;
            ssize_t n = recv(ORDERS, &next, sizeof next, MSG_DONTWAIT);
            if (n == (ssize_t)sizeof next)
                order = next;
            else if (n == 0)
                p[ORDERS].fd = -1; /* gf-sem is gone, and the last order stands */
        } else if (gf_now_boot() >= order.term_boot) {
            hunt(mark, SIGTERM);
            see_to_the_end(mark, order);
        }
    }
}

static void close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0)
        return;
#endif
    for (int fd = first; fd < 1024; fd++)
        close(fd);
}

static void become_guard(const int fds[FDS], const char *mark, const struct guard_order *order)
{
    int high[FDS];
    take_name_of_command(request, "guard");
    for (int i = 0; i < FDS; i++)
        high[i] = fcntl(fds[i], F_DUPFD, FDS);
    for (int i = 0; i < FDS; i++)
        if (high[i] == -1 || dup2(high[i], i) == -1)
            _exit(1);
    close_from(FDS);
    if (chdir("/") != 0)
        _exit(1);
    keep_watch(mark, *order);
}

/* ---- in gf-sem ------------------------------------------------------------------------------- */

int guard_start(const struct request *rq, pid_t command, const char *mark,
                const struct guard_order *order)
{
    int pair[2] = {-1, -1}, fds[FDS] = {-1, -1, -1}, code = 0;
    sigset_t all, before;
    request = rq;
    guarded = command;
    guarded_mark = mark;
    fds[COMMAND] = open_process(command);
    fds[TIMER] = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
    if (fds[COMMAND] == -1 || fds[TIMER] == -1 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        code = errno;
        goto out;
    }
    fds[ORDERS] = pair[1];
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    guard = fork();
    if (guard == 0)
        become_guard(fds, mark, order);
    code = guard == -1 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (guard != -1) {
        guard_fd = open_process(guard);
        orders = pair[0];
        pair[0] = -1;
    }
out:
    for (int i = 0; i < FDS; i++)
        if (fds[i] != -1)
            close(fds[i]);
    if (pair[0] != -1)
        close(pair[0]);
    errno = code;
    return code ? -1 : 0;
}

static void forget_guard(void)
{
    if (orders != -1)
        close(orders);
    if (guard_fd != -1)
        close(guard_fd);
    orders = guard_fd = -1;
}

void guard_tell(const struct guard_order *order)
{
    if (orders == -1 || send(orders, order, sizeof *order, MSG_NOSIGNAL) != -1)
        return;
    forget_guard(); /* somebody has killed it */
    (void)guard_start(request, guarded, guarded_mark, order);
}

void guard_stop(bool obey)
{
    if (orders == -1)
        return;
    if (!obey && guard_fd != -1)
        send_signal(guard_fd, SIGKILL);
    while (waitpid(guard, NULL, 0) == -1 && errno == EINTR)
        ;
    forget_guard();
}
