/*
 * expr.h - a schedule: five fields, six (seconds first), seven (seconds and year), or an @word; or
 * several of these, with a | that has blanks around it between them.
 *
 *     minute hour day-of-month month day-of-week        0 3 * * *
 *     second minute hour day month weekday              30 0 3 * * *
 *     second minute hour day month weekday year         0 0 3 1 1 * 2027-2030
 *     @yearly @annually @monthly @weekly @daily @midnight @hourly
 *     @start @reboot       once, when the scheduler starts
 *     @every DUR [from TIME]   aligned to the epoch, or to TIME
 *     @every DUR at [WEEKDAY] HH:MM[:SS] [from DATE]   each so many days or weeks, by the calendar
 *     @at TIME   @in DUR   once
 *     @after ID            when a run of that job went well; alone, without other schedules
 *
 * A field is a list of: * or ? (the same), a, a-b, a-b/n, a/n, * /n, ranges that wrap (22-2), a~b
 * and H, H/n, H(a-b) (one value, fixed by a hash of the job's id); day of month also L, L-n, LW,
 * nW; day of week also dL, d#n, d#-n, and a leading + for "and". Names of months and days in any
 * case, three letters or whole; 0 and 7 are Sunday.
 *
 * Day of month and day of week, when both are restricted: either matches (Debian's cron), unless
 * one of the fields starts with `*` or `?`, or the second with `+`.
 *
 *     struct gf_cron c;
 *     struct gf_cron_context ctx = {.id = "backup", .id_len = 6, .now = now};
 *     if (gf_cron_parse(&c, s, len, &ctx, &e) != 0) ... e.col, e.what ...
 *
 * Several schedules are a list: `also` of each is the next one, in the room that the context gave.
 * The functions of next.h say whether they look at all of the list or at one.
 *
 * A struct gf_cron is plain data. Pure; any thread.
 */
#ifndef GF_CRON_EXPR_H
#define GF_CRON_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/perr.h"
#include "time/civil.h"

enum {
    GF_CRON_YEAR_MIN = 1970,
    GF_CRON_YEAR_MAX = 2225,
    GF_CRON_SCHEDULES = 8, /* of one job, at most */
    GF_JOB_ID_MAX = 64,
};

enum gf_cron_kind {
    GF_CRON_FIELDS,
    GF_CRON_EVERY, /* each so many seconds of real time */
    GF_CRON_DAYS,  /* each so many days, at a time of day */
    GF_CRON_AT,
    GF_CRON_START,
    GF_CRON_AFTER, /* another job went well: it has no firing by itself */
};

/* A step that does not do what it seems to do, for whoever checks a schedule. */
struct gf_cron_step {
    int step;        /* 0: there is none */
    uint8_t field;   /* enum gf_cron_field of cron/field.h */
    bool one;        /* larger than its range: it selects one value */
    bool round;      /* it goes through the whole field, from a first value below the step */
    uint64_t values; /* that the step selects, as bits of the field */
};

/* More than twenty members: a bit set and its flags for each field of a schedule. */
struct gf_cron {
    struct gf_cron *also; /* the next schedule of the same job; NULL: there is none */
    size_t at, len;       /* where it stands in the text */
    enum gf_cron_kind kind;
    bool real; /* follows real time: a second, minute or hour that starts with *, several seconds,
                * @every */
    bool with_seconds; /* six fields or seven */
    bool with_years;
    bool day_or;             /* day of month or day of week is enough */
    bool both_days;          /* lint: both are restricted and `or` applies */
    struct gf_cron_step odd; /* lint: the first step that selects one value, or does not divide
                              * its field */
    uint8_t day_number;      /* lint: a weekday by number, 1 to 7, in one of Quartz's forms (L, #, ?
                              * in the day of month); 0: none */

    uint64_t sec, min;  /* bit n: n */
    uint32_t hour;      /* bit n: n */
    uint32_t dom;       /* bit n: day n, 1..31 */
    uint32_t last;      /* bit n: n days before the last of the month */
    uint32_t near;      /* bit n: the weekday nearest to day n */
    bool last_weekday;  /* LW */
    uint16_t mon;       /* bit n: month n, 1..12 */
    uint8_t dow;        /* bit n: weekday n, 0 is Sunday */
    uint8_t nth[5];     /* nth[i]: weekdays whose (i+1)th of the month matches */
    uint8_t nth_end[5]; /* the same, counted from the end */
    uint64_t year[4];   /* bit n: GF_CRON_YEAR_MIN + n, when with_years */

    bool bounded; /* it fires from the instant `since` to `upto`, at both of them too */
    int64_t since, upto;

    int64_t every;        /* seconds between firings; GF_CRON_DAYS: days */
    int64_t day;          /* GF_CRON_DAYS: one on which it fires, in days since 1970-01-01 */
    int sod;              /* GF_CRON_DAYS: the second of the day */
    bool begins;          /* GF_CRON_DAYS: `day` is the first; else there are days before it */
    struct gf_stamp from; /* @at: when; @every: aligned to */
    const char *id;       /* GF_CRON_AFTER: of the other job, in the text that was read */
    size_t id_len;
};

/* Whether s[0..len) can be the id of a job. */
bool gf_cron_is_id(const char *s, size_t len);

/* What a schedule is read with. */
struct gf_cron_context {
    const char *id; /* of the job: what H and ~ hash */
    size_t id_len;
    int64_t now;          /* what @in counts from */
    struct gf_cron *more; /* room for GF_CRON_SCHEDULES - 1 schedules behind the first; NULL: there
                           * can be one only */
};

/* The whole of s[0..len), blanks around it allowed. -1 with EINVAL, and `e` says where. */
int gf_cron_parse(struct gf_cron *out, const char *s, size_t len, const struct gf_cron_context *ctx,
                  struct gf_perr *e);

/* The schedules at the front of a line, with `fields` fields (5, 6, 7) or an @word. *used is where
 * they ended. */
int gf_cron_parse_front(struct gf_cron *out, const char *s, size_t len, int fields,
                        const struct gf_cron_context *ctx, size_t *used, struct gf_perr *e);

#endif
