/*
 * feedback.c - reads feedback in a thread of its own.
 *
 * The thread reads lines and applies each under the lock of the clock: slow, fast and 429 change
 * the tempo at once; a 429 with a key adds an entry to an array, from which the main thread takes
 * it. When the array is full, all keys pause. A file that may grow is read again every
 * CHECK_INTERVAL, from its start when it was cut. A fifo is opened for writing too, so that it
 * never ends. A line longer than the buffer is taken by its front, and the rest is skipped. All
 * signals are blocked in the thread.
 */
#include "feedback.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/sat.h"
#include "key.h"
#include "limit/feedback.h"

enum {
    LINE_MAX_LEN = 8192 /* bytes; the longest part of a line is its key */
};

#define KEY_PAUSE GF_S               /* the pause after a 429 that has a key and no time */
#define CHECK_INTERVAL (100 * GF_MS) /* between two looks whether a file has grown */

/* ---- one line -------------------------------------------------------------------------------- */

static void pause_key(struct feedback *f, const struct gf_feedback *line, gf_ns now)
{
    uint64_t hash = key_hash((struct slice){line->key, line->key_len}, f->seed);
    gf_ns until = gf_sat_add_i64(now, line->has_after ? line->after : KEY_PAUSE);
    for (size_t i = 0; i < f->pauses; i++)
        if (f->pause[i].hash == hash) {
            if (until > f->pause[i].until_mono)
                f->pause[i].until_mono = until;
            return;
        }
    if (f->pauses < FEEDBACK_PAUSES)
        f->pause[f->pauses++] = (struct feedback_pause){hash, until};
    else
        gf_aimd_pause(&f->clock->aimd, now, until);
}

/* Applies a line. The caller has the lock of the clock. */
static void apply(struct feedback *f, const struct gf_feedback *line, gf_ns now)
{
    struct gf_aimd *t = &f->clock->aimd;
    bool one_key = line->has_key && config_has_key(f->config);
    switch (line->kind) {
    case GF_FEEDBACK_OK:
        f->ok++;
        return;
    case GF_FEEDBACK_FAST:
        f->fast++;
        gf_aimd_faster(t, now);
        return;
    case GF_FEEDBACK_SLOW:
        f->slow++;
        gf_aimd_slower(t, now);
        return;
    case GF_FEEDBACK_REFUSED:
        f->refused++;
        if (one_key) {
            pause_key(f, line, now);
            return;
        }
        gf_aimd_slower(t, now);
        if (line->has_after)
            gf_aimd_pause(t, now, gf_sat_add_i64(now, line->after));
        return;
    }
}

static void cannot_read(struct feedback *f, const char *line, size_t len)
{
    if (f->unread++ > 0)
        return;
    struct gf_buf b = {0};
    gf_escape_term(&b, line, len < 60 ? len : 60);
    if (!b.failed) {
        gf_note("feedback '%.*s' is not understood", (int)b.len, b.data ? b.data : "");
        gf_note_hint("a line is ok, slow, fast, or 429 with seconds or a date");
    }
    gf_buf_release(&b);
}

