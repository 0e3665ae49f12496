/*
 * tz.h - libc under another time zone, for a while.
 *
 * libc knows one zone at a time, by the variable TZ. This puts another in force and the old one
 * back. Process-wide: one thread, and nobody else may look at the environment in between.
 *
 *     struct gf_tz tz;
 *     if (gf_tz_enter(&tz, "Europe/Berlin") != 0) ... ENOMEM ...
 *     localtime_r(...);
 *     gf_tz_leave(&tz);
 */
#ifndef GF_BASE_TZ_H
#define GF_BASE_TZ_H

struct gf_tz {
    char *before; /* TZ as it was; NULL: not set */
};

/* NULL is the machine's own zone, "" is UTC. -1: ENOMEM, and nothing has changed. */
int gf_tz_enter(struct gf_tz *tz, const char *name);

void gf_tz_leave(struct gf_tz *tz);

#endif
