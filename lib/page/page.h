/*
 * page.h - a page of HTML about a run, with nothing from the network: what was asked, totals, bars
 * in lanes over the time, columns of how long they took, stages that records went through, a table
 * of what failed. Light or dark as the reader's system is, as wide as the window, without a script.
 * It is the one way to draw such a page: a tool gives data (bars.h, stages.h), and has no HTML of
 * its own.
 *
 *     static const struct gf_page_words words = {.item = "job", ...};
 *     struct gf_page page = {.words = &words, .title = "gf-pool: 9 jobs", .bars = &bars, ...};
 *     struct gf_buf html = {0};
 *     gf_page_make(&html, &page);                  // html.failed: memory was out
 *
 * Each text that is given is text in the page, whatever its bytes (text.h), and the policy at the
 * head of the page lets nothing in it run or be fetched. All is borrowed. Pure; any thread.
 */
#ifndef GF_PAGE_PAGE_H
#define GF_PAGE_PAGE_H

#include "page/bars.h"
#include "page/stages.h"

enum {
    GF_PAGE_ROWS = 256,  /* rows that are drawn, of all lanes */
    GF_PAGE_TOTALS = 16, /* at the head of a page */
    GF_PAGE_TOTAL = 32   /* room for the text of a total */
};

/* How a tool calls its things. */
struct gf_page_words {
    const char *item;      /* "job": what the number of a bar is of */
    const char *bars;      /* "attempts" */
    const char *lanes;     /* "Slots" */
    const char *cut;       /* what GF_BAR_CUT is called: "interrupted" */
    const char *timeline;  /* the heading of the timeline */
    const char *failed[3]; /* the heads of the table: the number, how, what and its last words */
};

struct gf_page_total {
    const char *name;
    char value[GF_PAGE_TOTAL];
};

/* The totals of a page, in the order in which they are added. A zeroed struct is empty. */
struct gf_page_totals {
    size_t n;
    struct gf_page_total list[GF_PAGE_TOTALS];
};

/* Where the value of one more goes, GF_PAGE_TOTAL bytes; there are GF_PAGE_TOTALS at most. */
char *gf_page_total_add(struct gf_page_totals *all, const char *name);
void gf_page_total_count(struct gf_page_totals *all, const char *name, uint64_t n);
void gf_page_total_time(struct gf_page_totals *all, const char *name, gf_ns d);

/* A lane with a name. */
struct gf_page_lane {
    const char *name;
    const char *more; /* shown when the pointer is on the name */
    unsigned rows;    /* from 1 */
};

/* The struct has a member for each thing that a page shows. */
struct gf_page {
    const struct gf_page_words *words;
    const char *title, *headline;
    const struct gf_buf *asked; /* the command line as gf_quote_sh has it */
    gf_ns begin_wall, end_wall; /* of the run */
    gf_ns span;                 /* how long it took, at least 1 */
    const struct gf_page_total *total;
    size_t ntotals;
    const struct gf_page_stages *stages; /* NULL: no stages */
    const struct gf_bars *bars;          /* NULL: no timeline and no columns */
    const struct gf_page_lane *lane;     /* NULL: they have numbers from 1, and a row each */
    size_t nlanes;          /* 0: no timeline. Lanes beyond GF_PAGE_ROWS rows are not drawn */
    const char *lanes_note; /* a sentence below the timeline, or NULL */
    const char *timed;      /* "attempt": what the columns count, in the singular */
    const struct gf_page_failures *failures;
    const char *failures_note; /* a sentence above the table, or NULL */
};

/* Appends the page; the buffer keeps whether that failed. */
void gf_page_make(struct gf_buf *b, const struct gf_page *p);

#endif
