/*
 * flow.h - records from where they come to where they go, through stages that each answer them.
 *
 *     flow_take(f, data, len, offset);      // whole records come
 *     f->source_over = true;                // and no more
 *     while (flow_pump(f)) ...
 *     if (flow_is_done(f)) ...
 */
#ifndef GF_PIPELINE_FLOW_H
#define GF_PIPELINE_FLOW_H

#include "stage.h"

struct flow {
    struct run *run;
    struct gf_ledger ledger;
    unsigned first, end;  /* its stages are run->stage[first..end) */
    struct stage *source; /* the filter that it begins with; NULL: standard input */
    struct stage *sink;   /* the filter that it ends in; NULL: standard output */
    struct gf_buf rest;   /* the beginning of a record, from a filter */
    struct queue ready;   /* --unordered: what has left the last stage */
    uint64_t most;        /* records inside (room.h) */
    /* A piece has left the stage in front of `next`: to that one, or out. */
    void (*pass)(struct flow *f, struct gf_piece *p, unsigned next, gf_ns now_mono);
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

/* All times of what is inside come later, by so much. */
void flow_postpone(struct flow *f, gf_ns by);

/* Writes what may be written, and lets the stages work; whether anything happened. */
bool flow_pump(struct flow *f);

/* Whether all that came has its fate, and no more comes. */
bool flow_is_done(const struct flow *f);

/* The time limits of records in all stages. */
void flow_tick(struct flow *f, gf_ns now_mono);
gf_ns flow_wake(const struct flow *f);

#endif
