/*
 * lookup_table.h - the FILE of lookup: of each key its rows, in memory as long as they fit.
 *
 * A row is what is printed behind a record: the fields that are no key. Rows of a key are linked in
 * the order of the file. When the table or its rows have reached their share, the records that come
 * are sorted by key in temporary files instead (`rest`), and a key of the table that has some of
 * these is marked `more`: its rows in the table are the first ones.
 *
 *     gf_lookup_table_open(s, &t, n)                              reads the file
 *     struct gf_lookup_rows *rows = gf_lookup_table_get(&t, key);  NULL: it is not in the table
 *     for (place = rows->first; place; place = row->next)
 *         row = gf_lookup_row_at(&t.rows, place);
 *
 *     while ((got = gf_lookup_table_next(s, &t)) == 1)             then, the keys that are in
 * `rest`
 *         ... t.group: its key, rows and number ...                in the order of their bytes
 *     gf_lookup_table_release(&t);
 *
 * -1: the fault of the stage's stream is set. One thread.
 */
#ifndef GF_STREAM_LOOKUP_TABLE_H
#define GF_STREAM_LOOKUP_TABLE_H

#include "stream/lookup.h"
#include "text/sorter.h"
#include "text/table.h"

/* What hangs on a key: the places of its first row and of its last, from 1. */
struct gf_lookup_rows {
    uint64_t first, last;
    uint64_t number; /* of its first record in the file */
    bool met;        /* by a record of the stream */
    bool more;       /* rows are in `rest` too */
};

/* With --outer the keys stand behind the text, each with its length in front. */
struct gf_lookup_row {
    uint64_t next; /* place of the next row of the key; 0: there is none */
    uint64_t len;
    char text[];
};

/* A key that is in `rest`, with all the rows it has there; the first is at place 1. */
struct gf_lookup_group {
    struct gf_buf key, rows;
    uint64_t number; /* of the first record of these, in the file */
};

struct gf_lookup_table {
    const struct gf_node *node;
    struct gf_keytable table;
    struct gf_buf rows;
    size_t room; /* of the rows, when it was last looked at */
    struct gf_key_maker maker;
    struct gf_cutter cutter;
    size_t others; /* fields of the file that are no key, by its names or its first record */
    bool more;     /* there is `rest` */
    struct gf_sorter rest;
    bool over;    /* all of it was taken */
    bool at_hand; /* the next record of it is `item` */
    struct gf_slice item;
    struct gf_lookup_group group;
};

int gf_lookup_table_open(struct gf_stage *s, struct gf_lookup_table *t, const struct gf_node *n);

/* Of records that the stage above has given, what the table has for each. `n` is to be 0 when
 * others are given. */
enum {
    GF_LOOKUP_AHEAD = 32 /* are fetched from memory before the first of them is used */
};
struct gf_lookup_ahead {
    size_t from, n; /* up->out[from..from + n) */
    void *found[GF_LOOKUP_AHEAD];
};

/* What the table has for the record that the stage took last: *rows, or NULL. -1: errno, as of a
 * cutter. */
int gf_lookup_table_find(const struct gf_stage *s, const struct gf_lookup_table *t,
                         struct gf_key_maker *maker, struct gf_lookup_ahead *a, struct gf_slice rec,
                         struct gf_lookup_rows **rows);

struct gf_lookup_rows *gf_lookup_table_get(const struct gf_lookup_table *t, struct gf_slice key);

static inline const struct gf_lookup_row *gf_lookup_row_at(const struct gf_buf *rows,
                                                           uint64_t place)
{
    return (const struct gf_lookup_row *)(const void *)(rows->data + (place - 1));
}

/* The next key of `rest` into t->group: 1, 0 when there are no more, -1. */
int gf_lookup_table_next(struct gf_stage *s, struct gf_lookup_table *t);

void gf_lookup_table_release(struct gf_lookup_table *t);

#endif
