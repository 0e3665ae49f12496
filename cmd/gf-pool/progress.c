/*
 * progress.c - where the run stands, on one line: for --progress, and when SIGUSR1 asks.
 *
 *     12/100 done, 1 failed, 4 run, 3.2/s, 27s left, elapsed 3.75s, slowest 2.1s: job 9, curl ...
 *
 * A narrow terminal shows the beginning, so what matters most stands first, in short words. The
 * time left is what the rest takes at the rate of the jobs that ended in this run.
 */
#include "pool.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/msg.h"

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

static const struct job *slowest(const struct pool *p)
{
    const struct job *found = NULL;
    for (unsigned i = 0; i < p->slots; i++)
        if (p->slot[i] && (!found || p->slot[i]->start_mono < found->start_mono))
            found = p->slot[i];
    return found;
}

static void add_slowest(const struct pool *p, struct gf_buf *b, gf_ns now)
{
    const struct job *j = slowest(p);
    if (!j)
        return;
    add_time(b, ", slowest ", now - j->start_mono, "");
    gf_buf_printf(b, ": job %llu", (unsigned long long)j->seq);
    if (j->command.len)
        gf_buf_printf(b, ", %.*s", SHOWN, j->command.data);
}

static void add_time_left(struct gf_buf *b, uint64_t left, uint64_t ended, gf_ns span)
{
    if (left && ended)
        add_time(b, ", ", (gf_ns)((double)left * (double)span / (double)ended), " left");
}

/* The line, and where the number of failed jobs stands in it. */
static void build_line(struct pool *p, struct gf_buf *b, struct gf_progress_part *failed)
{
    gf_ns now = gf_now_mono(), span = now - p->begin_mono;
    uint64_t ended = p->count.ok + p->count.failed, done = ended + p->resume.skipped, total;
    bool known = ahead_total(p, &total);
    gf_buf_printf(b, "%llu", (unsigned long long)done);
    if (known)
        gf_buf_printf(b, "/%llu", (unsigned long long)total);
    gf_buf_puts(b, " done, ");
    failed->at = b->len;
    gf_buf_printf(b, "%llu failed", (unsigned long long)p->count.failed);
    failed->len = p->count.failed ? b->len - failed->at : 0;
    gf_buf_printf(b, ", %u run", p->running);
    add_rate(b, ended, span);
    add_time_left(b, known && total > done ? total - done : 0, ended, span);
    add_time(b, ", elapsed ", span, "");
    add_slowest(p, b, now);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct pool *p = w->data;
    (void)events;
    gf_ns now = gf_now_mono();
    if (gf_progress_due(now)) {
        struct gf_buf b = {0};
        struct gf_progress_part failed;
        build_line(p, &b, &failed);
        if (!b.failed)
            gf_progress_show_bad(b.data, failed, now);
        gf_buf_release(&b);
    }
    gf_ns next = gf_progress_next();
    ev_timer_set(w, next > now ? (double)(next - now) / 1e9 : 0.05, 0);
    ev_timer_start(loop, w);
}

void progress_init(struct pool *p)
{
    gf_progress_init(p->opt->progress, p->begin_mono);
    ev_timer_init(&p->progress_timer, on_timer, 0, 0);
    p->progress_timer.data = p;
    gf_ns next = gf_progress_next(), now = gf_now_mono();
    if (next == GF_NEVER)
        return;
    ev_timer_set(&p->progress_timer, next > now ? (double)(next - now) / 1e9 : 0, 0);
    ev_timer_start(p->loop, &p->progress_timer);
}

void progress_status_line(struct pool *p)
{
    struct gf_buf b = {0};
    struct gf_progress_part failed;
    build_line(p, &b, &failed);
    if (!b.failed)
        gf_error("%s", b.data);
    gf_buf_release(&b);
}
