/*
 * session.c - the loop, and what ends it.
 *
 * The first signal to stop does not stop the reading: whoever writes to us is stopped too, most
 * often, and has last words. So it goes on to the end of the input, for --drain at most; then what
 * is in the pipe is taken, written as far as that goes at once, and what is left is counted. A
 * second signal is the end of that time.
 */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clash.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/sig.h"
#include "memory.h"
#include "numbers.h"
#include "run.h"
#include "run/loop.h"
#include "run/signals.h"
#include "wall.h"

enum {
    SPOOL_MEMORY = 1 << 20, /* its buffers, and the chunk that is on its way there */
    LEAST_SHARED = 1 << 20
};

/* The struct is the run: each part is one of its members. */
struct session {
    struct run run;
    struct gf_signals signals;
    ev_prepare prepare;
    ev_timer drain;
    ev_timer interval; /* --stats-interval */
    struct gf_progress_timer progress;
    struct gf_outfile stats_file;
    bool stats_failed; /* on the way; the run goes on */
};

/* ---- signals --------------------------------------------------------------------------------- */

/* The time to end is over: what is in the pipe, as far as it goes. */
static void end_drain(struct session *s)
{
    struct run *r = &s->run;
    if (r->over)
        return;
    sink_last(r);
    while (intake_pump(r) || spill_pump(r) || outflow_pump(r))
        continue; /* so that there is room */
    intake_last(r);
    while (intake_pump(r) || spill_pump(r) || outflow_pump(r))
        continue;
    rotate_stop(r);
    r->over = true;
}

static void on_drain(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)events;
    end_drain(w->data);
}

static void on_stop(void *owner, int sig, unsigned times)
{
    struct session *s = owner;
    struct run *r = &s->run;
    (void)sig;
    if (times > 1) {
        end_drain(s);
        if (times > 2)
            gf_tasks_kill(&r->tasks);
        return;
    }
    r->stopping = true;
    ev_now_update(r->loop);
    ev_timer_set(&s->drain, (double)r->opt->output.drain / 1e9, 0);
    ev_timer_start(r->loop, &s->drain);
}

static void on_status(void *owner)
{
    struct session *s = owner;
    progress_say(&s->run);
}

static const struct gf_signals_events signal_events = {.stop = on_stop, .status = on_status};

/* ---- statistics ------------------------------------------------------------------------------ */

static int write_stats(struct session *s, bool at_end)
{
    struct gf_outfile again;
    if (at_end)
        return numbers_write(&s->run, &s->stats_file);
    return gf_stats_open(&again, s->run.opt->stats_file, 0) == 0 ? numbers_write(&s->run, &again)
                                                                 : -1;
}

static void on_interval(struct ev_loop *loop, ev_timer *w, int events)
{
    struct session *s = w->data;
    (void)events;
    if (write_stats(s, false) == 0)
        return;
    ev_timer_stop(loop, w); /* numbers stop no data, but they were asked for */
    s->stats_failed = true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static bool is_done(const struct run *r)
{
    if (r->over)
        return r->tasks.first == NULL;
    return r->in.told_end && outflow_is_done(r) && spill_is_done(r) && rotate_is_done(r) &&
           !r->sink.fault.met;
}

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct session *s = w->data;
    struct run *r = &s->run;
    bool any;
    (void)events;
    do {
        any = intake_pump(r);
        any |= spill_pump(r);
        any |= outflow_pump(r);
    } while (any);
    drops_look(r);
    memory_look(r);
    sink_mend(r);
    if (is_done(r)) {
        ev_break(loop, EVBREAK_ALL);
        return;
    }
    spill_arm(r);
    outflow_arm(r);
    rotate_arm(r, r->in.told_end && outflow_is_done(r));
    intake_arm(r);
}

/* ---- begin ----------------------------------------------------------------------------------- */

/* The files that options name, by number: that of --append, that of --stats-file, copies. */
static const char *output_name(const struct options *o, size_t i)
{
    return i == 0 ? o->output.append : i == 1 ? o->stats_file : o->output.tee[i - 2];
}

