/* progress.c - the line is built when it is due only (base/progress.h says when). */
#include "progress.h"

#include "base/duration.h"
#include "base/msg.h"
#include "base/progress.h"
#include "flow.h"
#include "numbers.h"

/* The line, and where the number of dead letters stands in it. */
static void build_line(void *owner, struct gf_buf *b, struct gf_progress_part *dead)
{
    const struct run *r = owner;
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

/* The same, with what there is at each stage. */
static void build_whole(void *owner, struct gf_buf *b, struct gf_progress_part *dead)
{
    const struct run *r = owner;
    gf_ns now = gf_now_mono();
    build_line(owner, b, dead);
    for (size_t i = 0; i < r->nstages; i++) {
        const struct stage *s = &r->stage[i];
        uint64_t waiting = s->waiting.records + s->asleep.records;
        gf_buf_printf(b, "; stage %s: %llu waiting, %llu in flight, busy %.0f%%", s->plan->name,
                      (unsigned long long)waiting, (unsigned long long)(s->inside - waiting),
                      numbers_busy(s, now) * 100);
    }
}

void progress_begin(struct gf_progress_timer *t, struct run *r)
{
    t->line = (struct gf_progress_line){.build = build_line, .owner = r};
    gf_progress_timer_start(t, r->loop, r->opt->progress, r->begin_mono);
}

void progress_say(struct run *r)
{
    const struct gf_progress_line whole = {.build = build_whole, .owner = r};
    gf_progress_say_line(&whole);
}
