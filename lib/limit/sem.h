/*
 * sem.h - a semaphore between processes that no crash can upset: N permits for all who name the
 * same directory.
 *
 * Permits are kernel locks on the file DIR/permits that go with the last descriptor of the one
 * open description that took them, so any death frees them at once and nothing is left to repair.
 * Those who want permits stand in a line, in the order in which they asked; only the first in line
 * takes permits, as soon as there are enough for it, so those behind it cannot starve it, however
 * much it wants. A first in line that does not take what is free for a second (it was stopped) is
 * passed by. How it is laid out: limit/semfile.h.
 *
 * A claim asks for permits of one semaphore or several, all or none. It joins all their lines in
 * one step and holds nothing while it waits, and its place is the same in each, so claims never
 * wait for one another in a circle.
 *
 *     struct gf_sem s;
 *     const char *why;
 *     if (gf_sem_open(&s, &path, GF_SEM_USE, &(struct gf_sem_limits){4, 4}, &why) != 0) ...
 *     s.weight = 1;
 *     struct gf_sem_claim c = {.sems = &s, .count = 1, .pid = getpid(), .watch = -1};
 *     if (gf_sem_try(&c, gf_now_mono()) != 0) {      // EAGAIN: all taken, or others are before us
 *         if (gf_sem_join(&c, gf_now_mono()) != 0) ...
 *         while (gf_sem_poll(&c, gf_now_mono()) != 0)
 *             if (errno != EAGAIN || (gf_sem_sleep(&c) != 0 && errno != EINTR)) ...
 *     }
 *     ... the permits are ours, and those of a child that inherits s.fd ...
 *     gf_sem_release(&s);
 *
 * Errors: -1 with errno. One thread a struct; processes are what it is for. The clock is the
 * caller's.
 */
#ifndef GF_LIMIT_SEM_H
#define GF_LIMIT_SEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/statepath.h"

enum {
    GF_SEM_MOST = 1000000, /* permits in all, and so the greatest weight */
    GF_SEM_LABEL_MAX = 224,
    GF_SEM_PRIORITY_LAST = 9,
    GF_SEM_EAGER_REACH = 32, /* how far from the head of the line one may be that passes others */
};

struct gf_semfile_record;

enum gf_sem_kind {
    GF_SEM_COUNTED,
    GF_SEM_READERS_WRITERS, /* a reader takes one permit, a writer all */
};

struct gf_sem_limits {
    uint32_t permits;      /* how many there are now */
    uint32_t declared;     /* how many the first user said there are */
    enum gf_sem_kind kind; /* fixed when it is made */
    bool is_older;         /* the file is that of an older version, and nobody uses it */
};

/* The place of another in the line, as it was at the last look. */
struct gf_sem_sight {
    int32_t place; /* -1: nobody */
    int64_t asked;
};

struct gf_sem {
    int fd;    /* the permits live as long as this description; close-on-exec */
    int hold;  /* of a bare file: the descriptor that gets the locks of the permits; else fd */
    bool bare; /* a file that carries locks alone */
    dev_t dev; /* with `ino`: orders those of a claim */
    ino_t ino;
    uint32_t weight;  /* how many permits a claim wants of it, 1 .. GF_SEM_MOST: the caller's */
    bool by_kind;     /* the caller's: the weight is one, or all for readers and writers */
    uint32_t permits; /* of a bare file: how many there are */
    int tag;          /* the caller's */
    int32_t place;    /* -1: none yet */

    /* Kept between two looks at the line. */
    size_t ahead;                /* how many were before us */
    bool overtakes;              /* we may take our turn before them */
    struct gf_sem_sight target;  /* whose leaving we wait for; nobody's: we are first */
    struct gf_sem_sight suspect; /* who leaves free what it waits for, */
    gf_ns suspect_since_mono;    /* since when, */
    uint32_t suspect_beat;       /* and its sign of life then */
    uint32_t beat;               /* ours */
    int32_t ignored;             /* of a bare file: the last place that was passed by */
    struct gf_semfile_record *seen;
    size_t seen_cap;
};

/* What is asked, and who is asking (shown to those who look). The label is copied. */
struct gf_sem_claim {
    struct gf_sem *sems; /* of several: ordered by gf_sem_claim_order */
    size_t count;
    int32_t pid;
    const char *label;
    size_t label_len;  /* what is over GF_SEM_LABEL_MAX is cut */
    gf_ns now_wall;    /* of asking */
    uint32_t priority; /* 0 (first) .. GF_SEM_PRIORITY_LAST; a minute of waiting is worth a step */
    uint32_t eager;  /* how often one that wants more may be overtaken before we do not; 0: never */
    bool replace;    /* those who wait already give up: their gf_sem_poll says ECANCELED */
    int watch;       /* inotify while we wait; -1 at first */
    unsigned passed; /* how often we lost our turn, since we did not take what was free */
    int64_t asked;   /* our turn: gf_ns of CLOCK_MONOTONIC, or a little more */
    unsigned look;   /* looks since the last event */
    size_t failed;   /* of gf_sem_try, join and poll: the semaphore that the error is about */
};

