/*
 * cancel.c - --cancel-running: the commands that hold the permits are ended.
 *
 * The record of a holder names its command by number, time of start and PID name space; only when
 * all three fit is a descriptor of the process taken (pidfd_open(2)), and looked at once more, so
 * that no other process gets the signal. All get SIGTERM at once, and those that have not gone
 * after --kill-after get SIGKILL. Meanwhile gf-sem stands in line like any other, so that its turn
 * is not lost; a turn that comes early is taken, and the command starts when all have ended. The
 * permits may live on in a process that a command left behind: that is said, and waited for.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/process.h"
#include "base/sat.h"
#include "keeper.h"
#include "request.h"

/* One that was sent SIGTERM. */
struct victim {
    struct gf_sem_user user;
    size_t sem;   /* of the claim */
    bool is_told; /* it has ended, and what it left behind was named */
};

static struct victim *victims;
static size_t count;
static bool is_killed;
static gf_ns next_mono; /* SIGKILL is due; later: what it has not ended is left alone */

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

static const char *state_of(const struct gf_sem_claim *c, const struct request *rq, size_t sem)
{
    return rq->wants[c->sems[sem].tag].state;
}

/* A command that holds permits of two semaphores gets a signal once: as the first of these. */
static size_t first_of_command(size_t i)
{
    const struct gf_sem_user *u = &victims[i].user;
    for (size_t k = 0; k < i && victims[k].sem != victims[i].sem; k++)
        if (victims[k].user.pid == u->pid && victims[k].user.started == u->started)
            return k;
    return i;
}

/* 0, or -1 after a message when there is one to print. */
static int signal_user(const struct gf_sem_user *u, const char *state, int sig)
{
    int fd = open_process(u);
    int r = fd == -1 ? -1 : send(fd, sig);
    int code = errno;
    if (fd != -1)
        close(fd);
    if (r == 0 || code == ESRCH)
        return r;
    if (code == EXDEV)
        gf_note("cannot end '%.*s', which holds '%s': it is in another PID name space",
                (int)u->label_len, u->label, state);
    else
        gf_error("cannot end '%.*s' (process %d), which holds '%s': %s", (int)u->label_len,
                 u->label, (int)u->pid, state, strerror(code));
    return -1;
}

/* What holds a permit still, though its command has ended; gf-sem itself is about to give it
 * back. */
static void tell_keepers(struct gf_sem *s, const struct gf_sem_user *u, const char *state)
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
                state);
    }
    gf_buf_release(&command);
}

static void tell_ended(struct gf_sem_claim *c, const struct request *rq)
{
    for (size_t i = 0; i < count; i++) {
        struct victim *v = &victims[i];
        if (v->is_told || !keeper_has_ended(&v->user))
            continue;
        tell_keepers(&c->sems[v->sem], &v->user, state_of(c, rq, v->sem));
        v->is_told = true;
    }
}

/* ---- SIGTERM --------------------------------------------------------------------------------- */

static int add_victims(const struct gf_sem *s, const struct gf_sem_list *list, size_t sem)
{
    struct victim *more = realloc(victims, (count + list->holders) * sizeof *more);
    if (!more)
        return -1;
    victims = more;
    for (size_t i = 0; i < list->holders; i++)
        if (!is_around_us(s, &list->users[i]))
            victims[count++] = (struct victim){.user = list->users[i], .sem = sem};
    return 0;
}

static void terminate(struct victim *v, const char *state)
{
    const struct gf_sem_user *u = &v->user;
    if (signal_user(u, state, SIGTERM) == 0)
        gf_note("ends '%.*s' (process %d), which holds '%s'", (int)u->label_len, u->label,
                (int)u->pid, state);
    else
        v->is_told = !keeper_has_ended(u); /* what cannot be ended is left alone */
}

int cancel_begin(struct gf_sem_claim *c, const struct request *rq)
{
    next_mono = gf_sat_add_i64(gf_now_mono(), rq->kill_after);
    for (size_t i = 0; i < c->count; i++) {
        struct gf_sem_list list;
        int r = gf_sem_list(&c->sems[i], &list);
        if (r == 0 && list.holders)
            r = add_victims(&c->sems[i], &list, i);
        gf_sem_list_release(&list);
        if (r != 0)
            return -1;
    }
    for (size_t i = 0; i < count; i++) {
        size_t first = first_of_command(i);
        if (first == i)
            terminate(&victims[i], state_of(c, rq, victims[i].sem));
        victims[i].is_told = victims[first].is_told;
    }
    tell_ended(c, rq);
    return 0;
}

/* ---- SIGKILL --------------------------------------------------------------------------------- */

/* A holder may have started its command since the record was read: the new one says its number. */
static void renew(struct gf_sem_claim *c, struct victim *v)
{
    struct gf_sem_list list;
    if (gf_sem_list(&c->sems[v->sem], &list) != 0)
        return;
    for (size_t i = 0; i < list.holders; i++)
        if (list.users[i].place == v->user.place && list.users[i].asked == v->user.asked)
            v->user = list.users[i];
    gf_sem_list_release(&list);
}

static void kill_all(struct gf_sem_claim *c, const struct request *rq)
{
    for (size_t i = 0; i < count; i++) {
        struct victim *v = &victims[i];
        if (v->is_told || first_of_command(i) != i)
            continue;
        renew(c, v);
        if (!keeper_has_ended(&v->user) &&
            signal_user(&v->user, state_of(c, rq, v->sem), SIGKILL) == 0)
            gf_note("process %d did not end within --kill-after: killed", (int)v->user.pid);
    }
}

gf_ns cancel_go_on(struct gf_sem_claim *c, const struct request *rq)
{
    gf_ns now_mono = gf_now_mono();
    size_t told = 0;
    tell_ended(c, rq);
    for (size_t i = 0; i < count; i++)
        told += victims[i].is_told;
    if (told == count)
        return GF_NEVER;
    if (now_mono >= next_mono && !is_killed) {
        kill_all(c, rq);
        is_killed = true;
        next_mono = now_mono + GF_S;
    }
    return now_mono < next_mono ? next_mono - now_mono : GF_NEVER;
}

/* Sleeps until one of them has ended, but no longer than `span`. */
static void await_one(gf_ns span)
{
    size_t i = 0;
    while (i < count && victims[i].is_told)
        i++;
    struct pollfd p = {.fd = i < count ? open_process(&victims[i].user) : -1, .events = POLLIN};
    if (p.fd != -1 || errno != ESRCH) {
        pause_let_in();
        (void)poll(&p, 1, (int)(span / GF_MS) + 1);
        pause_hold_back();
    }
    if (p.fd != -1)
        close(p.fd);
}

bool cancel_finish(struct gf_sem_claim *c, const struct request *rq)
{
    gf_ns span;
    while ((span = cancel_go_on(c, rq)) != GF_NEVER) {
        if (ticks_are_over())
            return false;
        if (span > GF_S)
            span = GF_S;
        (void)ticks_set(span);
        await_one(span);
    }
    return true;
}

void cancel_release(void)
{
    free(victims);
    victims = NULL;
    count = 0;
}
