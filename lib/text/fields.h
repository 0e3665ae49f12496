/*
 * fields.h - records cut into fields, and lists that name some of them.
 *
 * A separator is a byte, a string, what a pattern matches, or runs of blanks (space and TAB; in NUL
 * records newline too): with blanks, those in front of the first field and behind the last belong
 * to no field, as in awk. A match of no bytes separates nothing. A record without the separator is
 * one field; an empty record is one empty field, or with blanks no field at all.
 *
 * A list is `2`, `3,1`, `2-`, `1,3-5`, `-1` (from the end), `-3--1`. A single field that is not
 * there is empty; a range holds the fields that are there.
 *
 *     struct gf_cutter c;
 *     gf_cutter_init(&c, &sep);
 *     if (gf_cutter_cut(&c, rec, len, SIZE_MAX) != 0) ... errno ...
 *     c.field[0] .. c.field[c.n - 1]
 *     gf_cutter_release(&c);
 *
 * Pure; one thread a cutter, a separator or list may be shared.
 */
#ifndef GF_TEXT_FIELDS_H
#define GF_TEXT_FIELDS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/perr.h"
#include "text/slice.h"

enum {
    GF_SEP_MAX = 64
};

struct gf_splitter; /* text/splitter.h */
struct gf_cutter;

struct gf_sep {
    bool blanks;        /* runs of blanks; bytes are then one space, what joins fields again */
    bool newline_blank; /* also where fields have a separator: for keys, which may skip blanks */
    bool crlf;          /* a CR at the end of a record belongs to no field */
    size_t len;
    char bytes[GF_SEP_MAX];
    /* What its pattern matches separates, and the bytes join fields again; borrowed, or NULL. */
    const struct gf_splitter *splitter;
};

/* Runs of blanks; `crlf` is not set, by gf_sep_parse neither, nor is there `newline_blank`. */
void gf_sep_blanks(struct gf_sep *s, bool newline_blank);

/* Bytes, with the escapes \t \n \r \0 \\ \xHH. -1: EINVAL, `e` says where. */
int gf_sep_parse(struct gf_sep *s, const char *text, size_t len, struct gf_perr *e);

/* The same escapes for any operand: appended to b. -1: EINVAL or ENOMEM. */
int gf_unescape(struct gf_buf *b, const char *text, size_t len, struct gf_perr *e);

static inline bool gf_sep_is_blank(const struct gf_sep *s, char c)
{
    return c == ' ' || c == '\t' || (c == '\n' && s->newline_blank);
}

struct gf_cutter {
    const struct gf_sep *sep;
    struct gf_slice *field;
    size_t n, cap;
    void *matcher; /* of the splitter; NULL until it has cut */
};

enum {
    GF_CUT_BOUND = EDOM /* the errno of a record that is too hard for the pattern */
};

void gf_cutter_init(struct gf_cutter *c, const struct gf_sep *sep);

/* Cuts off at most `max` fields from the front. -1: ENOMEM, or GF_CUT_BOUND. */
int gf_cutter_cut(struct gf_cutter *c, const char *rec, size_t len, size_t max);

/* Field number `at` of what was cut (1 is the first, -1 the last), empty when it is not there. */
struct gf_slice gf_cutter_get(const struct gf_cutter *c, int64_t at);

void gf_cutter_release(struct gf_cutter *c);

/* Field n (from 1) of a record, as gf_cutter_get has it, without the others. Neither this nor the
 * two below are for a separator that is a pattern. */
struct gf_slice gf_field_at(const struct gf_sep *sep, struct gf_slice rec, size_t n);

/* Field n of each of `count` records, without the CR at their ends where the separator says so. */
void gf_fields_at(const struct gf_sep *sep, const struct gf_slice *rec, size_t count, size_t n,
                  struct gf_slice *field);

/* The same of two fields, n and m, where the second is looked for behind the first. */
void gf_field_pairs_at(const struct gf_sep *sep, const struct gf_slice *rec, size_t count, size_t n,
                       size_t m, struct gf_slice *field, struct gf_slice *other);

struct gf_field_range {
    int64_t lo, hi; /* 1 is the first, -1 the last; lo == hi: a single field */
};

struct gf_field_list {
    struct gf_field_range *range;
    size_t n;
    size_t need; /* fields that must be cut to know all of them; SIZE_MAX: all */
};

/* -1: EINVAL (`e` says where) or ENOMEM. */
int gf_field_list_parse(struct gf_field_list *l, const char *text, size_t len, struct gf_perr *e);
void gf_field_list_release(struct gf_field_list *l);

/* Whether the list is one field and no range: its value is then a slice of the record. */
bool gf_field_list_single(const struct gf_field_list *l);

/*
 * Calls `add` for each field of the list, in its order, out of what the cutter cut (at least
 * l->need fields were asked for). Stops and returns -1 when `add` does.
 */
int gf_field_list_each(const struct gf_field_list *l, const struct gf_cutter *c,
                       int (*add)(void *to, struct gf_slice field), void *to);

#endif
