/*
 * tzfile.c - the second block of a zone file, turned into marks in one pass.
 *
 * The layout: a header and a block with times of 32 bits, then from version 2 on the same with 64
 * bits and behind it a rule between two newlines; all numbers are big-endian. The size of a block
 * follows from six counts in its header. A file of version 1 has the first block alone, which is
 * read the same way.
 *
 * Names of times, and whether a time is called summer time, do not matter here: a change to the
 * same offset is no change. Before the first change holds type 0 (RFC 9636, 3.2).
 */
#include "time/tzfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum {
    HEADER = 44,
    COUNTS = 20, /* where in the header the six counts stand */
    TYPE_SIZE = 6,
    OFFSET_MAX = 26 * 3600, /* RFC 9636, 3.2: an offset is less, either way */
};

enum which {
    UT,
    STD,
    LEAP,
    TIME,
    TYPE,
    CHAR,
    KINDS
};

/* A header and its block: where the parts are. */
struct block {
    uint64_t count[KINDS];
    int size; /* of a time, in bytes */
    const unsigned char *times, *indexes, *types;
    const unsigned char *end;
};

static uint64_t big_endian(const unsigned char *p, int n)
{
    uint64_t v = 0;
    while (n-- > 0)
        v = v << 8 | *p++;
    return v;
}

static int damaged(struct gf_perr *e, const char *what)
{
    gf_perr_say(e, 0, 0, NULL, "%s", what);
    errno = EBADMSG;
    return -1;
}

/* The block whose header is at s. False: it ends behind `end`. */
static bool find_block(struct block *b, const unsigned char *s, const unsigned char *end, int size)
{
    if (end - s < HEADER || memcmp(s, "TZif", 4) != 0)
        return false;
    for (size_t i = 0; i < KINDS; i++)
        b->count[i] = big_endian(s + COUNTS + 4 * i, 4);
    uint64_t n = (uint64_t)size, room = (uint64_t)(end - s - HEADER);
    uint64_t need = b->count[TIME] * (n + 1) + b->count[TYPE] * TYPE_SIZE + b->count[CHAR] +
                    b->count[LEAP] * (n + 4) + b->count[STD] + b->count[UT];
    if (need > room)
        return false;
    b->size = size;
    b->times = s + HEADER;
    b->indexes = b->times + b->count[TIME] * n;
    b->types = b->indexes + b->count[TIME];
    b->end = s + HEADER + need;
    return true;
}

/* ---- the list -------------------------------------------------------------------------------- */

static int64_t time_at(const struct block *b, size_t i)
{
    uint64_t v = big_endian(b->times + i * (size_t)b->size, b->size);
    return b->size == 4 ? (int32_t)(uint32_t)v : (int64_t)v;
}

/* The offset of a type. False: there is no such type, or its offset is none. */
static bool offset_of(const struct block *b, size_t type, int32_t *off)
{
    if (type >= b->count[TYPE])
        return false;
    *off = (int32_t)(uint32_t)big_endian(b->types + type * TYPE_SIZE, 4);
    return *off > -OFFSET_MAX && *off < OFFSET_MAX;
}

static void add_mark(struct gf_tzdata *d, int64_t t, int32_t off)
{
    if (t <= GF_ZONE_EARLIEST)
        d->marks[0] = gf_mark_first(off);
    else if (t < GF_ZONE_LATEST && off != d->marks[d->n - 1].off) {
        d->marks[d->n] = gf_mark_after(&d->marks[d->n - 1], t, off);
        d->n++;
    }
}

