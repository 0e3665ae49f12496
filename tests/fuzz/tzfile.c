/*
 * tzfile.c - gf_tzdata_parse: a zone whose marks are in order and whose rule goes on from the last
 * of them, or an error that says something. A file that is cut is no zone.
 */
#include "time/tzfile.h"

#include <errno.h>

#include "oracle.h"

/* The same bytes in memory of their own, so that a read behind them is seen. */
static int parse(struct gf_tzdata *d, const uint8_t *data, size_t size, struct gf_perr *e)
{
    unsigned char *own = malloc(size + 1);
    MUST(own);
    memcpy(own, data, size);
    int r = gf_tzdata_parse(d, own, size, e), err = errno;
    free(own);
    errno = err;
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_tzdata d;
    struct gf_perr e = {0};
    if (parse(&d, data, size, &e) != 0) {
        must_be_error(&e, 0);
        MUST(errno == EINVAL || errno == EBADMSG);
        return 0;
    }
    MUST(d.n >= 1 && d.marks[0].start == GF_ZONE_EARLIEST && d.marks[0].high == INT64_MIN);
    for (size_t i = 1; i < d.n; i++) {
        MUST(d.marks[i].start >= d.marks[i - 1].start && d.marks[i].off != d.marks[i - 1].off);
        MUST(d.marks[i].high >= d.marks[i].start - 1 + d.marks[i - 1].off);
        MUST(d.marks[i].high >= d.marks[i - 1].high);
    }
    MUST(d.settled >= d.marks[d.n - 1].start || d.n == 1);
    if (d.has_rule && d.settled > GF_ZONE_EARLIEST && d.settled < GF_ZONE_LATEST)
        MUST(gf_zonerule_offset(&d.rule, d.settled) == d.marks[d.n - 1].off);
    gf_tzdata_release(&d);
    return 0;
}
