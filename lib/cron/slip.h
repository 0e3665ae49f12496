/*
 * slip.h - forms of a schedule that often mean something else to who wrote them.
 *
 * Another cron counts otherwise, or none does what the form seems to say: every 45 minutes is no
 * step of an hour. The readers of a schedule (field.c, expr.c) call the first four, which find such
 * a form; the last three say it, one line each, for a crontab's warnings.
 *
 *     char what[GF_SLIP_SIZE], way[GF_SLIP_SIZE];
 *     if (gf_cron_slip_step_words(&c, what, way)) ... what; *way is empty where there is no hint
 * ...
 *
 * Pure; any thread.
 */
#ifndef GF_CRON_SLIP_H
#define GF_CRON_SLIP_H

#include "cron/field.h"

enum {
    GF_SLIP_SIZE = 224
};

/* The values a, a + step, ... up to `last` of a field; `last` is beyond `hi` where the range goes
 * round through the end of the field. */
struct gf_cron_range {
    enum gf_cron_field field;
    int lo, hi, a, last;
};

/* Keeps in out->odd a step above 1 that selects one value of its range, or goes through the
 * whole field and does not divide it: up to the end of the field, or to the last value before it.
 * Of a list the latter counts only where the step selects all that the list does. */
void gf_cron_slip_step(struct gf_cron *out, const struct gf_cron_range *r, int step);

/* The first number from 1 to 7 that names a day in s[0..len), a day of week in a form of Quartz,
 * where 1 is Sunday: with L or #, or wherever `quartz` says so. 0: there is none. */
uint8_t gf_cron_slip_day(const char *s, size_t len, bool quartz);

/* The hint for FRI#L. Static. */
const char *gf_cron_slip_last(int day);

/* What to write for -n in the day of month; n is -1 where no number stands. `workday`: for -nW. */
void gf_cron_slip_negative(int n, bool workday, char what[64]);

/* Says c->odd: when the schedule fires, and which @every may be meant. False: there is nothing. */
bool gf_cron_slip_step_words(const struct gf_cron *c, char what[GF_SLIP_SIZE],
                             char way[GF_SLIP_SIZE]);

/* Says c->day_number. False: there is none. */
bool gf_cron_slip_day_words(const struct gf_cron *c, char what[GF_SLIP_SIZE],
                            char way[GF_SLIP_SIZE]);

#endif
