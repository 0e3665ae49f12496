/* progress.c - the line is built when it is due only (base/progress.h says when). */
#include "progress.h"

#include "base/duration.h"
#include "base/msg.h"
#include "base/progress.h"
#include "flow.h"
#include "numbers.h"

/* The line, and where the number of dead letters stands in it. */
static void build_line(const struct run *r, struct gf_buf *b, struct gf_progress_part *dead)
{
    gf_ns now = gf_now_mono();
    const struct numbers n = numbers_of(r, now);
    const struct stage *slowest = numbers_slowest(r, now);
    char elapsed[GF_DURATION_SIZE];
    gf_format_duration(n.span, elapsed);
    gf_buf_printf(b, "%llu in, %llu out, ", (unsigned long long)n.in, (unsigned long long)n.out);
    dead->at = b->len;
    gf_buf_printf(b, "%llu dead", (unsigned long long)n.dead);
    dead->len = n.dead ? b->len - dead->at : 0;
    if (n.dropped)
        gf_buf_printf(b, ", %llu dropped", (unsigned long long)n.dropped);
    gf_buf_printf(b, ", %llu inside", (unsigned long long)n.inside);
    gf_buf_printf(b, n.rate < 999.5 ? ", %.3g/s" : ", %.0f/s", n.rate);
    if (slowest)
        gf_buf_printf(b, ", slowest: %s (%.0f%%)", slowest->plan->name,
                      numbers_busy(slowest, now) * 100);
    gf_buf_printf(b, ", elapsed %s", elapsed);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    const struct progress *p = w->data;
    gf_ns now = gf_now_mono();
    (void)events;
    if (gf_progress_due(now)) {
        struct gf_buf b = {0};
        struct gf_progress_part dead;
        build_line(p->run, &b, &dead);
        if (!b.failed)
            gf_progress_show_bad(b.data, dead, now);
        gf_buf_release(&b);
    }
    gf_ns next = gf_progress_next();
    ev_timer_set(w, next > now ? (double)(next - now) / 1e9 : 0.05, 0);
    ev_timer_start(loop, w);
}

void progress_begin(struct progress *p, const struct run *r)
{
    p->run = r;
    gf_progress_init(r->opt->progress, r->begin_mono);
    ev_timer_init(&p->timer, on_timer, 0, 0);
    p->timer.data = p;
    gf_ns next = gf_progress_next(), now = gf_now_mono();
    if (next == GF_NEVER)
        return;
    ev_timer_set(&p->timer, next > now ? (double)(next - now) / 1e9 : 0, 0);
    ev_timer_start(r->loop, &p->timer);
}

void progress_say(const struct run *r)
{
    struct gf_buf b = {0};
    struct gf_progress_part dead;
    gf_ns now = gf_now_mono();
    build_line(r, &b, &dead);
    for (size_t i = 0; i < r->nstages; i++) {
        const struct stage *s = &r->stage[i];
        uint64_t waiting = s->waiting.records + s->asleep.records;
        gf_buf_printf(&b, "; stage %s: %llu waiting, %llu in flight, busy %.0f%%", s->plan->name,
                      (unsigned long long)waiting, (unsigned long long)(s->inside - waiting),
                      numbers_busy(s, now) * 100);
    }
    if (!b.failed)
        gf_error("%s", b.data);
    gf_buf_release(&b);
}