static void take_line(struct feedback *f, const char *line, size_t len)
{
    struct gf_feedback said;
    pthread_mutex_lock(&f->clock->lock);
    if (gf_feedback_parse(line, len, gf_now_wall(), &said) == 0)
        apply(f, &said, gf_now_mono());
    else
        cannot_read(f, line, len);
    pthread_mutex_unlock(&f->clock->lock);
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* Takes the whole lines of buf[0..*len) and moves the rest to the front. */
static void take_lines(struct feedback *f, char *buf, size_t *len, bool *skip)
{
    size_t from = 0;
    const char *end;
    while ((end = memchr(buf + from, '\n', *len - from))) {
        size_t n = (size_t)(end - buf) - from;
        if (!*skip)
            take_line(f, buf + from, n);
        *skip = false;
        from += n + 1;
    }
    if (from == 0 && *len == LINE_MAX_LEN) { /* a line that is too long: skip the rest of it */
        if (!*skip)
            take_line(f, buf, *len);
        *skip = true;
        from = *len;
    }
    memmove(buf, buf + from, *len - from);
    *len -= from;
}

static void fail(struct feedback *f)
{
    gf_error_errno("cannot read the feedback '%s'", f->config->feedback);
    pthread_mutex_lock(&f->clock->lock);
    f->failed = true;
    pthread_mutex_unlock(&f->clock->lock);
}

/* Whether the file was cut shorter than what was read; then reading goes on at its start. */
static bool was_cut(int fd)
{
    struct stat st;
    off_t at = lseek(fd, 0, SEEK_CUR);
    return fstat(fd, &st) == 0 && st.st_size < at && lseek(fd, 0, SEEK_SET) == 0;
}

static void *read_feedback(void *arg)
{
    struct feedback *f = arg;
    static char buf[LINE_MAX_LEN];
    size_t len = 0;
    bool skip = false;
    for (;;) {
        ssize_t n = gf_read(f->fd, buf + len, sizeof buf - len);
        if (n > 0) {
            len += (size_t)n;
            take_lines(f, buf, &len, &skip);
        } else if (n == 0 && f->regular) {
            if (was_cut(f->fd))
                len = 0;
            (void)gf_sleep_until(gf_now_mono() + CHECK_INTERVAL);
        } else if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            (void)gf_sleep_until(gf_now_mono() + CHECK_INTERVAL);
        } else {
            if (n == -1)
                fail(f);
            else if (len && !skip)
                take_line(f, buf, len); /* the last line has no newline */
            return NULL;
        }
    }
}

static int open_feedback(struct feedback *f)
{
    const char *name = f->config->feedback;
    struct stat st;
    uint64_t fd;
    if (strncmp(name, "fd:", 3) == 0 &&
        gf_parse_count(name + 3, strlen(name + 3), 0, INT32_MAX, &fd, NULL) == 0)
        f->fd = (int)fd;
    else if (stat(name, &st) == 0 && S_ISFIFO(st.st_mode))
        f->fd = open(name, O_RDWR | O_CLOEXEC); /* a writer of our own: the fifo never ends */
    else
        f->fd = open(name, O_RDONLY | O_CLOEXEC);
    if (f->fd == -1 || fstat(f->fd, &st) != 0) {
        gf_error_errno("cannot read the feedback '%s'", name);
        return -1;
    }
    f->regular = S_ISREG(st.st_mode);
    return 0;
}

int feedback_start(struct feedback *f, const struct config *c, struct limit_clock *clock,
                   uint64_t seed)
{
    *f = (struct feedback){.config = c, .clock = clock, .seed = seed, .fd = -1};
    if (!c->feedback)
        return 0;
    if (open_feedback(f) != 0)
        return -1;
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    int code = pthread_create(&thread, NULL, read_feedback, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code == 0) {
        pthread_detach(thread);
        return 0;
    }
    errno = code;
    gf_error_errno("cannot start the thread that reads feedback");
    return -1;
}

bool feedback_next_pause(struct feedback *f, struct feedback_pause *out)
{
    if (f->fd == -1)
        return false;
    pthread_mutex_lock(&f->clock->lock);
    bool found = f->pauses > 0;
    if (found)
        *out = f->pause[--f->pauses];
    pthread_mutex_unlock(&f->clock->lock);
    return found;
}

bool feedback_failed(struct feedback *f)
{
    pthread_mutex_lock(&f->clock->lock);
    bool failed = f->failed;
    pthread_mutex_unlock(&f->clock->lock);
    return failed;
}

uint64_t feedback_refusals(struct feedback *f)
{
    pthread_mutex_lock(&f->clock->lock);
    uint64_t n = f->refused + f->slow;
    pthread_mutex_unlock(&f->clock->lock);
    return n;
}