static const char *output_option(size_t i)
{
    return i == 0 ? "--append" : i == 1 ? "--stats-file" : "--tee";
}

/* Nothing that is written is read, and no two of these are the same. */
static int check_files(const struct options *o)
{
    struct gf_clash in = {0}, out = {.role = "output"};
    bool to_stdout = !o->log.dir && !o->output.append;
    int bad = 0;
    gf_clash_reads(&in, "-");
    if (to_stdout)
        bad = gf_clash_writes_fd(&in, STDOUT_FILENO, "standard output");
    if (o->stats && !o->stats_file && !bad)
        bad = gf_clash_writes_fd(&in, STDERR_FILENO, "standard error");
    for (size_t i = 0; i < o->output.ntee + 2 && !bad; i++) {
        const char *name = output_name(o, i), *option = output_option(i);
        bad = gf_clash_writes(&in, name, option);
        bad = bad ? bad : gf_clash_writes(&out, name, option);
        bad = bad ? bad : gf_clash_standard(name, option, i == 0);
        for (size_t k = 0; k < i && !bad; k++)
            bad = gf_clash_names(output_name(o, k), name, option);
        if (name)
            gf_clash_reads(&out, name);
    }
    gf_clash_release(&in);
    gf_clash_release(&out);
    return bad;
}

static enum gf_store_full policy(const struct options *o)
{
    switch (o->buffer.when_full) {
    case FULL_DROP_NEWEST:
        return GF_STORE_DROP_NEWEST;
    case FULL_DROP_OLDEST:
        return GF_STORE_DROP_OLDEST;
    case FULL_ERROR:
    case FULL_SPILL:
        return GF_STORE_EXCESS;
    default:
        return GF_STORE_BLOCK;
    }
}

/* -m is all that we hold, so what a read brings beyond the bound and what the spool works with are
 * parts of it; a small buffer has its size to the byte. */
static size_t store_size(const struct options *o)
{
    uint64_t all = o->buffer.memory, aside = 0;
    if (policy(o) != GF_STORE_BLOCK)
        aside = 2 * GF_STORE_READ;
    if (o->spool.dir)
        aside += SPOOL_MEMORY;
    return (size_t)(all < LEAST_SHARED ? all : all - (aside < all / 4 * 3 ? aside : all / 4 * 3));
}

static int open_store(struct run *r)
{
    const struct buffer_options *b = &r->opt->buffer;
    const struct gf_store_config config = {.bytes = store_size(r->opt),
                                           .records = b->records,
                                           .separator = b->separator,
                                           .by_bytes = b->by_bytes,
                                           .marks = b->marks,
                                           .when_full = policy(r->opt)};
    if (b->memory <= SIZE_MAX / 2 && gf_store_open(&r->store, &config) == 0)
        return 0;
    gf_error("cannot hold %llu bytes in memory", (unsigned long long)b->memory);
    gf_hint("-m makes the buffer smaller; --spool has more room, on disk");
    return -1;
}

/* All that may wait for somebody is opened before signals are caught. */
static int open_files(struct session *s)
{
    struct run *r = &s->run;
    const struct options *o = r->opt;
    if (o->stats && gf_stats_open(&s->stats_file, o->stats_file, GF_READER_PATIENCE) != 0)
        return -1;
    return open_store(r) != 0 || sink_open(r) != 0 || tee_open(r) != 0 || spill_open(r) != 0 ||
                   intake_open(r) != 0
               ? -1
               : 0;
}

static int open_loop(struct session *s)
{
    struct run *r = &s->run;
    r->loop = gf_loop_new();
    if (!r->loop)
        gf_error("cannot make an event loop");
    if (!r->loop || gf_fd_cloexec_from(3) != 0)
        return -1;
    if (gf_tasks_open(&r->tasks, r->loop) != 0) {
        gf_error_errno("cannot wait for processes");
        return -1;
    }
    s->signals = (struct gf_signals){.on = &signal_events, .owner = s};
    if (gf_signals_open(&s->signals, r->loop, &r->tasks) == 0)
        return 0;
    gf_error_errno("cannot wait for signals");
    return -1;
}

