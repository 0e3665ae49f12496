/*
 * sink.c - a reader is written by an outlet that keeps nothing (run/outlet.h), so that what waits
 * stays in the store, where the policies are. A file is written by plain calls, which do not wait
 * for anybody but the disk.
 */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/sig.h"
#include "run.h"

enum {
    PIPE = 1 << 20
};

/* ---- open ------------------------------------------------------------------------------------ */

/* The last record of a file that is there may lack its end, which a crash leaves. One that cannot
 * be looked at is not written to: the first record might be glued to it. */
static int end_last_record(const struct run *r, int fd, const char *name)
{
    char last = r->opt->buffer.separator;
    off_t size = r->opt->buffer.by_bytes ? 0 : lseek(fd, 0, SEEK_END);
    if (size == -1 || (size > 0 && gf_pread(fd, &last, 1, size - 1) == -1)) {
        gf_error_errno("cannot read the end of '%s'", name);
        return -1;
    }
    if (last == r->opt->buffer.separator)
        return 0;
    gf_detail("the last record of '%s' has no end, and gets one", name);
    if (gf_write_all(fd, &r->opt->buffer.separator, 1) == 0)
        return 0;
    gf_error_errno("cannot write to '%s'", name);
    return -1;
}

static int open_append(struct run *r)
{
    struct sink *s = &r->sink;
    const char *why;
    s->name = r->opt->output.append;
    s->fd = gf_logfile_open(s->name, &s->is_file, &why);
    if (s->fd == -1) {
        gf_error("cannot open '%s': %s", s->name, why);
        gf_own_hint(s->name, why);
        return -1;
    }
    return s->is_file ? end_last_record(r, s->fd, s->name) : 0;
}

/* A file that was taken for a reader would be neither synced nor tried again. */
static int open_stdout(struct sink *s)
{
    struct stat st;
    if (fstat(s->fd, &st) != 0) {
        gf_error_errno("cannot look at standard output");
        return -1;
    }
    s->is_file = S_ISREG(st.st_mode);
    gf_pipe_widen(s->fd, PIPE);
    return 0;
}

int sink_open(struct run *r)
{
    struct sink *s = &r->sink;
    *s = (struct sink){.name = "standard output", .fd = STDOUT_FILENO};
    if (r->opt->log.dir) {
        s->name = r->opt->log.dir;
        s->is_file = true;
        return rotate_open(r);
    }
    if (r->opt->output.append)
        return open_append(r);
    return open_stdout(s);
}

static void on_lost(struct gf_outlet *o)
{
    struct run *r = o->owner;
    r->reader_left = o->err == EPIPE && !gf_sig_was_ignored(SIGPIPE);
    r->over = true;
    if (r->reader_left)
        return;
    errno = o->err;
    gf_error_errno("write error");
    run_fail(r, GF_EXIT_TOOL);
}

static const struct gf_outlet_events events = {.lost = on_lost};

static void on_sync(struct ev_loop *loop, ev_timer *w, int events_);
static void on_look(struct ev_loop *loop, ev_timer *w, int events_);

void sink_begin(struct run *r)
{
    struct sink *s = &r->sink;
    const struct output_options *o = &r->opt->output;
    s->outlet = (struct gf_outlet){.on = &events, .owner = r};
    if (!s->is_file) {
        gf_outlet_open(&s->outlet, r->loop, s->fd, 0);
        gf_outlet_reopen(&s->outlet);
        gf_outlet_watch(&s->outlet);
    }
    fault_begin(&s->fault, r, s->name, o->append || r->opt->log.dir || o->gives_up);
    ev_timer_init(&s->sync, on_sync, 0, 0);
    s->sync.data = r;
    ev_timer_init(&s->look, on_look, 1, 1);
    s->look.data = r;
    if (s->is_file && (o->append || r->opt->log.dir))
        ev_timer_start(r->loop, &s->look);
}

/* ---- a file ---------------------------------------------------------------------------------- */

static int sync_output(const struct run *r)
{
    return r->sink.rotate.log ? rotate_sync(r) : rotate_sync_fd(r->sink.fd);
}

static void sync_now(struct run *r)
{
    struct sink *s = &r->sink;
    if (!s->dirty)
        return;
    bool failed = s->unsynced;
    s->unsynced = sync_output(r) != 0;
    if (s->unsynced) {
        fault_met(&s->fault);
        return;
    }
    s->dirty = false;
    if (failed)
        fault_over(&s->fault);
}

void sink_mend(struct run *r)
{
    struct sink *s = &r->sink;
    if (!s->fault.met || fault_waits(&s->fault) || r->over || gf_store_bytes(&r->store) > 0)
        return;
    if (s->rotate.log && !rotate_mend(r))
        fault_met(&s->fault);
    else if (s->unsynced)
        sync_now(r);
    else
        fault_over(&s->fault);
}

static void on_sync(struct ev_loop *loop, ev_timer *w, int events_)
{
    (void)loop, (void)events_;
    sync_now(w->data);
}

