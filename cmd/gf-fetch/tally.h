/*
 * tally.h - what became of all lines: counted, summed up at the end.
 */
#ifndef GF_FETCH_TALLY_H
#define GF_FETCH_TALLY_H

#include "base/failures.h"
#include "base/hist.h"
#include "base/outfile.h"
#include "fetcher.h"
#include "source.h"

enum {
    STATUSES = 1000
};

struct tally {
    const struct options *opt;
    gf_ns begin_mono;
    uint64_t ok, failed, cancelled, retried, redirected, reused, bytes, decoded;
    uint64_t by_error[GF_NET_ERRORS];
    uint64_t by_status[STATUSES];
    struct gf_failures failures;
    struct gf_hist total, first_byte;
};

void tally_add(struct tally *t, const struct line *line, const struct outcome *out);

/* --stats; -1 after a message. */
int tally_write(const struct tally *t, const struct source *s, const struct fetcher *f,
                struct gf_outfile *out);

#endif
