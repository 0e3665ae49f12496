/*
 * names.h - columns by their names: what the first record of an input calls them.
 *
 * A list of fields may have names where it has numbers: `user,bytes`, `user-bytes`, `bytes:nr` (the
 * letters of a key behind a colon). A column whose name looks like a number or a range, or has a
 * comma in it, stands in braces: `{2024}`. Of a list with names one with numbers is made, which is
 * read as any other; so nothing is slower with names.
 *
 *     struct gf_names names = {0};
 *     gf_names_read(&names, &set->fields, header);
 *     gf_names_list(&names, "user,-1", &list, &e);           list is "3,-1"
 *     gf_names_release(&names);
 *
 * An operation that changes the columns says what they are called behind it (op.h, `columns`).
 * Errors: -1 with EINVAL, and `e` says where and why, or with ENOMEM. One thread.
 */
#ifndef GF_STREAM_NAMES_H
#define GF_STREAM_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/perr.h"
#include "text/fields.h"
#include "text/slice.h"

/* A zeroed one has none. */
struct gf_names {
    struct gf_buf text; /* of all names, without what was between them */
    size_t *end;        /* where each ends in it */
    size_t n, cap;
    struct gf_buf record; /* as it stood in the input, while the columns are those */
    bool cr;              /* behind the record a CR ended the line */
    bool pending;         /* they are not read yet: any name is taken for that of the first */
    const char *ended_by; /* the operation behind which there are none; NULL: there are, or were
                             none at all */
};

/* Takes the names out of a header, as that of an input. */
int gf_names_read(struct gf_names *x, const struct gf_sep *sep, struct gf_slice header);

/* Adds one behind the others: the columns are no longer those of the input. */
int gf_names_add(struct gf_names *x, struct gf_slice name);

/* Takes over another's, with its record. */
int gf_names_copy(struct gf_names *x, const struct gf_names *from);

/* None any more, by that operation. */
void gf_names_end(struct gf_names *x, const char *by);

/* The name of column i, from 0. */
struct gf_slice gf_names_get(const struct gf_names *x, size_t i);

/* The first names, in a line; and the hint of errors that ask for it. */
enum {
    GF_NAMES_SAID = 160
};
void gf_names_say(const struct gf_names *x, char text[GF_NAMES_SAID]);
extern const char gf_names_hint[];

/* What column `field` is called (from 1; from the end as -1), cut to fit: for messages. Empty: it
 * has no name, or that is not known. */
enum {
    GF_COLUMN_SIZE = 44
};
void gf_names_column(const struct gf_names *x, int64_t field, char out[GF_COLUMN_SIZE]);

/* How many columns are called so. */
size_t gf_names_count(const struct gf_names *x, struct gf_slice name);

/* The number of the column of that name, from 1; `at` is where it stands in what is read, for `e`.
 * 0: there is none, or there are several. */
size_t gf_names_find(const struct gf_names *x, struct gf_slice name, size_t at, struct gf_perr *e);

/* Appends the list with numbers for its names; x may be NULL: it stays as it is. */
int gf_names_list(const struct gf_names *x, const char *list, struct gf_buf *out,
                  struct gf_perr *e);

/* Appends the names as one record, with `joiner` between them; the record of the input where that
 * holds still. */
int gf_names_record(const struct gf_names *x, struct gf_slice joiner, struct gf_buf *out);

void gf_names_release(struct gf_names *x);

#endif
