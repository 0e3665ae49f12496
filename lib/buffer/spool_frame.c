/*
 * spool_frame.c - frames are made and judged here, and nowhere else.
 *
 * The checksum is of the bytes alone, with what the head says in the seed: so the writer need not
 * bring both together. What a frame says of itself is looked at first: a length that does not fit
 * is refused before anything is read by it.
 *
 * Source of the checksum: XXH3 by Yann Collet. Of the form: LevelDB's log, doc/log_format.md.
 */
#include "buffer/spool_frame.h"

#include "buffer/spool_sum.h"
#include "text/scan.h"

uint32_t gf_spool_get32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

uint64_t gf_spool_get64(const char *p)
{
    return (uint64_t)gf_spool_get32(p) | (uint64_t)gf_spool_get32(p + 4) << 32;
}

void gf_spool_put32(char *p, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(n >> (8 * i));
}

void gf_spool_put64(char *p, uint64_t n)
{
    gf_spool_put32(p, (uint32_t)n);
    gf_spool_put32(p + 4, (uint32_t)(n >> 32));
}

/* Odd numbers spread all parts over all bits. */
static uint64_t seed_of(const char *head, struct gf_spool_pos at)
{
    return at.seg * UINT64_C(0x9e3779b97f4a7c15) + (at.off + 1) * UINT64_C(0xbf58476d1ce4e5b9) +
           gf_spool_get32(head + 4) * UINT64_C(0x94d049bb133111eb);
}

static uint32_t sum_of(const char *head, struct gf_spool_pos at, const char *bytes, size_t len)
{
    return (uint32_t)gf_spool_sum(bytes, len, seed_of(head, at));
}

void gf_spool_seal(char head[GF_SPOOL_HEAD], struct gf_spool_pos at, const struct gf_spool_frame *f)
{
    head[4] = (char)f->len;
    head[5] = (char)(f->len >> 8);
    head[6] = (char)f->type;
    head[7] = f->separator;
    gf_spool_put32(head, sum_of(head, at, f->bytes, f->len));
}

/* Whether a head can say that. */
static bool may_say(const char *head)
{
    size_t len = gf_spool_len(head);
    enum gf_spool_type type = (enum gf_spool_type)(unsigned char)head[6];
    if (type == GF_SPOOL_SEVERAL)
        return len > 1 && len <= GF_SPOOL_SEVERAL_MOST;
    if (head[7] != 0)
        return false;
    switch (type) {
    case GF_SPOOL_WHOLE:
    case GF_SPOOL_FIRST:
    case GF_SPOOL_MIDDLE:
        return len > 0;
    case GF_SPOOL_LAST:
        return true;
    case GF_SPOOL_TIME:
        return len == GF_SPOOL_TIME_LEN;
    default:
        return false;
    }
}

bool gf_spool_is_frame(const char *frame, struct gf_spool_pos at, size_t room,
                       struct gf_spool_frame *out)
{
    if (room < GF_SPOOL_HEAD || gf_spool_len(frame) > room - GF_SPOOL_HEAD || !may_say(frame))
        return false;
    size_t len = gf_spool_len(frame);
    *out = (struct gf_spool_frame){frame + GF_SPOOL_HEAD, len,
                                   (enum gf_spool_type)(unsigned char)frame[6], frame[7]};
    return gf_spool_get32(frame) == sum_of(frame, at, out->bytes, len) &&
           (out->type != GF_SPOOL_SEVERAL || out->bytes[len - 1] == out->separator);
}

bool gf_spool_is_begun(const char *bytes, size_t len)
{
    return len < GF_SPOOL_HEAD || (gf_spool_len(bytes) > len - GF_SPOOL_HEAD && may_say(bytes));
}

uint64_t gf_spool_ends_in(const struct gf_spool_frame *f, size_t from, size_t len)
{
    if (f->type == GF_SPOOL_SEVERAL)
        return gf_scan_count(f->bytes + from, len, f->separator);
    bool ends = f->type == GF_SPOOL_WHOLE || f->type == GF_SPOOL_LAST;
    return ends && from + len == f->len;
}

size_t gf_spool_whole_in(const struct gf_spool_frame *f, size_t from, uint64_t room)
{
    size_t left = f->len - from;
    if (left <= room)
        return left;
    const char *last = gf_scan_last(f->bytes + from, (size_t)room, f->separator);
    return last ? (size_t)(last - f->bytes) + 1 - from : 0;
}

void gf_spool_put_time(char out[GF_SPOOL_TIME_LEN], const struct gf_spool_time *t)
{
    gf_spool_put64(out, (uint64_t)t->wall);
    gf_spool_put64(out + 8, t->before.records);
    gf_spool_put64(out + 16, t->before.bytes);
    gf_spool_put64(out + 24, t->first.seg);
    gf_spool_put64(out + 32, t->first.off);
    gf_spool_put64(out + 40, t->len);
}

struct gf_spool_time gf_spool_get_time(const char *bytes)
{
    return (struct gf_spool_time){(gf_ns)gf_spool_get64(bytes),
                                  {gf_spool_get64(bytes + 8), gf_spool_get64(bytes + 16)},
                                  {gf_spool_get64(bytes + 24), gf_spool_get64(bytes + 32)},
                                  gf_spool_get64(bytes + 40)};
}