static bool read_list(struct gf_tzdata *d, const struct block *b)
{
    size_t n = b->count[TIME];
    int32_t off;
    if (!offset_of(b, 0, &off))
        return false;
    d->marks[0] = gf_mark_first(off);
    d->n = 1;
    d->settled = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        int64_t t = time_at(b, i);
        if (!offset_of(b, b->indexes[i], &off) || t < d->settled)
            return false;
        t = t < GF_ZONE_LATEST ? t : GF_ZONE_LATEST;
        if (i + 1 == n && d->has_rule)
            off = gf_zonerule_offset(&d->rule, t);
        add_mark(d, t, off);
        d->settled = t;
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The rule between two newlines; nothing between them: there is none. */
static bool read_rule(struct gf_tzdata *d, const unsigned char *s, const unsigned char *end)
{
    const unsigned char *stop =
        s < end && *s == '\n' ? memchr(s + 1, '\n', (size_t)(end - s - 1)) : NULL;
    if (!stop)
        return false;
    d->has_rule = stop > s + 1;
    return !d->has_rule || gf_zonerule_parse(&d->rule, (const char *)s + 1, (size_t)(stop - s - 1));
}

int gf_tzdata_parse(struct gf_tzdata *d, const unsigned char *s, size_t len, struct gf_perr *e)
{
    const unsigned char *end = s + len;
    struct block b;
    *d = (struct gf_tzdata){0};
    if (len < 4 || memcmp(s, "TZif", 4) != 0)
        return gf_perr_set(e, 0, 0, NULL, "not a time zone");
    if (!find_block(&b, s, end, 4))
        return damaged(e, "the file ends too early");
    if (s[4] >= '2') {
        if (!find_block(&b, b.end, end, 8))
            return damaged(e, "the file ends too early");
        if (!read_rule(d, b.end, end))
            return damaged(e, "the rule at the end of the file cannot be read");
    }
    if (b.count[LEAP])
        return gf_perr_set(e, 0, 0, NULL,
                           "a zone that counts leap seconds has no calendar to go by");
    d->marks = malloc((b.count[TIME] + 1) * sizeof *d->marks);
    if (!d->marks)
        return -1;
    if (read_list(d, &b))
        return 0;
    gf_tzdata_release(d);
    return damaged(e, "the changes in the file contradict one another");
}

int gf_tzdata_of_rule(struct gf_tzdata *d, const struct gf_zonerule *rule)
{
    *d = (struct gf_tzdata){.n = 1, .settled = INT64_MIN};
    d->marks = malloc(sizeof *d->marks);
    if (!d->marks)
        return -1;
    d->marks[0] = gf_mark_first(rule ? rule->std : 0);
    d->has_rule = rule && rule->has_changes;
    if (rule)
        d->rule = *rule;
    return 0;
}

void gf_tzdata_release(struct gf_tzdata *d)
{
    free(d->marks);
    *d = (struct gf_tzdata){0};
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Names the file in `e`, in front of what is wrong; errno stays. */
static int at_file(const char *path, struct gf_perr *e, const char *what)
{
    int err = errno;
    gf_perr_say(e, 0, 0, NULL, "'%.60s%s': %s", path, strlen(path) > 60 ? "..." : "", what);
    errno = err;
    return -1;
}

/* Why no zone can be read from what is open; NULL: one can. */
static const char *why_none(int fd, struct stat *st)
{
    if (fstat(fd, st) != 0)
        return strerror(errno);
    errno = EINVAL;
    if (S_ISDIR(st->st_mode))
        return "a directory, not a time zone";
    if (!S_ISREG(st->st_mode))
        return "not a regular file";
    return st->st_size > GF_TZFILE_MAX ? "larger than 1 MiB, so no time zone" : NULL;
}

static int read_open(struct gf_tzdata *d, int fd, const char *path, struct gf_perr *e)
{
    struct stat st;
    struct gf_perr why = {0};
    const char *none = why_none(fd, &st);
    if (none)
        return at_file(path, e, none);
    size_t size = (size_t)st.st_size;
    unsigned char *bytes = malloc(size + 1);
    ssize_t n = bytes ? gf_pread(fd, bytes, size, 0) : -1;
    int r = n < 0 ? -1 : gf_tzdata_parse(d, bytes, (size_t)n, &why);
    if (r != 0)
        at_file(path, e, why.what[0] ? why.what : strerror(errno));
    int err = errno;
    free(bytes);
    errno = err;
    return r;
}

int gf_tzfile_read(struct gf_tzdata *d, const char *path, struct gf_perr *e)
{
    int fd = gf_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd == -1)
        return at_file(path, e, strerror(errno));
    int r = read_open(d, fd, path, e);
    int err = errno;
    close(fd);
    errno = err;
    return r;
}
