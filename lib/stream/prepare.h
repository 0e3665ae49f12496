/*
 * prepare.h - what an operation with a table of keys needs of each record, found before it asks.
 *
 * To find the key of a record, its hash and a value needs nothing but the record, so the threads of
 * a crew can do it for whole blocks (crew.h), and the thread that has the table only looks up and
 * adds. It is the same as that thread would have found by itself.
 *
 *     struct gf_preparer p = {.sep = &sep, .key = 1, .value = 2, .seed = seed};
 *     gf_prepare(&p, rec, n, run.data, out);
 *
 * Pure; any thread.
 */
#ifndef GF_STREAM_PREPARE_H
#define GF_STREAM_PREPARE_H

#include <stddef.h>
#include <stdint.h>

#include "text/fields.h"
#include "text/slice.h"

struct gf_preparer {
    const struct gf_sep *sep; /* borrowed */
    size_t key, value;        /* fields, from 1; value 0: none */
    uint64_t seed;            /* of the table */
};

#define GF_PREPARE_MOST INT32_MAX /* bytes of a run */

/* A record, its place from the beginning of a run, and in it the places of key and value. */
struct gf_prepared {
    uint64_t hash;
    int64_t number; /* the value, where it is_short (gf_number_short) */
    uint32_t at, len;
    uint32_t key_at, key_len;
    uint32_t value_at, value_len : 31, is_short : 1;
};

/* Of n records that lie behind `run`. */
void gf_prepare(const struct gf_preparer *p, const struct gf_slice *rec, size_t n, const char *run,
                struct gf_prepared *out);

static inline struct gf_slice gf_prepared_record(const struct gf_prepared *p, const char *run)
{
    return (struct gf_slice){run + p->at, p->len};
}

#endif
