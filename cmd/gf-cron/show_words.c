/*
 * show_words.c - what both forms of the picture say: names, days, times, changes of the clock.
 *
 * Times are seconds on the clock since the first midnight of the picture, so a day always has 24
 * hours. The fullest minutes are instants, since a minute that the clock shows twice is two
 * minutes; such a minute is printed with the zone's offset. A text is cut by columns: a code point
 * from WIDE_FROM on counts as two, which never takes a text for narrower than it is.
 */
#include <string.h>

#include "show.h"

#include "base/escape.h"
#include "base/utf8.h"
#include "cron/field.h"

enum {
    NAMES_SHOWN = 6,
    WIDE_FROM = 0x1100 /* code points from here on may take two columns */
};

void show_drawn(const struct picture *p, struct gf_buf *text)
{
    gf_buf_inherit(p->out, text);
    gf_buf_clear(text);
}

static size_t columns_of(uint32_t cp)
{
    return cp == 0x2026 || cp < WIDE_FROM ? 1 : 2;
}

size_t show_put_cut(struct gf_buf *b, const char *s, size_t columns)
{
    size_t len = strlen(s), taken = 0, keep = 0, kept = 0;
    for (size_t i = 0, step; i < len; i += step) {
        uint32_t cp = 0;
        step = gf_utf8_step(s + i, len - i, &cp);
        if (!step)
            step = 1;
        taken += columns_of(cp);
        if (taken > columns) {
            gf_buf_add(b, s, keep);
            gf_buf_puts(b, SHOW_MARK);
            return kept + 1;
        }
        if (taken + 1 <= columns) {
            keep = i + step;
            kept = taken;
        }
    }
    gf_buf_add(b, s, len);
    return taken;
}

void show_put_lane(struct gf_buf *b, const struct picture *p, size_t lane)
{
    size_t n = p->table->n_jobs;
    if (lane == SHOW_LANES - 1 && n > SHOW_LANES)
        gf_buf_printf(b, "and %zu more", n - lane);
    else
        gf_buf_puts(b, p->table->jobs[lane].id);
}

struct gf_civil show_day(const struct picture *p, int n, const char **weekday)
{
    int64_t midnight = p->agenda.from + n * GF_DAY;
    *weekday = gf_cron_day_names[gf_civil_weekday(midnight / GF_DAY)];
    return gf_civil_of(midnight);
}

void show_put_day(struct gf_buf *b, const struct picture *p, int64_t seconds)
{
    const char *weekday;
    struct gf_civil day = show_day(p, (int)(seconds / GF_DAY), &weekday);
    gf_buf_printf(b, "%.3s %d %.3s", weekday, day.day, gf_cron_month_names[day.mon - 1]);
}

static void put_clock(struct gf_buf *b, int64_t seconds)
{
    int minute = (int)(seconds % GF_DAY / 60);
    gf_buf_printf(b, "%02d:%02d", minute / 60, minute % 60);
}

void show_put_time(struct gf_buf *b, const struct picture *p, int64_t seconds)
{
    show_put_day(b, p, seconds);
    gf_buf_putc(b, ' ');
    put_clock(b, seconds);
}

void show_put_title(struct gf_buf *b, const struct picture *p)
{
    gf_escape_term(b, p->name, strlen(p->name));
    gf_buf_printf(b, ": %d day%s from ", p->days, p->days == 1 ? "" : "s");
    show_put_day(b, p, 0);
    gf_buf_printf(b, " %d", gf_civil_of(p->agenda.from).year);
}

void show_put_cell(struct gf_buf *b, const struct picture *p)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{GF_DAY, "day"}, {3600, "hour"}, {60, "minute"}};
    size_t i = 0;
    while (p->agenda.cell < units[i].seconds)
        i++;
    int64_t n = p->agenda.cell / units[i].seconds;
    gf_buf_printf(b, "%lld %s%s", (long long)n, units[i].name, n == 1 ? "" : "s");
}

void show_put_change(struct gf_buf *b, const struct picture *p, const struct show_change *c)
{
    show_put_time(b, p, c->from);
    gf_buf_puts(b, " to ");
    if (c->from / GF_DAY == c->to / GF_DAY)
        put_clock(b, c->to);
    else
        show_put_time(b, p, c->to);
    gf_buf_puts(b, c->twice ? " comes twice" : " is skipped");
}

/* Whether the job starts in the minute from t on. */
static bool starts_in(const struct picture *p, const struct gf_job *job, int64_t t)
{
    int64_t due;
    return gf_cron_next(&job->when, job->zone, p->dst, t - 1, &due) == GF_CRON_FOUND &&
           due < t + 60;
}

/* The time of an instant, with the zone's offset where the clock shows that time twice. */
static void put_instant(struct gf_buf *b, const struct picture *p, int64_t t)
{
    char stamp[GF_STAMP_SIZE];
    struct gf_span span = gf_zone_span(p->agenda.zone, t);
    int64_t seconds = t + span.off - p->agenda.from;
    show_put_time(b, p, seconds);
    for (size_t i = 0; i < p->n_changes; i++)
        if (p->changes[i].twice && seconds >= p->changes[i].from && seconds < p->changes[i].to) {
            gf_stamp_format(t, span.off, false, stamp);
            gf_buf_printf(b, " %s", stamp + 19);
        }
}

int show_put_full(struct gf_buf *b, const struct picture *p, size_t minute)
{
    int64_t t = p->agenda.start + (int64_t)minute * 60;
    unsigned n = p->agenda.minutes[minute], said = 0;
    put_instant(b, p, t);
    gf_buf_printf(b, "  %u jobs: ", n);
    for (size_t i = 0; i < p->table->n_jobs && said < NAMES_SHOWN; i++)
        if (starts_in(p, &p->table->jobs[i], t))
            gf_buf_printf(b, "%s%s", said++ ? ", " : "", p->table->jobs[i].id);
    if (n > said)
        gf_buf_printf(b, " and %u more", n - said);
    return b->failed ? -1 : 0;
}

uint64_t show_starts(const struct picture *p, size_t lane)
{
    const uint32_t *cells = p->agenda.cells + lane * p->agenda.n_cells;
    uint64_t n = 0;
    for (size_t i = 0; i < p->agenda.n_cells; i++)
        n += cells[i];
    return n;
}
