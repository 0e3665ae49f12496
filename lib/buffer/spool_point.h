/*
 * spool_point.h - the checkpoint of a spool: up to where all is out.
 *
 *     struct gf_spool_point p;
 *     if (gf_spool_point_read(dir, &p) == GF_SPOOL_POINT_FOUND) ...
 *     p.pos = ...;
 *     if (gf_spool_point_write(dir, &p) != 0) ... errno ...
 *
 * The file has GF_SPOOL_POINT bytes: 8 of magic, then segment, offset, bytes of that frame that are
 * out, records, bytes, wall and whether the place is in a record, 8 bytes each, and XXH3 of all
 * these. Little-endian. It is replaced as a whole; while that is done there are two of them. One
 * thread.
 *
 * The magic is `gfspool` and a digit, which is another one when the form of any file of a spool has
 * changed. In every form the last 8 bytes are XXH3 of the others, so that one of another version is
 * told from one that is damaged.
 */
#ifndef GF_BUFFER_SPOOL_POINT_H
#define GF_BUFFER_SPOOL_POINT_H

#include <stdbool.h>

#include "base/clock.h"
#include "buffer/spool_frame.h"

enum {
    GF_SPOOL_POINT = 72
};

struct gf_spool_point {
    struct gf_spool_pos pos;
    uint64_t part; /* bytes of the records of that frame that are out; they are whole */
    struct gf_spool_totals out; /* all that is in front of it */
    gf_ns wall;                 /* of the last time frame in front of it */
    bool mid;                   /* in a record, of which the part in front of it is out */
};

enum gf_spool_point_state {
    GF_SPOOL_POINT_NONE,
    GF_SPOOL_POINT_FOUND,
    GF_SPOOL_POINT_DAMAGED,
    GF_SPOOL_POINT_OTHER, /* of another version */
    GF_SPOOL_POINT_ERROR  /* errno */
};

#define GF_SPOOL_OTHER "is of another version of gf-buffer"

enum gf_spool_point_state gf_spool_point_read(int dir, struct gf_spool_point *p);

int gf_spool_point_write(int dir, const struct gf_spool_point *p);

/* Removes the file, and one that was begun. */
int gf_spool_point_remove(int dir);

/* What is there is on the disk. */
int gf_spool_point_sync(int dir);

#endif
