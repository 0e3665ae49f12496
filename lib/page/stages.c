/*
 * stages.c - the picture of stages: boxes in a row, and in front of each an arrow.
 *
 * An arrow belongs to the box behind it, and the last one to the box in front of it, so that none
 * is alone in a line of a row that is broken. A
 * busy stage has more of a colour over it: text stays readable on all of it, in the light and in
 * the dark.
 */
#include "page/stages.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/escape.h"
#include "page/parts.h"

enum {
    NAME_MOST = 72,     /* bytes of a name */
    COMMAND_MOST = 300, /* and of a command */
    ARROW_WIDTH = 30,   /* pixels of the widest arrow */
    RATE_SIZE = 24
};

#define TINT 0.4 /* how much of its colour a stage has that is always busy */

void gf_page_add_name(struct gf_buf *b, const char *tag, const char *name)
{
    struct gf_buf line = {0};
    size_t len = strlen(name);
    gf_page_clip(&line, name, len, NAME_MOST);
    gf_buf_printf(b, "<%s title=\"", tag);
    gf_page_text(b, name, len);
    gf_buf_puts(b, "\">");
    gf_page_text(b, line.data ? line.data : "", line.len);
    gf_buf_printf(b, "</%.*s>", (int)strcspn(tag, " "), tag);
    gf_buf_inherit(b, &line);
    gf_buf_release(&line);
}

/* The words of the command; in the box as many as there is room for. */
static void add_command(struct gf_buf *b, const char *command)
{
    struct gf_buf safe = {0}, line = {0};
    gf_escape_sh(&safe, command, strlen(command));
    gf_page_clip(&line, safe.data ? safe.data : "", safe.len, COMMAND_MOST);
    const char *text = line.data ? line.data : "";
    gf_buf_puts(b, "<code title=\"");
    gf_page_text(b, text, line.len);
    gf_buf_puts(b, "\">");
    gf_page_text(b, text, line.len);
    gf_buf_puts(b, "</code>");
    gf_buf_inherit(b, &safe);
    gf_buf_inherit(b, &line);
    gf_buf_release(&safe);
    gf_buf_release(&line);
}

/* ---- arrows ---------------------------------------------------------------------------------- */

/* Three digits: "0/s", "0.25/s", "310/s", "12.5k/s", "1.25M/s". */
static void format_rate(double rate, char out[RATE_SIZE])
{
    static const char *const unit[] = {"", "k", "M", "G"};
    size_t i = 0;
    for (; rate >= 999.5 && i + 1 < sizeof unit / sizeof *unit; i++)
        rate /= 1000;
    snprintf(out, RATE_SIZE, "%.*f%s/s",
             rate == 0 || rate >= 99.95 ? 0
             : rate >= 9.995            ? 1
                                        : 2,
             rate, unit[i]);
}

static double rate_of(uint64_t records, gf_ns span)
{
    return (double)records * 1e9 / (double)span;
}

/* The most records that went along an arrow. */
static uint64_t most_of(const struct gf_page_stages *all)
{
    uint64_t most = 1;
    for (size_t i = 0; i < all->n; i++) {
        most = all->stage[i].in > most ? all->stage[i].in : most;
        most = all->stage[i].out > most ? all->stage[i].out : most;
    }
    return most;
}

/* An arrow that so many records went along; `end` is what is at its other end. */
static void add_arrow(struct gf_buf *b, uint64_t records, uint64_t most, gf_ns span,
                      const char *end)
{
    char rate[RATE_SIZE];
    double width = ARROW_WIDTH * (double)records / (double)most;
    format_rate(rate_of(records, span), rate);
    gf_buf_printf(b, "<div class=\"flow\"><span>%s</span><b%s style=\"--w:%.1fpx\"></b>", rate,
                  records ? "" : " class=\"none\"", width < 1 ? 1 : width);
    gf_buf_printf(b, "<span>%s</span></div>\n", end);
}

/* ---- boxes ----------------------------------------------------------------------------------- */

static void add_count(struct gf_buf *b, const char *name, uint64_t n, bool bad)
{
    gf_buf_printf(b, "<div%s><dt>%s</dt><dd>%" PRIu64 "</dd></div>", bad ? " class=\"bad\"" : "",
                  name, n);
}

static void add_counts(struct gf_buf *b, const struct gf_page_stage *s)
{
    const struct {
        const char *name;
        uint64_t n;
    } some[] = {{"dropped", s->dropped},
                {"handed on", s->passed},
                {"retried", s->retried},
                {"not done", s->inside}};
    char time[GF_DURATION_SIZE];
    gf_buf_puts(b, "<dl>");
    add_count(b, "in", s->in, false);
    add_count(b, "out", s->out, false);
    add_count(b, "dead", s->dead, s->dead > 0);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        if (some[i].n)
            add_count(b, some[i].name, some[i].n, false);
    for (int p = 50; p <= 99 && s->service->count; p += 49)
        gf_buf_printf(b, "<div><dt>service p%d</dt><dd>%s</dd></div>", p,
                      gf_page_time(gf_hist_percentile(s->service, p), time));
    gf_buf_puts(b, "</dl>");
}

static void add_stage(struct gf_buf *b, const struct gf_page_stage *s, bool slowest)
{
    gf_buf_printf(b, "<div class=\"stage%s\">", slowest ? " slowest" : "");
    if (s->busy >= 0)
        gf_buf_printf(b, "<i style=\"opacity:%.2f\"></i>", TINT * s->busy);
    gf_page_add_name(b, "h3", s->name);
    gf_buf_printf(b, "<p>%s, %" PRIu64 " %s</p>", s->mode, s->jobs,
                  s->jobs == 1 ? "process" : "processes");
    add_command(b, s->command);
    if (s->busy >= 0)
        gf_buf_printf(b,
                      "<div class=\"busy\"><i style=\"width:%.1f%%\"></i></div><p>busy %.0f %%</p>",
                      100 * s->busy, 100 * s->busy);
    add_counts(b, s);
    gf_buf_puts(b, "</div>");
}

void gf_page_add_stages(struct gf_buf *b, const struct gf_page *p)
{
    const struct gf_page_stages *all = p->stages;
    uint64_t most = most_of(all);
    gf_buf_puts(b, "<h2>Stages</h2>\n<p class=\"said\">");
    gf_page_string(b, all->words);
    gf_buf_puts(
        b, "</p>\n<p>The more colour a stage has, the more of the time it was busy; the "
           "wider an arrow, the more records a second went there.</p>\n<ol class=\"stages\">\n");
    for (size_t i = 0; i < all->n; i++) {
        gf_buf_puts(b, "<li>");
        add_arrow(b, all->stage[i].in, most, p->span, i ? "&nbsp;" : "input");
        add_stage(b, &all->stage[i], i == all->slowest);
        if (i + 1 == all->n)
            add_arrow(b, all->stage[i].out, most, p->span, "output");
        gf_buf_puts(b, "</li>\n");
    }
    gf_buf_puts(b, "</ol>\n");
}
