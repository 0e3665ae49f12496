/*
 * show_text.c - the picture as lines of text: a lane a job, a column a stretch of the day.
 *
 * A column says in how many minutes of its stretch the job starts: . for none, * for ten or more.
 * The last lane has the most jobs that start in one minute. No line is wider than the picture:
 * names get what the columns leave, and what is too long is cut.
 */
#include <stdio.h>
#include <string.h>

#include "show.h"

#include "cron/field.h"

enum {
    NAME_SIZE = 32
};

static const char at_once[] = "at once";

static char sign(uint32_t n)
{
    return n == 0 ? '.' : n < 10 ? (char)('0' + n) : '*';
}

/* Columns a day; 0 when a column is a day or more. */
static size_t columns_a_day(const struct picture *p)
{
    return p->agenda.cell < GF_DAY ? (size_t)(GF_DAY / p->agenda.cell) : 0;
}

/* Columns of a lane behind its name, bars included. */
static size_t lane_width(const struct picture *p)
{
    return p->agenda.n_cells + (columns_a_day(p) ? (size_t)p->days : 1) + 1;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Empties `line` into the picture, without blanks at its end, cut to the width. */
static void put_line(const struct picture *p, struct gf_buf *line)
{
    while (line->len && line->data[line->len - 1] == ' ')
        line->data[--line->len] = '\0';
    show_put_cut(p->out, line->data ? line->data : "", p->width);
    gf_buf_putc(p->out, '\n');
    show_drawn(p, line);
}

static void put_name(const struct picture *p, const char *name, size_t width)
{
    size_t taken = show_put_cut(p->out, name, width);
    gf_buf_printf(p->out, "%*s", (int)(width - taken + 1), "");
}

/* Whether the column lies in a stretch that the clock skips. */
static bool is_skipped(const struct picture *p, size_t column)
{
    int64_t from = (int64_t)column * p->agenda.cell;
    for (size_t i = 0; i < p->n_changes; i++)
        if (!p->changes[i].twice && from >= p->changes[i].from &&
            from + p->agenda.cell <= p->changes[i].to)
            return true;
    return false;
}

static void put_lane(const struct picture *p, const uint32_t *cells)
{
    size_t day = columns_a_day(p);
    for (size_t i = 0; i < p->agenda.n_cells; i++) {
        if (i == 0 || (day && i % day == 0))
            gf_buf_putc(p->out, '|');
        gf_buf_putc(p->out, is_skipped(p, i) ? '-' : sign(cells[i]));
    }
    gf_buf_puts(p->out, "|\n");
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* One line over the days: "Mon 23 Mar" or "Mon 23" where there is room. Else two lines, of which
 * the first (`names`) has weekdays and the second days of the month. */
static void put_day_line(const struct picture *p, size_t name_width, bool names)
{
    size_t width = columns_a_day(p);
    struct gf_buf line = {0};
    gf_buf_printf(&line, "%*s", (int)name_width + 1, "");
    for (int n = 0; n < p->days; n++) {
        char label[40];
        const char *weekday;
        struct gf_civil day = show_day(p, n, &weekday);
        const char *month = gf_cron_month_names[day.mon - 1];
        if (width >= 10)
            snprintf(label, sizeof label, "%.3s %d %.3s", weekday, day.day, month);
        else if (width >= 6)
            snprintf(label, sizeof label, "%.3s %d", weekday, day.day);
        else if (names)
            snprintf(label, sizeof label, "%.*s", width < 3 ? 2 : 3, weekday);
        else
            snprintf(label, sizeof label, "%d", day.day);
        gf_buf_printf(&line, " %-*s", (int)width, label);
    }
    put_line(p, &line);
    gf_buf_release(&line);
}

/* "00    06    12    18" over each day */
static void put_hours(const struct picture *p, size_t name_width)
{
    size_t quarter = columns_a_day(p) / 4;
    struct gf_buf line = {0};
    gf_buf_printf(&line, "%*s", (int)name_width + 1, "");
    for (int n = 0; n < p->days; n++) {
        gf_buf_putc(&line, ' ');
        for (int h = 0; h < 24; h += 6)
            gf_buf_printf(&line, "%02d%*s", h, (int)quarter - 2, "");
    }
    put_line(p, &line);
    gf_buf_release(&line);
}

static void put_days(const struct picture *p, size_t name_width)
{
    size_t width = columns_a_day(p);
    if (width >= 2)
        put_day_line(p, name_width, true);
    if (width >= 2 && width < 6)
        put_day_line(p, name_width, false);
    if (width >= 12)
        put_hours(p, name_width);
}

static void put_head(const struct picture *p, struct gf_buf *line)
{
    const char *zone = gf_zone_name(p->agenda.zone);
    show_put_title(line, p);
    put_line(p, line);
    gf_buf_puts(line, "a column is ");
    show_put_cell(line, p);
    gf_buf_printf(line, "%s%s", *zone ? ", " : "", zone);
    put_line(p, line);
}

static int put_foot(const struct picture *p, struct gf_buf *line)
{
    gf_buf_puts(line, ". no start, 1 to 9 starts, * 10 or more");
    put_line(p, line);
    for (size_t i = 0; i < p->n_changes; i++) {
        const struct show_change *c = &p->changes[i];
        show_put_change(line, p, c);
        gf_buf_puts(line, is_skipped(p, (size_t)(c->from / p->agenda.cell)) ? ": -" : "");
        put_line(p, line);
    }
    if (p->n_fullest)
        gf_buf_puts(p->out, "fullest minutes:\n");
    for (size_t i = 0; i < p->n_fullest; i++) {
        gf_buf_puts(line, "  ");
        if (show_put_full(line, p, p->fullest[i]) != 0)
            return -1;
        put_line(p, line);
    }
    return 0;
}

/* The width of the column of names: that of the longest name, within the room there is. */
static size_t measure_names(const struct picture *p, struct gf_buf *name)
{
    size_t longest = sizeof at_once - 1;
    size_t room = p->width > lane_width(p) + 1 ? p->width - lane_width(p) - 1 : 1;
    for (size_t i = 0; i < p->agenda.n_lanes; i++) {
        show_put_lane(name, p, i);
        longest = name->len > longest ? name->len : longest;
        show_drawn(p, name);
    }
    room = room < NAME_SIZE ? room : NAME_SIZE;
    return longest < room ? longest : room;
}

int show_text(const struct picture *p)
{
    struct gf_buf line = {0};
    size_t name_width = measure_names(p, &line);
    put_head(p, &line);
    put_days(p, name_width);
    for (size_t lane = 0; lane < p->agenda.n_lanes; lane++) {
        show_put_lane(&line, p, lane);
        put_name(p, line.failed ? "" : line.data, name_width);
        put_lane(p, p->agenda.cells + lane * p->agenda.n_cells);
        show_drawn(p, &line);
    }
    put_name(p, at_once, name_width);
    put_lane(p, p->agenda.peaks);
    int r = put_foot(p, &line);
    gf_buf_release(&line);
    return r != 0 || p->out->failed ? -1 : 0;
}
