/*
 * starter.c - whether the next job may start now.
 *
 * Jobs whose wait for another attempt is over come first. Then a record is taken; one that cannot
 * start yet stays at hand until it can.
 */
#include "starter.h"

#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "run/watch.h"

bool starter_takes_more(const struct starter *s)
{
    return !*s->input_over && verdict_may_start(s->verdict);
}

/* ---- the job at hand ------------------------------------------------------------------------- */

static bool have_failed_work(struct starter *s)
{
    int got = s->has_work ? 1 : history_next(s->history, &s->intake->work, &s->seq);
    s->has_work = got == 1;
    if (got == -1) {
        gf_error_nomem();
        verdict_fail(s->verdict, GF_EXIT_TOOL);
    }
    if (got == 0) {
        *s->input_over = true;
        if (!s->history->rerun)
            gf_note("no job failed in joblog '%s'", s->opt->joblog);
    }
    return s->has_work;
}

static bool have_queued_work(struct starter *s)
{
    bool had = s->has_work;
    if (had && queued_may_start(s->queued, &s->has_work))
        return true;
    if (s->has_work)
        return false;
    if (had) {
        observers_taken(s->observers, s->seq, true);
        s->is_checked = false;
    }
    int got = queued_next(s->queued, &s->intake->work, &s->seq);
    s->has_work = got == 1;
    if (got == GF_READER_END)
        *s->input_over = true;
    if (got == -1)
        verdict_fail(s->verdict, GF_EXIT_TOOL);
    return s->has_work;
}

/* False when there is no work now; what is to come is watched for. */
static bool have_work(struct starter *s)
{
    struct source *source = &s->intake->source;
    if (s->opt->rerun)
        return have_failed_work(s);
    if (s->opt->queue)
        return have_queued_work(s);
    while (!s->has_work) {
        int got = intake_next(s->intake);
        s->has_work = got == 1;
        s->seq = s->intake->seq;
        if (got == GF_READER_END) {
            *s->input_over = true;
            return false;
        }
        if (got == 0 && source_waits(source)) {
            ev_io_set(&s->input_io, source->reader.fd, EV_READ);
            ev_io_start(s->loop, &s->input_io);
            return false;
        }
        if (got == -1 || (got == 0 && source_fill(source) != 0)) {
            verdict_fail(s->verdict, GF_EXIT_TOOL);
            return false;
        }
    }
    return true;
}

/* Looks once at each job; one that was done before is let go. */
static bool is_done_already(struct starter *s)
{
    const struct intake *in = s->intake;
    bool skip = false;
    if (s->is_checked)
        return false;
    if (history_skips(s->history, &s->jobs->launch->command, &in->work, &s->seq, &skip) != 0) {
        gf_error_nomem();
        verdict_fail(s->verdict, GF_EXIT_TOOL);
        return true;
    }
    observers_taken(s->observers, s->seq, skip);
    s->is_checked = s->has_work = !skip;
    return skip;
}

/* ---- --confirm ------------------------------------------------------------------------------- */

/* The command of the work at hand, as a shell would read it. False: it has none, or memory is out;
 * its start will tell. */
static bool show_command(struct starter *s)
{
    const struct work *w = &s->intake->work;
    struct gf_template *t = &s->jobs->launch->command;
    struct gf_buf *b = &s->command;
    gf_buf_clear(b);
    if (s->opt->rerun)
        return gf_buf_add(b, w->item[0].text, w->item[0].len) == 0;
    struct gf_fill fill = work_fill(w, s->seq, capacity_next(s->capacity) + 1);
    return gf_template_expand(t, &fill) && gf_template_quote(t, b) == 0;
}

/* Whether the work at hand may start now. What may not start at all is let go. */
static bool is_confirmed(struct starter *s)
{
    if (!s->opt->confirm || s->is_confirmed || !show_command(s))
        return true;
    switch (confirm_ask(&s->confirm, &s->command)) {
    case CONFIRM_YES:
        s->is_confirmed = true;
        break;
    case CONFIRM_NO:
        observers_taken(s->observers, s->seq, true);
        s->has_work = s->is_checked = false;
        verdict_changed(s->verdict);
        break;
    case CONFIRM_QUIT:
        *s->input_over = true;
        verdict_changed(s->verdict);
        break;
    case CONFIRM_WAIT:
        break;
    }
    return s->is_confirmed;
}

/* ---- starts ---------------------------------------------------------------------------------- */

/* What follows from a start. False: no other may follow now. */
static bool started(struct starter *s, enum start result)
{
    capacity_settle(s->capacity);
    if (result == START_LATER)
        capacity_short(s->capacity);
    if (result == START_OK)
        gate_pass(&s->gate);
    return result != START_LATER;
}

/* Tries once more what is due. False when none can start now. */
static bool start_again(struct starter *s)
{
    struct job *j;
    while (verdict_may_start(s->verdict) && capacity_has_slot(s->capacity) &&
           (j = retry_take(&s->jobs->retries))) {
        if (!gate_allows(&s->gate) || !capacity_allows(s->capacity)) {
            retry_put_back(&s->jobs->retries, j);
            return false;
        }
        enum start result = jobs_again(s->jobs, j, capacity_next(s->capacity));
        if (result == START_LATER)
            retry_put_back(&s->jobs->retries, j);
        if (!started(s, result))
            return false;
    }
    return true;
}

static bool has_room(const struct starter *s)
{
    return starter_takes_more(s) && capacity_has_slot(s->capacity) &&
           !jobs_are_held_back(s->jobs) && !events_is_full(s->events);
}

void starter_pump(struct starter *s)
{
    if (!start_again(s))
        return;
    while (has_room(s) && have_work(s)) {
        if (is_done_already(s))
            continue;
        if (!is_confirmed(s) || !gate_allows(&s->gate) || !capacity_allows(s->capacity) ||
            !started(s, jobs_start(s->jobs, s->intake, s->seq, capacity_next(s->capacity))))
            return;
        s->has_work = s->is_checked = s->is_confirmed = false;
    }
}

/* ---------------------------------------------------------------------------------------------- */

static void on_input(struct ev_loop *loop, ev_io *w, int events)
{
    struct starter *s = w->data;
    if (!gf_watch_ready(loop, w, events))
        return;
    ev_io_stop(loop, w);
    gate_arrived(&s->gate);
    verdict_changed(s->verdict);
}

int starter_open(struct starter *s, struct ev_loop *loop)
{
    s->loop = loop;
    ev_io_init(&s->input_io, on_input, STDIN_FILENO, EV_READ);
    s->input_io.data = s;
    if (gate_open(&s->gate, s->opt, s->verdict, loop) != 0)
        return GF_EXIT_TOOL;
    return confirm_open(&s->confirm, s->opt, s->verdict, loop);
}

void starter_close(struct starter *s)
{
    if (!s->loop)
        return;
    ev_io_stop(s->loop, &s->input_io);
    gate_close(&s->gate);
    confirm_close(&s->confirm);
    gf_buf_release(&s->command);
}
