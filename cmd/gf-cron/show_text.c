/*
 * show_text.c - the picture as lines of text: a lane a job, a column a stretch of the day.
 *
 * A column says in how many minutes of its stretch the job starts: . for none, * for ten or more.
 * The last lane has the most jobs that start in one minute.
 */
#include <stdio.h>
#include <string.h>

#include "show.h"

#include "base/duration.h"
#include "base/escape.h"

enum {
    NAME_WIDTH = 16
};

static char sign(uint32_t n)
{
    return n == 0 ? '.' : n < 10 ? (char)('0' + n) : '*';
}

/* Columns a day; 0 when a column is a day or more. */
static size_t columns_a_day(const struct picture *p)
{
    return p->agenda.cell < GF_DAY ? (size_t)(GF_DAY / p->agenda.cell) : 0;
}

static void put_name(const struct picture *p, const struct gf_buf *name)
{
    gf_buf_printf(p->out, "%-*.*s ", NAME_WIDTH, NAME_WIDTH, name->data ? name->data : "");
}

static void put_lane(const struct picture *p, const uint32_t *cells)
{
    size_t day = columns_a_day(p);
    for (size_t i = 0; i < p->agenda.n_cells; i++) {
        if (i == 0 || (day && i % day == 0))
            gf_buf_putc(p->out, '|');
        gf_buf_putc(p->out, sign(cells[i]));
    }
    gf_buf_puts(p->out, "|\n");
}

/* Over each day its name, where there is room: "Mon 23", or "Mo". */
static void put_days(const struct picture *p)
{
    size_t width = columns_a_day(p);
    if (width < 2)
        return;
    gf_buf_printf(p->out, "%*s", NAME_WIDTH + 1, "");
    for (int n = 0; n < p->days; n++) {
        char label[40];
        const char *weekday;
        struct gf_civil day = show_day(p, n, &weekday);
        snprintf(label, sizeof label, width < 6 ? "%.2s" : "%.3s %d", weekday, day.day);
        gf_buf_printf(p->out, " %-*s", (int)width, label);
    }
    gf_buf_putc(p->out, '\n');
}

static void put_title(const struct picture *p)
{
    const char *weekday;
    struct gf_civil day = show_day(p, 0, &weekday);
    char cell[GF_DURATION_SIZE];
    gf_format_duration(p->agenda.cell * GF_S, cell);
    gf_escape_term(p->out, p->name, strlen(p->name));
    gf_buf_printf(p->out, ": %d day%s from %s %04d-%02d-%02d, a column is %s\n", p->days,
                  p->days == 1 ? "" : "s", weekday, day.year, day.mon, day.day, cell);
}

static int put_fullest(const struct picture *p)
{
    if (p->n_fullest)
        gf_buf_puts(p->out, "fullest minutes:\n");
    for (size_t i = 0; i < p->n_fullest; i++) {
        gf_buf_puts(p->out, "  ");
        if (show_full(p, p->fullest[i], p->out) != 0)
            return -1;
        gf_buf_putc(p->out, '\n');
    }
    return p->out->failed ? -1 : 0;
}

int show_text(const struct picture *p)
{
    static char at_once[] = "at once";
    struct gf_buf name = {0}, last = {.data = at_once, .len = sizeof at_once - 1};
    put_title(p);
    put_days(p);
    for (size_t lane = 0; lane < p->agenda.n_lanes; lane++) {
        gf_buf_clear(&name);
        show_lane_name(p, lane, &name);
        put_name(p, &name);
        put_lane(p, p->agenda.cells + lane * p->agenda.n_cells);
    }
    put_name(p, &last);
    put_lane(p, p->agenda.peaks);
    bool failed = name.failed;
    gf_buf_release(&name);
    return put_fullest(p) != 0 || failed ? -1 : 0;
}
