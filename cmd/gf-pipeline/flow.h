/*
 * flow.h - records from where they come to where they go, through stages that each answer them.
 *
 *     flow_take(f, data, len, offset);      // whole records come
 *     f->source_over = true;                // and no more
 *     while (flow_pump(f)) ...
 *     if (flow_is_done(f)) ...
 *
 * HOW MUCH IS INSIDE. A stage whose successor has as much waiting as FLOW_WAITING is not read, so
 * that a slow stage holds up the ones before it. Where records wait for one that is slow (in order,
 * or for a retry), all together are bounded: at FLOW_RECORDS, or FLOW_BYTES of memory, no more is
 * read. What is inside may become more, since a stage may make a long answer of a short record: at
 * four times the records, or twice the bytes, it is jammed, and only the stage that the first
 * record is in goes on. It must, for the jam to end.
 */
#ifndef GF_PIPELINE_FLOW_H
#define GF_PIPELINE_FLOW_H

#include "stage.h"

enum {
    FLOW_RECORDS = 65536,
    FLOW_BYTES = 12 << 20,
    FLOW_WAITING = 128 << 10
};

struct flow {
    struct run *run;
    struct gf_ledger ledger;
    unsigned first, end;  /* its stages are run->stage[first..end) */
    struct stage *source; /* the filter that it begins with; NULL: standard input */
    struct stage *sink;   /* the filter that it ends in; NULL: standard output */
    struct gf_buf rest;   /* the beginning of a record, from a filter */
    struct queue ready;   /* --unordered: what has left the last stage */
    uint64_t most;        /* records inside */
    gf_ns first_read_mono;
    struct gf_hist total; /* of records, from the reading to the end */
    bool source_over;     /* no more comes */
    bool input_ended;     /* since there is no more */
    bool closed;          /* the sink knows */
};

void flow_open(struct flow *f, struct run *r);
void flow_close(struct flow *f);

/* Whole records. -1 after a message. */
int flow_take(struct flow *f, const char *data, size_t len, uint64_t offset);

/* The same, to one of its stages, or behind them. */
int flow_take_at(struct flow *f, unsigned stage, const char *data, size_t len, uint64_t offset);

/* Whether more may come. */
bool flow_has_room(const struct flow *f);

/* Whether so much is inside that no more is to be read. */
bool flow_is_full(const struct flow *f);

/* Whether all stages but one have to wait, for so much is inside; and whether this one has to. */
bool flow_is_jammed(const struct flow *f);
bool flow_holds_up(const struct flow *f, const struct stage *s);

/* All times of what is inside come later, by so much. */
void flow_postpone(struct flow *f, gf_ns by);

/* The piece has left stage `number`, or has come: to the next one, or out. */
void flow_pass(struct flow *f, struct gf_piece *p, unsigned next, gf_ns now_mono);

/* Whether what leaves the last stage may be written. */
bool flow_sink_has_room(const struct flow *f);

/* Writes what may be written, and lets the stages work; whether anything happened. */
bool flow_pump(struct flow *f);

/* Whether all that came has its fate, and no more comes. */
bool flow_is_done(const struct flow *f);

/* The time limits of records in all stages. */
void flow_tick(struct flow *f, gf_ns now_mono);
gf_ns flow_wake(const struct flow *f);

#endif
