/*
 * ledger.h - the records that are inside a pipeline, in the order of the input, and what has become
 * of all that were read.
 *
 * Records that stand behind one another and are treated alike are one piece: it is queued, given to
 * a process and answered as a whole, and split where the records part. So a million records a
 * second cost no million structs. All pieces are in one list in the order of the input, wherever in
 * the pipeline they are: a piece that is split or gets answers of several lines keeps its place. So
 * the order of the output needs no numbers, and the first piece says how far all is done.
 *
 *     struct gf_ledger l = {.separator = '\n'};
 *     struct gf_bytes *bytes = gf_bytes_new(&l, len);
 *     ... whole records to bytes->data ...
 *     struct gf_piece *p = gf_ledger_take(&l, bytes, offset, now_mono);   // the last one now
 *     gf_bytes_drop(&l, bytes);
 *     struct gf_piece *rest = gf_ledger_split(&l, p, 10);                 // p has ten records
 *     gf_piece_set(&l, p, answers, answers->data, answers->len, 10);      // what a stage made of
 * it gf_ledger_end(&l, p, GF_FATE_OUT);                                  // p is no more
 *     gf_ledger_release(&l);
 *
 * A record that was read has one fate. When a stage makes one line of several records, or several
 * of one, the lines are a group; each line has a fate, and when the last one has it the records
 * behind the group get the most serious: dead, then passed on, out, dropped. So
 *
 *     l.in == l.fate[out] + l.fate[passed] + l.fate[dropped] + l.fate[dead] + gf_ledger_inside(&l)
 *
 * at any moment (gf_ledger_holds).
 *
 * Memory: pieces, groups and the input are the ledger's; bytes are shared, counted by references.
 * Errors: NULL or -1 when memory is out; nothing has changed then. One thread at a time.
 */
#ifndef GF_PIPELINE_LEDGER_H
#define GF_PIPELINE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

/* In the order of how serious they are. */
enum gf_fate {
    GF_FATE_DROPPED, /* nothing of it is left: a stage was told to drop it */
    GF_FATE_OUT,
    GF_FATE_PASSED, /* out, but handed on as it came by a stage that failed with it */
    GF_FATE_DEAD,
    GF_FATES
};

/* Bytes that several may hold. */
struct gf_bytes {
    size_t refs;
    size_t len;
    char data[];
};

/* A run of records as they were read. */
struct gf_origin {
    struct gf_bytes *bytes;
    uint64_t first;  /* number of the first record, from 1 */
    uint64_t offset; /* in the input, of its first byte */
    uint64_t open;   /* records without a fate */
};

struct gf_group;

/* Which records a piece stands for: lines of a group, or else records of an origin. */
struct gf_share {
    struct gf_group *group;
    struct gf_origin *origin;
    uint64_t seq; /* of the first record, in the origin */
    uint64_t n;   /* lines, or records */
};

/* Lines that stand together for the records behind them. */
struct gf_group {
    struct gf_group *next; /* of those that were just completed */
    uint64_t open;         /* lines without a fate */
    enum gf_fate fate;     /* the most serious so far */
    bool is_begun;         /* a line of it was written */
    bool walked;           /* by a walk over what it stands for, which is at work */
    size_t nshares;
    struct gf_share share[];
};

/* The members down to `from` are the ledger's; the rest is the owner's. */
struct gf_piece {
    struct gf_piece *next, *prev; /* in the order of the input */
    struct gf_bytes *bytes;
    const char *data; /* in bytes; each record with its separator */
    size_t len;
    uint64_t n; /* records there */
    struct gf_share from;

    struct gf_piece *behind; /* in the queue that it is in */
    unsigned stage;          /* where it is, from 0 */
    unsigned attempt;        /* at its one record, from 1; 0: none failed */
    uint64_t place;          /* of its first byte, in all that its process was given */
    gf_ns read_mono;         /* when it was read, */
    gf_ns entered_mono;      /* came to the stage, */
    gf_ns sent_mono;         /* was given to a process; 0: was not */
    gf_ns again_mono;        /* is tried again */
    bool passed;             /* a stage handed it on as it came */
    bool finished;           /* has left the last stage, and waits for its turn */
    bool expired;            /* its total time is over */
    void *owner;             /* the process that has it; NULL: none */
};

struct gf_ledger {
    char separator;
    struct gf_piece *first, *last;
    uint64_t
        before; /* records of the input that an earlier run has done: they are counted from there */
    uint64_t in; /* records read */
    uint64_t fate[GF_FATES];
    uint64_t lines; /* records in the pieces */
    size_t held;    /* bytes of memory, of bytes that somebody holds */
    uint64_t end;   /* offset behind what was read */
};

/* Holds one reference. */
struct gf_bytes *gf_bytes_new(struct gf_ledger *l, size_t len);
struct gf_bytes *gf_bytes_keep(struct gf_bytes *b);
void gf_bytes_drop(struct gf_ledger *l, struct gf_bytes *b);

/* Whole records, read at `offset`, become the last piece. */
struct gf_piece *gf_ledger_take(struct gf_ledger *l, struct gf_bytes *bytes, uint64_t offset,
                                gf_ns now_mono);

/* `p` keeps its first n records, 0 < n < p->n; the others become the piece behind it. */
struct gf_piece *gf_ledger_split(struct gf_ledger *l, struct gf_piece *p, uint64_t n);

/* The records of the piece are n others from now on, with separators, in bytes that are kept. As
 * many as there were: each stands for what the one in its place stood for. Else they are a group,
 * for which there must be memory. n is not 0. */
int gf_piece_set(struct gf_ledger *l, struct gf_piece *p, struct gf_bytes *bytes, const char *data,
                 size_t len, uint64_t n);

/* The pieces behind `first` in its queue (`behind`) are taken into it: what they stand for is one
 * group of n lines. The other pieces are no more. */
int gf_ledger_merge(struct gf_ledger *l, struct gf_piece *first, struct gf_bytes *bytes,
                    const char *data, size_t len, uint64_t n);

/* All records of the piece have this fate, and the piece is no more. */
void gf_ledger_end(struct gf_ledger *l, struct gf_piece *p, enum gf_fate fate);

/* Of its records as they were read: the first one's number; how many there are, each once. */
uint64_t gf_piece_seq(const struct gf_piece *p);
uint64_t gf_piece_records(const struct gf_piece *p);

/* A line of the piece is about to be written; whether one was that stands for a record of this
 * piece too. Then nothing that is written ends just in front of the record that the piece begins
 * with. */
void gf_piece_begin(struct gf_piece *p);
bool gf_piece_is_begun(const struct gf_piece *p);

/* Where in the input the first of them begins. */
uint64_t gf_piece_offset(const struct gf_piece *p, char separator);

/* The records as they were read, the last one without its separator: appended. -1: memory. */
int gf_piece_origin(const struct gf_piece *p, char separator, struct gf_buf *out);

/* The offset before which every record has its fate. */
uint64_t gf_ledger_done(const struct gf_ledger *l);

/* Records that were read and have no fate. */
uint64_t gf_ledger_inside(const struct gf_ledger *l);

/* Whether no record was lost or counted twice, as far as numbers can tell. */
bool gf_ledger_holds(const struct gf_ledger *l);

void gf_ledger_release(struct gf_ledger *l);

#endif
