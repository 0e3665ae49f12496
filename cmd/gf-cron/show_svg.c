/*
 * show_svg.c - the picture as SVG: on top how many jobs start in one minute, the fullest in red;
 * below a lane a job; then the fullest minutes in words. What a mark stands for is its tooltip.
 *
 * Lengths are hundredths of a pixel until they are written, so that no number depends on a locale.
 */
#include <stdio.h>
#include <string.h>

#include "show.h"

#include "base/escape.h"

enum {
    LEFT = 16000, /* of the plot: names stand before it */
    PLOT = 134400,
    TOP = 5000, /* of the bars */
    BARS = 9000,
    LANES = TOP + BARS + 4200,
    LANE = 1600,
    LINE = 1600, /* of text */
    NARROW = 150,
};

#define BLUE "#3b6ea5"
#define RED "#c0392b"

static const char style[] =
    "<style>text{font:11px sans-serif;fill:#222}.h{font-size:14px;font-weight:bold}"
    ".s{fill:#777;font-size:9px}.r{text-anchor:end}.m{text-anchor:middle}</style>\n";

/* ---- pieces ---------------------------------------------------------------------------------- */

/* ` name="12.34"` */
static void put_length(struct gf_buf *b, const char *name, int64_t v)
{
    gf_buf_printf(b, " %s=\"%lld.%02lld\"", name, (long long)(v / 100), (long long)(v % 100));
}

/* Text that may hold anything. */
static void put_escaped(struct gf_buf *b, const char *s)
{
    struct gf_buf safe = {0};
    gf_escape_term(&safe, s, strlen(s));
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '&')
            gf_buf_puts(b, "&amp;");
        else if (safe.data[i] == '<')
            gf_buf_puts(b, "&lt;");
        else
            gf_buf_putc(b, safe.data[i]);
    }
    b->failed |= safe.failed;
    gf_buf_release(&safe);
}

static void put_text(struct gf_buf *b, int64_t x, int64_t y, const char *class, const char *s)
{
    gf_buf_puts(b, "<text");
    put_length(b, "x", x);
    put_length(b, "y", y);
    gf_buf_printf(b, " class=\"%s\">", class);
    put_escaped(b, s);
    gf_buf_puts(b, "</text>\n");
}

/* A box; the caller writes what is in it and the end. */
static void open_box(struct gf_buf *b, int64_t x, int64_t y, int64_t w, int64_t h,
                     const char *colour)
{
    gf_buf_puts(b, "<rect");
    put_length(b, "x", x);
    put_length(b, "y", y);
    put_length(b, "width", w);
    put_length(b, "height", h);
    gf_buf_printf(b, " fill=\"%s\">", colour);
}

static void put_box(struct gf_buf *b, int64_t x, int64_t y, int64_t w, int64_t h,
                    const char *colour)
{
    open_box(b, x, y, w, h, colour);
    gf_buf_puts(b, "</rect>\n");
}

static int64_t x_of(const struct picture *p, size_t cell)
{
    return LEFT + (int64_t)cell * PLOT / (int64_t)p->agenda.n_cells;
}

/* Where a time on the clock stands. */
static int64_t x_at(const struct picture *p, int64_t seconds)
{
    return LEFT + seconds * PLOT / (p->agenda.cell * (int64_t)p->agenda.n_cells);
}

