/*
 * place.h - the places of a template (proc/template.h has their list), one at a time.
 *
 *     for (size_t len; *word; word += len) {
 *         struct gf_place place = gf_place_at(&places, word, &len);
 *         if (place.kind != GF_PLACE_TEXT)
 *             gf_place_add(&b, place, &fill, 0);
 *     }
 *
 * Everything is borrowed. Pure, but for the buffer.
 */
#ifndef GF_PROC_PLACE_H
#define GF_PROC_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct gf_value {
    const char *text;
    size_t len;
};

/* What fills the places of one command. */
struct gf_fill {
    const struct gf_value *item; /* {}: one or more */
    size_t items;
    const struct gf_value *value; /* {1}, {2}, ...; often the items again */
    size_t values;
    uint64_t seq;
    unsigned slot;
};

/* How places are spelt. */
struct gf_places {
    const char *mark;            /* stands for the record, {} or what the user chose in its place
                                    (then {} is text; the other places stay) */
    const struct gf_value *name; /* of the values; NULL: they have none */
    size_t names;
    bool no_record; /* it goes elsewhere: nothing is appended, and only {#} and {%} make sense */
};

struct gf_place {
    enum gf_place_kind {
        GF_PLACE_TEXT,
        GF_PLACE_BRACE,
        GF_PLACE_ITEM,
        GF_PLACE_VALUE, /* number n */
        GF_PLACE_SEQ,
        GF_PLACE_SLOT
    } kind;
    enum gf_place_part {
        GF_PART_WHOLE,
        GF_PART_NO_DIR,
        GF_PART_DIR,
        GF_PART_NO_EXT,
        GF_PART_NAME
    } part;
    int64_t n;
};

/* What stands at the start of s, which is not empty, and how many bytes it is long. */
struct gf_place gf_place_at(const struct gf_places *p, const char *s, size_t *len);

/* Appends what fills the place; `item` says which of the items. Text adds nothing. */
void gf_place_add(struct gf_buf *b, struct gf_place place, const struct gf_fill *f, size_t item);

#endif
