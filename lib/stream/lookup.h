/*
 * lookup.h - the words of lookup: its file, and which field of the one is which of the other.
 */
#ifndef GF_STREAM_LOOKUP_H
#define GF_STREAM_LOOKUP_H

#include "stream/filein.h"
#include "stream/op.h"

/* What the node keeps. */
struct gf_lookup {
    struct gf_field_list list; /* the keys of the file, single fields */
    struct gf_keyspec keys;    /* the same, as a key of its records */
    struct gf_names names;     /* of its columns, with --header */
    struct gf_filein in;       /* open where its names were read; else fd is -1 */
    bool leaves; /* --outer, and the input has names where --header asks for them: what the file has
                    left is given */
};

/* As a check of an operation. */
int gf_lookup_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);

/* What the columns are called behind it. */
int gf_lookup_columns(const struct gf_node *n, struct gf_names *out);

/* Whether field i of the file, from 1, is one of the keys. */
bool gf_lookup_is_key(const struct gf_lookup *l, size_t i);

#endif
