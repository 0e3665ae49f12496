/*
 * show_svg.c - the picture as SVG: on top how many jobs start in one minute, the most in red; below
 * a lane a job; then what the marks mean, the changes of the clock and the fullest minutes in
 * words. Time the clock skips or shows twice is hatched from top to bottom. Each mark and each lane
 * has a tooltip.
 *
 * Lengths are hundredths of a unit: svg.h. Names stand in a fixed-width font, so that what fits is
 * known without measuring.
 */
#include <stdio.h>

#include "show.h"
#include "svg.h"

enum {
    LEFT = 19000, /* where the plot begins: names stand before it */
    PLOT = 98000,
    WIDTH = LEFT + PLOT + 3000,
    TOP = 6800, /* where the bars begin */
    BARS = 8000,
    AXIS = TOP + BARS, /* where the days and hours stand */
    LANES = AXIS + 3800,
    LANE = 1800,
    LINE = 1800,     /* the height of a line of text */
    MARK = 260,      /* the width of a mark that stands alone, where there is room */
    DAYS_APART = 31, /* with more days, two days are too close for a rule each */
    NAME_COLUMNS = 24,
    HEAD_COLUMNS = 90,
    LINE_COLUMNS = 128,
};

static int64_t x_of(const struct picture *p, size_t cell)
{
    return LEFT + (int64_t)cell * PLOT / (int64_t)p->agenda.n_cells;
}

/* Where a time on the clock stands. */
static int64_t x_at(const struct picture *p, int64_t seconds)
{
    return LEFT + seconds * PLOT / (p->agenda.cell * (int64_t)p->agenda.n_cells);
}

static int64_t lanes_end(const struct picture *p)
{
    return LANES + (int64_t)p->agenda.n_lanes * LANE;
}

/* The text of a buffer, which is then empty. */
static void put_text(const struct picture *p, int64_t x, int64_t y, const char *class,
                     struct gf_buf *text, size_t columns)
{
    struct gf_buf cut = {0};
    if (text->data && !text->failed)
        show_put_cut(&cut, text->data, columns);
    if (cut.data && !cut.failed)
        svg_text(p->out, x, y, class, cut.data);
    gf_buf_inherit(p->out, &cut);
    show_drawn(p, text);
    gf_buf_release(&cut);
}

/* ---- behind the marks ------------------------------------------------------------------------ */

static void put_head(const struct picture *p, struct gf_buf *text)
{
    const char *zone = gf_zone_name(p->agenda.zone);
    show_put_title(text, p);
    gf_buf_printf(text, "%s%s", *zone ? ", " : "", zone);
    put_text(p, 1200, 2600, "head", text, HEAD_COLUMNS);
}

/* A column of the plot, from the bars to the last lane; the names of days stay free. */
static void put_column(const struct picture *p, int64_t x, int64_t width, const char *class,
                       const char *title)
{
    svg_box(p->out, x, TOP, width, BARS, class, title);
    svg_box(p->out, x, LANES, width, lanes_end(p) - LANES, class, title);
}

/* A day's rule, and its name. In more than a month only days with a name have a rule. */
static void put_day(const struct picture *p, struct gf_buf *text, int n, bool label)
{
    int64_t x = x_at(p, n * GF_DAY);
    if (label || p->days <= DAYS_APART)
        put_column(p, x, 100, "rule", NULL);
    if (!label)
        return;
    svg_box(p->out, x, AXIS, 100, LANES - AXIS, "rule", NULL);
    show_put_day(text, p, n * GF_DAY);
    put_text(p, x + 400, AXIS + 1500, "day", text, HEAD_COLUMNS);
}

static void put_axis(const struct picture *p, struct gf_buf *text)
{
    int step = (p->days + 9) / 10, hours = p->days > 2 ? 6 : 3;
    svg_box(p->out, LEFT, AXIS, PLOT, 100, "base", NULL);
    for (int n = 0; n < p->days; n++) {
        put_day(p, text, n, n % step == 0);
        for (int h = hours; h < 24 && p->days <= 7; h += hours) {
            gf_buf_printf(text, "%02d", h);
            put_text(p, x_at(p, n * GF_DAY + h * INT64_C(3600)), AXIS + 2900, "hour", text, 2);
        }
    }
}

