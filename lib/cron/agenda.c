/*
 * agenda.c - arrays that are counted up: starts by minute, and by lane and cell.
 *
 * A job is asked for its next start again and again; after each answer the search goes on at the
 * end of that minute, so a job counts once in a minute however often it starts there. Only when all
 * jobs were added does the fullest minute of each cell become its peak. The fullest minutes overall
 * are kept in order by insertion.
 */
#include "cron/agenda.h"

#include <stdlib.h>

int gf_agenda_open(struct gf_agenda *a, struct gf_zone *zone, int64_t from, int days, int64_t cell,
                   size_t n_lanes)
{
    *a = (struct gf_agenda){.zone = zone, .from = from, .cell = cell, .n_lanes = n_lanes};
    if (gf_zone_first(zone, from, &a->start, NULL) != 0 ||
        gf_zone_first(zone, from + days * GF_DAY, &a->stop, NULL) != 0)
        return -1;
    a->n_cells = (size_t)((days * GF_DAY + cell - 1) / cell);
    a->n_minutes = (size_t)((a->stop - a->start + 59) / 60);
    a->cells = calloc(n_lanes * a->n_cells + 1, sizeof *a->cells);
    a->peaks = calloc(a->n_cells, sizeof *a->peaks);
    a->minutes = calloc(a->n_minutes, sizeof *a->minutes);
    if (a->cells && a->peaks && a->minutes)
        return 0;
    gf_agenda_release(a);
    return -1;
}

/* The cell of an instant; -1 without memory. */
static int cell_of(const struct gf_agenda *a, int64_t t, size_t *cell)
{
    struct gf_span s;
    if (gf_zone_span(a->zone, t, &s) != 0)
        return -1;
    int64_t n = (t + s.off - a->from) / a->cell;
    *cell = n < 0 ? 0 : (size_t)n < a->n_cells ? (size_t)n : a->n_cells - 1;
    return 0;
}

int gf_agenda_add(struct gf_agenda *a, size_t lane, const struct gf_cron *c, struct gf_zone *z,
                  enum gf_dst dst)
{
    int64_t t = a->start - 1;
    int got;
    while ((got = gf_cron_next(c, z, dst, t, &t)) == GF_CRON_FOUND && t < a->stop) {
        size_t cell, minute = (size_t)((t - a->start) / 60);
        if (cell_of(a, t, &cell) != 0)
            return -1;
        a->minutes[minute]++;
        a->cells[lane * a->n_cells + cell]++;
        t = a->start + ((int64_t)minute + 1) * 60 - 1;
    }
    return got < 0 ? -1 : 0;
}

int gf_agenda_finish(struct gf_agenda *a)
{
    for (size_t m = 0; m < a->n_minutes; m++) {
        size_t cell;
        if (a->minutes[m] == 0)
            continue;
        if (cell_of(a, a->start + (int64_t)m * 60, &cell) != 0)
            return -1;
        if (a->minutes[m] > a->peaks[cell])
            a->peaks[cell] = a->minutes[m];
    }
    return 0;
}

size_t gf_agenda_fullest(const struct gf_agenda *a, size_t *minutes, size_t max)
{
    size_t n = 0;
    for (size_t m = 0; m < a->n_minutes; m++) {
        size_t at = n;
        while (at > 0 && a->minutes[m] > a->minutes[minutes[at - 1]])
            at--;
        if (a->minutes[m] < 2 || at == max)
            continue;
        n += n < max;
        for (size_t i = n - 1; i > at; i--)
            minutes[i] = minutes[i - 1];
        minutes[at] = m;
    }
    return n;
}

void gf_agenda_release(struct gf_agenda *a)
{
    free(a->cells);
    free(a->peaks);
    free(a->minutes);
    *a = (struct gf_agenda){0};
}