/* "Monday 2026-11-23 03:00" */
static void put_cell_time(const struct picture *p, size_t cell)
{
    int64_t seconds = (int64_t)cell * p->agenda.cell;
    const char *weekday;
    struct gf_civil day = show_day(p, (int)(seconds / GF_DAY), &weekday);
    int minute = (int)(seconds % GF_DAY / 60);
    gf_buf_printf(p->out, "%s %04d-%02d-%02d %02d:%02d", weekday, day.year, day.mon, day.day,
                  minute / 60, minute % 60);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static int64_t lanes_end(const struct picture *p)
{
    return LANES + (int64_t)p->agenda.n_lanes * LANE;
}

static void put_title(const struct picture *p)
{
    struct gf_buf b = {0};
    const char *weekday, *zone = gf_zone_name(p->agenda.zone);
    struct gf_civil day = show_day(p, 0, &weekday);
    gf_buf_printf(&b, "%s: %d day%s from %s %04d-%02d-%02d", p->name, p->days,
                  p->days == 1 ? "" : "s", weekday, day.year, day.mon, day.day);
    if (*zone)
        gf_buf_printf(&b, ", %s", zone);
    put_text(p->out, 1000, 2200, "h", b.failed ? "" : b.data);
    p->out->failed |= b.failed;
    gf_buf_release(&b);
}

static void put_day(const struct picture *p, int n, int step)
{
    char label[40];
    const char *weekday;
    struct gf_civil day = show_day(p, n, &weekday);
    int64_t x = x_at(p, n * GF_DAY);
    put_box(p->out, x, TOP, 100, lanes_end(p) - TOP, "#ccc");
    if (n % step)
        return;
    snprintf(label, sizeof label, "%.3s %d-%02d", weekday, day.mon, day.day);
    put_text(p->out, x + 300, TOP + BARS + 1400, "d", label);
}

static void put_axis(const struct picture *p)
{
    int step = (p->days + 13) / 14;
    for (int n = 0; n < p->days; n++) {
        put_day(p, n, step);
        for (int h = 6; h < 24 && p->days <= 7; h += 6) {
            char label[8];
            snprintf(label, sizeof label, "%02d", h);
            put_text(p->out, x_at(p, n * GF_DAY + h * 3600), TOP + BARS + 2600, "s m", label);
        }
    }
}

static uint32_t highest(const struct picture *p)
{
    uint32_t most = 0;
    for (size_t i = 0; i < p->agenda.n_cells; i++)
        most = p->agenda.peaks[i] > most ? p->agenda.peaks[i] : most;
    return most;
}

static void put_bars(const struct picture *p)
{
    uint32_t most = highest(p);
    char label[32];
    snprintf(label, sizeof label, "at once, up to %u", most);
    put_text(p->out, LEFT - 600, TOP + 900, "r", label);
    for (size_t i = 0; i < p->agenda.n_cells; i++) {
        uint32_t n = p->agenda.peaks[i];
        if (n == 0)
            continue;
        int64_t h = (int64_t)n * BARS / most, w = x_of(p, i + 1) - x_of(p, i);
        open_box(p->out, x_of(p, i), TOP + BARS - h, w, h, n == most && n > 1 ? RED : BLUE);
        gf_buf_puts(p->out, "<title>");
        put_cell_time(p, i);
        gf_buf_printf(p->out, ": up to %u in a minute</title></rect>\n", n);
    }
}

/* Behind all else, so that the eye keeps to a lane. */
static void put_stripes(const struct picture *p)
{
    for (size_t lane = 0; lane < p->agenda.n_lanes; lane += 2)
        put_box(p->out, LEFT, LANES + (int64_t)lane * LANE, PLOT, LANE, "#f4f4f4");
}

/* A box for each stretch in which the job starts in every cell. */
static void put_lane(const struct picture *p, size_t lane)
{
    const uint32_t *cells = p->agenda.cells + lane * p->agenda.n_cells;
    int64_t y = LANES + (int64_t)lane * LANE;
    struct gf_buf name = {0};
    show_lane_name(p, lane, &name);
    gf_buf_puts(p->out, "<g><title>");
    put_escaped(p->out, name.failed ? "" : name.data);
    gf_buf_puts(p->out, "</title>\n");
    put_text(p->out, LEFT - 600, y + 1200, "r", name.failed ? "" : name.data);
    for (size_t i = 0, end; i < p->agenda.n_cells; i = end) {
        for (end = i; end < p->agenda.n_cells && cells[end]; end++)
            continue;
        int64_t w = x_of(p, end) - x_of(p, i);
        if (end > i)
            put_box(p->out, x_of(p, i), y + 300, w < NARROW ? NARROW : w, LANE - 600, BLUE);
        end += end == i;
    }
    gf_buf_puts(p->out, "</g>\n");
    p->out->failed |= name.failed;
    gf_buf_release(&name);
}

static int put_fullest(const struct picture *p)
{
    int64_t y = lanes_end(p) + 2400;
    int r = 0;
    if (p->n_fullest)
        put_text(p->out, LEFT, y, "h", "Fullest minutes");
    for (size_t i = 0; r == 0 && i < p->n_fullest; i++) {
        struct gf_buf b = {0};
        r = show_full(p, p->fullest[i], &b);
        if (r == 0)
            put_text(p->out, LEFT, y + (int64_t)(i + 1) * LINE, "f", b.data);
        gf_buf_release(&b);
    }
    return r;
}

int show_svg(const struct picture *p)
{
    int64_t width = LEFT + PLOT + 1600;
    int64_t height = lanes_end(p) + 2000 + (p->n_fullest ? 1600 + (int64_t)p->n_fullest * LINE : 0);
    gf_buf_printf(p->out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %lld %lld\""
                  " width=\"%lld\" height=\"%lld\">\n",
                  (long long)width / 100, (long long)height / 100, (long long)width / 100,
                  (long long)height / 100);
    gf_buf_puts(p->out, style);
    put_box(p->out, 0, 0, width, height, "white");
    put_title(p);
    put_stripes(p);
    put_axis(p);
    for (size_t lane = 0; lane < p->agenda.n_lanes; lane++)
        put_lane(p, lane);
    put_bars(p);
    if (put_fullest(p) != 0)
        return -1;
    gf_buf_puts(p->out, "</svg>\n");
    return p->out->failed ? -1 : 0;
}
