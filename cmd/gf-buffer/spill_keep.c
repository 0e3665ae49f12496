/*
 * spill_keep.c - what is out is written down, and what was put is synced, when that is due.
 *
 * What was written to a pipe may be lost with it: the reader can end before it has read. So it
 * counts as out when the pipe no longer has it (FIONREAD of the writing end), which is asked when a
 * checkpoint is due. Of a socket and a terminal FIONREAD tells what comes from the other side: a
 * socket is asked for what its peer has not taken (SIOCOUTQ), and what a terminal took is out.
 *
 * A checkpoint may fail while puts succeed, as in a directory that was removed, and the other way
 * round: the trouble of the spool is over when both succeed again.
 */
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "run.h"

#define CHECKPOINT (200 * GF_MS)
#define SOON (10 * GF_MS)

/* Bytes that were written and that the reader has not taken. For a socket it may be more, since the
 * kernel counts what a message costs; 0 is 0. */
static uint64_t unread(int fd)
{
    struct stat st;
    int there = 0;
    if (fstat(fd, &st) != 0 || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
        return 0;
    if (ioctl(fd, S_ISFIFO(st.st_mode) ? FIONREAD : SIOCOUTQ, &there) != 0 || there < 0)
        return 0;
    return (uint64_t)there;
}

/* What has left the pipe of the output, or is in a file. */
static void look_at_pipe(struct run *r)
{
    struct spill *s = &r->spill;
    uint64_t left = 0;
    if (!s->in_pipe)
        return;
    if (!r->sink.is_file)
        left = unread(r->sink.fd);
    else if (!sink_is_synced(r))
        return;
    left = left < s->in_pipe ? left : s->in_pipe;
    gf_spool_out(s->spool, s->in_pipe - left);
    s->in_pipe = left;
}

/* When what was put has to be synced. */
static gf_ns sync_mono(const struct run *r)
{
    gf_ns every = r->opt->output.fsync, since = r->spill.dirty_mono;
    return since && every != FSYNC_NEVER ? gf_sat_add_i64(since, every) : GF_NEVER;
}

/* Syncs what was put up to `due_mono`, and writes down what is out. 0, or -1 with errno. */
static int keep(struct run *r, bool checkpoint, gf_ns due_mono)
{
    struct spill *s = &r->spill;
    gf_ns sync = sync_mono(r);
    if (sync != GF_NEVER && sync <= due_mono) {
        if (gf_spool_sync(s->spool) != 0)
            return -1;
        s->dirty_mono = 0;
    }
    if (!checkpoint)
        return 0;
    look_at_pipe(r);
    if (s->behind && gf_spool_checkpoint(s->spool) != 0)
        return -1;
    s->behind = s->in_pipe > 0;
    return 0;
}

void spill_keep(struct run *r, bool checkpoint)
{
    struct spill *s = &r->spill;
    bool failed = s->unkept;
    if (fault_waits(&s->fault))
        return;
    s->unkept = keep(r, checkpoint || failed, gf_now_mono()) != 0;
    if (s->unkept)
        fault_met(&s->fault);
    else if (failed)
        fault_over(&s->fault);
}

static void on_keep(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)events;
    spill_keep(w->data, true);
}

void spill_begin(struct run *r)
{
    fault_begin(&r->spill.fault, r, r->opt->spool.dir, true);
    ev_timer_init(&r->spill.keep, on_keep, 0, 0);
    r->spill.keep.data = r;
}

/* Something waits for what is out to be written down: the end of the run, or what has no room. */
static bool is_waited_for(const struct run *r)
{
    bool for_room = r->in.waiting_len || r->store.excess;
    bool for_end = r->in.told_end && gf_store_bytes(&r->store) == 0; /* but what is in the pipe */
    return r->spill.active && (for_room || for_end) && !fault_waits(&r->spill.fault);
}

/* How long until something is due; GF_NEVER: nothing is. */
static gf_ns wait_of(const struct run *r)
{
    const struct spill *s = &r->spill;
    gf_ns sync = sync_mono(r), wait = GF_NEVER;
    if (s->behind || s->unkept)
        wait = s->behind && is_waited_for(r) ? SOON : CHECKPOINT;
    if (sync != GF_NEVER && !s->unkept) {
        gf_ns left = sync - gf_now_mono();
        left = left > 0 ? left : 0;
        wait = left < wait ? left : wait;
    }
    return wait;
}

void spill_arm(struct run *r)
{
    struct spill *s = &r->spill;
    if (!spill_is_on(s) || r->over)
        return;
    gf_ns wait = wait_of(r);
    double seconds = (double)wait / 1e9;
    if (wait == GF_NEVER ||
        (ev_is_active(&s->keep) && ev_timer_remaining(r->loop, &s->keep) <= seconds))
        return;
    ev_timer_stop(r->loop, &s->keep);
    ev_now_update(r->loop);
    ev_timer_set(&s->keep, seconds, 0);
    ev_timer_start(r->loop, &s->keep);
}

static void tell_damage(struct run *r, const struct gf_spool_counts *c)
{
    bool by_bytes = r->opt->buffer.by_bytes;
    r->some_failed = true;
    gf_error("spool '%s': %llu damaged places were passed by, with about %llu %s; they are in "
             "'%s/damaged'",
             r->opt->spool.dir, (unsigned long long)c->damaged,
             (unsigned long long)(by_bytes ? c->damaged_bytes : c->damaged_records),
             by_bytes ? "bytes" : "records", r->opt->spool.dir);
}

void spill_end(struct run *r)
{
    struct spill *s = &r->spill;
    if (!spill_is_on(s))
        return;
    int result = keep(r, false, GF_NEVER - 1);
    if (result != 0)
        gf_error_errno("cannot write to '%s'", r->opt->spool.dir);
    look_at_pipe(r);
    const struct gf_spool_counts *c = gf_spool_counts(s->spool);
    uint64_t records = c->records;
    if (c->damaged)
        tell_damage(r, c);
    if (c->bytes && !r->opt->buffer.by_bytes)
        gf_note("%llu records stay in spool '%s' for the next run", (unsigned long long)records,
                r->opt->spool.dir);
    if (gf_spool_close(s->spool) != 0 && result == 0) {
        gf_error_errno("cannot write to '%s'", r->opt->spool.dir);
        result = -1;
    }
    if (result != 0 && !r->fatal)
        r->fatal = GF_EXIT_TOOL;
    s->spool = NULL;
}

void spill_close(struct run *r)
{
    gf_spool_close(r->spill.spool);
    r->spill.spool = NULL;
}
