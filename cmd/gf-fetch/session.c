/*
 * session.c - before the loop waits, all that can be done is done: what ended makes room for what
 * may start, and a line is read when nothing that was read may start.
 *
 * So the input is read as far as it is needed: no further than --lookahead, and not at all while -j
 * requests are under way, the rate lets none start, or the reader of the output has stopped.
 *
 * The first signal starts nothing more: what is under way goes on, what waits ends as cancelled.
 * The second one ends all. Either way each line that was read has its record.
 */
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/report.h"
#include "base/sig.h"
#include "failed.h"
#include "fetcher.h"
#include "output.h"
#include "pace.h"
#include "progress.h"
#include "record.h"
#include "report.h"
#include "run/loop.h"
#include "run/signals.h"
#include "run/tasks.h"
#include "run/watch.h"
#include "source.h"
#include "tally.h"

/* The struct is the run: each part is one of its members. */
struct session {
    const struct options *opt;
    struct ev_loop *loop;
    struct gf_tasks tasks; /* none: for the signals */
    struct gf_signals signals;
    ev_prepare prepare;
    ev_io input;
    ev_timer total;
    struct progress progress;
    struct pace pace;
    struct source source;
    struct fetcher fetcher;
    struct output output;
    struct failed failed;
    struct tally tally;
    struct gf_etags etags;
    struct report report;
    struct gf_outfile stats_file, report_file;
    bool input_over, stopping, timed_out, failed_early, reader_left;
    int fatal; /* an exit status, after a message */
};

static void stop_now(struct session *s)
{
    s->stopping = true;
    fetcher_cancel(&s->fetcher);
}

static void fail(struct session *s)
{
    if (!s->fatal)
        s->fatal = GF_EXIT_TOOL;
    stop_now(s);
}

/* ---- what happens ---------------------------------------------------------------------------- */

static void on_end(void *owner, struct line *line, const struct outcome *out)
{
    struct session *s = owner;
    bool bad = out->error != GF_NET_OK;
    tally_add(&s->tally, line, out);
    if (s->opt->report)
        report_end(&s->report, line, out);
    if (bad && failed_keep(&s->failed, line) != 0)
        s->fatal = GF_EXIT_TOOL;
    if (record_make(line, out, &s->output.store, s->opt) != 0) {
        gf_error_errno("cannot make the record of line %llu", (unsigned long long)line->number);
        s->fatal = GF_EXIT_TOOL;
    }
    output_finish(&s->output, line);
    if (bad && out->error != GF_NET_CANCELLED && s->opt->fail_early)
        s->failed_early = true;
}

static void on_hop(void *owner, const struct hop *hop)
{
    struct session *s = owner;
    report_hop(&s->report, hop);
}

static void on_change(void *owner)
{
    (void)owner; /* the loop looks before it waits */
}

static void on_etag(void *owner, const char *url, const char *etag, const char *name)
{
    struct session *s = owner;
    if (gf_etags_put(&s->etags, url, etag, name) == 0 || s->fatal)
        return;
    gf_error_errno("cannot write to '%s'", s->opt->etag_store);
    s->fatal = GF_EXIT_TOOL;
}

static void on_stop(void *owner, int sig, unsigned times)
{
    struct session *s = owner;
    (void)sig;
    if (times > 1) {
        stop_now(s);
        return;
    }
    if (!s->stopping && s->fetcher.active)
        gf_note("stopping: %zu requests under way go on; a second signal ends them",
                s->fetcher.active);
    s->stopping = true;
    fetcher_give_up(&s->fetcher);
}

static void on_status(void *owner)
{
    struct session *s = owner;
    progress_say(&s->progress);
}

static const struct gf_signals_events signal_events = {.stop = on_stop, .status = on_status};

static void on_input(struct ev_loop *loop, ev_io *w, int events)
{
    if (gf_watch_ready(loop, w, events))
        ev_io_stop(loop, w); /* read before the loop waits again */
}

static void on_total(struct ev_loop *loop, ev_timer *w, int events)
{
    struct session *s = w->data;
    (void)loop, (void)events;
    s->timed_out = true;
    stop_now(s);
}

/* ---- the pump -------------------------------------------------------------------------------- */

