/*
 * semsleep.c - how one waits for its turn.
 *
 * Behind others it sleeps on the lock of the place right before it, which goes when that one takes
 * its permits, gives up or dies: one wake-up for each step of the line, at any length of it.
 *
 * The first in line waits for permits. One is freed when its last descriptor is closed, by whatever
 * death; that raises IN_CLOSE_WRITE on the file just before the lock goes (fput: notify, then
 * unlock). So after an event it looks at once, after 0.1 ms, 1 ms and 10 ms, then sleeps for the
 * next event; a look each second is there for events that are lost or not to be had. One that is
 * eager does the same near the head of the line, and is told of records that others write as well.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "limit/sem.h"
#include "limit/semfile.h"

/* How long to sleep after an event before each look; the last is repeated. */
static const gf_ns looks[] = {100 * GF_US, GF_MS, 10 * GF_MS, GF_S};
enum {
    LOOKS = sizeof looks / sizeof looks[0],
    FAR = 8,     /* places ahead for each second between two looks, */
    SELDOM = 15, /* at most so many seconds */
};

/* The kernel takes some 10 ms for it (it waits until no mark is in use): not while others wait. */
static void unwatch(struct gf_sem_claim *c)
{
    if (c->watch >= 0)
        close(c->watch);
    c->watch = -1;
}

/* The files themselves are watched, by way of their descriptors: a name may be another's by now. */
static void watch(struct gf_sem_claim *c)
{
    if (c->watch >= 0)
        return;
    c->look = 0;
    c->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    for (size_t i = 0; c->watch >= 0 && i < c->count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", c->sems[i].fd);
        uint32_t events = IN_CLOSE_WRITE | (c->eager ? IN_MODIFY : 0);
        if (inotify_add_watch(c->watch, path, events) == -1)
            unwatch(c);
    }
}

static bool drain(int fd)
{
    char events[4096];
    bool any = false;
    while (read(fd, events, sizeof events) > 0)
        any = true;
    return any;
}

/* One sleep. Without inotify (too many instances, no /proc) the sleeps do not grow beyond 10 ms. */
static int doze(struct gf_sem_claim *c)
{
    watch(c);
    unsigned longest = c->watch >= 0 ? LOOKS - 1 : LOOKS - 2;
    gf_ns span = looks[c->look < longest ? c->look : longest];
    struct timespec ts = {.tv_sec = span / GF_S, .tv_nsec = span % GF_S};
    struct pollfd p = {.fd = c->watch, .events = POLLIN};
    int r = ppoll(&p, 1, &ts, NULL);
    if (r == -1)
        return -1;
    if (r == 1 && drain(c->watch))
        c->look = 0;
    else if (c->look < longest)
        c->look++;
    return 0;
}

/* The second in line is the one to see that the first is stopped. Those far behind look seldom:
 * they would see it late, but long before their turn. */
gf_ns gf_sem_patience(const struct gf_sem_claim *c)
{
    size_t ahead = c->sems[0].ahead;
    if (ahead == 1)
        return GF_S / 2;
    if (c->count > 1 || ahead < FAR || c->sems[0].suspect.place != -1)
        return GF_S;
    return ahead < FAR * SELDOM ? (gf_ns)(ahead / FAR) * GF_S : SELDOM * GF_S;
}

int gf_sem_sleep(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct gf_sem *s = &c->sems[i];
        if (s->target.place != -1 && !(c->eager && s->ahead < GF_SEM_EAGER_REACH))
            return gf_semfile_await(s->fd, gf_semfile_place(s->target.place));
    }
    return doze(c);
}

int gf_sem_sleep_idle(struct gf_sem_claim *c)
{
    return doze(c);
}

void gf_sem_settle(struct gf_sem_claim *c)
{
    unwatch(c);
}

void gf_sem_claim_release(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        gf_sem_release(&c->sems[i]);
    unwatch(c);
}
