/*
 * stage.h - a chain at work: stages that pull batches of records from one another.
 *
 * The last stage is asked for records and asks the one above it, down to the source. Asking is by
 * demand: pull(s, max) gives 1 to max records, and a stage never asks for more than it can still
 * use, so that an operation with effects above it (peek, an error) sees exactly the records that
 * one-at-a-time processing would pull. Only the source may be asked for more than is needed: what
 * it has buffered nobody sees. This makes `limit 10` stop right after the tenth record without
 * giving up batches.
 *
 * A stage gives what it has as soon as it has something; it does not wait to fill a batch. Records
 * are slices valid until the next pull on the same stage. What remains of an input batch is kept in
 * the stage above (`used`) and looked at first. A stage that meets a fault behind records it has
 * already made gives these first, and nothing after the fault.
 *
 *     int pull(struct gf_stage *s, size_t max)
 *     {
 *         int got = gf_stage_need(s, max);            // 1 there is input, 0 end, -1 fault
 *         if (got != 1) return got;
 *         while (gf_stage_room(s, max) && gf_stage_has(s))
 *             s->out[s->n++] = *gf_stage_take(s);
 *         return 1;                                   // s->n may be 0: it is then pulled again
 *     }
 */
#ifndef GF_STREAM_STAGE_H
#define GF_STREAM_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/failures.h"
#include "stream/fault.h"
#include "text/fields.h"
#include "text/pad.h"
#include "text/slice.h"
#include "text/runfile.h"
#include "text/tabular.h"

enum {
    GF_BATCH = 512,
    GF_BATCH_BYTES = 1 << 20 /* a batch of records that a stage makes ends behind so many */
};

/* What a CR at the end of a record is, with records that end with newline. */
enum gf_crlf {
    GF_CRLF_AUTO, /* of the line end: in no value, and put back behind what is made of the record */
    GF_CRLF_KEEP, /* data */
    GF_CRLF_STRIP /* removed by the source */
};

/* What the tool's own options say, and when it began; read only while a chain runs. */
struct gf_settings {
    char separator; /* of records */
    enum gf_crlf crlf;
    struct gf_tabular_out table; /* --csv, --tsv: what the records are written as */
    char comma;                  /* and what separates their fields in the inputs */
    bool header;                 /* the first record of each input is names */
    struct gf_sep fields;        /* -d */
    struct gf_slice joiner; /* what joins fields on output: -D, else the input's, else a space */
    struct gf_slice behind_number; /* what joins a count or number to its record: the same, but TAB
                                      where blanks separate fields */
    bool utf8;
    uint64_t memory; /* the budget */
    uint64_t max_record;
    unsigned threads;
    uint64_t seed;           /* random: hashes, and orders without --seed */
    gf_ns now_wall;          /* when the run began */
    const char *zones;       /* where the files of zones are; NULL: the usual places */
    const char *const *dirs; /* for temporary files */
    size_t ndirs;
};

struct gf_stage;
struct gf_aggregate; /* stream/aggregate.h */
struct gf_prepared;  /* stream/prepare.h */
struct gf_unpack;

/* Memory that goes from hand to hand, and the records that lie in it. A zeroed one is empty. */
struct gf_block {
    char *buf; /* of malloc */
    size_t cap;
    struct gf_slice run;
    uint64_t records;
    bool piped; /* of a source: another process gave the run */
};

/* What all stages of a chain share. */
struct gf_stream {
    const struct gf_settings *set;
    struct gf_fault fault;
    struct gf_runfile spill;
    size_t share;                   /* of the budget, for one operation that holds data */
    int answer;                     /* exit status of a chain that ran to its end: 0 or 1 */
    const struct gf_unpack *unpack; /* NULL: inputs are read as they are */
    /* An input begins with a sign (head.h): each is told once, of the first input that has it.
     * NULL: nobody wants to know. */
    void (*tell)(const char *name, unsigned sign);
    unsigned told; /* signs */
    /* An input was read to its end, and had records with another number of fields. */
    void (*tell_ragged)(const char *name, const struct gf_tabular_in *in);
    bool ragged;  /* there was one */
    bool timed;   /* --stats: measure each stage */
    bool counted; /* the counts of each stage are told, so each has to be there */
    gf_ns (*clock)(void);
};

struct gf_stage {
    struct gf_stage *up;
    struct gf_stream *stream;
    const char *name;
    int (*pull)(struct gf_stage *s, size_t max);
    int (*pull_run)(struct gf_stage *s, struct gf_slice *run); /* or NULL: it gives no runs */
    /* Of an operation whose answer can be put together, or NULL: takes all there is above, and
     * hands over what it comes to. 0 or -1. */
    int (*fold)(struct gf_stage *s, struct gf_aggregate *out);
    /* Of a crew of these, or NULL: the next part of the answer, in order. 1, 0 at the end, -1. */
    int (*pull_part)(struct gf_stage *s, struct gf_aggregate *out);
    void (*close)(struct gf_stage *s);
    void *state; /* freed after close */
    bool source; /* may be asked for more than is needed */
    /* Of a source, or NULL: as pull_run, but the run stays: its memory is exchanged for that of the
     * block. 0 is also that input would have to be waited for, where that is not allowed. */
    int (*trade_run)(struct gf_stage *s, struct gf_block *b, bool may_wait);
    bool failed; /* pull met a fault: it is not called again */
    size_t n, used;
    /* Of each record of out, and of some that come next; NULL: they are not. */
    const struct gf_prepared *prepared, *prepared_end;
    uint64_t given, taken;
    gf_ns spent;                       /* with the stages above */
    struct gf_failures skipped;        /* what --skip-bad left out */
    struct gf_pad pad;                 /* text of the records in out; cleared before each pull */
    struct gf_slice out[GF_BATCH + 1]; /* one to spare, for a stage that makes two at once */
};

