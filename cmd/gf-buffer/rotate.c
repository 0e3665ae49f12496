/*
 * rotate.c - a write to `current` ends where the file is to be put away: at the last end of a
 * record that keeps it within --rotate-size, or behind a record that is longer by itself.
 *
 * What becomes of an archive that waits for --on-rotate: on_rotate.c.
 */
#include "rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/own.h"
#include "on_rotate.h"
#include "run.h"

#define LOOK 60.

/* ---- open ------------------------------------------------------------------------------------ */

static int refuse(const char *dir, const struct gf_logdir_refusal *no)
{
    char file[PATH_MAX];
    if (errno == EBUSY)
        return run_is_taken("log directory", dir, no->holder);
    int len =
        snprintf(file, sizeof file, "%s%s%s", dir, no->file ? "/" : "", no->file ? no->file : "");
    gf_error(no->file ? "cannot open '%s': %s" : "cannot open log directory '%s': %s", file,
             no->why);
    if (len > 0 && (size_t)len < sizeof file)
        gf_own_hint(file, no->why);
    return GF_EXIT_TOOL;
}

/* Whoever sees the directory may ask for a rotation: before the loop is there it is held back. */
static void hold_back(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

int rotate_open(struct run *r)
{
    const struct log_options *l = &r->opt->log;
    const struct gf_logdir_config config = {.separator = r->opt->buffer.separator,
                                            .keep = l->keep,
                                            .keep_bytes = l->keep_bytes,
                                            .room = l->rotate_size,
                                            .keep_age = l->keep_age,
                                            .mode = l->mode,
                                            .group = l->group,
                                            .process = l->on_rotate,
                                            .keep_force = l->keep_force};
    struct gf_logdir_refusal no = {0};
    struct rotate *o = &r->sink.rotate;
    hold_back();
    if (l->on_rotate && (o->null = gf_open("/dev/null", O_RDONLY, 0)) == -1) {
        gf_error_errno("cannot open /dev/null");
        return -1;
    }
    o->log = gf_logdir_open(l->dir, &config, gf_now_wall(), &no);
    if (o->log)
        return 0;
    r->fatal = refuse(l->dir, &no);
    return -1;
}

static void on_wanted(struct gf_caught *c)
{
    struct run *r = c->owner;
    struct rotate *o = &r->sink.rotate;
    o->wanted = gf_logdir_size(o->log) > 0 || gf_store_bytes(&r->store) > 0;
}

static void on_again(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)w, (void)events; /* the loop has woken: that is all */
}

static bool prune(struct run *r);

/* From time to time, since archives grow old also where nothing is written. */
static void on_age(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)events;
    prune(w->data);
}

int rotate_begin(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    ev_timer_init(&o->age, on_age, 0, 0);
    o->age.data = r;
    ev_timer_init(&o->again, on_again, 0, 0);
    if (!o->log)
        return 0;
    prune(r);
    o->by_alarm = (struct gf_caught){.sig = SIGALRM, .came = on_wanted, .owner = r};
    o->by_user2 = (struct gf_caught){.sig = SIGUSR2, .came = on_wanted, .owner = r};
    if (gf_caught_start(&o->by_alarm, r->loop) == 0 && gf_caught_start(&o->by_user2, r->loop) == 0)
        return 0;
    gf_error_errno("cannot wait for signals");
    return -1;
}

/* ---- when ------------------------------------------------------------------------------------ */

static bool at_record_end(const struct run *r)
{
    return r->out.last == r->opt->buffer.separator || gf_logdir_size(r->sink.rotate.log) == 0;
}

static gf_ns age_wall(const struct run *r)
{
    gf_ns began = gf_logdir_began_wall(r->sink.rotate.log);
    gf_ns age = r->opt->log.rotate_age;
    return began && age ? gf_sat_add_i64(began, age) : GF_NEVER;
}

static bool is_due(const struct run *r)
{
    const struct rotate *o = &r->sink.rotate;
    uint64_t most = r->opt->log.rotate_size, size = gf_logdir_size(o->log);
    return size > 0 && at_record_end(r) &&
           (o->wanted || (most && size >= most) || age_wall(r) <= gf_now_wall());
}

/* At most once a second, since it may be so at each rotation, and the rest at the end. */
static void tell_removed(struct run *r, bool last)
{
    struct rotate *o = &r->sink.rotate;
    const uint64_t n = r->n.removed - o->told_removed;
    const gf_ns now = gf_now_mono();
    if (n == 0 || (!last && o->told_removed && now < o->told_removed_mono + GF_S))
        return;
    o->told_removed = r->n.removed;
    o->told_removed_mono = now;
    gf_error("%" PRIu64 " %s of '%s' %s removed that --on-rotate had not done", n,
             n == 1 ? "archive" : "archives", r->opt->log.dir, n == 1 ? "was" : "were");
}

