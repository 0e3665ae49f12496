/*
 * explain.c - gf-cron explain: a schedule in words, and what the next two clock changes do to it.
 *
 * The words come from cron/words.h. The zone is followed from span to span, up to CHANGES changes
 * or LOOK_AHEAD years. At a change the matching times on the clock are counted: those in the gap
 * when the clock goes forward, those in the repeated time when the clock goes back. What happens to
 * them depends on the class of the schedule and, for a gap, on --dst.
 */
#include <string.h>

#include "cron.h"

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "cron/words.h"

enum {
    CHANGES = 2,
    LOOK_AHEAD = 3 /* years in which a change is looked for */
};

const struct gf_cli cron_explain_cli = {
    .name = "explain",
    .summary = "print a schedule in words, and what clock changes do to it",
    .usage = (const char *const[]){"[options] EXPR", NULL},
    .opts =
        (const struct gf_opt[]){
            {OPT_FROM, 0, "from", "TIME", "look for firings after TIME (default: now)", NULL, 0},
            CRON_OPT_TZ,
            CRON_OPT_DST,
            {OPT_ID, 0, "id", "ID", "id from which H and ~ choose their values", NULL, 0},
            {0},
        },
    .examples = (const char *const[]){"gf-cron explain '*/15 9-17 * * MON-FRI'",
                                      "gf-cron explain --tz Europe/Berlin '30 2 * * *'",
                                      "gf-cron explain '0 0 LW * *'", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &cron_cli,
    .walled = true,
};

struct subject {
    const struct gf_cron *c;
    struct gf_zone *z;
    enum gf_dst dst;
    struct gf_buf *b;
};

/* How many matching times the clock has in [from, to), which is the gap or the repeated time of one
 * change: two days at most. */
static int matches(const struct gf_cron *c, int64_t from, int64_t to)
{
    int n = 0;
    int64_t w;
    while (gf_cron_next_local(c, from, &w) && w < to) {
        n++;
        from = w + 1;
    }
    return n;
}

static void say_gap(const struct subject *s, int n)
{
    if (n == 0)
        gf_buf_puts(s->b, "nothing is due in the gap");
    else if (s->c->real)
        gf_buf_printf(s->b, "%d time%s on the clock %s not happen", n, n == 1 ? "" : "s",
                      n == 1 ? "does" : "do");
    else if (s->dst == GF_DST_SKIP)
        gf_buf_puts(s->b, "what is due in the gap is skipped");
    else
        gf_buf_puts(s->b, "what is due in the gap runs once, right after it");
}

static void say_repeat(const struct subject *s, int n)
{
    if (n == 0)
        gf_buf_puts(s->b, "nothing is due in the repeated time");
    else if (s->c->real)
        gf_buf_puts(s->b, "runs in both passes of the repeated time");
    else
        gf_buf_puts(s->b, "runs in the first pass of the repeated time only");
}

static int say_change(const struct subject *s, const struct gf_span *before,
                      const struct gf_span *after)
{
    char when[GF_STAMP_SIZE], by[GF_DURATION_SIZE];
    int64_t d = (int64_t)after->off - before->off, shown = after->start + before->off;
    gf_stamp_format(after->start, after->off, false, when);
    gf_format_duration((d < 0 ? -d : d) * GF_S, by);
    gf_buf_printf(s->b, "%s: the clock goes %s by %s: ", when, d < 0 ? "back" : "forward", by);
    if (s->c->kind != GF_CRON_FIELDS && s->c->kind != GF_CRON_DAYS)
        gf_buf_puts(s->b, "makes no difference");
    else if (d > 0)
        say_gap(s, matches(s->c, shown, shown + d));
    else
        say_repeat(s, matches(s->c, shown + d, shown));
    return gf_buf_putc(s->b, '\n');
}

static int say_changes(const struct subject *s, int64_t now)
{
    int64_t end = now + LOOK_AHEAD * 366 * GF_DAY;
    int n = 0;
    struct gf_span before = gf_zone_span(s->z, now);
    while (n < CHANGES && before.end < end) {
        struct gf_span after = gf_zone_span(s->z, before.end);
        if (after.off != before.off) {
            if (say_change(s, &before, &after) != 0)
                return -1;
            n++;
        }
        before = after;
    }
    return n ? 0 : gf_buf_puts(s->b, "the zone does not change in the next years\n");
}

/* Writes all that is said of a schedule. 0; 1: the schedule never fires; -1: no memory. */
static int explain(const struct subject *s, int64_t now)
{
    char next[GF_STAMP_SIZE] = "NEVER";
    int64_t t;
    gf_cron_words(s->b, s->c);
    if (s->c->kind == GF_CRON_AFTER)
        return gf_buf_puts(s->b, "\nnext: when that job has gone well\n");
    if (s->c->kind == GF_CRON_START)
        return gf_buf_puts(s->b, "\nnext: when the scheduler starts\n");
    gf_buf_printf(s->b, "\nclass: %s\nzone: %s\n",
                  s->c->real ? "follows real time" : "fixed, every time on the clock once",
                  *gf_zone_name(s->z) ? gf_zone_name(s->z) : "the machine's");
    int got = gf_cron_next(s->c, s->z, s->dst, now, &t);
    if (got == GF_CRON_FOUND)
        cron_local_text(s->z, t, next);
    gf_buf_printf(s->b, "next: %s\n", next);
    if (say_changes(s, now) != 0 || s->b->failed)
        return -1;
    return got == GF_CRON_NEVER;
}

/* Several schedules: each as if it stood alone, below its text, and then their next firing. */
static int explain_each(const struct subject *s, const char *text, int64_t now)
{
    char next[GF_STAMP_SIZE] = "NEVER";
    int64_t t;
    bool starts = gf_cron_will_start(s->c, now);
    if (!s->c->also)
        return explain(s, now);
    for (const struct gf_cron *c = s->c; c; c = c->also) {
        struct gf_cron alone = *c;
        struct subject one = {&alone, s->z, s->dst, s->b};
        alone.also = NULL;
        gf_buf_printf(s->b, "%.*s\n", (int)c->len, text + c->at);
        if (explain(&one, now) < 0 || gf_buf_putc(s->b, '\n') != 0)
            return -1;
    }
    int got = gf_cron_next(s->c, s->z, s->dst, now, &t);
    if (got == GF_CRON_FOUND)
        cron_local_text(s->z, t, next);
    gf_buf_printf(s->b, "next of all: %s\n", starts ? "when the scheduler starts" : next);
    return s->b->failed ? -1 : got == GF_CRON_NEVER && !starts;
}

static int run(struct cron_context *context, const char *expr, const char *id,
               const struct gf_stamp *from)
{
    struct gf_cron c;
    struct gf_zone *z;
    struct gf_buf b = {0};
    int status = cron_schedule_parse(context, expr, id, &c, &z);
    if (status != GF_EXIT_OK)
        return status;
    struct subject s = {&c, z, (enum gf_dst)context->dst, &b};
    status = explain_each(&s, expr, from ? gf_zone_instant(z, from) : context->now);
    if (status < 0)
        gf_error_nomem();
    else if (gf_tool_print(&b) != 0)
        status = -1;
    gf_buf_release(&b);
    return status < 0 ? GF_EXIT_TOOL : status ? GF_EXIT_NO : GF_EXIT_OK;
}

int cron_explain_main(int argc, char **argv)
{
    struct cron_context context = {0};
    const char *expr = NULL, *id = NULL;
    struct gf_stamp from;
    bool has_from = false;
    struct gf_optparser p = gf_optparser(&cron_explain_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPERAND) {
            if (expr)
                return gf_cli_usage_error(&cron_explain_cli,
                                          "a schedule is one argument, in quotes");
            expr = p.value;
        } else if (p.opt->id == OPT_ID) {
            id = p.value;
        } else if (p.opt->id == OPT_FROM) {
            has_from = true;
            if (cron_time_option(&context, &p, &from) != 0)
                return GF_EXIT_USAGE;
        } else if (cron_context_option(&context, &p) != 0) {
            return GF_EXIT_USAGE;
        }
    }
    if (!expr)
        return gf_cli_usage_error(&cron_explain_cli, "no schedule was given");
    int status = cron_context_open(&context);
    if (status == GF_EXIT_OK)
        cron_wall_raise(&context, NULL, NULL);
    if (status == GF_EXIT_OK)
        status = run(&context, expr, id, has_from ? &from : NULL);
    if (status != GF_EXIT_USAGE)
        cron_say_zones(&context);
    cron_context_release(&context);
    return gf_tool_finish(status);
}
