/*
 * keyrate.h - a line of a table of rates: `KEY RATE [BURST]`, or nothing (blank, or from # on).
 *
 * The words are parted by blanks, or by single TABs where the line has one, so that a key may hold
 * blanks. The key * stands for all that are not named. The burst is a number, of bytes a size; it
 * is 1, or for bytes what 10 ms let pass, when it is not said. Errors: -1, errno EINVAL, `e` (may
 * be NULL) says where. Pure; any thread.
 *
 *     struct gf_keyrate k;
 *     if (gf_keyrate_parse("example.org 5/m 2", 17, &k, &e) == 1) ... k.key is example.org ...
 */
#ifndef GF_LIMIT_KEYRATE_H
#define GF_LIMIT_KEYRATE_H

#include "limit/gcra.h"

struct gf_keyrate {
    const char *key; /* in the line */
    size_t key_len;
    struct gf_gcra limit;
};

/* The line without its newline: 1, or 0 when it says nothing. */
int gf_keyrate_parse(const char *line, size_t len, struct gf_keyrate *out, struct gf_perr *e);

/* The burst of a rate that has none of its own: one record, so that records are paced; of bytes
 * what 10 ms let pass. */
uint64_t gf_keyrate_default_burst(const struct gf_rate *rate);

#endif