/* Removes what is too much. False: more must not be written now. */
static bool prune(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    uint64_t unprocessed = 0, bytes = 0;
    if (gf_logdir_prune(o->log, gf_now_wall(), &o->over, &unprocessed, &bytes) != 0)
        gf_error_errno("cannot remove archives of '%s'", r->opt->log.dir);
    if (unprocessed) {
        r->some_failed = true;
        r->n.removed += unprocessed;
        r->n.removed_bytes += bytes;
        tell_removed(r, false);
    }
    if (o->over && !o->told_over) {
        o->told_over = true;
        gf_error("'%s' has --keep-bytes, of archives that --on-rotate has not done: nothing is "
                 "written until it has",
                 r->opt->log.dir);
        gf_hint("--keep-force removes them");
    }
    return !o->over;
}

/* Somebody has removed `current`, or moved it aside: it is made again. 0, or -1 with errno. */
static int mend(struct run *r)
{
    bool anew = false;
    if (gf_logdir_mend(r->sink.rotate.log, &anew) != 0)
        return -1;
    if (anew)
        gf_note("'%s/current' was moved or removed by somebody, and is made again",
                r->opt->log.dir);
    return 0;
}

void rotate_look(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    if (gf_logdir_fd(o->log) != -1 && at_record_end(r) && !fault_waits(&r->sink.fault) &&
        !r->over && mend(r) != 0)
        fault_met(&r->sink.fault);
}

int rotate_sync_fd(int fd)
{
    return fd == -1 || fdatasync(fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : -1;
}

int rotate_sync(const struct run *r)
{
    return rotate_sync_fd(gf_logdir_fd(r->sink.rotate.log));
}

static int rotate_now(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    if (r->opt->output.fsync != FSYNC_NEVER && r->sink.dirty && rotate_sync(r) != 0)
        return -1;
    r->sink.dirty = r->sink.unsynced = false;
    if (gf_logdir_rotate(o->log, gf_now_wall()) != 0)
        return errno == ENOENT || errno == ESTALE ? mend(r) : -1;
    o->wanted = false;
    r->n.rotations++;
    prune(r);
    return 0;
}

bool rotate_mend(struct run *r)
{
    return mend(r) == 0 && (!is_due(r) || rotate_now(r) == 0);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* How much of the data belongs into `current`; 0: it is to be put away first. */
static size_t share_of(const struct run *r, const char *data, size_t len)
{
    uint64_t most = r->opt->log.rotate_size, size = gf_logdir_size(r->sink.rotate.log);
    uint64_t room = most > size ? most - size : 0;
    if (!most || len <= room)
        return len;
    const char *end = room ? memrchr(data, r->opt->buffer.separator, (size_t)room) : NULL;
    if (end)
        return (size_t)(end - data) + 1;
    if (size > 0 && at_record_end(r))
        return 0;
    end = memchr(data, r->opt->buffer.separator, len); /* a record that is longer than a file */
    return end ? (size_t)(end - data) + 1 : len;
}

ssize_t rotate_write(struct run *r, const char *data, size_t len)
{
    struct rotate *o = &r->sink.rotate;
    bool anew;
    if (o->over && !prune(r))
        return 0;
    if (gf_logdir_fd(o->log) == -1 && gf_logdir_mend(o->log, &anew) != 0)
        return -1;
    size_t n = is_due(r) ? 0 : share_of(r, data, len);
    if (n == 0) {
        if (rotate_now(r) != 0)
            return -1;
        if (o->over)
            return 0;
        n = share_of(r, data, len);
    }
    ssize_t wrote = write(gf_logdir_fd(o->log), data, n);
    if (wrote > 0)
        gf_logdir_wrote(o->log, (size_t)wrote, gf_now_wall());
    return wrote;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void arm_age(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    gf_ns due = age_wall(r), now = gf_now_wall();
    if ((due == GF_NEVER && !r->opt->log.keep_age) || ev_is_active(&o->age))
        return;
    double wait = due > now ? (double)(due - now) / 1e9 : 0.1;
    ev_timer_set(&o->age, wait < LOOK ? wait : LOOK, 0); /* the clock may be set meanwhile */
    ev_timer_start(r->loop, &o->age);
}

void rotate_arm(struct run *r, bool done)
{
    struct rotate *o = &r->sink.rotate;
    if (!o->log)
        return;
    if (!r->over && !fault_waits(&r->sink.fault) && is_due(r) && rotate_now(r) != 0)
        fault_met(&r->sink.fault);
    arm_age(r);
    if (o->done_one)
        prune(r);
    o->done_one = false;
    on_rotate_next(r, done);
}

bool rotate_is_done(const struct run *r)
{
    const struct rotate *o = &r->sink.rotate;
    if (!o->log || !r->opt->log.on_rotate)
        return true;
    if (o->is_running)
        return false;
    return r->stopping || o->failures || gf_logdir_waiting(o->log) == 0;
}

void rotate_stop(struct run *r)
{
    if (r->sink.rotate.is_running)
        gf_task_end(&r->sink.rotate.task);
}

void rotate_close(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    if (o->null > STDERR_FILENO)
        close(o->null);
    o->null = 0;
    if (!o->log)
        return;
    tell_removed(r, true);
    on_rotate_tell(r);
    gf_caught_stop(&o->by_alarm);
    gf_caught_stop(&o->by_user2);
    gf_logdir_close(o->log);
    o->log = NULL;
}
