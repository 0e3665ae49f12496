/*
 * sem.c - permits taken under a gate, and the wait for one.
 *
 * semfile.h says what is locked.
 *
 * Only who has the gate takes permits, so what is held can but fall while it looks, and a grant is
 * one lock call: it never holds a part of what it wants and two of them cannot block each other.
 *
 * Wake-ups. A permit is freed when its last descriptor is closed, by whatever death; that raises
 * IN_CLOSE_WRITE on the file just before the lock goes (fput: notify, then unlock). So after an
 * event the waiter looks at once, after 0.1 ms, 1 ms and 10 ms, then sleeps for the next event; a
 * look each second is there for events that are lost or not to be had.
 *
 * Fairness. The kernel wakes the waiters of one lock in order, but whoever asks in the moment
 * between two of them comes first, and a death in the queue can wake two at once. So who gets the
 * gate looks whether somebody asked before it, and steps back for a moment if so. It does not do so
 * for ever, for the other may be stopped. A newcomer does not even queue when there is enough for
 * all who do.
 */
#include "limit/sem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "limit/semfile.h"

/* ---- open ------------------------------------------------------------------------------------ */

/* Moves fd out of the way of commands that open or close low numbers by hand (sh: exec 3>file). */
static int move_up(int fd)
{
    static const int floors[] = {200, 20}; /* where the limit of descriptors allows */
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++) {
        int high = fcntl(fd, F_DUPFD_CLOEXEC, floors[i]);
        if (high == -1)
            continue;
        close(fd);
        return high;
    }
    return fd;
}

