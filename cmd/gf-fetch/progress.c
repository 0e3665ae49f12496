/*
 * progress.c - the line is built when it is due only (base/progress.h says when).
 */
#include "progress.h"

#include "base/duration.h"
#include "base/msg.h"

/* The line, and where the number of failed lines stands in it. */
static void build_line(const struct progress *p, struct gf_buf *b, struct gf_progress_part *failed)
{
    const struct tally *t = p->tally;
    const struct fetcher *f = p->fetcher;
    gf_ns span = gf_now_mono() - t->begin_mono;
    uint64_t bad = t->failed + t->cancelled, done = t->ok + bad;
    double rate = span > 0 ? (double)done * 1e9 / (double)span : 0;
    char elapsed[GF_DURATION_SIZE];
    gf_format_duration(span, elapsed);
    gf_buf_printf(b, "%llu of %llu done, ", (unsigned long long)done,
                  (unsigned long long)p->source->seq);
    failed->at = b->len;
    gf_buf_printf(b, "%llu failed", (unsigned long long)bad);
    failed->len = bad ? b->len - failed->at : 0;
    gf_buf_printf(b, ", %zu under way", f->active);
    if (f->retrying)
        gf_buf_printf(b, ", %zu wait for a retry", f->retrying);
    gf_buf_printf(b, rate < 999.5 ? ", %.3g/s" : ", %.0f/s", rate);
    gf_buf_printf(b, ", elapsed %s", elapsed);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct progress *p = w->data;
    gf_ns now = gf_now_mono();
    (void)events;
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

void progress_begin(struct progress *p, struct ev_loop *loop)
{
    gf_progress_init(p->tally->opt->progress, p->tally->begin_mono);
    ev_timer_init(&p->timer, on_timer, 0, 0);
    p->timer.data = p;
    gf_ns next = gf_progress_next(), now = gf_now_mono();
    if (next == GF_NEVER)
        return;
    ev_timer_set(&p->timer, next > now ? (double)(next - now) / 1e9 : 0, 0);
    ev_timer_start(loop, &p->timer);
}

void progress_say(struct progress *p)
{
    struct gf_buf b = {0};
    struct gf_progress_part failed;
    build_line(p, &b, &failed);
    if (!b.failed)
        gf_error("%s", b.data);
    gf_buf_release(&b);
}
