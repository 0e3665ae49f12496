/*
 * keycode.h - one part of a key as bytes that memcmp orders: text, numbers, versions, months.
 *
 * What each looks like is said in keys.h, which puts the parts together. No code is the beginning
 * of another, so that parts can follow one another; only a `last` part of text may stand as it is.
 * Errors: -1, ENOMEM.
 */
#ifndef GF_TEXT_KEYCODE_H
#define GF_TEXT_KEYCODE_H

#include "text/keys.h"

/* `s` in the order `o`, but not reversed; `seed` is that of the order R. */
int gf_key_put(struct gf_buf *b, const struct gf_key_order *o, uint64_t seed, struct gf_slice s,
               bool last);

/* As text. `last`: nothing follows, so the end needs no mark and zeros no escape. */
int gf_key_put_bytes(struct gf_buf *b, const struct gf_key_order *o, struct gf_slice s, bool last);

/* The fields of the record's keys, or all of them, in an order of their own, as m->sorted
 * (keyset.c).
 */
int gf_key_put_set(const struct gf_keyspec *k, struct gf_key_maker *m, struct gf_slice line);

#endif
