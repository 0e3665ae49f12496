/*
 * spool_parts.h - the parts of an open spool, which the sources of lib/buffer/spool*.c share.
 *
 * Who calls whom, from the bottom: frame; files, point, lock, batch; cursor; scan; damage; marks;
 * take (moves the reader); segment (the writer's file); out (checkpoints); write and read; spool,
 * and look. Nobody else includes this header.
 *
 * Three places move through the spool, each behind the one before: where the writer puts, up to
 * where the reader has got, up to where all is out. The first two are at a byte; the third is known
 * in bytes, and as a place from marks that the reader has left (spool_marks.c).
 */
#ifndef GF_BUFFER_SPOOL_PARTS_H
#define GF_BUFFER_SPOOL_PARTS_H

#include "buffer/spool.h"
#include "buffer/spool_batch.h"
#include "buffer/spool_cursor.h"
#include "buffer/spool_point.h"

enum {
    GF_SPOOL_SEGMENT_LEAST = 2 * GF_SPOOL_BLOCK,
    GF_SPOOL_SEGMENT_MOST = 64 * 1024 * 1024,
    /* What config.max keeps free: two checkpoints, the lock, and the frames of gf_spool_end. */
    GF_SPOOL_RESERVE = 2 * GF_SPOOL_POINT + 24 + 104
};

struct gf_spool_writer {
    int fd;       /* of the segment; -1: it is not made yet */
    bool open;    /* a record is put in part, */
    bool discard; /* or was, and was dropped: its rest is thrown away */
    bool renamed; /* names of the directory are not synced */
    bool torn;    /* what is behind `torn_at` on the disk was not promised: it is cut off first */
    struct gf_spool_pos torn_at;
    struct gf_spool_pos pos;   /* of the next frame */
    struct gf_spool_pos first; /* frame of the open record, */
    uint64_t first_at;         /* and how many bytes were put in front of it */
    gf_ns time_wall;           /* of the last time frame of the segment */
    uint64_t unsynced;         /* from this segment on */
    struct gf_spool_totals put;
};

struct gf_spool_reader {
    struct gf_spool_cursor at, ahead;
    size_t part;               /* bytes of the frame at at.pos that were got */
    bool begun;                /* in a record; else `part` is at the end of one */
    bool whole;                /* that record is one of which all frames were seen to be sound */
    struct gf_spool_pos first; /* frame of the record that was begun, */
    uint64_t handed;           /* and bytes of it that were got */
    struct gf_spool_pos known; /* frame of a record that is whole, of known_len bytes */
    uint64_t known_len;
    struct gf_spool_pos passed;   /* where what was passed by ended */
    struct gf_spool_pos landed;   /* where a drop ended; nothing was got since */
    gf_ns wall;                   /* of the last time frame */
    struct gf_spool_totals total; /* in front of the place */
    uint64_t got;                 /* bytes, since the open */
    uint64_t timed; /* segment of the last time frame that this run has read; 0: none */
    bool lost;      /* bytes were passed by since: the totals are not right */
};

/* A place of the reader. */
struct gf_spool_mark {
    uint64_t got;
    struct gf_spool_point point;
};

struct gf_spool_marks {
    struct gf_spool_mark *at; /* at[0]: up to there all is out */
    size_t len, cap;
    bool force; /* the next one is made however near the last one is */
    struct gf_spool_cursor walk;
};

struct gf_spool {
    struct gf_spool_config config;
    int dir, lock;
    uint64_t segment; /* bytes of a full one */
    struct gf_spool_segs segs;
    struct gf_spool_writer write;
    struct gf_spool_batch batch; /* frames that end at write.pos and are not written yet */
    struct gf_spool_reader read;
    struct gf_spool_marks marks;
    uint64_t out;                /* bytes, since the open; at most read.got */
    struct gf_spool_point point; /* as it is on the disk */
    bool pointed;                /* it is there, */
    bool point_unsynced;         /* but perhaps not after a loss of power */
    uint64_t damaged_file;       /* bytes */
    struct gf_spool_counts counts;
};