/* One more line for the fetcher; false: there is none for now. */
static bool read_line(struct session *s)
{
    for (;;) {
        struct line *line;
        int got = s->input_over ? GF_READER_END : source_take(&s->source, &line);
        if (got == 1) {
            if (s->opt->keep_order)
                output_expect(&s->output, line);
            pace_arrived(&s->pace);
            fetcher_add(&s->fetcher, line);
            return true;
        }
        if (got == GF_READER_END) {
            s->input_over = true;
            return false;
        }
        if (got == 0 && source_waits(&s->source)) {
            ev_io_start(s->loop, &s->input);
            return false;
        }
        if (got < 0 || source_fill(&s->source) != 0) {
            fail(s);
            return false;
        }
    }
}

/* Whether what waits for the reader, or --lookahead, lets no line be read. */
static bool is_full(const struct session *s)
{
    return output_is_full(&s->output) ||
           fetcher_left(&s->fetcher) + s->output.kept >= s->opt->lookahead;
}

/* Starts and reads what may be; whether anything was. */
static bool go_on(struct session *s)
{
    bool any = false;
    while (!s->stopping && !s->failed_early && !s->fatal && !output_is_full(&s->output)) {
        if (fetcher_is_ready(&s->fetcher)) {
            if (!pace_allows(&s->pace))
                break;
            fetcher_start(&s->fetcher);
            pace_pass(&s->pace);
        } else if (s->fetcher.active >= s->opt->jobs || is_full(s) || !read_line(s)) {
            break;
        }
        any = true;
    }
    return any;
}

static void look_for_trouble(struct session *s)
{
    if (s->output.err && !s->fatal && !s->reader_left) {
        s->reader_left = s->output.err == EPIPE && !gf_sig_was_ignored(SIGPIPE);
        if (!s->reader_left) {
            errno = s->output.err;
            gf_error_errno("%s", s->output.wrong);
        }
        fail(s);
    }
    if (s->fetcher.no_memory && !s->fatal) {
        gf_error_nomem();
        fail(s);
    }
    if ((s->fatal || s->failed_early) && !s->stopping)
        stop_now(s);
}

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct session *s = w->data;
    bool any, written = false;
    (void)events;
    do {
        any = fetcher_pump(&s->fetcher);
        any |= go_on(s);
        look_for_trouble(s);
        if (any && !output_is_full(&s->output))
            continue;
        bool was_full = is_full(s);
        written = output_pump(&s->output);
        look_for_trouble(s);
        any |= was_full && !is_full(s); /* no event tells of lines that have gone out */
    } while (any);
    bool over = (s->input_over || s->stopping) && fetcher_left(&s->fetcher) == 0;
    if (over && (written || s->output.err))
        ev_break(loop, EVBREAK_ALL);
}

/* ---- begin ----------------------------------------------------------------------------------- */

static void begin_timers(struct session *s)
{
    gf_ns now = gf_now_mono();
    s->tally.begin_mono = s->report.begin_mono = now;
    ev_timer_init(&s->total, on_total, 0, 0);
    s->total.data = s;
    if (s->opt->total_timeout) {
        ev_now_update(s->loop);
        ev_timer_set(&s->total, (double)s->opt->total_timeout / 1e9, 0);
        ev_timer_start(s->loop, &s->total);
    }
    s->progress =
        (struct progress){.tally = &s->tally, .source = &s->source, .fetcher = &s->fetcher};
    progress_begin(&s->progress, s->loop);
}

static int open_etags(struct session *s)
{
    const char *file = s->opt->etag_store, *why;
    if (!file)
        return 0;
    s->fetcher.etags = &s->etags;
    if (gf_etags_open(&s->etags, file, &why) == 0)
        return 0;
    gf_error("cannot use '%s': %s", file, why);
    gf_own_hint(file, why);
    return -1;
}