/* Reads the header, or writes the first one. */
static int settle_limits(int fd, uint32_t permits)
{
    struct gf_sem_limits l;
    if (gf_semfile_conf_lock(fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(fd, &l);
    if (r == -1 && errno == ENODATA && permits) {
        l = (struct gf_sem_limits){permits, permits};
        r = gf_semfile_write_limits(fd, &l);
    }
    gf_semfile_conf_unlock(fd);
    if (r == -1 && errno == ENODATA)
        errno = ENOENT; /* its maker died before it was anything */
    return r;
}

int gf_sem_open(struct gf_sem *s, const struct gf_statepath *path, enum gf_sem_mode mode,
                uint32_t permits, const char **why)
{
    *s = (struct gf_sem){.fd = -1, .watch = -1, .place = -1};
    int dir = gf_state_opendir(path, permits > 0, why);
    if (dir == -1)
        return -1;
    int flags = mode == GF_SEM_LOOK ? O_RDONLY : O_RDWR;
    s->fd = gf_state_openat(dir, "permits", flags | (permits ? O_CREAT : 0), why);
    int code = errno;
    close(dir);
    errno = code;
    if (s->fd == -1)
        return -1;
    s->fd = move_up(s->fd);
    if (settle_limits(s->fd, permits) == 0)
        return 0;
    code = errno;
    *why = code == EBADMSG ? "is not a semaphore of gf-sem" : strerror(code);
    gf_sem_release(s);
    errno = code;
    return -1;
}

/* The kernel takes some 10 ms for it (it waits until no mark is in use): not while others wait. */
static void unwatch(struct gf_sem *s)
{
    if (s->watch >= 0)
        close(s->watch);
    s->watch = -1;
}

void gf_sem_release(struct gf_sem *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = s->place = -1;
    unwatch(s);
}

int gf_sem_limits(struct gf_sem *s, struct gf_sem_limits *out)
{
    if (gf_semfile_conf_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(s->fd, out);
    gf_semfile_conf_unlock(s->fd);
    return r;
}

int gf_sem_set(struct gf_sem *s, uint32_t permits)
{
    struct gf_sem_limits l;
    if (gf_semfile_conf_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(s->fd, &l);
    if (r == 0) {
        l.permits = permits;
        r = gf_semfile_write_limits(s->fd, &l);
    }
    gf_semfile_conf_unlock(s->fd);
    return r;
}

/* ---- a place --------------------------------------------------------------------------------- */

static off_t place_lock(int place)
{
    return GF_SEMFILE_PLACES + place * GF_SEMFILE_STRIDE;
}

static off_t hold_lock(int place)
{
    return GF_SEMFILE_HOLDS + place * GF_SEMFILE_STRIDE;
}

static int describe(struct gf_sem *s, const struct gf_sem_ask *ask, int32_t pid, gf_ns since_wall)
{
    size_t len = ask->label_len < GF_SEM_LABEL_MAX ? ask->label_len : GF_SEM_LABEL_MAX;
    struct gf_semfile_record r = {.asked_mono = ask->asked_mono,
                                  .since_wall = since_wall,
                                  .pid = pid,
                                  .keeper = ask->pid,
                                  .weight = ask->weight,
                                  .label_len = (uint32_t)len};
    if (len)
        memcpy(r.label, ask->label, len);
    return gf_semfile_write_record(s->fd, s->place, &r);
}

/* The lowest place that is free, so the file stays as small as its users are few. */
static int sit_down(struct gf_sem *s, const struct gf_sem_ask *ask)
{
    for (int i = 0; s->place == -1; i++) {
        if (i == GF_SEMFILE_PLACE_COUNT) {
            errno = EUSERS;
            return -1;
        }
        if (gf_semfile_lock(s->fd, place_lock(i), ask->weight) == 0)
            s->place = i;
        else if (errno != EAGAIN)
            return -1;
    }
    s->weight = ask->weight;
    return describe(s, ask, ask->pid, ask->now_wall);
}

int gf_sem_mark(struct gf_sem *s, const struct gf_sem_ask *ask, int32_t pid, gf_ns now_wall)
{
    return describe(s, ask, pid, now_wall);
}

/* ---- taking, at the gate --------------------------------------------------------------------- */

/*
 * How many permits are free: for one who is at the head of the queue, or (spare) when those who
 * queue are served first. Places are counted before holds: whoever dies between the two counts
 * then looks like one more who waits, never like one less.
 */
static int count_free(struct gf_sem *s, uint32_t weight, bool spare, uint64_t *free_now)
{
    struct gf_sem_limits l;
    uint64_t placed = 0, held;
    struct stat st;
    if (fstat(s->fd, &st) != 0 || gf_sem_limits(s, &l) != 0)
        return -1;
    if (st.st_nlink == 0 || weight > l.permits) {
        errno = st.st_nlink == 0 ? ESTALE : ERANGE;
        return -1;
    }
    if ((spare && gf_semfile_sum(s->fd, GF_SEMFILE_PLACES, &placed) != 0) ||
        gf_semfile_sum(s->fd, GF_SEMFILE_HOLDS, &held) != 0)
        return -1;
    uint64_t gone = placed > held ? placed : held;
    *free_now = gone < l.permits ? l.permits - gone : 0;
    return 0;
}

/* Takes the permits and opens the gate for the next. */
static int take(struct gf_sem *s)
{
    if (gf_semfile_lock(s->fd, hold_lock(s->place), s->weight) != 0)
        return -1;
    gf_sem_leave(s);
    return 0;
}

void gf_sem_leave(struct gf_sem *s)
{
    int code = errno;
    gf_semfile_unlock(s->fd, GF_SEMFILE_ASLEEP, 1);
    gf_semfile_unlock(s->fd, GF_SEMFILE_GATE, 1);
    errno = code;
}

/*
 * The gate without queueing. Who passes through it holds it for microseconds, and is waited for;
 * who sleeps in it says so by the lock beside it, and then the answer is EAGAIN.
 */
static int pass_gate(struct gf_sem *s)
{
    const struct timespec moment = {.tv_nsec = 50 * 1000};
    for (int i = 0; i < 10000; i++) {
        if (gf_semfile_lock(s->fd, GF_SEMFILE_GATE, 1) == 0)
            return 0;
        int asleep = errno == EAGAIN ? gf_semfile_locked(s->fd, GF_SEMFILE_ASLEEP, 1) : -1;
        if (asleep == -1)
            return -1;
        if (asleep)
            break;
        nanosleep(&moment, NULL);
    }
    errno = EAGAIN;
    return -1;
}

int gf_sem_try(struct gf_sem *s, const struct gf_sem_ask *ask)
{
    uint64_t free_now;
    if (pass_gate(s) != 0)
        return -1;
    if (count_free(s, ask->weight, true, &free_now) != 0)
        goto shut;
    if (free_now < ask->weight) {
        errno = EAGAIN;
        goto shut;
    }
    if (sit_down(s, ask) == 0 && take(s) == 0)
        return 0;
shut:
    gf_sem_leave(s);
    return -1;
}

struct search {
    int fd;
    gf_ns asked_mono;
};

/* Fails with EEXIST at one who waits and asked before us. */
static int look_for_elder(void *arg, off_t start, off_t len)
{
    const struct search *me = arg;
    int place = (int)((start - GF_SEMFILE_PLACES) / GF_SEMFILE_STRIDE);
    struct gf_semfile_record r;
    if (gf_semfile_read_record(me->fd, place, &r) != 0 || r.asked_mono >= me->asked_mono)
        return 0;
    int holds = gf_semfile_locked(me->fd, hold_lock(place), len);
    if (holds == 0)
        errno = EEXIST;
    return holds == 1 ? 0 : -1;
}

static bool elder_waits(struct gf_sem *s, gf_ns asked_mono)
{
    struct search me = {s->fd, asked_mono};
    return gf_semfile_each(s->fd, GF_SEMFILE_PLACES, look_for_elder, &me) != 0 && errno == EEXIST;
}

int gf_sem_enter(struct gf_sem *s, const struct gf_sem_ask *ask)
{
    const struct timespec moment = {.tv_nsec = 500 * 1000};
    if (sit_down(s, ask) != 0)
        return -1;
    for (int stepped_back = 0;; stepped_back++) {
        if (gf_semfile_lock_wait(s->fd, GF_SEMFILE_GATE, 1) != 0)
            return -1;
        if (stepped_back == 20 || !elder_waits(s, ask->asked_mono))
            return 0;
        gf_sem_leave(s);
        nanosleep(&moment, NULL);
    }
}

bool gf_sem_is_idle(struct gf_sem *s)
{
    return gf_semfile_busy(s->fd) == 0;
}

void gf_sem_settle(struct gf_sem *s)
{
    unwatch(s);
}

/* ---- sleeping -------------------------------------------------------------------------------- */

/* How long to sleep after an event before each look; the last is repeated. */
static const gf_ns looks[] = {100 * GF_US, GF_MS, 10 * GF_MS, GF_S};
enum {
    LOOKS = sizeof looks / sizeof looks[0]
};

/* The file itself is watched, by way of its descriptor: its name may belong to another by now. */
static void watch(struct gf_sem *s)
{
    if (s->watch >= 0)
        return;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", s->fd);
    s->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (s->watch == -1 || inotify_add_watch(s->watch, path, IN_CLOSE_WRITE) != -1)
        return;
    unwatch(s);
}

static bool drain(int fd)
{
    char events[4096];
    bool any = false;
    while (read(fd, events, sizeof events) > 0)
        any = true;
    return any;
}

/* One sleep; *look counts the looks since the last event. Without inotify (too many instances, no
 * /proc) the sleeps do not grow beyond 10 ms. */
static int doze(struct gf_sem *s, int *look, const sigset_t *mask)
{
    int longest = s->watch >= 0 ? LOOKS - 1 : LOOKS - 2;
    gf_ns span = looks[*look < longest ? *look : longest];
    struct timespec ts = {.tv_sec = span / GF_S, .tv_nsec = span % GF_S};
    struct pollfd p = {.fd = s->watch, .events = POLLIN};
    int r = ppoll(&p, 1, &ts, mask);
    if (r == -1)
        return -1;
    if (r == 1 && drain(s->watch))
        *look = 0;
    else if (*look < longest)
        ++*look;
    return 0;
}

int gf_sem_wait(struct gf_sem *s, const sigset_t *mask)
{
    watch(s);
    for (int look = 0;;) {
        uint64_t free_now;
        if (count_free(s, s->weight, false, &free_now) != 0)
            return -1;
        if (free_now >= s->weight)
            return take(s);
        if (gf_semfile_lock(s->fd, GF_SEMFILE_ASLEEP, 1) != 0 || doze(s, &look, mask) != 0)
            return -1;
    }
}

int gf_sem_wait_idle(struct gf_sem *s)
{
    watch(s);
    for (int look = 0;;) {
        int busy = gf_semfile_busy(s->fd);
        if (busy <= 0)
            return busy;
        if (doze(s, &look, NULL) != 0)
            return -1;
    }
}
