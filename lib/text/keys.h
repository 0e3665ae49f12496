/*
 * keys.h - what records are compared by: parsed once a record into bytes that memcmp orders.
 *
 * Sort, top, merge, distinct, uniq and group all see a record as one run of bytes, its key: two
 * records are equal when their keys are, and in order as memcmp says (the shorter first where one
 * begins the other). A plain key is a slice of the record itself; numbers, versions, folded text
 * and several keys are encoded, each part so that no part is the beginning of another.
 *
 *   bytes    0 as 0 1, ended by 0 0
 *   number   (POSIX sort -n, any precision) sign and exponent, sixteen digits in seven bytes
 *   float    (any precision) as a number; none, nan, -inf and inf are 0, 1, 2 and 253
 *   reversed the same with all bits inverted
 *
 *     struct gf_keyspec k;
 *     gf_keyspec_init(&k, &sep, seed);
 *     gf_keyspec_add_posix(&k, "2,2n", 4, &e);
 *     gf_keyspec_seal(&k, &global);
 *     gf_keyspec_of(&k, &maker, rec, &key);      key: valid until the next call with that maker
 *
 * With `crlf` in the separator a CR at the end of a record is in no key.
 *
 * Field keys (-f) take exactly one field; POSIX keys (-k) are those of sort, with its rules on
 * blanks. A sealed gf_keyspec is read only and may be shared by threads, each with a maker of its
 * own.
 */
#ifndef GF_TEXT_KEYS_H
#define GF_TEXT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/perr.h"
#include "text/fields.h"
#include "text/slice.h"

enum gf_key_type {
    GF_KEY_BYTES,
    GF_KEY_NUMBER,  /* n */
    GF_KEY_FLOAT,   /* g */
    GF_KEY_HUMAN,   /* h */
    GF_KEY_VERSION, /* V */
    GF_KEY_MONTH,   /* M */
    GF_KEY_RANDOM,  /* R */
};

/* How a key is compared. */
struct gf_key_order {
    enum gf_key_type type;
    bool reverse;       /* r */
    bool fold;          /* f: lower case as upper case */
    bool utf8;          /* with fold: letters of UTF-8 (letters.h), else of ASCII */
    bool dictionary;    /* d: only blanks and alphanumerics; then i changes nothing */
    bool printable;     /* i: only printable bytes */
    bool skip_start;    /* b at the start */
    bool skip_end;      /* b at the end */
    bool newline_blank; /* as in the separator, whence gf_keyspec_seal takes it */
};

struct gf_key {
    struct gf_key_order order;
    bool whole;                   /* the whole record */
    struct gf_field_range range;  /* -f: these fields alone; lo 0: the places below */
    size_t from_field, from_char; /* POSIX, counted from 0 */
    size_t to_field, to_char;     /* as in sort: to_char 0 is the end of field to_field */
};

struct gf_keyspec {
    struct gf_sep sep;
    uint64_t seed; /* of the order R */
    struct gf_key *key;
    size_t n, need; /* fields to cut for field keys */
    bool plain;     /* the key of a record is a slice of it */
    bool any_order; /* the fields of the keys, or all, are compared in no order; -f alone. Set
                       before gf_keyspec_seal */
};

/* What a thread needs to make keys. A zeroed one is released. */
struct gf_key_maker {
    struct gf_buf buf;
    struct gf_cutter cutter;
    struct gf_buf sorted; /* any_order: the parts of buf in their order ... */
    struct gf_slice *part;
    size_t parts, parts_cap;
};

void gf_keyspec_init(struct gf_keyspec *k, const struct gf_sep *sep, uint64_t seed);

/* `2[.3][bdfghiMnrRV][,4[.5][...]]`. -1: EINVAL, `e` says where; or ENOMEM. */
int gf_keyspec_add_posix(struct gf_keyspec *k, const char *text, size_t len, struct gf_perr *e);

/* `2,1nr,-1`: each one field with its letters. -1 likewise. */
int gf_keyspec_add_fields(struct gf_keyspec *k, const char *text, size_t len, struct gf_perr *e);

/* The fields of a list without letters, in order (-f of distinct, group): ranges are kept. */
int gf_keyspec_add_list(struct gf_keyspec *k, const struct gf_field_list *l);

/* Whether `global` asks for something, and no key follows: each has letters of its own. */
bool gf_keyspec_overrides(const struct gf_keyspec *k, const struct gf_key_order *global);

/* Gives keys without letters of their own the order `global`, and a key that is the whole record
 * when there is none. Call once, last. -1: ENOMEM. */
int gf_keyspec_seal(struct gf_keyspec *k, const struct gf_key_order *global);

/* Turns every key round: what was first is last. After gf_keyspec_seal. */
void gf_keyspec_reverse(struct gf_keyspec *k);

void gf_key_maker_init(struct gf_key_maker *m, const struct gf_keyspec *k);
void gf_key_maker_release(struct gf_key_maker *m);

/* The key of rec. -1: ENOMEM. */
int gf_keyspec_of(const struct gf_keyspec *k, struct gf_key_maker *m, struct gf_slice rec,
                  struct gf_slice *key);

/* Whether the key of a record is all of it, as it is. */
static inline bool gf_keyspec_whole(const struct gf_keyspec *k)
{
    return k->plain && k->key[0].whole && !k->key[0].order.skip_start;
}

/* The keys of n records, of plain keys alone: each is a slice of its record. -1: ENOMEM. */
int gf_keyspec_slices(const struct gf_keyspec *k, struct gf_key_maker *m,
                      const struct gf_slice *rec, size_t n, struct gf_slice *key);

void gf_keyspec_release(struct gf_keyspec *k);

#endif
