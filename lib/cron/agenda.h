/*
 * agenda.h - what starts when over some days, for a picture: how many jobs start in each minute,
 * and how often each job starts in each cell of the clock.
 *
 *     struct gf_agenda a;
 *     if (gf_agenda_open(&a, zone, midnight, 7, 900, n) != 0) ... ENOMEM ...
 *     gf_agenda_add(&a, lane, &job->when, job->zone, dst);       // each job; lanes may be shared
 *     if (gf_agenda_finish(&a) != 0) ...
 *     ... a.cells[lane * a.n_cells + cell], a.peaks[cell], a.minutes[m] ...
 *     gf_agenda_release(&a);
 *
 * Minutes are counted in real time from `start`, so that a repeated hour is two; cells are parts of
 * the clock's days, all days of the same length, so that a picture of them has straight columns.
 * Pure but for memory; one thread.
 */
#ifndef GF_CRON_AGENDA_H
#define GF_CRON_AGENDA_H

#include "cron/next.h"

enum {
    GF_AGENDA_DAYS_MAX = 366,
};

struct gf_agenda {
    struct gf_zone *zone;
    int64_t from;        /* the first midnight, on the clock */
    int64_t start, stop; /* the instants of the first midnight, and of the one that ends it */
    int64_t cell;        /* seconds of the clock; a part of a day, or whole days */
    size_t n_cells, n_lanes, n_minutes;
    uint32_t *cells;   /* of each lane: in how many minutes a job of it starts */
    uint32_t *peaks;   /* of each cell: the most jobs that start in one minute */
    uint32_t *minutes; /* of each minute from `start` on: how many jobs start */
};

/* `from` is a midnight on the clock of zone. 0, or -1 with ENOMEM. */
int gf_agenda_open(struct gf_agenda *a, struct gf_zone *zone, int64_t from, int days, int64_t cell,
                   size_t n_lanes);

/* One job. @start has no time of its own and adds nothing. */
void gf_agenda_add(struct gf_agenda *a, size_t lane, const struct gf_cron *c, struct gf_zone *z,
                   enum gf_dst dst);

/* When all are there: fills the peaks. */
void gf_agenda_finish(struct gf_agenda *a);

/* The fullest minutes, fullest first, the earlier of equals first; only those in which two jobs or
 * more start. Returns how many. */
size_t gf_agenda_fullest(const struct gf_agenda *a, size_t *minutes, size_t max);

void gf_agenda_release(struct gf_agenda *a);

#endif
