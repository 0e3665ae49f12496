/*
 * page.c - the frame of a page, what was asked, totals, and the table of what failed.
 *
 * What came from elsewhere goes through gf_page_text, so nothing in it is markup. The style sheet
 * has one word of the tool, which a narrow window shows in front of a row's number.
 */
#include "page/page.h"

#include <inttypes.h>

#include "base/escape.h"
#include "page/parts.h"
#include "page/style.h"

enum {
    ASKED_MOST = 4000 /* bytes of the command line */
};

/* A time of the clock for people: without the T, the milliseconds and the Z of RFC 3339. */
static void add_clock(struct gf_buf *b, gf_ns wall)
{
    char when[GF_TIME_UTC_SIZE];
    gf_time_utc(wall, when);
    gf_buf_printf(b, "%.10s %.8s UTC", when, when + 11);
}

static void add_asked(struct gf_buf *b, const struct gf_buf *asked)
{
    struct gf_buf safe = {0}, line = {0};
    gf_escape_sh(&safe, asked->data, asked->len);
    gf_page_clip(&line, safe.data, safe.len, ASKED_MOST);
    gf_buf_puts(b, "<pre class=\"line\">");
    gf_page_text(b, line.data ? line.data : "", line.len);
    gf_buf_puts(b, "</pre>\n");
    gf_buf_inherit(b, &safe);
    gf_buf_inherit(b, &line);
    gf_buf_release(&safe);
    gf_buf_release(&line);
}

static void add_totals(struct gf_buf *b, const struct gf_page *p)
{
    gf_buf_puts(b, "<dl>\n");
    for (size_t i = 0; i < p->ntotals; i++) {
        gf_buf_printf(b, "<div><dt>%s</dt><dd>", p->total[i].name);
        gf_page_string(b, p->total[i].value);
        gf_buf_puts(b, "</dd></div>");
    }
    gf_buf_puts(b, "</dl>\n");
}

static void add_head(struct gf_buf *b, const struct gf_page *p)
{
    gf_buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                   "<title>");
    gf_page_string(b, p->title);
    gf_buf_printf(b, "</title>\n<style>%s%s%s%s%s", style_begin, p->words->item, style_end,
                  p->lane ? style_named : "", p->stages ? style_stages : "");
    gf_buf_puts(b, "</style>\n</head>\n<body>\n<h1>");
    gf_page_string(b, p->headline);
    gf_buf_puts(b, "</h1>\n");
    add_asked(b, p->asked);
    gf_buf_puts(b, "<p>started ");
    add_clock(b, p->begin_wall);
    gf_buf_puts(b, ", ended ");
    add_clock(b, p->end_wall);
    gf_buf_puts(b, "</p>\n");
    add_totals(b, p);
}

/* ---- what failed ----------------------------------------------------------------------------- */

static void add_failure(struct gf_buf *b, const struct gf_page_failure *f)
{
    char time[GF_DURATION_SIZE];
    gf_buf_printf(b, "<tr><td class=\"n\">%" PRIu64 "</td><td class=\"n\">", f->seq);
    gf_page_string(b, f->how);
    if (f->length >= 0)
        gf_buf_printf(b, " after %s", gf_page_time(f->length, time));
    if (f->attempt > 1)
        gf_buf_printf(b, "<br>attempt %u", f->attempt);
    if (f->where)
        gf_page_add_name(b, "div", f->where);
    gf_buf_puts(b, "</td><td><code>");
    gf_page_text(b, f->what.data ? f->what.data : "", f->what.len);
    gf_buf_puts(b, "</code><pre>");
    gf_page_text(b, f->words.data ? f->words.data : "", f->words.len);
    gf_buf_puts(b, "</pre></td></tr>\n");
}

static void add_failures(struct gf_buf *b, const struct gf_page *p)
{
    const struct gf_page_failures *all = p->failures;
    const char *const *head = p->words->failed;
    if (all->n == 0)
        return;
    gf_buf_puts(b, "<h2>What failed</h2>\n");
    if (p->failures_note)
        gf_buf_printf(b, "<p>%s</p>\n", p->failures_note);
    gf_buf_printf(b, "<table>\n<tr><th>%s</th><th>%s</th><th>%s</th></tr>\n", head[0], head[1],
                  head[2]);
    for (size_t i = 0; i < all->n; i++)
        add_failure(b, &all->failure[i]);
    gf_buf_puts(b, "</table>\n");
    if (all->more)
        gf_buf_printf(b, "<p>And %" PRIu64 " more.</p>\n", all->more);
}

void gf_page_make(struct gf_buf *b, const struct gf_page *p)
{
    add_head(b, p);
    if (p->stages) {
        gf_page_add_stages(b, p);
        gf_page_add_latencies(b, p->stages);
        gf_page_add_letters(b, p->stages);
    }
    if (p->nlanes)
        gf_page_add_lanes(b, p);
    if (p->bars)
        gf_page_add_columns(b, p);
    add_failures(b, p);
    gf_buf_puts(b, "</body>\n</html>\n");
}
