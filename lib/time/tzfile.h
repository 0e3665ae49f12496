/*
 * tzfile.h - a zone file: the changes that it lists, and the rule that holds after the list.
 *
 *     struct gf_tzdata d;
 *     if (gf_tzfile_read(&d, "/usr/share/zoneinfo/Europe/Berlin", &e) != 0) ... e.what, errno ...
 *     ... d.marks[0..d.n), and from d.settled on d.rule, if d.has_rule ...
 *     gf_tzdata_release(&d);
 *
 * The source: RFC 9636, TZif of the versions 1 to 4. Zones that count leap seconds ("right/...")
 * are refused. Any thread.
 */
#ifndef GF_TIME_TZFILE_H
#define GF_TIME_TZFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/perr.h"
#include "time/mark.h"
#include "time/zonerule.h"

enum {
    GF_TZFILE_MAX = 1 << 20 /* bytes; the largest of tzdata has less than 4 KiB */
};

struct gf_tzdata {
    struct gf_mark *marks;   /* the first is that of gf_mark_first; neighbours have other offsets */
    size_t n;                /* at least 1 */
    int64_t settled;         /* the last change of the list; INT64_MIN: there is none */
    bool has_rule;           /* else the last mark holds for ever */
    struct gf_zonerule rule; /* from `settled` on, where it and the last mark have one offset */
};

/*
 * 0, or -1 with what is wrong in `e` (which may be NULL; col and len are 0) and in errno: EINVAL
 * for a text that is no zone or is one with leap seconds, EBADMSG for a zone that is damaged,
 * ENOMEM. The caller releases *d after 0.
 */
int gf_tzdata_parse(struct gf_tzdata *d, const unsigned char *s, size_t len, struct gf_perr *e);

/* A zone that is a rule alone, or with NULL for the rule UTC. -1: ENOMEM. */
int gf_tzdata_of_rule(struct gf_tzdata *d, const struct gf_zonerule *rule);

/*
 * The same for a file; `e` names it. EINVAL also for what is no regular file or larger than
 * GF_TZFILE_MAX; any other errno is why the file cannot be opened or read (ENOENT: there is none).
 * A fifo is not waited for.
 */
int gf_tzfile_read(struct gf_tzdata *d, const char *path, struct gf_perr *e);

/* A zeroed struct may be released. */
void gf_tzdata_release(struct gf_tzdata *d);

#endif
