/*
 * zonename.h - the name of a time zone: which file or rule it stands for, and how libc is told.
 *
 *     struct gf_zonename known;
 *     if (!gf_zonename_know(&known, "Europe/Berlin", NULL))
 *         return gf_zonename_refuse("Europe/Berlin", NULL, &e);
 *     ... setenv("TZ", known.tz, 1) ...
 *
 * A name is looked for under `dir`; with NULL for `dir`, in the usual places. A name that begins
 * with a slash is the path of a file.
 */
#ifndef GF_TIME_ZONENAME_H
#define GF_TIME_ZONENAME_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/perr.h"

struct gf_zonename {
    char tz[PATH_MAX + 32]; /* the value of TZ: a colon and a path, or a rule; empty for NULL */
    int64_t settled;        /* the last change that is listed; INT64_MAX: not known */
    bool has_file;          /* else the name is a rule */
};

/* Fills in what the name stands for; NULL is the machine's own zone. False: nothing known. */
bool gf_zonename_know(struct gf_zonename *z, const char *name, const char *dir);

/* Says in `e` why a name was not known: the name is wrong, or there are no zones at all where names
 * are looked for (a container without tzdata, a wrong TZDIR). -1 with EINVAL. */
int gf_zonename_refuse(const char *name, const char *dir, struct gf_perr *e);

#endif
