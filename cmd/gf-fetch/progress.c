/*
 * progress.c - the line is built when it is due only (base/progress.h says when).
 */
#include "progress.h"

#include "base/duration.h"
#include "base/msg.h"

/* The line, and where the number of failed lines stands in it. */
static void build_line(void *owner, struct gf_buf *b, struct gf_progress_part *failed)
{
    const struct progress *p = owner;
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

void progress_begin(struct progress *p, struct ev_loop *loop)
{
    p->timer.line = (struct gf_progress_line){.build = build_line, .owner = p};
    gf_progress_timer_start(&p->timer, loop, p->tally->opt->progress, p->tally->begin_mono);
}

void progress_say(struct progress *p)
{
    gf_progress_say_line(&p->timer.line);
}
