/*
 * cancel.c - --cancel-running: the commands that hold the permits are ended.
 *
 * The record of a holder names its command by number, time of start and PID name space; only when
 * all three fit is a descriptor of the process taken (pidfd_open(2)), and looked at once more, so
 * that no other process gets the signal. SIGTERM, and SIGKILL when it has not gone after
 * --kill-after. The permits may live on in a process that the command left behind: that is said,
 * and waited for.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/process.h"
#include "keeper.h"
#include "request.h"

static int open_process(const struct gf_sem_user *u)
{
    bool ours = u->pid > 0 && u->started && u->pid_space == gf_process_space();
    if (!ours || gf_process_started(u->pid) != u->started) {
        errno = ours ? ESRCH : EXDEV;
        return -1;
    }
    int fd = (int)syscall(SYS_pidfd_open, u->pid, 0);
    if (fd == -1 || gf_process_started(u->pid) == u->started)
        return fd;
    close(fd);
    errno = ESRCH;
    return -1;
}

static int send(int fd, int sig)
{
    return (int)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0);
}

/* Until it has ended, at most so long. */
static bool await(int fd, gf_ns span)
{
    gf_ns until = gf_now_mono() + span;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (;;) {
        gf_ns left = (until - gf_now_mono()) / GF_MS;
        int r = poll(&p, 1, left > 0 ? (int)(left < 1000 ? left : 1000) : 0);
        if (r == 1 || left <= 0 || ticks_are_over())
            return r == 1;
    }
}

static void end(const struct gf_sem_user *u, const struct want *w, const struct request *rq)
{
    int fd = open_process(u);
    if (fd == -1) {
        if (errno == EXDEV)
            gf_note("cannot end '%.*s', which holds '%s': it is in another PID name space",
                    (int)u->label_len, u->label, w->state);
        else if (errno != ESRCH)
            gf_error_errno("cannot end '%.*s' (process %d), which holds '%s'", (int)u->label_len,
                           u->label, (int)u->pid, w->state);
        return;
    }
    gf_note("ends '%.*s' (process %d), which holds '%s'", (int)u->label_len, u->label, (int)u->pid,
            w->state);
    if (send(fd, SIGTERM) == 0 && !await(fd, rq->kill_after) && !ticks_are_over()) {
        gf_note("process %d did not end within --kill-after: killed", (int)u->pid);
        if (send(fd, SIGKILL) == 0)
            (void)await(fd, GF_S);
    }
    close(fd);
}

/* What holds a permit still, though its command has ended; gf-sem itself is about to give it
 * back. */
static void tell_keepers(struct gf_sem *s, const struct gf_sem_user *u, const struct want *w)
{
    struct keepers k;
    struct gf_buf command = {0};
    keepers_find(s, u, &k);
    for (size_t i = 0; i < k.count; i++) {
        if (k.pids[i] == u->keeper)
            continue;
        keeper_command(k.pids[i], &command);
        gf_note("'%.*s' left process %d ('%s') behind, which keeps a permit of '%s'",
                (int)u->label_len, u->label, (int)k.pids[i], command.failed ? "" : command.data,
                w->state);
    }
    gf_buf_release(&command);
}

void cancel_holders(struct gf_sem_claim *c, const struct request *rq)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct want *w = &rq->wants[c->sems[i].tag];
        struct gf_sem_list list;
        if (gf_sem_list(&c->sems[i], &list) != 0)
            continue;
        for (size_t k = 0; k < list.holders; k++) {
            end(&list.users[k], w, rq);
            if (keeper_has_ended(&list.users[k]))
                tell_keepers(&c->sems[i], &list.users[k], w);
        }
        gf_sem_list_release(&list);
    }
}
