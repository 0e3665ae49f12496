/*
 * scanlist.h - the words that say what scan works out on the way: sum:bytes,mean:2/5,count.
 */
#ifndef GF_STREAM_SCANLIST_H
#define GF_STREAM_SCANLIST_H

#include "stream/op.h"

enum {
    GF_SCANS = 16
};

enum gf_scan_kind {
    GF_SCAN_COUNT,
    GF_SCAN_SUM,
    GF_SCAN_MEAN,
    GF_SCAN_MIN,
    GF_SCAN_MAX,
    GF_SCAN_DELTA, /* less the value of the record before, or of the one `window` before */
};

struct gf_scan {
    enum gf_scan_kind kind;
    int64_t field;               /* 0: none (count) */
    char column[GF_COLUMN_SIZE]; /* what the field is called */
    uint64_t window;             /* of so many records, with the one at hand; 0: of all so far */
};

struct gf_scan_list {
    size_t n, need; /* fields to cut */
    struct gf_scan scan[GF_SCANS];
};

/* Reads the words; `window` holds where a word has none of its own, 0: for none. -1: the fault is
 * set. */
int gf_scan_list_read(struct gf_scan_list *l, const struct gf_names *columns, const char *words,
                      uint64_t window, struct gf_fault *f);

/* Adds what its column is called: bytes_sum, bytes_mean_5, count. -1: ENOMEM. */
int gf_scan_column(const struct gf_scan *a, const struct gf_names *columns, struct gf_names *out);

#endif
