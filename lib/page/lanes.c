/*
 * lanes.c - the timeline: boxes placed by percent of the width, so that it fits any window.
 *
 * Rows are as high as their number allows. A lane that has a name is high enough for it, and its
 * rows share that height.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "page/parts.h"

enum {
    ROWS_NAMED = 32,    /* with so many lanes or fewer, each has its number beside it */
    NAME_HEIGHT = 16,   /* pixels that a name needs */
    TICKS_MOST = 6,     /* of the axis */
    LABELS_MOST = 2000, /* bars whose name is in the page: it is the most of its size */
    WIDE_BAR = 6        /* percent of the width from where a bar has its name in it */
};

/* Where things are, in pixels. */
struct layout {
    unsigned lanes; /* that are drawn */
    int row;
    int top[GF_PAGE_ROWS + 1]; /* of each lane, and the end of the last one */
};

static unsigned rows_of(const struct gf_page *p, size_t lane)
{
    return p->lane ? p->lane[lane].rows : 1;
}

static void lay_out(struct layout *l, const struct gf_page *p)
{
    unsigned rows = 0;
    l->lanes = 0;
    while (l->lanes < p->nlanes && rows + rows_of(p, l->lanes) <= GF_PAGE_ROWS)
        rows += rows_of(p, l->lanes++);
    l->row = rows <= 16 ? 22 : rows <= ROWS_NAMED ? 16 : rows <= 64 ? 10 : 4;
    l->top[0] = 0;
    for (unsigned i = 0; i < l->lanes; i++) {
        int height = (int)rows_of(p, i) * l->row;
        l->top[i + 1] = l->top[i] + (p->lane && height < NAME_HEIGHT ? NAME_HEIGHT : height);
    }
}

static double percent(gf_ns d, gf_ns span)
{
    return 100 * (double)d / (double)span;
}

/* The time between two marks of the axis: a step that people count in. */
static gf_ns tick_step(gf_ns span)
{
    static const gf_ns longer[] = {10,   30,   60,   120,   300,   600,
                                   1800, 3600, 7200, 21600, 43200, 86400};
    gf_ns step = GF_MS;
    for (unsigned i = 1; step < 5 * GF_S && span / step > TICKS_MOST; i++)
        step = gf_bars_from(i);
    for (size_t i = 0; i < sizeof longer / sizeof longer[0] && span / step > TICKS_MOST; i++)
        step = longer[i] * GF_S;
    while (span / step > TICKS_MOST)
        step *= 2;
    return step;
}

static void add_axis(struct gf_buf *lines, struct gf_buf *labels, gf_ns span)
{
    char time[GF_DURATION_SIZE];
    gf_ns step = tick_step(span);
    for (gf_ns at = 0; at <= span; at += step) {
        double left = percent(at, span);
        gf_buf_printf(lines, "<u style=\"left:%.3f%%\"></u>", left);
        gf_buf_printf(labels, "<span%s style=\"left:%.3f%%\">%s</span>",
                      left > 95 ? " class=\"end\"" : "", left, gf_page_time(at, time));
    }
}

static void add_bar(struct gf_buf *b, const struct gf_page *p, const struct layout *l,
                    const struct gf_bar *bar)
{
    char time[GF_DURATION_SIZE];
    double width = percent(bar->end - bar->start, p->span);
    bool named = p->bars->n <= LABELS_MOST;
    int top = l->top[bar->lane];
    int row = (l->top[bar->lane + 1] - top) / (int)rows_of(p, bar->lane);
    gf_buf_printf(b,
                  "<i class=\"%s\" style=\"left:%.3f%%;width:%.3f%%;top:%dpx;height:%dpx\" "
                  "title=\"%s %" PRIu64 ": ",
                  gf_page_style_of(bar->outcome), percent(bar->start, p->span), width,
                  top + (int)bar->row * row, row > 3 ? row - 2 : row, p->words->item, bar->seq);
    gf_page_string(b, bar->how);
    gf_buf_printf(b, "%s, %s", bar->outcome == GF_BAR_RETRIED ? ", tried again" : "",
                  gf_page_time(bar->end - bar->start, time));
    if (named) {
        gf_buf_puts(b, "\n");
        gf_page_string(b, bar->name);
    }
    gf_buf_puts(b, "\">");
    if (named && row >= NAME_HEIGHT && width >= WIDE_BAR) {
        gf_buf_printf(b, "&nbsp;%" PRIu64 ": ", bar->seq);
        gf_page_string(b, bar->name + bar->shown_from);
    }
    gf_buf_puts(b, "</i>\n");
}

/* Between two lanes a line in the colour of the page. */
static void add_borders(struct gf_buf *b, const struct layout *l)
{
    for (unsigned i = 1; i <= l->lanes && l->row > 3; i++)
        gf_buf_printf(b, "<hr style=\"top:%dpx\">", l->top[i] - 2);
}

static void add_names(struct gf_buf *b, const struct gf_page *p, const struct layout *l)
{
    if (!p->lane && l->lanes > ROWS_NAMED)
        return;
    gf_buf_puts(b, "<ol>");
    for (unsigned i = 0; i < l->lanes; i++) {
        int height = l->top[i + 1] - l->top[i];
        gf_buf_printf(b, "<li style=\"height:%dpx;line-height:%dpx\"", height, height - 2);
        if (p->lane) {
            gf_buf_puts(b, " title=\"");
            gf_page_string(b, p->lane[i].more);
            gf_buf_puts(b, "\">");
            gf_page_string(b, p->lane[i].name);
        } else {
            gf_buf_printf(b, ">%u", i + 1);
        }
        gf_buf_puts(b, "</li>");
    }
    gf_buf_puts(b, "</ol>\n");
}

void gf_page_add_lanes(struct gf_buf *b, const struct gf_page *p)
{
    struct gf_buf labels = {0};
    struct layout l;
    lay_out(&l, p);
    gf_buf_printf(b, "<h2>%s</h2>\n", p->words->timeline);
    gf_page_add_key(b, p);
    gf_buf_printf(b, "<div class=\"slots%s\">\n", p->lane ? " named" : "");
    add_names(b, p, &l);
    gf_buf_printf(b, "<div class=\"lanes\" style=\"height:%dpx\">\n", l.top[l.lanes]);
    add_borders(b, &l);
    add_axis(b, &labels, p->span);
    for (size_t i = 0; i < p->bars->n; i++)
        if (p->bars->bar[i].lane < l.lanes)
            add_bar(b, p, &l, &p->bars->bar[i]);
    gf_buf_puts(b, "</div>\n<div class=\"ticks\">");
    gf_buf_join(b, &labels);
    gf_buf_puts(b, "</div>\n</div>\n");
    gf_buf_release(&labels);
    if (p->bars->not_drawn)
        gf_buf_printf(b, "<p>%" PRIu64 " %s, the shortest ones, are not drawn.</p>\n",
                      p->bars->not_drawn, p->words->bars);
    if (p->nlanes > l.lanes)
        gf_buf_printf(b, "<p>%s from %u on are not drawn.</p>\n", p->words->lanes, l.lanes + 1);
    if (p->lanes_note) {
        gf_buf_puts(b, "<p>");
        gf_page_string(b, p->lanes_note);
        gf_buf_puts(b, "</p>\n");
    }
}
