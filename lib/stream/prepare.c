/*
 * prepare.c - a few records at a time: first the fields of all, then the hashes.
 */
#include "stream/prepare.h"

#include "text/number.h"
#include "text/table.h"

enum {
    FEW = 64
};

/* A field that is not there lies nowhere in the record: it is empty at its beginning. */
static uint32_t place_in(struct gf_slice rec, struct gf_slice field)
{
    return field.len ? (uint32_t)(field.data - rec.data) : 0;
}

static void prepare_few(const struct gf_preparer *p, const struct gf_slice *rec, size_t n,
                        const char *run, struct gf_prepared *out)
{
    struct gf_slice key[FEW], value[FEW];
    gf_field_pairs_at(p->sep, rec, n, p->key, p->value ? p->value : p->key, key, value);
    for (size_t i = 0; i < n; i++) {
        int64_t number = 0;
        bool is_short = p->value && gf_number_short(value[i], &number);
        out[i] = (struct gf_prepared){.hash = gf_keytable_hash_by(p->seed, key[i]),
                                      .at = (uint32_t)(rec[i].data - run),
                                      .len = (uint32_t)rec[i].len,
                                      .key_at = place_in(rec[i], key[i]),
                                      .key_len = (uint32_t)key[i].len,
                                      .value_at = place_in(rec[i], value[i]),
                                      .value_len = value[i].len & GF_PREPARE_MOST,
                                      .is_short = is_short,
                                      .number = number};
    }
}

void gf_prepare(const struct gf_preparer *p, const struct gf_slice *rec, size_t n, const char *run,
                struct gf_prepared *out)
{
    for (size_t i = 0; i < n; i += FEW)
        prepare_few(p, rec + i, n - i < FEW ? n - i : FEW, run, out + i);
}
