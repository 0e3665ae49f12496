/*
 * field.h - one field of a schedule, into bits. The grammar is in expr.h.
 *
 * The masks of `out` are filled; bits that were there stay. Columns in `e` count from `base`, the
 * start of the whole text. Pure; any thread.
 */
#ifndef GF_CRON_FIELD_H
#define GF_CRON_FIELD_H

#include "cron/expr.h"

enum gf_cron_field {
    GF_FIELD_SECOND,
    GF_FIELD_MINUTE,
    GF_FIELD_HOUR,
    GF_FIELD_DAY,
    GF_FIELD_MONTH,
    GF_FIELD_WEEKDAY,
    GF_FIELD_YEAR,
    GF_FIELDS
};

/* Names of the fields, as in messages: "minute". */
extern const char *const gf_cron_field_names[GF_FIELDS];

/* "January" ..., [0] is January; "Sunday" .... */
extern const char *const gf_cron_month_names[12];
extern const char *const gf_cron_day_names[7];

int gf_cron_field_parse(struct gf_cron *out, enum gf_cron_field f, const char *base, const char *s,
                        size_t len, const struct gf_cron_context *ctx, struct gf_perr *e);

#endif