/* 1: s->n records; 0: end; -1: fault. */
int gf_stage_pull(struct gf_stage *s, size_t max);

/*
 * For those who will take all there is: many records as one run of bytes, each ended by the
 * separator, valid until the next call on the stage. 1; 0: there is no run now, pull instead; -1.
 * `given` counts the records of a run once the stage has looked at all of them.
 */
int gf_stage_run(struct gf_stage *s, struct gf_slice *run);

/* Whether what the stage above gave last is not used up. */
static inline bool gf_stage_has(const struct gf_stage *s)
{
    return s->up->used < s->up->n;
}

/* The next input record; gf_stage_has must hold. */
static inline struct gf_slice gf_stage_take(struct gf_stage *s)
{
    s->taken++;
    return s->up->out[s->up->used++];
}

/* A record in two: its value, and the CR behind it that is no part of that, or nothing. */
struct gf_line {
    struct gf_slice value, end;
};

static inline struct gf_line gf_stage_line(const struct gf_stage *s, struct gf_slice rec)
{
    size_t cr = s->stream->set->crlf == GF_CRLF_AUTO && gf_slice_ends_in_cr(rec);
    size_t len = rec.len - cr;
    return (struct gf_line){{rec.data, len}, {cr ? rec.data + len : "", cr}};
}

/* Makes gf_stage_has hold, asking for at most `want`: 1, 0 at the end, -1. */
int gf_stage_need(struct gf_stage *s, size_t want);

/* The same for a stage whose outputs are never more than its inputs and that has no effects. */
static inline size_t gf_stage_want(const struct gf_stage *s, size_t max)
{
    return s->up->source ? GF_BATCH : max;
}

/* What gf_stage_emit_part does when there is an end. */
int gf_stage_emit_ended(struct gf_stage *s, struct gf_slice part, struct gf_slice end);

/* A part of the record that `end` is of, and `end` behind it, as the next record of out: without a
 * copy where they are neighbours. -1: out of memory (the fault is set). */
static inline int gf_stage_emit_part(struct gf_stage *s, struct gf_slice part, struct gf_slice end)
{
    if (end.len)
        return gf_stage_emit_ended(s, part, end);
    s->out[s->n++] = part;
    return 0;
}

/* Whether one more record may be made in this pull: `max` are not there yet, nor too many bytes in
 * the pad. What a stage has made is held until the next pull, so a batch of long records is short.
 */
static inline bool gf_stage_room(const struct gf_stage *s, size_t max)
{
    return s->n < max && s->pad.taken < GF_BATCH_BYTES;
}

/* A copy in the pad as the next record of out. -1: out of memory (the fault is set). */
int gf_stage_emit_copy(struct gf_stage *s, const char *data, size_t len);

/* The same of a number and a record, joined as the settings have it. */
int gf_stage_emit_numbered(struct gf_stage *s, struct gf_slice number, struct gf_slice rec,
                           struct gf_slice end);

/* A copy of a line in which `value` is in the place of `field`, a slice of it. -1: as above. */
int gf_stage_emit_replaced(struct gf_stage *s, struct gf_line line, struct gf_slice field,
                           struct gf_slice value);

/* The fault that the pattern is too hard for the record taken last. */
int gf_stage_bound(struct gf_stage *s, struct gf_slice rec);

/* A cutter, or what makes keys, has failed at the record taken last: errno says why. -1. */
int gf_stage_uncut(struct gf_stage *s);

/* The fault that `value`, of the record taken last, is no number; `column` is what its field is
 * called, or empty. */
int gf_stage_bad_number(struct gf_stage *s, struct gf_slice value, const char *column);

/* The same for an operation with --skip-bad. With `skip` the record is counted as skipped, and the
 * result is 0. */
int gf_stage_bad_or_skipped(struct gf_stage *s, struct gf_slice value, const char *column,
                            bool skip);

/* The fault that a record of the input `name` is over the limit. */
int gf_stage_too_long(struct gf_stream *st, const char *name, uint64_t record);

/* The fault that a table ends in quotes. */
int gf_stage_open_quotes(struct gf_stream *st, const char *name, uint64_t line);

/* The fault that what the stage has to hold in memory is larger than its share. */
int gf_stage_full(struct gf_stage *s);

/* What errno of a sorter, table or spill means. */
int gf_stage_storage(struct gf_stage *s);

/* A stage with `size` bytes of zeroed state. NULL: the fault is set. */
struct gf_stage *gf_stage_new(struct gf_stream *st, struct gf_stage *up, const char *name,
                              size_t size);
void gf_stage_free_all(struct gf_stage *last);

/* Frees a stage that could not be opened, but not those above it. NULL. */
struct gf_stage *gf_stage_drop(struct gf_stage *s);

/* The same, with the fault that memory is out. */
struct gf_stage *gf_stage_nomem(struct gf_stage *s);

#endif
