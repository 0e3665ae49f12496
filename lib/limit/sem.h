/*
 * sem.h - a semaphore between processes that no crash can upset: N permits for all who name the
 * same directory.
 *
 * Permits are kernel locks on the file DIR/permits that go with the last descriptor of the one
 * open description that took them, so any death frees them at once and nothing is left to repair.
 * Whoever wants permits queues at a gate (a lock too, served by the kernel in the order of
 * asking); the one at the head of the queue holds the gate and sleeps in inotify until enough is
 * free for it, so those behind it cannot starve it, however much it wants. How it is laid out:
 * limit/semfile.h.
 *
 *     struct gf_sem s;
 *     const char *why;
 *     if (gf_sem_open(&s, &path, GF_SEM_USE, 4, &why) != 0) ...
 *     struct gf_sem_ask ask = {.weight = 1, .pid = getpid(), .asked_mono = now_mono};
 *     if (gf_sem_try(&s, &ask) != 0) {             // EAGAIN: all taken, or others are before us
 *         if (gf_sem_enter(&s, &ask) != 0) ...     // in the queue; returns at its head
 *         if (gf_sem_wait(&s, NULL) != 0) ...      // and the permits are ours
 *     }
 *     ... a child that inherits s.fd holds them as well ...
 *     gf_sem_release(&s);
 *
 * Errors: -1 with errno. A caught signal ends a wait with EINTR. One thread a struct; processes
 * are what it is for. The clock is the caller's.
 */
#ifndef GF_LIMIT_SEM_H
#define GF_LIMIT_SEM_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/statepath.h"

enum {
    GF_SEM_MOST = 1000000, /* permits in all, and so the greatest weight */
    GF_SEM_LABEL_MAX = 224,
};

struct gf_sem {
    int fd;    /* the permits live as long as this description; close-on-exec */
    int watch; /* inotify while we wait, else -1 */
    int place; /* our row in the file, -1: none yet */
    uint32_t weight;
};

struct gf_sem_limits {
    uint32_t permits;  /* how many there are now */
    uint32_t declared; /* how many the first user said there are */
};

enum gf_sem_mode {
    GF_SEM_USE,  /* to take permits or change their number */
    GF_SEM_LOOK, /* to look; wakes no waiter */
};

/* What is asked, and who is asking (shown to those who look). The label is copied. */
struct gf_sem_ask {
    uint32_t weight; /* 1 .. GF_SEM_MOST */
    int32_t pid;
    const char *label;
    size_t label_len; /* what is over GF_SEM_LABEL_MAX is cut */
    gf_ns asked_mono; /* orders the waiters in lists */
    gf_ns now_wall;
};

/*
 * Opens the semaphore in the directory `path`. With `permits` > 0 it is made when it is missing,
 * with so many; what is there keeps its number. ENOENT: it is missing. *why is as in
 * base/statepath.h. On failure `s` is safe to release.
 */
int gf_sem_open(struct gf_sem *s, const struct gf_statepath *path, enum gf_sem_mode mode,
                uint32_t permits, const char **why);

/* Gives back what this process holds, unless a child that inherited s->fd holds it too. */
void gf_sem_release(struct gf_sem *s);

int gf_sem_limits(struct gf_sem *s, struct gf_sem_limits *out);

/*
 * Changes how many permits there are, from now on, for all users. When it is lowered below what is
 * held, nothing is granted until enough came back. Waiters learn of it when `s` is released.
 */
int gf_sem_set(struct gf_sem *s, uint32_t permits);

/*
 * Takes the permits when nobody has to wait for that: they are free, and those who queue have
 * enough besides. Else EAGAIN at once. ERANGE: more than there are; ESTALE: the file was removed.
 */
int gf_sem_try(struct gf_sem *s, const struct gf_sem_ask *ask);

/* Queues, and returns when we are at the head. After EINTR we are out of the queue; call it again
 * to queue at its end. */
int gf_sem_enter(struct gf_sem *s, const struct gf_sem_ask *ask);

/*
 * At the head: sleeps until the permits are free and takes them, or ERANGE and ESTALE as above.
 * `mask` (NULL: the present one) is the signal mask while asleep. After EINTR we are still at the
 * head, and everybody waits for us: call it again, or gf_sem_leave.
 */
int gf_sem_wait(struct gf_sem *s, const sigset_t *mask);

/* Gives up the head of the queue. */
void gf_sem_leave(struct gf_sem *s);

/* Says who the holder is once the permits are taken, and since when. */
int gf_sem_mark(struct gf_sem *s, const struct gf_sem_ask *ask, int32_t pid, gf_ns now_wall);

/* Frees what the wait needed and holding does not. It may take 10 ms, so call it when there is
 * time; gf_sem_release does it too, once the permits are back. */
void gf_sem_settle(struct gf_sem *s);

/* Whether nobody holds or waits for a permit, and a sleep until that is so. */
bool gf_sem_is_idle(struct gf_sem *s);
int gf_sem_wait_idle(struct gf_sem *s);

/* ---- looking --------------------------------------------------------------------------------- */

struct gf_sem_user {
    bool holds; /* else it waits */
    uint32_t weight;
    int32_t pid;    /* of what holds the permit: the command; 0: not known yet */
    int32_t keeper; /* of the process that asked for it */
    gf_ns asked_mono;
    gf_ns since_wall; /* granted, or asked */
    size_t label_len;
    char label[GF_SEM_LABEL_MAX];
};

struct gf_sem_list {
    struct gf_sem_user *users; /* holders by the time of their grant, then waiters in order */
    size_t holders, waiters;
    uint64_t held, wanted; /* permits */
};

/* A picture of this moment; users other than `s` itself. Free with gf_sem_list_release. */
int gf_sem_list(struct gf_sem *s, struct gf_sem_list *out);
void gf_sem_list_release(struct gf_sem_list *l);

#endif
