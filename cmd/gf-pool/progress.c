/*
 * progress.c - where the run stands, on one line.
 *
 * The line is built when it is due only (base/progress.h says when), so a run that nobody watches
 * counts nothing ahead.
 */
#include "progress.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/msg.h"
#include "job.h"

enum {
    SHOWN = 60 /* bytes of a command */
};

/* Three digits, or all in front of the point. */
static void add_rate(struct gf_buf *b, uint64_t n, gf_ns span)
{
    double rate = span > 0 ? (double)n * 1e9 / (double)span : 0;
    gf_buf_printf(b, rate < 999.5 ? ", %.3g/s" : ", %.0f/s", rate);
}

static void add_time(struct gf_buf *b, const char *before, gf_ns d, const char *after)
{
    char t[GF_DURATION_SIZE];
    gf_format_duration(d, t);
    gf_buf_printf(b, "%s%s%s", before, t, after);
}

static const struct job *slowest(const struct gf_tasks *tasks)
{
    const struct gf_task *found = NULL;
    for (const struct gf_task *t = tasks->first; t; t = t->next)
        if (!t->is_over && (!found || t->start_mono < found->start_mono))
            found = t;
    return found ? found->owner : NULL;
}

static void add_slowest(const struct gf_tasks *tasks, struct gf_buf *b, gf_ns now)
{
    const struct job *j = slowest(tasks);
    if (!j)
        return;
    add_time(b, ", slowest ", now - j->task.start_mono, "");
    gf_buf_printf(b, ": job %llu", (unsigned long long)j->seq);
    if (j->command.len)
        gf_buf_printf(b, ", %.*s", SHOWN, j->command.data);
}

static void add_time_left(struct gf_buf *b, uint64_t left, uint64_t ended, gf_ns span)
{
    if (left && ended)
        add_time(b, ", ", (gf_ns)((double)left * (double)span / (double)ended), " left");
}

/* How many jobs there will be in all; false while that is not known. */
static bool known_total(const struct progress *p, uint64_t *total)
{
    if (p->tally->opt->rerun)
        *total = history_failed(p->history);
    else if (*p->input_over)
        *total = p->intake->seq;
    else
        return lookahead_total(p->lookahead, &p->intake->source, p->intake->seq, total);
    return true;
}

/* The line, and where the number of failed jobs stands in it. */
static void build_line(void *owner, struct gf_buf *b, struct gf_progress_part *failed)
{
    const struct progress *p = owner;
    const struct tally *t = p->tally;
    gf_ns now = gf_now_mono(), span = now - t->begin_mono;
    uint64_t ended = tally_ended(t), done = ended + p->history->skipped, total;
    bool known = known_total(p, &total);
    gf_buf_printf(b, "%llu", (unsigned long long)done);
    if (known)
        gf_buf_printf(b, "/%llu", (unsigned long long)total);
    gf_buf_puts(b, " done, ");
    failed->at = b->len;
    gf_buf_printf(b, "%llu failed", (unsigned long long)t->failed);
    failed->len = t->failed ? b->len - failed->at : 0;
    gf_buf_printf(b, ", %zu run", p->tasks->running);
    add_rate(b, ended, span);
    add_time_left(b, known && total > done ? total - done : 0, ended, span);
    add_time(b, ", elapsed ", span, "");
    if (!t->opt->worker) /* whose tasks are no jobs */
        add_slowest(p->tasks, b, now);
}

void progress_begin(struct progress *p, struct ev_loop *loop)
{
    p->timer.line = (struct gf_progress_line){.build = build_line, .owner = p};
    gf_progress_timer_start(&p->timer, loop, p->tally->opt->progress, p->tally->begin_mono);
}

void progress_say(struct progress *p)
{
    gf_progress_say_line(&p->timer.line);
}