static int begin(struct session *s)
{
    const struct options *o = s->opt;
    if (source_open(&s->source, o) != 0 || failed_open(&s->failed, o) != 0 || open_etags(s) != 0 ||
        (o->report && gf_report_open(&s->report_file, o->report) != 0) ||
        (o->stats && gf_stats_open(&s->stats_file, o->stats_file, GF_READER_PATIENCE) != 0))
        return GF_EXIT_TOOL;
    s->loop = gf_loop_new();
    if (!s->loop)
        gf_error("cannot make an event loop");
    if (!s->loop)
        return GF_EXIT_TOOL;
    if (gf_tasks_open(&s->tasks, s->loop) != 0) {
        gf_error_errno("cannot wait for signals");
        return GF_EXIT_TOOL;
    }
    output_open(&s->output, o, s->loop);
    if (fetcher_open(&s->fetcher, o, s->loop, &s->output.store) != 0 ||
        pace_open(&s->pace, o, s->loop) != 0)
        return GF_EXIT_TOOL;
    s->signals = (struct gf_signals){.on = &signal_events, .owner = s};
    if (gf_signals_open(&s->signals, s->loop, &s->tasks) != 0) {
        gf_error_errno("cannot wait for signals");
        return GF_EXIT_TOOL;
    }
    ev_io_init(&s->input, on_input, s->source.reader.fd, EV_READ);
    ev_prepare_init(&s->prepare, on_prepare);
    s->prepare.data = s;
    ev_prepare_start(s->loop, &s->prepare);
    begin_timers(s);
    if (o->net.insecure)
        gf_error("--insecure: certificates are not looked at");
    return -1;
}

/* ---- end ------------------------------------------------------------------------------------- */

static int conclude(struct session *s)
{
    const struct tally *t = &s->tally;
    int status = t->failed || t->cancelled ? GF_EXIT_SOME : GF_EXIT_OK;
    if (failed_close(&s->failed) != 0)
        s->fatal = GF_EXIT_TOOL;
    gf_signals_close(&s->signals);
    gf_progress_end();
    if (!s->reader_left) {
        gf_detail("%llu lines: %llu fetched, %llu failed, %llu cancelled",
                  (unsigned long long)s->source.seq, (unsigned long long)t->ok,
                  (unsigned long long)t->failed, (unsigned long long)t->cancelled);
        gf_failures_say(&t->failures, s->source.seq, "lines");
        if (t->cancelled)
            gf_note("cancelled: %llu of %llu lines", (unsigned long long)t->cancelled,
                    (unsigned long long)s->source.seq);
        if (t->failed + t->cancelled && !s->opt->failed)
            gf_note_hint("--failed FILE keeps the lines that failed, for the next run");
    }
    if (s->timed_out) {
        gf_error("--total-timeout: the time is over");
        status = GF_EXIT_TIMEOUT;
    }
    if (s->opt->report &&
        report_write(&s->report, t, &s->source, &s->fetcher, &s->report_file) != 0)
        s->fatal = GF_EXIT_TOOL;
    if (s->opt->stats && tally_write(t, &s->source, &s->fetcher, &s->stats_file) != 0)
        s->fatal = GF_EXIT_TOOL;
    return s->fatal ? s->fatal : status;
}

static void release(struct session *s)
{
    gf_signals_close(&s->signals);
    pace_close(&s->pace);
    if (s->fetcher.opt)
        fetcher_close(&s->fetcher);
    if (s->output.opt)
        output_close(&s->output);
    if (s->loop)
        gf_tasks_close(&s->tasks);
    source_close(&s->source);
    failed_close(&s->failed);
    gf_etags_close(&s->etags);
    gf_outfile_abandon(&s->stats_file);
    gf_outfile_abandon(&s->report_file);
    report_release(&s->report);
    if (s->loop)
        ev_loop_destroy(s->loop);
}

int session_run(const struct options *o)
{
    struct session *s = calloc(1, sizeof *s); /* two histograms: too much for a stack */
    if (!s) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    s->opt = s->tally.opt = o;
    s->failed.fd = -1;
    s->fetcher.on_end = on_end;
    s->fetcher.on_hop = o->report ? on_hop : NULL;
    s->fetcher.on_change = s->output.on_change = s->pace.on_change = on_change;
    s->output.on_etag = on_etag;
    s->fetcher.owner = s->output.owner = s;
    int status = begin(s);
    if (status == -1) {
        ev_run(s->loop, 0);
        status = conclude(s);
    }
    int sig = s->reader_left ? SIGPIPE : s->signals.stop_signal;
    release(s);
    free(s);
    if (sig)
        gf_die_by(sig);
    return gf_tool_finish(status);
}
