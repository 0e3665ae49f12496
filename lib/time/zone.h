/*
 * zone.h - what the wall clock of a time zone shows, as the system's own data has it.
 *
 * The data is that of the machine's zone files, never a table of ours, and is read without libc:
 * libc goes by one zone at a time, and takes for UTC, in silence, what it cannot open. A zone is
 * read once, when it is opened; after that nothing can fail.
 *
 * A name that the system does not know is an error, never UTC in silence. Known are the files
 * under the zone directory, an absolute path of such a file, and POSIX rules (EST5EDT,M3.2.0,
 * M11.1.0). Zones that count leap seconds ("right/...") are refused.
 *
 *     struct gf_zone *z;
 *     if (gf_zone_open(&z, "Europe/Berlin", NULL, &e) != 0) ... e.what ...
 *     struct gf_span s = gf_zone_span(z, t);
 *     local = t + s.off;
 *     gf_zone_free(z);
 *
 * Answers are found from the last one on, so a zone is for one thread at a time.
 */
#ifndef GF_TIME_ZONE_H
#define GF_TIME_ZONE_H

#include <stdint.h>

#include "base/perr.h"
#include "time/civil.h"

struct gf_zone;

/* In [start, end) the offset holds; the span before or after may have the same. */
struct gf_span {
    int64_t start, end;
    int64_t high; /* the latest time the clock has shown before `start`; INT64_MIN: none */
    int32_t off;  /* seconds ahead of UTC */
};

/*
 * Opens a zone by name; NULL is the machine's own (what libc uses without TZ), "" is UTC. `dir` is
 * where zone files are, NULL for the usual places. -1 with `e` (which may be NULL) and errno:
 * EINVAL for a name that no zone has; EBADMSG for a zone file that is damaged; ENOMEM; any other
 * for a file that cannot be opened or read.
 */
int gf_zone_open(struct gf_zone **out, const char *name, const char *dir, struct gf_perr *e);

void gf_zone_free(struct gf_zone *z);

/* The name it was opened by, "UTC" for the empty one; "" for NULL. */
const char *gf_zone_name(const struct gf_zone *z);

/* The file that the rules come from; NULL: none, since the zone is UTC or was given as a rule. */
const char *gf_zone_file(const struct gf_zone *z);

/* The instant after which the zone goes by a rule that is the same each year; INT64_MIN: always. */
int64_t gf_zone_settled(const struct gf_zone *z);

/* The span that holds the instant t (GF_CIVIL_MIN .. GF_CIVIL_MAX + 400 years). */
struct gf_span gf_zone_span(struct gf_zone *z, int64_t t);

/*
 * The first instant at which the clock shows `local` or later: the first of the two when an hour
 * is repeated, the end of the gap when the time is skipped. *span (may be NULL) is the span of the
 * answer.
 */
int64_t gf_zone_first(struct gf_zone *z, int64_t local, struct gf_span *span);

/* The instant of a stamp: its own, or the first at which the clock shows it. */
int64_t gf_zone_instant(struct gf_zone *z, const struct gf_stamp *st);

/*
 * Zones by name, each opened once: a table may name one in each of 10,000 lines. A zeroed struct
 * is empty. The zones live until gf_zones_release.
 */
struct gf_zones {
    struct gf_zone **list;
    size_t n, cap;
    const char *dir; /* as for gf_zone_open */
};

int gf_zones_get(struct gf_zones *zs, const char *name, struct gf_zone **out, struct gf_perr *e);
void gf_zones_release(struct gf_zones *zs);

#endif
