/*
 * report.c - the page of --report: dead letters are counted while the run goes on, all else is read
 * from the stages at its end.
 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/msg.h"
#include "base/report.h"
#include "flow.h"
#include "numbers.h"
#include "page/page.h"
#include "stage.h"

enum {
    MODE = 48, /* room for a mode in words */
    TEXT = 96  /* room for a line of the page */
};

static const struct gf_page_words words = {
    .item = "record",
    .failed = {"Record", "How, and in which stage",
               "The record as it came to the stage, and the end of the command's standard error"},
};

/* ---- gathering ------------------------------------------------------------------------------- */

int report_open(struct run *r)
{
    struct report *p = &r->report;
    if (!r->opt->report)
        return 0;
    if (gf_report_open(&p->file, r->opt->report) != 0)
        return -1;
    p->letters = calloc(r->nstages + 1, sizeof *p->letters);
    if (p->letters)
        return 0;
    gf_error_nomem();
    return -1;
}

void report_letter(struct run *r, const struct gf_letter *l, const char *how)
{
    struct report *p = &r->report;
    if (!p->letters)
        return;
    p->letters[l->stage_number][l->reason]++;
    if (l->reason == GF_REASON_SHUTDOWN)
        return;
    struct gf_page_failure f = {.seq = l->seq,
                                .attempt = (unsigned)l->attempts,
                                .where = l->stage,
                                .length = l->attempts ? l->seconds : -1};
    snprintf(f.how, sizeof f.how, "%s", how);
    gf_page_failures_add(&p->failures, &f, l->input ? l->input : l->origin,
                         l->input ? l->input_len : l->origin_len, l->text ? l->text : "",
                         l->text ? l->text_len : 0);
}

void report_close(struct run *r)
{
    gf_outfile_abandon(&r->report.file);
    gf_page_failures_release(&r->report.failures);
    free(r->report.letters);
    r->report.letters = NULL;
}

/* ---- totals ---------------------------------------------------------------------------------- */

static void make_totals(struct gf_page_totals *all, const struct run *r, const struct numbers *n)
{
    const struct gf_hist *total = &r->flow[r->nflows - 1].total;
    uint64_t retried = 0;
    for (size_t i = 0; i < r->nstages; i++)
        retried += r->stage[i].n.retried;
    all->n = 0;
    gf_page_total_count(all, "records in", n->in);
    gf_page_total_count(all, "out", n->out);
    gf_page_total_count(all, "dead", n->dead);
    gf_page_total_count(all, "dropped", n->dropped);
    if (n->passed)
        gf_page_total_count(all, "handed on", n->passed);
    if (n->inside)
        gf_page_total_count(all, "not done", n->inside);
    gf_page_total_count(all, "attempts retried", retried);
    gf_page_total_time(all, "elapsed", n->span);
    snprintf(gf_page_total_add(all, "rate"), GF_PAGE_TOTAL, n->rate < 1000 ? "%.1f/s" : "%.0f/s",
             n->rate);
    if (!total->count)
        return;
    gf_page_total_time(all, "record p50", gf_hist_percentile(total, 50));
    gf_page_total_time(all, "record p99", gf_hist_percentile(total, 99));
}

/* ---- stages ---------------------------------------------------------------------------------- */

/* What is made for each stage. */
struct drawn {
    struct gf_page_stage *stage;
    struct gf_buf *command;
    char (*mode)[MODE];
};

static void describe_mode(char out[MODE], const struct stage_plan *plan)
{
    static const char *const name[] = {
        [MODE_MAP] = "map", [MODE_FILTER] = "filter", [MODE_EACH] = "each", [MODE_BATCH] = "batch"};
    if (plan->mode == MODE_BATCH)
        snprintf(out, MODE, "batch of %" PRIu64, plan->batch);
    else
        snprintf(out, MODE, "%s", name[plan->mode]);
}