/* What is put and not out: no more than `most`, and nothing where damage made the sums wrong. */
static inline uint64_t gf_spool_less(uint64_t put, uint64_t out, uint64_t most)
{
    uint64_t left = put > out ? put - out : 0;
    return left < most ? left : most;
}

/* How many bytes more may be written, by config.max. */
uint64_t gf_spool_left(const struct gf_spool *s);

/* ---- spool_scan.c: what the end of a segment is ---------------------------------------------- */

struct gf_spool_scan {
    uint64_t
        keep;   /* behind it there is only what was torn, or a record that is not whole; 0: all */
    bool based; /* `total` counts from the first record ever, not from the segment's first */
    struct gf_spool_totals total;
};

/* 0, or -1 with errno. */
int gf_spool_scan(struct gf_spool_cursor *c, uint64_t segment, struct gf_spool_scan *out);

/* The totals at the end of the list, by as few scans as do; `last` is that of the last segment. */
int gf_spool_total(struct gf_spool_cursor *c, const struct gf_spool_scan *last,
                   struct gf_spool_totals *out);

/* Whether a checkpoint can be one of these segments. */
bool gf_spool_point_fits(const struct gf_spool_segs *segs, const struct gf_spool_point *p);

/* ---- spool_damage.c -------------------------------------------------------------------------- */

/* `len` bytes at the reader's place are passed by: counted, and kept in `damaged` as far as there
 * is room. The place moves behind them, and is in no record. */
void gf_spool_pass(struct gf_spool *s, const char *bytes, size_t len);

/* The reader is at a time frame that says so: where bytes are missing that nothing was seen of,
 * since a segment ends too early, that counts as a place. The sums are right again. */
void gf_spool_resume(struct gf_spool *s, const struct gf_spool_time *t);

/* ---- spool_marks.c --------------------------------------------------------------------------- */

/* The reader is at the end of a record, or (`mid`) in one whose front may count as out. 0 or -1. */
int gf_spool_mark(struct gf_spool *s, bool mid);

/* at[0] becomes the last place up to which all is out. What cannot be read leaves it in front. */
void gf_spool_marks_advance(struct gf_spool *s);

/* ---- spool_take.c ---------------------------------------------------------------------------- */

struct gf_spool_take {
    char *buf; /* NULL: the bytes are not wanted */
    size_t cap;
    bool parts;     /* of a record that is not whole too */
    bool exact;     /* all `cap` bytes, though a record is cut; what was passed by is among them */
    bool drop;      /* they do not count as got */
    uint64_t until; /* no record that begins behind this segment; 0: any */
    size_t n;       /* how many were taken */
    uint64_t records;
};

/* Moves the reader on. 0, or -1 with errno: t->n may have been taken. */
int gf_spool_take(struct gf_spool *s, struct gf_spool_take *t);

/* The reader moves over what is no record. What follows then. */
enum gf_spool_found gf_spool_settle(struct gf_spool *s);

/* ---- spool_segment.c ------------------------------------------------------------------------- */

/* Makes the file of the writer's segment, if it is not there. */
int gf_spool_segment_begin(struct gf_spool *s);

/* Writes the batch. */
int gf_spool_segment_flush(struct gf_spool *s);

/* The next frame goes into another segment. The batch is empty. */
int gf_spool_segment_end(struct gf_spool *s);

/* What was put from `to` on is not in the spool. The list says so at once; where the disk does not,
 * write.torn is set, and the same is tried again before anything is put. 0 or -1. */
int gf_spool_segment_back(struct gf_spool *s, struct gf_spool_pos to);

/* ---- spool_out.c ----------------------------------------------------------------------------- */

/* Whether a checkpoint would give space back. */
bool gf_spool_can_free(struct gf_spool *s);

/* Removes the segments that are out, whatever the checkpoint says: one that names a segment that is
 * gone means the next one. */
int gf_spool_remove_out(struct gf_spool *s);

#endif
