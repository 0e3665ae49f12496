/*
 * page.c - the numbers of a run, and how gf-pool calls what the page of --report shows.
 */
#include "page.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/report.h"
#include "page/page.h"

enum {
    TITLE = 96 /* room for the title, or the headline */
};

static const struct gf_page_words words = {
    .item = "job",
    .bars = "attempts",
    .lanes = "Slots",
    .cut = "interrupted",
    .timeline = "Which slot ran which job, and when",
    .failed = {"Job", "How", "Command, and the end of its standard error"},
};

/* ---- totals ---------------------------------------------------------------------------------- */

static void make_totals(struct gf_page_totals *all, struct tally *t, gf_ns span)
{
    all->n = 0;
    gf_page_total_count(all, "jobs", tally_ended(t));
    gf_page_total_count(all, "ok", t->ok);
    gf_page_total_count(all, "failed", t->failed);
    gf_page_total_count(all, "timed out", t->timed_out);
    if (t->interrupted)
        gf_page_total_count(all, "interrupted", t->interrupted);
    gf_page_total_count(all, "attempts retried", t->retried);
    gf_page_total_time(all, "elapsed", span);
    snprintf(gf_page_total_add(all, "started"), GF_PAGE_TOTAL, "%.1f/s",
             tally_rate(t, t->begin_mono + span));
    snprintf(gf_page_total_add(all, "slots in use"), GF_PAGE_TOTAL, "%.0f %%",
             100 * tally_utilisation(t));
}

/* ---- the page -------------------------------------------------------------------------------- */

static void make_headline(char out[TITLE], const struct tally *t)
{
    uint64_t jobs = tally_ended(t);
    if (t->failed)
        snprintf(out, TITLE, "gf-pool: %" PRIu64 " of %" PRIu64 " jobs failed", t->failed, jobs);
    else if (t->interrupted)
        snprintf(out, TITLE, "gf-pool: interrupted: %" PRIu64 " of %" PRIu64 " jobs",
                 t->interrupted, jobs);
    else
        snprintf(out, TITLE, "gf-pool: all jobs ended well");
}

static void make(struct gf_buf *b, const struct timeline *t, struct tally *tally)
{
    gf_ns now_wall, span = gf_now_mono() - tally->begin_mono;
    struct gf_page_totals totals;
    char title[TITLE], headline[TITLE];
    span = span > 0 ? span : 1;
    now_wall = gf_now_wall();
    snprintf(title, TITLE, "gf-pool: %" PRIu64 " jobs, %" PRIu64 " failed", tally_ended(tally),
             tally->failed);
    make_headline(headline, tally);
    make_totals(&totals, tally, span);
    gf_page_make(b, &(struct gf_page){
                        .words = &words,
                        .title = title,
                        .headline = headline,
                        .asked = &tally->opt->asked,
                        .begin_wall = now_wall - span,
                        .end_wall = now_wall,
                        .span = span,
                        .total = totals.list,
                        .ntotals = totals.n,
                        .bars = &t->bars,
                        .nlanes = t->slots,
                        .timed = tally->retried ? "attempt" : "job",
                        .failures = &t->failures,
                        .failures_note = tally->opt->output == OUTPUT_RAW
                                             ? "With -u the standard error of jobs is not kept."
                                             : NULL,
                    });
}

int page_write(const struct timeline *t, struct tally *tally, struct gf_outfile *out)
{
    const char *path = tally->opt->report;
    struct gf_buf b = {0};
    if (!path)
        return 0;
    make(&b, t, tally);
    int r = gf_report_write(out, path, &b);
    gf_buf_release(&b);
    return r;
}
