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
    a->start = gf_zone_first(zone, from, NULL);
    a->stop = gf_zone_first(zone, from + days * GF_DAY, NULL);
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

static size_t cell_of(const struct gf_agenda *a, int64_t t)
{
    struct gf_span s = gf_zone_span(a->zone, t);
    int64_t n = (t + s.off - a->from) / a->cell;
    return n < 0 ? 0 : (size_t)n < a->n_cells ? (size_t)n : a->n_cells - 1;
}

void gf_agenda_add(struct gf_agenda *a, size_t lane, const struct gf_cron *c, struct gf_zone *z,
                   enum gf_dst dst)
{
    int64_t t = a->start - 1;
    while (gf_cron_next(c, z, dst, t, &t) == GF_CRON_FOUND && t < a->stop) {
        size_t minute = (size_t)((t - a->start) / 60);
        a->minutes[minute]++;
        a->cells[lane * a->n_cells + cell_of(a, t)]++;
        t = a->start + ((int64_t)minute + 1) * 60 - 1;
    }
}

void gf_agenda_finish(struct gf_agenda *a)
{
    for (size_t m = 0; m < a->n_minutes; m++) {
        if (a->minutes[m] == 0)
            continue;
        size_t cell = cell_of(a, a->start + (int64_t)m * 60);
        if (a->minutes[m] > a->peaks[cell])
            a->peaks[cell] = a->minutes[m];
    }
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
