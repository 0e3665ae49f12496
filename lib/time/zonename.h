/*
 * zonename.h - the name of a time zone: the file or the rule that it stands for.
 *
 *     struct gf_zonename known;
 *     if (gf_zonename_load(&known, "Europe/Berlin", NULL, &e) != 0)
 *         ... e.what, errno ...
 *     ... known.data, and known.file, where the data comes from ...
 *     gf_zonename_release(&known);
 *
 * Names mean what they mean to libc in TZ. A name is looked for under `dir`; with NULL for `dir`,
 * in the usual places. A name that begins with a slash is the path of a file. What is no file may
 * be a POSIX rule.
 */
#ifndef GF_TIME_ZONENAME_H
#define GF_TIME_ZONENAME_H

#include "base/perr.h"
#include "base/wall.h"
#include "time/tzfile.h"

struct gf_zonename {
    struct gf_tzdata data;
    char *file; /* NULL: the name is UTC or a rule */
};

/*
 * 0, and the caller releases *z; or -1 with `e` (which may be NULL), whose column is in the name,
 * and errno: EINVAL for a name that no zone has, or of what is no zone; EBADMSG for a zone file
 * that is damaged; any other for one that cannot be opened or read, ENOMEM too. NULL is the
 * machine's own zone, /etc/localtime: UTC where there is no such file, never EINVAL.
 */
int gf_zonename_load(struct gf_zonename *z, const char *name, const char *dir, struct gf_perr *e);

/* Behind the wall names may still be looked up, under `dir` or in the usual places. The path of a
 * file elsewhere may not. */
void gf_zonename_wall(struct gf_wall *w, const char *dir);

/* A zeroed struct may be released. */
void gf_zonename_release(struct gf_zonename *z);

#endif
