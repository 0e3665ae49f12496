/*
 * show.h - the picture of gf-cron show: what its two forms are drawn from, and the words that both
 * use. show.c reads the command line and fills the picture, show_words.c has the words, show_text.c
 * and show_svg.c draw.
 */
#ifndef GF_CMD_CRON_SHOW_H
#define GF_CMD_CRON_SHOW_H

#include "cron.h"
#include "cron/agenda.h"

enum {
    SHOW_LANES = 100, /* when there are more jobs, the last lane has all the others */
    SHOW_FULLEST = 5,
    SHOW_CHANGES = 8, /* clock changes in a picture: a year of any zone has fewer */
};

#define SHOW_MARK "\xe2\x80\xa6" /* an ellipsis, where a text is cut */

/* A change of the clock: the clock skips [from, to), or shows it twice. Seconds of the clock since
 * the first midnight. */
struct show_change {
    int64_t from, to;
    bool twice;
};

struct picture {
    const char *name; /* the name of the crontab */
    const struct gf_table *table;
    struct gf_agenda agenda;
    enum gf_dst dst;
    int days;
    size_t width; /* columns of the text form */
    struct show_change changes[SHOW_CHANGES];
    size_t n_changes;
    size_t fullest[SHOW_FULLEST]; /* minutes of the agenda */
    size_t n_fullest;
    struct gf_buf *out;
};

/* The functions show_put_* append; as with gf_buf_add, the buffer remembers a failure. */

/* Empties a text out of which something was drawn; a text that failed makes the picture fail. */
void show_drawn(const struct picture *p, struct gf_buf *text);

/* At most `columns` columns of s, which is valid UTF-8; a text that is longer ends with SHOW_MARK.
 * Returns how many columns it took. */
size_t show_put_cut(struct gf_buf *b, const char *s, size_t columns);

/* The name of a lane: a job's id, or "and N more". */
void show_put_lane(struct gf_buf *b, const struct picture *p, size_t lane);

/* A time of the clock, in seconds since the first midnight: "Mon 23 Mar", "Mon 23 Mar 03:00". */
void show_put_day(struct gf_buf *b, const struct picture *p, int64_t seconds);
void show_put_time(struct gf_buf *b, const struct picture *p, int64_t seconds);

/* "crontab: 7 days from Mon 23 Mar 2026" */
void show_put_title(struct gf_buf *b, const struct picture *p);

/* "15 minutes": the stretch of the clock that a cell stands for. */
void show_put_cell(struct gf_buf *b, const struct picture *p);

/* "02:00 to 03:00 is skipped", "02:00 to 03:00 comes twice" */
void show_put_change(struct gf_buf *b, const struct picture *p, const struct show_change *c);

/* One of the fullest minutes: when, how many jobs, and some of their names. 0, or -1 (no
 * memory). */
int show_put_full(struct gf_buf *b, const struct picture *p, size_t minute);

/* How many starts a lane has. */
uint64_t show_starts(const struct picture *p, size_t lane);

/* Day n: its date; *weekday: "Monday". */
struct gf_civil show_day(const struct picture *p, int n, const char **weekday);

/* Append the picture to p->out. 0, or -1 (no memory). */
int show_text(const struct picture *p);
int show_svg(const struct picture *p);

#endif