static void begin_timers(struct session *s)
{
    struct run *r = &s->run;
    ev_prepare_init(&s->prepare, on_prepare);
    s->prepare.data = s;
    ev_prepare_start(r->loop, &s->prepare);
    ev_timer_init(&s->drain, on_drain, 0, 0);
    s->drain.data = s;
    ev_timer_init(&s->interval, on_interval, 0, 0);
    s->interval.data = s;
    if (r->opt->stats_interval) {
        double every = (double)r->opt->stats_interval / 1e9;
        ev_timer_set(&s->interval, every, every);
        ev_timer_start(r->loop, &s->interval);
    }
    progress_begin(&s->progress, r);
}

static int begin(struct session *s)
{
    struct run *r = &s->run;
    if (check_files(r->opt) != 0)
        return GF_EXIT_USAGE;
    if (open_files(s) != 0)
        return r->fatal ? r->fatal : GF_EXIT_TOOL;
    if (open_loop(s) != 0)
        return GF_EXIT_TOOL;
    r->begin_mono = gf_now_mono();
    sink_begin(r);
    if (rotate_begin(r) != 0)
        return GF_EXIT_TOOL;
    tee_begin(r);
    spill_begin(r);
    outflow_begin(r);
    intake_begin(r);
    drops_begin(r);
    memory_begin(r);
    begin_timers(s);
    wall_raise(r);
    return -1;
}

/* ---- end ------------------------------------------------------------------------------------- */

/* What a signal left. */
static void tell_left(struct run *r)
{
    uint64_t records = numbers_held(r) - (spill_is_on(&r->spill) ? spill_held(r) : 0);
    uint64_t behind = r->store.excess + intake_held_bytes(r);
    uint64_t bytes = gf_store_bytes(&r->store) - r->spill.held + behind;
    records += r->in.lacks; /* the last one, whose end did not come */
    if (!r->over || bytes == 0 || r->reader_left)
        return;
    if (r->spill.active && r->spill.plain == 0 && behind == 0)
        return; /* all of it is in the spool, too */
    if (r->opt->buffer.by_bytes)
        gf_error("%llu bytes were not written", (unsigned long long)bytes);
    else
        gf_error("%llu records (%llu bytes) were not written", (unsigned long long)records,
                 (unsigned long long)bytes);
    r->fatal = r->fatal ? r->fatal : GF_EXIT_TOOL;
}

static int conclude(struct session *s)
{
    struct run *r = &s->run;
    gf_signals_close(&s->signals);
    gf_progress_end();
    if (!r->reader_left)
        drops_end(r);
    tell_left(r);
    int wrong = numbers_check(r);
    if (wrong)
        r->fatal = wrong;
    if (tee_end(r) != 0 && !r->fatal)
        r->fatal = GF_EXIT_TOOL;
    if (sink_end(r) != 0 && !r->fatal)
        r->fatal = GF_EXIT_TOOL;
    if (r->opt->stats && (write_stats(s, true) != 0 || s->stats_failed) && !r->fatal)
        r->fatal = GF_EXIT_TOOL;
    spill_end(r);
    rotate_close(r);
    return r->fatal ? r->fatal : r->some_failed ? GF_EXIT_SOME : GF_EXIT_OK;
}

static void release(struct session *s)
{
    struct run *r = &s->run;
    gf_signals_close(&s->signals);
    gf_tasks_close(&r->tasks);
    intake_close(r);
    outflow_close(r);
    spill_close(r);
    tee_close(r);
    sink_close(r);
    gf_outfile_abandon(&s->stats_file);
    gf_store_close(&r->store);
    if (r->loop)
        ev_loop_destroy(r->loop);
}

int session_run(const struct options *o)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    struct run *r = &s->run;
    r->opt = o;
    r->sink.fd = -1;
    int status = begin(s);
    if (status == -1) {
        ev_run(r->loop, 0);
        status = conclude(s);
    }
    int sig = r->reader_left ? SIGPIPE : s->signals.stop_signal;
    bool by_signal = sig && (r->reader_left || !r->fatal);
    release(s);
    free(s);
    if (by_signal)
        gf_die_by(sig);
    return gf_tool_finish(status);
}
