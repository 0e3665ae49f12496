/*
 * feedback.c - reads feedback in a thread of its own.
 *
 * The thread reads lines and applies each under the lock of the clock: slow, fast and 429 change
 * the tempo at once; with a key they are noted in an array, of which the main thread takes all at
 * once. When the array is full, the line is for all keys. A file that may grow is read from where
 * it ends at the start, and again every CHECK_INTERVAL; from its front when it was cut. A fifo is
 * opened for writing too, so that it never ends. A line longer than the buffer is taken by its
 * front, and the rest is skipped. All signals are blocked in the thread.
 */
#include "feedback.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/sat.h"
#include "key.h"
#include "limit/feedback.h"

enum {
    LINE_MAX_LEN = 8192, /* bytes; the longest part of a line is its key */
    INDEX_SLOTS = 2 * FEEDBACK_KEYS,
    FASTER_MOST = 20 /* so many steps are the full rate */
};

#define CHECK_INTERVAL (100 * GF_MS) /* between two looks whether a file has grown */

/* ---- one line -------------------------------------------------------------------------------- */

void feedback_apply(struct gf_aimd *t, const struct feedback_news *n, gf_ns now, gf_ns until)
{
    if (n->slower)
        gf_aimd_slower(t, now);
    for (unsigned i = 0; i < n->faster; i++)
        gf_aimd_faster(t, now);
    if (n->until_mono)
        gf_aimd_pause(t, now, until);
}

/* The caller has the lock of the clock. */
static void apply_to_all(struct feedback *f, const struct feedback_news *n)
{
    feedback_apply(&f->clock->aimd, n, gf_now_mono(), n->until_mono);
    f->all_changed = true;
}

/* Notes what was said of a key, in one entry a key. */
static void note(struct feedback *f, const struct feedback_news *n)
{
    size_t slot = n->hash % INDEX_SLOTS;
    while (f->index[slot] && f->news[f->index[slot] - 1].hash != n->hash)
        slot = (slot + 1) % INDEX_SLOTS;
    if (!f->index[slot]) {
        if (f->count == FEEDBACK_KEYS) {
            apply_to_all(f, n);
            return;
        }
        f->news[f->count] = (struct feedback_news){.hash = n->hash, .slot = slot};
        f->index[slot] = (uint32_t)++f->count;
    }
    struct feedback_news *was = &f->news[f->index[slot] - 1];
    was->slower = was->slower || n->slower;
    was->faster += was->faster < FASTER_MOST ? n->faster : 0;
    was->until_mono = n->until_mono > was->until_mono ? n->until_mono : was->until_mono;
}

/* Applies a line. The caller has the lock of the clock. */
static void apply(struct feedback *f, const struct gf_feedback *line, gf_ns now)
{
    struct feedback_news n = {0};
    switch (line->kind) {
    case GF_FEEDBACK_OK:
        f->ok++;
        return;
    case GF_FEEDBACK_FAST:
        f->fast++;
        n.faster = 1;
        break;
    case GF_FEEDBACK_SLOW:
        f->slow++;
        n.slower = true;
        break;
    case GF_FEEDBACK_REFUSED:
        f->refused++;
        n.slower = true;
        n.until_mono = line->has_after ? gf_sat_add_i64(now, line->after) : 0;
        break;
    }
    if (line->has_key && config_has_key(f->config)) {
        n.hash = key_hash((struct slice){line->key, line->key_len}, f->seed);
        note(f, &n);
    } else {
        apply_to_all(f, &n);
    }
    atomic_store(&f->is_new, true);
}

/* Prints once in a run that a line, or its time, is not understood. */
static void cannot_read(const char *line, size_t len, const char *what)
{
    struct gf_buf b = {0};
    gf_escape_term(&b, line, len < 60 ? len : 60);
    if (!b.failed) {
        gf_note("feedback '%.*s' %s", (int)b.len, b.data ? b.data : "", what);
        gf_note_hint("a line is ok, slow, fast, or 429 with seconds, a duration (5s) or a date");
    }
    gf_buf_release(&b);
}

static void take_line(struct feedback *f, const char *line, size_t len)
{
    struct gf_feedback said;
    pthread_mutex_lock(&f->clock->lock);
    bool read = gf_feedback_parse(line, len, gf_now_wall(), &said) == 0;
    bool timeless = read && said.bad_after && !f->timeless;
    bool unread = !read && f->unread++ == 0;
    f->timeless = f->timeless || timeless;
    if (read)
        apply(f, &said, gf_now_mono());
    pthread_mutex_unlock(&f->clock->lock);
    if (unread)
        cannot_read(line, len, "is not understood");
    if (timeless)
        cannot_read(line, len, "has a time that is not understood: it counts as 429 without one");
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
    bool skip = f->inside;
    for (;;) {
        ssize_t n = gf_read(f->fd, buf + len, sizeof buf - len);
        if (n > 0) {
            len += (size_t)n;
            take_lines(f, buf, &len, &skip);
        } else if (n == 0 && f->regular) {
            if (was_cut(f->fd)) {
                len = 0;
                skip = false;
            }
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

/* Passes by the lines that a file of `size` bytes has at the start: they are about records of an
 * earlier run. */
static void pass_by(struct feedback *f, off_t size)
{
    char last = '\n';
    if (size > 0 && gf_pread(f->fd, &last, 1, size - 1) == 1)
        f->inside = last != '\n';
    (void)lseek(f->fd, size, SEEK_SET); /* of a regular file, cannot fail */
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
        f->fd = gf_open(name, O_RDWR, 0); /* a writer of our own: the fifo never ends */
    else
        f->fd = gf_open(name, O_RDONLY, 0);
    if (f->fd == -1 || fstat(f->fd, &st) != 0) {
        gf_error_errno("cannot read the feedback '%s'", name);
        return -1;
    }
    f->regular = S_ISREG(st.st_mode);
    if (f->regular && !f->config->feedback_from_start)
        pass_by(f, st.st_size);
    return 0;
}

/* The thread goes on until the process ends, so this memory is never freed. */
static int allocate(struct feedback *f)
{
    f->news = malloc(FEEDBACK_KEYS * sizeof *f->news);
    f->taken = malloc(FEEDBACK_KEYS * sizeof *f->taken);
    f->index = calloc(INDEX_SLOTS, sizeof *f->index);
    if (f->news && f->taken && f->index)
        return 0;
    gf_error_nomem();
    return -1;
}

int feedback_start(struct feedback *f, const struct config *c, struct limit_clock *clock,
                   uint64_t seed)
{
    *f = (struct feedback){.config = c, .clock = clock, .seed = seed, .fd = -1};
    if (!c->feedback)
        return 0;
    if (open_feedback(f) != 0 || (config_has_key(c) && allocate(f) != 0))
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

const struct feedback_news *feedback_take(struct feedback *f, size_t *count, bool *all_changed)
{
    *count = 0;
    *all_changed = false;
    if (f->fd == -1 || !atomic_exchange(&f->is_new, false))
        return NULL;
    pthread_mutex_lock(&f->clock->lock);
    struct feedback_news *news = f->news;
    *count = f->count;
    for (size_t i = 0; i < f->count; i++)
        f->index[news[i].slot] = 0;
    f->news = f->taken;
    f->taken = news;
    f->count = 0;
    *all_changed = f->all_changed;
    f->all_changed = false;
    pthread_mutex_unlock(&f->clock->lock);
    return news;
}

void feedback_for_all(struct feedback *f, const struct feedback_news *n)
{
    pthread_mutex_lock(&f->clock->lock);
    apply_to_all(f, n);
    pthread_mutex_unlock(&f->clock->lock);
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