static bool is_removed(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

/* The name cannot be opened. Where the file has another name, what comes goes on to it; where it
 * has none, nothing is written until there is a file that somebody can find. */
static int stay(struct run *r, int err, const char *why)
{
    struct sink *s = &r->sink;
    s->removed = is_removed(s->fd);
    errno = err;
    if (s->removed)
        return -1;
    if (!s->told_moved)
        gf_error("cannot open '%s': %s; what comes goes to the file that it was", s->name, why);
    s->told_moved = true;
    return 0;
}

/* The name leads to another file, or to none: what was written to this one is synced, and the name
 * is opened anew. Where that fails the next look tries again. -1 with errno: nothing may be written
 * now. */
static int open_anew(struct run *r)
{
    struct sink *s = &r->sink;
    const char *why = NULL;
    bool is_file = false;
    if (r->opt->output.fsync != FSYNC_NEVER && !s->removed)
        sync_now(r);
    if (s->unsynced)
        return 0;
    int fd = gf_logfile_open(s->name, &is_file, &why), err = fd == -1 ? errno : EEXIST;
    if (!is_file) {
        if (fd > STDERR_FILENO)
            close(fd);
        return stay(r, err, fd == -1 ? why : "it is no file any more");
    }
    int was = s->fd;
    s->fd = fd;
    s->told_moved = s->removed = false;
    if (gf_close(was) == 0)
        return 0;
    gf_error_errno("cannot write to '%s', as it was before it was moved", s->name);
    r->fatal = r->fatal ? r->fatal : GF_EXIT_TOOL;
    return 0;
}

/* Somebody may have moved or removed the file, which is seen between records. */
static void on_look(struct ev_loop *loop, ev_timer *w, int events_)
{
    struct run *r = w->data;
    struct sink *s = &r->sink;
    (void)loop, (void)events_;
    if (s->rotate.log)
        rotate_look(r);
    else if (r->out.last == r->opt->buffer.separator && !fault_waits(&s->fault) && !r->over &&
             gf_logfile_is_moved(s->fd, s->name))
        (void)open_anew(r); /* where nothing may be written, the next write says so */
}

static void note_written(struct run *r)
{
    struct sink *s = &r->sink;
    gf_ns every = r->opt->output.fsync;
    s->dirty = true;
    if (every == FSYNC_RECORD) {
        sync_now(r);
    } else if (every != FSYNC_NEVER && !ev_is_active(&s->sync)) {
        ev_timer_set(&s->sync, (double)every / 1e9, 0);
        ev_timer_start(r->loop, &s->sync);
    }
}

static ssize_t write_file(struct run *r, const char *data, size_t len)
{
    struct sink *s = &r->sink;
    ssize_t n = -1;
    if (s->rotate.log)
        n = rotate_write(r, data, len);
    else if (!s->removed || open_anew(r) == 0)
        n = write(s->fd, data, len);
    if (n == -1 && errno == EINTR)
        return 0;
    if (n == -1) {
        fault_met(&s->fault);
        return 0;
    }
    if (n > 0) {
        if (!s->unsynced)
            fault_over(&s->fault);
        note_written(r);
    }
    return n;
}

/* ---- both ------------------------------------------------------------------------------------ */

bool sink_is_ready(const struct run *r)
{
    const struct sink *s = &r->sink;
    return s->is_file ? !fault_waits(&s->fault) : !ev_is_active(&s->outlet.io);
}

ssize_t sink_write(struct run *r, const char *data, size_t len)
{
    struct sink *s = &r->sink;
    return s->is_file ? write_file(r, data, len) : gf_outlet_write(&s->outlet, data, len);
}

void sink_last(struct run *r)
{
    struct sink *s = &r->sink;
    if (s->is_file)
        ev_timer_stop(r->loop, &s->fault.timer);
    else
        ev_io_stop(r->loop, &s->outlet.io);
}

bool sink_is_synced(const struct run *r)
{
    return !r->sink.is_file || r->opt->output.fsync == FSYNC_NEVER || !r->sink.dirty;
}

int sink_end(struct run *r)
{
    struct sink *s = &r->sink;
    if (!s->is_file)
        return 0;
    if (r->opt->output.fsync != FSYNC_NEVER && s->dirty && sync_output(r) != 0) {
        gf_error_errno("cannot write to '%s'", s->name);
        return -1;
    }
    if (s->rotate.log || s->fd <= STDERR_FILENO)
        return 0;
    int fd = s->fd;
    s->fd = -1;
    if (gf_close(fd) == 0)
        return 0;
    gf_error_errno("cannot write to '%s'", s->name);
    return -1;
}

void sink_close(struct run *r)
{
    struct sink *s = &r->sink;
    if (s->outlet.loop)
        gf_outlet_close(&s->outlet);
    if (s->fd > STDERR_FILENO)
        close(s->fd);
    rotate_close(r);
}
