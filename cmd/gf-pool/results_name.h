/*
 * results_name.h - --results 'DIR/{1}': the directory of a job, by its record.
 *
 *     status = results_names_init(&n, o, names, nnames);       // -1: the template is good
 *     if (n.text) ...                                          // else jobs have their numbers,
 *                                                              // in the directory n.plain
 *     int err = results_names_take(&n, seq, &work, &out);      // 0, or an errno
 *     results_names_release(&n);
 *
 * A value can be part of one name alone, whatever its bytes are: a slash, a control byte, a percent
 * sign and a dot in front are written as %2F, and what is empty as %-. So no two values look alike,
 * none leaves the directory, and none is . or .. there.
 */
#ifndef GF_POOL_RESULTS_NAME_H
#define GF_POOL_RESULTS_NAME_H

#include "options.h"
#include "proc/place.h"
#include "text/table.h"
#include "work.h"

struct results_names {
    const char *text; /* the template; NULL: it has no place */
    size_t fixed;     /* bytes of it up to the last slash that is in front of all places */
    struct gf_places places;
    struct gf_keytable given; /* each name, and the number of the job that has it */
    struct gf_buf value;
    struct gf_buf plain; /* without a place: the directory, {{} read */
};

/* -1 when the template is good, or is none; else the exit status after a message. The names are
 * borrowed. */
int results_names_init(struct results_names *n, const struct options *o,
                       const struct gf_value *names, size_t nnames);

/* The directory of the job. 0, or an errno: EEXIST, another job of this run has it; ENAMETOOLONG;
 * ENOMEM. */
int results_names_take(struct results_names *n, uint64_t seq, const struct work *w,
                       struct gf_buf *out);

void results_names_release(struct results_names *n);

#endif
