/*
 * spool_frame.h - a frame of a spool's segment, as bytes.
 *
 *     checksum   4   low half of XXH3 (64 bits) of the bytes behind the head
 *     length     2   of these
 *     type       1
 *     separator  1   of a frame of several records; else zero
 *     bytes      length
 *
 * Numbers are little-endian. The seed of the checksum is made of the rest of the head, the number
 * of the segment and the frame's place in it, so bytes that lie where they were not written are
 * refused too. A frame lies in one block. Where GF_SPOOL_HEAD bytes or fewer are left of a block,
 * they are zeros, and the next frame begins with the next block.
 *
 * A frame of several records has whole ones, of GF_SPOOL_SEVERAL_MOST bytes together at most, each
 * with its separator. So what is damaged is about as much as a disk loses at once.
 *
 * A time frame is the first of each segment, and stands between records once in a second:
 *
 *     wall      8   nanoseconds, when what follows was put
 *     records   8   whole ones that were ever put in front of it
 *     bytes     8   of records, put in front of it
 *     segment   8   of the record that it stands in: where the first frame of that is; else zeros
 *     offset    8
 *     length    8   of that record, put in front of it
 *
 * So who reads a record across segments knows that none of its frames is missing, which the sums of
 * the frames that are there cannot tell.
 *
 * Pure; any thread.
 */
#ifndef GF_BUFFER_SPOOL_FRAME_H
#define GF_BUFFER_SPOOL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum {
    GF_SPOOL_BLOCK = 64 * 1024,
    GF_SPOOL_HEAD = 8,
    GF_SPOOL_TIME_LEN = 48,
    GF_SPOOL_SEVERAL_MOST = 16 * 1024
};

enum gf_spool_type {
    GF_SPOOL_WHOLE = 1, /* a record */
    GF_SPOOL_FIRST,     /* part of one */
    GF_SPOOL_MIDDLE,
    GF_SPOOL_LAST, /* may be empty: the end of an input that lacks its separator */
    GF_SPOOL_TIME,
    GF_SPOOL_SEVERAL /* records, each with its end */
};

/* A place in a spool: the offset in a segment. */
struct gf_spool_pos {
    uint64_t seg, off;
};

static inline bool gf_spool_same(struct gf_spool_pos a, struct gf_spool_pos b)
{
    return a.seg == b.seg && a.off == b.off;
}

struct gf_spool_totals {
    uint64_t records, bytes;
};

struct gf_spool_time {
    gf_ns wall;
    struct gf_spool_totals before;
    struct gf_spool_pos first; /* frame of the record that it stands in, */
    uint64_t len;              /* and that many bytes of it are in front of it */
};

uint32_t gf_spool_get32(const char *p);
uint64_t gf_spool_get64(const char *p);
void gf_spool_put32(char *p, uint32_t n);
void gf_spool_put64(char *p, uint64_t n);

/* Where a frame can begin, at `off` or behind it. */
static inline uint64_t gf_spool_align(uint64_t off)
{
    uint64_t rest = GF_SPOOL_BLOCK - off % GF_SPOOL_BLOCK;
    return rest <= GF_SPOOL_HEAD ? off + rest : off;
}

/* A frame without its checksum and its place. */
struct gf_spool_frame {
    const char *bytes;
    size_t len;
    enum gf_spool_type type;
    char separator;
};

/* The head of a frame that is put at that place. */
void gf_spool_seal(char head[GF_SPOOL_HEAD], struct gf_spool_pos at,
                   const struct gf_spool_frame *f);

static inline size_t gf_spool_len(const char *frame)
{
    return (size_t)(unsigned char)frame[4] | (size_t)(unsigned char)frame[5] << 8;
}

/* Whether a frame with a right checksum is there; `room` bytes are, to the end of its block. */
bool gf_spool_is_frame(const char *frame, struct gf_spool_pos at, size_t room,
                       struct gf_spool_frame *out);

/* How many records end in the first `len` of the bytes behind the first `from`. */
uint64_t gf_spool_ends_in(const struct gf_spool_frame *f, size_t from, size_t len);

/* Of a frame of several records: how many of the bytes behind the first `from`, at most `room`, are
 * whole records. */
size_t gf_spool_whole_in(const struct gf_spool_frame *f, size_t from, uint64_t room);

/* Whether the bytes can be the front of a frame, of which the rest was never written. */
bool gf_spool_is_begun(const char *bytes, size_t len);

void gf_spool_put_time(char out[GF_SPOOL_TIME_LEN], const struct gf_spool_time *t);
struct gf_spool_time gf_spool_get_time(const char *bytes);

#endif
