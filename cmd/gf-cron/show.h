/* show.h - the picture of gf-cron show: what both of its forms are drawn from. */
#ifndef GF_CMD_CRON_SHOW_H
#define GF_CMD_CRON_SHOW_H

#include "cron.h"
#include "cron/agenda.h"

enum {
    SHOW_LANES = 100, /* of jobs beyond, the last lane has all */
    SHOW_FULLEST = 5,
};

struct picture {
    const char *name; /* of the crontab */
    const struct gf_table *table;
    struct gf_agenda agenda;
    enum gf_dst dst;
    int days;
    size_t fullest[SHOW_FULLEST]; /* minutes of the agenda */
    size_t n_fullest;
    struct gf_buf *out;
};

/* The name of a lane, into the buffer: a job's id, or "and N more". */
void show_lane_name(const struct picture *p, size_t lane, struct gf_buf *b);

/* Day n: its weekday, "Monday", and its date. */
struct gf_civil show_day(const struct picture *p, int n, const char **weekday);

/* One of the fullest minutes: when, how many jobs, and some of their names. 0, or -1 (no memory).
 */
int show_full(const struct picture *p, size_t minute, struct gf_buf *b);

/* Append the picture to p->out. 0, or -1 (no memory). */
int show_text(const struct picture *p);
int show_svg(const struct picture *p);

#endif
