/*
 * source.h - where records come from.
 *
 * Either a stream: standard input or files, one behind the other, read as far as needed. Or lists
 * (`:::` words, `::::` a file's records), of which every combination is a record of several values,
 * the last list changing first; lists that are linked (`:::+`) go side by side and end with the
 * shortest.
 */
#ifndef GF_POOL_SOURCE_H
#define GF_POOL_SOURCE_H

#include "options.h"
#include "proc/template.h"
#include "text/reader.h"

/* A list of the combinations. */
struct list {
    struct gf_value *value;
    size_t n, cap;
    struct gf_buf bytes; /* of a file's records */
    bool linked;         /* to the one before it */
};

struct source {
    const struct options *opt;
    /* a stream */
    struct gf_reader reader; /* of the present file; reader.fd is -1 between files */
    const char *name;
    size_t next_file;
    struct gf_framer framer; /* of the present file; --csv, --recend and their like */
    struct gf_value record;
    size_t whole; /* bytes of it with what ends it; */
    bool open;    /* that is missing: the last one of a file */
    bool crlf;    /* the header ended with a CR, so the one at the end of a record is none of it */
    bool ended_crlf; /* the last record that was ended had a CR taken off */
    /* lists */
    struct list *lists;
    size_t width;    /* how many; 0: it is a stream */
    uint64_t number; /* of the next combination, from 0 */
    size_t names;    /* values in front of each list that are its header: 0 or 1 */
    struct gf_value *values;
};

/* -1 after a message. */
int source_open(struct source *s, const struct options *o);
void source_close(struct source *s);

/* How many values a record has. */
size_t source_width(const struct source *s);

/* How many records there will be; 0: not known. */
uint64_t source_total(const struct source *s);

/*
 * The next record: 1 with its values in *out, valid until the next call; 0, source_fill is needed
 * first; GF_READER_END; -1 after a message: it cannot be read.
 */
int source_take(struct source *s, const struct gf_value **out);

/* The same for a stream, as many records as there are, with their ends; `open`: the last record of
 * a file, which has none. Records that end with more than a byte come one by one. */
int source_take_run(struct source *s, struct gf_slice *out, bool *open);

/* The same for the header: the first record, or the first value of each list. What programs put
 * around lines is taken off: a byte order mark in front, and a CR at the end, then of all records
 * of that stream or file too. Not with --pipe, which changes no byte. Of a stream s->record is the
 * header, and s->whole its bytes as they came, but for the byte order mark. */
int source_take_header(struct source *s, const struct gf_value **out);

/* One read, or the next file. 0, or -1 after a message. */
int source_fill(struct source *s);

/* Whether that would wait, and for which descriptor. */
bool source_waits(const struct source *s);

#endif
