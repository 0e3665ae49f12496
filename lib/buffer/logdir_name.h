/*
 * logdir_name.h - the names of archives: `YYYYMMDDTHHMMSSZ-NNNNNNNNNN`.
 *
 *     struct gf_logdir_stamp s = {gf_logdir_time(now_wall), 42};
 *     char name[GF_LOGDIR_NAME];
 *     gf_logdir_name_format(&s, name);                     // 20260329T030000Z-0000000042
 *     const char *rest = gf_logdir_name_parse("20260329T030000Z-0000000042.zst", &s);   // ".zst"
 *
 * Pure; any thread.
 */
#ifndef GF_BUFFER_LOGDIR_NAME_H
#define GF_BUFFER_LOGDIR_NAME_H

#include <stdint.h>

#include "base/clock.h"
#include "buffer/logdir.h"

#define GF_LOGDIR_LAST_NUMBER UINT64_C(9999999999)

struct gf_logdir_stamp {
    uint64_t time;   /* the fourteen digits as one number: 20260329030000 */
    uint64_t number; /* from 1 on; a zeroed stamp is before all others */
};

/* The time of a stamp, to the second; one before 1970 counts as the first of 1970. */
uint64_t gf_logdir_time(gf_ns wall);

void gf_logdir_name_format(const struct gf_logdir_stamp *s, char name[GF_LOGDIR_NAME]);

/* What follows the stamp at the front of the name, "" for the archive itself. NULL: there is no
 * stamp, its time is none of the calendar, or a digit follows. */
const char *gf_logdir_name_parse(const char *name, struct gf_logdir_stamp *s);

/* As the names sort: below, equal to or above 0. */
int gf_logdir_stamp_compare(const struct gf_logdir_stamp *a, const struct gf_logdir_stamp *b);

/* Each half of the stamp becomes the larger of the two. */
void gf_logdir_stamp_raise(struct gf_logdir_stamp *s, const struct gf_logdir_stamp *by);

#endif