static void draw_stage(const struct drawn *d, const struct run *r, size_t i, gf_ns now)
{
    const struct stage *s = &r->stage[i];
    describe_mode(d->mode[i], s->plan);
    gf_quote_sh_words(&d->command[i], s->plan->command, s->plan->nwords);
    d->stage[i] = (struct gf_page_stage){
        .name = s->plan->name,
        .mode = d->mode[i],
        .command = d->command[i].data ? d->command[i].data : "",
        .jobs = s->plan->jobs,
        .in = s->n.in,
        .out = s->n.out,
        .dead = s->n.dead,
        .dropped = s->n.dropped,
        .passed = s->n.passed,
        .retried = s->n.retried,
        .inside = s->inside,
        /* a filter has its records as long as it lives: that is no work */
        .busy = s->plan->mode == MODE_FILTER ? -1 : numbers_busy(s, now),
        .service = &s->n.service,
        .waiting = &s->n.waiting,
        .letters = r->report.letters[i + 1],
    };
}

/* -1: memory is out. What there is can be released in any case. */
static int draw_stages(struct drawn *d, const struct run *r, gf_ns now)
{
    d->stage = calloc(r->nstages + 1, sizeof *d->stage);
    d->command = calloc(r->nstages + 1, sizeof *d->command);
    d->mode = calloc(r->nstages + 1, sizeof *d->mode);
    if (!d->stage || !d->command || !d->mode)
        return -1;
    for (size_t i = 0; i < r->nstages; i++)
        draw_stage(d, r, i, now);
    return 0;
}

static void release_drawn(struct drawn *d, size_t n)
{
    for (size_t i = 0; i < n && d->command; i++)
        gf_buf_release(&d->command[i]);
    free(d->command);
    free(d->stage);
    free(d->mode);
}

/* ---- the page -------------------------------------------------------------------------------- */

static void make_headline(char out[TEXT], const struct numbers *n)
{
    if (n->dead)
        snprintf(out, TEXT, "gf-pipeline: %" PRIu64 " of %" PRIu64 " records are dead letters",
                 n->dead, n->in);
    else if (n->inside)
        snprintf(out, TEXT, "gf-pipeline: stopped: %" PRIu64 " of %" PRIu64 " records are not done",
                 n->inside, n->in);
    else if (n->passed)
        snprintf(out, TEXT, "gf-pipeline: %" PRIu64 " of %" PRIu64 " records were handed on",
                 n->passed, n->in);
    else if (n->dropped)
        snprintf(out, TEXT, "gf-pipeline: all records but %" PRIu64 " went through", n->dropped);
    else
        snprintf(out, TEXT, "gf-pipeline: all records went through");
}

static void make(struct gf_buf *b, const struct run *r, const struct drawn *d, gf_ns now)
{
    const struct numbers n = numbers_of(r, now);
    const struct stage *slowest = numbers_bottleneck_stage(r, now);
    char title[TEXT], headline[TEXT], bottleneck[NUMBERS_WORDS];
    gf_ns now_wall = gf_now_wall(), span = n.span > 0 ? n.span : 1;
    struct gf_page_totals totals;
    snprintf(title, TEXT, "gf-pipeline: %" PRIu64 " records, %" PRIu64 " dead", n.in, n.dead);
    make_headline(headline, &n);
    make_totals(&totals, r, &n);
    numbers_bottleneck(r, now, bottleneck);
    const struct gf_page_stages stages = {.stage = d->stage,
                                          .n = r->nstages,
                                          .slowest = slowest ? slowest->number : r->nstages,
                                          .words = bottleneck,
                                          .reason = gf_reasons,
                                          .letters = r->report.letters[0]};
    gf_page_make(b, &(struct gf_page){.words = &words,
                                      .title = title,
                                      .headline = headline,
                                      .asked = &r->opt->asked,
                                      .begin_wall = now_wall - span,
                                      .end_wall = now_wall,
                                      .span = span,
                                      .total = totals.list,
                                      .ntotals = totals.n,
                                      .stages = &stages,
                                      .failures = &r->report.failures});
}

int report_write(struct run *r)
{
    struct gf_buf b = {0};
    struct drawn drawn = {0};
    gf_ns now = gf_now_mono();
    int bad = -1;
    if (!r->report.letters)
        return 0;
    if (draw_stages(&drawn, r, now) == 0) {
        make(&b, r, &drawn, now);
        for (size_t i = 0; i < r->nstages; i++)
            gf_buf_inherit(&b, &drawn.command[i]);
        bad = gf_report_write(&r->report.file, r->opt->report, &b);
    } else {
        gf_error_nomem();
    }
    gf_buf_release(&b);
    release_drawn(&drawn, r->nstages);
    return bad;
}