/* Every other lane has a stripe behind all else, which leads the eye along the lane. */
static void put_stripes(const struct picture *p)
{
    for (size_t lane = 0; lane < p->agenda.n_lanes; lane += 2)
        svg_box(p->out, LEFT, LANES + (int64_t)lane * LANE, PLOT, LANE, "stripe", NULL);
}

/* A clock change: its hatch, and above the hatch its name, inside the plot. With more than a month
 * in the picture there is no name, since two names would meet. */
static void put_change(const struct picture *p, struct gf_buf *text, const struct show_change *c)
{
    int64_t from = x_at(p, c->from), width = x_at(p, c->to) - from;
    bool left = from > LEFT + PLOT / 2;
    if (width < MARK)
        width = MARK;
    show_put_change(text, p, c);
    put_column(p, from, width, "hatch", text->failed ? "" : text->data);
    if (p->days <= DAYS_APART)
        put_text(p, left ? from + width : from, TOP - 900, left ? "change right" : "change", text,
                 HEAD_COLUMNS);
    show_drawn(p, text);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static uint32_t highest(const struct picture *p)
{
    uint32_t most = 0;
    for (size_t i = 0; i < p->agenda.n_cells; i++)
        most = p->agenda.peaks[i] > most ? p->agenda.peaks[i] : most;
    return most;
}

static void put_bars(const struct picture *p, struct gf_buf *text)
{
    uint32_t most = highest(p);
    svg_text(p->out, LEFT - 800, TOP + 1000, "right", "jobs that start");
    gf_buf_printf(text, "in one minute, up to %u", most);
    put_text(p, LEFT - 800, TOP + 2600, "right", text, HEAD_COLUMNS);
    for (size_t i = 0; i < p->agenda.n_cells; i++) {
        uint32_t n = p->agenda.peaks[i];
        if (n == 0)
            continue;
        int64_t h = (int64_t)n * BARS / most, w = x_of(p, i + 1) - x_of(p, i);
        show_put_time(text, p, (int64_t)i * p->agenda.cell);
        gf_buf_printf(text, ": up to %u in one minute", n);
        svg_box(p->out, x_of(p, i), AXIS - h, w, h, n == most && n > 1 ? "most" : "bar",
                text->failed ? "" : text->data);
        show_drawn(p, text);
    }
}

/* How often a job starts in a cell: 0, 1, or 2 for more than once. */
static int shade(const uint32_t *cells, size_t i)
{
    return cells[i] > 1 ? 2 : (int)cells[i];
}

/* A mark for cells [from, to) of one shade. A narrow mark may grow into the empty cells behind it.
 * The last cell before the next mark stays empty, so that two marks stay two. */
static void put_mark(const struct picture *p, const uint32_t *cells, size_t from, size_t to,
                     int64_t y)
{
    int64_t width = x_of(p, to) - x_of(p, from);
    size_t next = to;
    while (next < p->agenda.n_cells && !cells[next])
        next++;
    int64_t room = next > to ? x_of(p, next - 1) - x_of(p, from) : 0;
    if (width < MARK)
        width = room < width ? width : room < MARK ? room : MARK;
    svg_box(p->out, x_of(p, from), y + 300, width, LANE - 600,
            shade(cells, from) > 1 ? "often" : "once", NULL);
}

/* "backup: 30 2 * * *: 7 starts" */
static void put_lane_title(const struct picture *p, struct gf_buf *text, size_t lane)
{
    uint64_t n = show_starts(p, lane);
    bool many = lane == SHOW_LANES - 1 && p->table->n_jobs > SHOW_LANES;
    show_put_lane(text, p, lane);
    gf_buf_printf(text, ": %s%s%llu start%s", many ? "" : p->table->jobs[lane].schedule,
                  many ? "" : ": ", (unsigned long long)n, n == 1 ? "" : "s");
    svg_title(p->out, text->failed ? "" : text->data);
    show_drawn(p, text);
}

static void put_lane(const struct picture *p, struct gf_buf *text, size_t lane)
{
    const uint32_t *cells = p->agenda.cells + lane * p->agenda.n_cells;
    int64_t y = LANES + (int64_t)lane * LANE;
    gf_buf_puts(p->out, "<g class=\"lane\">");
    put_lane_title(p, text, lane);
    gf_buf_putc(p->out, '\n');
    show_put_lane(text, p, lane);
    put_text(p, LEFT - 800, y + 1300, "name", text, NAME_COLUMNS);
    for (size_t i = 0, end; i < p->agenda.n_cells; i = end) {
        for (end = i + 1; end < p->agenda.n_cells && shade(cells, end) == shade(cells, i); end++)
            continue;
        if (cells[i])
            put_mark(p, cells, i, end, y);
    }
    gf_buf_puts(p->out, "</g>\n");
}

/* ---- words below ----------------------------------------------------------------------------- */

static void put_key(const struct picture *p, struct gf_buf *text, int64_t *x, int64_t y,
                    const char *class)
{
    svg_box(p->out, *x, y - 900, 1100, 1100, class, NULL);
    int64_t width = (int64_t)text->len * 640; /* wide enough for any font */
    put_text(p, *x + 1700, y, "key", text, HEAD_COLUMNS);
    *x += 1700 + width + 1500;
}

/* What the marks mean; put_words adds the changes of the clock. */
static void put_legend(const struct picture *p, struct gf_buf *text, int64_t y)
{
    int64_t x = LEFT;
    gf_buf_puts(text, "one start in ");
    show_put_cell(text, p);
    put_key(p, text, &x, y, "once");
    gf_buf_puts(text, "more starts");
    put_key(p, text, &x, y, "often");
    gf_buf_puts(text, "jobs in one minute");
    put_key(p, text, &x, y, "bar");
    gf_buf_puts(text, "the most");
    put_key(p, text, &x, y, "most");
}

/* The lines under the legend. y moves down. */
static int put_words(const struct picture *p, struct gf_buf *text, int64_t *y)
{
    for (size_t i = 0; i < p->n_changes; i++) {
        int64_t x = LEFT;
        show_put_change(text, p, &p->changes[i]);
        put_key(p, text, &x, *y += LINE, "hatch");
    }
    if (!p->n_fullest)
        return 0;
    svg_text(p->out, LEFT, *y += LINE + LINE / 2, "part", "Fullest minutes");
    for (size_t i = 0; i < p->n_fullest; i++) {
        if (show_put_full(text, p, p->fullest[i]) != 0)
            return -1;
        put_text(p, LEFT, *y += LINE, "line", text, LINE_COLUMNS);
    }
    return 0;
}

static int64_t height_of(const struct picture *p)
{
    int64_t lines = 1 + (int64_t)p->n_changes + (p->n_fullest ? 1 + (int64_t)p->n_fullest : 0);
    return lanes_end(p) + 800 + lines * LINE + (p->n_fullest ? LINE / 2 : 0) + 1600;
}

int show_svg(const struct picture *p)
{
    struct gf_buf text = {0};
    int64_t y = lanes_end(p) + 800 + LINE;
    show_put_title(&text, p);
    svg_open(p->out, WIDTH, height_of(p), text.failed ? "" : text.data);
    show_drawn(p, &text);
    put_head(p, &text);
    put_stripes(p);
    put_axis(p, &text);
    for (size_t i = 0; i < p->n_changes; i++)
        put_change(p, &text, &p->changes[i]);
    for (size_t lane = 0; lane < p->agenda.n_lanes; lane++)
        put_lane(p, &text, lane);
    put_bars(p, &text);
    put_legend(p, &text, y);
    int r = put_words(p, &text, &y);
    svg_close(p->out);
    show_drawn(p, &text);
    gf_buf_release(&text);
    return r != 0 || p->out->failed ? -1 : 0;
}