enum gf_sem_mode {
    GF_SEM_USE,  /* to take permits or change their number */
    GF_SEM_LOOK, /* to look; wakes no waiter */
};

/*
 * Opens the semaphore in the directory `path`. With `make` it is made when it is missing, as that
 * says; what is there keeps its limits. ENOENT: it is missing. *why is as in base/statepath.h. On
 * failure `s` is safe to release.
 */
int gf_sem_open(struct gf_sem *s, const struct gf_statepath *path, enum gf_sem_mode mode,
                const struct gf_sem_limits *make, const char **why);

/*
 * Takes the file that is open at `fd` for a semaphore of `permits` permits, and puts locks alone
 * on it. The permits belong to the open description of `fd`: they are held until its last
 * descriptor is closed, whatever happens to `s`. Its users have no records: no label, no priority.
 * EBADF: fd is not open for reading and writing.
 */
int gf_sem_open_bare(struct gf_sem *s, int fd, uint32_t permits);

/* Gives back what this process holds, unless a child that inherited s->fd holds it too, and leaves
 * the line. */
void gf_sem_release(struct gf_sem *s);

int gf_sem_limits(struct gf_sem *s, struct gf_sem_limits *out);

/*
 * Changes how many permits there are, from now on, for all users. When it is lowered below what is
 * held, nothing is granted until enough came back. Waiters learn of it when `s` is released.
 */
int gf_sem_set(struct gf_sem *s, uint32_t permits);

/* Makes an unused semaphore one for readers and writers. EBUSY: it is in use. */
int gf_sem_set_kind(struct gf_sem *s, enum gf_sem_kind kind);

/* ---- a claim --------------------------------------------------------------------------------- */

/* Orders the semaphores as all claims do. EEXIST: one of them is there twice. */
int gf_sem_claim_order(struct gf_sem_claim *c);

/*
 * Takes the permits when nobody has to wait for that: they are free, and those in line have enough
 * besides. Else EAGAIN at once, without a trace. ERANGE: more than there are; ESTALE: the file was
 * removed.
 */
int gf_sem_try(struct gf_sem_claim *c, gf_ns now_mono);

/* Takes a place at the end of each line. EUSERS: no place is left. */
int gf_sem_join(struct gf_sem_claim *c, gf_ns now_mono);

/*
 * Looks whether it is our turn and takes the permits if so. EAGAIN: not yet; call gf_sem_sleep and
 * look again, after gf_sem_patience at the latest, so that one who is stopped is passed by.
 * ECANCELED: another took our place in the line. ERANGE, ESTALE as above.
 */
int gf_sem_poll(struct gf_sem_claim *c, gf_ns now_mono);

/* How long the next sleep may last: a second near the head of the line, more far behind it. */
gf_ns gf_sem_patience(const struct gf_sem_claim *c);

/* Sleeps until gf_sem_poll may say something else. EINTR: a signal was caught. Behind others in
 * line nothing but their leaving ends the sleep, so have a timer that signals after
 * gf_sem_patience. */
int gf_sem_sleep(struct gf_sem_claim *c);

/* How many permits the description that is to get them has already. */
int gf_sem_bare_held(struct gf_sem *s, uint64_t *held);

/* Says who the holder is once the permits are taken, and since when. */
int gf_sem_mark(struct gf_sem_claim *c, int32_t pid, gf_ns now_wall);

/* Frees what the wait needed and holding does not. It may take 10 ms, so call it when there is
 * time; gf_sem_claim_release does it too, once the permits are back. */
void gf_sem_settle(struct gf_sem_claim *c);

/* Releases all its semaphores. */
void gf_sem_claim_release(struct gf_sem_claim *c);

/* Whether nobody holds or waits for a permit; and a sleep until a release, or a second. */
bool gf_sem_is_idle(struct gf_sem *s);
int gf_sem_sleep_idle(struct gf_sem_claim *c);

/* ---- looking --------------------------------------------------------------------------------- */

enum gf_sem_stand {
    GF_SEM_HOLDS,
    GF_SEM_WAITS,
    GF_SEM_STOPPED, /* waits, but was passed by */
};

struct gf_sem_user {
    enum gf_sem_stand stand;
    int32_t place;
    uint32_t weight;
    int32_t pid;                 /* of what holds the permit: the command; 0: not known yet */
    int32_t keeper;              /* of the process that asked for it */
    uint64_t started, pid_space; /* of `pid`: base/process.h */
    uint32_t priority;
    int64_t asked;
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
