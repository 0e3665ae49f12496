/*
 * stage.h - one stage: the records that wait for it, its processes, and its numbers.
 *
 *     stage_enter(s, piece);                        // it waits here
 *     ... the kind takes it: stage_take(s, n, bytes), gives it to a process ...
 *     stage_answer(s, piece, bytes, data, len, n);  // and it leaves; or
 *     stage_fail(s, piece, &failure);               // it is tried again, or has its fate
 *
 * A kind (map, each and batch, filter) is what is done with records; all else is here.
 */
#ifndef GF_PIPELINE_STAGE_H
#define GF_PIPELINE_STAGE_H

#include "base/hist.h"
#include "pipeline/ledger.h"
#include "queue.h"
#include "run.h"
#include "tap.h"
#include "text/fingerprint.h"

struct stage_numbers {
    uint64_t in, out;  /* records that came, and that left as answers */
    uint64_t answered; /* records that had an answer */
    uint64_t failed;   /* that have a fate for want of one, by --on-error: */
    uint64_t dead, passed, dropped;
    uint64_t rejected; /* of the failed */
    uint64_t empty;    /* dropped by --drop-empty; of the dropped */
    uint64_t retried, timed_out, resent, restarts, starts;
    uint64_t bytes_in, bytes_out;
    uint64_t peak; /* of the backlog */
    gf_ns busy;    /* of all processes together */
    struct gf_hist service, waiting;
};

/* Of those that say so a kind may have none: NULL. */
struct stage_kind {
    int (*open)(struct stage *s); /* -1 after a message */
    /* Does what can be done; whether it did something. */
    bool (*pump)(struct stage *s);
    /* What is due (or NULL); when the next thing is. */
    void (*tick)(struct stage *s, gf_ns now_mono);
    gf_ns (*wake)(const struct stage *s);
    /* The total time of a record that a process has is over: ends the process. NULL: no process has
     * a record of its own. */
    void (*expire)(struct stage *s, struct gf_piece *p);
    /* All that it has will not be done: lets go of the pieces. Processes are ended by others.
     * Or NULL. */
    void (*forget)(struct stage *s);
    /* Its times come later, by so much: we were stopped. NULL: it has none. */
    void (*postpone)(struct stage *s, gf_ns by);
    /* Of a sink, which is a filter: whether it takes more, and whole records for it. */
    bool (*has_room)(const struct stage *s);
    void (*put)(struct stage *s, const char *data, size_t len, uint64_t n);
    /* Processes that are at work now, of those that are started for their records. */
    unsigned (*at_work)(const struct stage *s);
    gf_ns (*busy)(const struct stage *s, gf_ns now_mono);
    void (*close)(struct stage *s);
};

extern const struct stage_kind stage_map, stage_each, stage_filter;

struct stage {
    const struct stage_plan *plan;
    const struct stage_kind *kind;
    struct run *run;
    struct flow *flow; /* that it is in; a filter: that ends in it */
    unsigned number;   /* from 0 */
    struct queue waiting;
    struct queue asleep; /* until they are tried again, each a record */
    gf_ns asleep_mono;   /* the first of those; GF_NEVER: there is none */
    uint64_t inside;     /* records that wait, sleep, or are at a process */
    struct stage_numbers n;
    struct gf_command file;
    struct gf_child_limits limits;
    struct gf_fingerprint_key key; /* --by */
    void *state;                   /* of the kind */
    struct tap tap;                /* --tee */
    /* Deaths without an answer, and starts. */
    gf_ns death_mono[6];
    unsigned deaths; /* in a row */
    gf_ns again_mono;
    bool crashed;       /* --on-crash-loop dead: it does nothing any more */
    unsigned shortages; /* starts in a row that failed for want of something */
};

/* Why a record failed. */
struct failure {
    enum gf_reason reason;
    struct gf_ending ending;
    const char *text; /* end of standard error, or the answer that refused it */
    size_t len;
    gf_ns seconds; /* that the attempt took */
    bool for_good; /* no retry */
};

int stage_open(struct stage *s, struct run *r, const struct stage_plan *plan, unsigned number);
void stage_close(struct stage *s);

/* The piece comes to the stage. */
void stage_enter(struct stage *s, struct gf_piece *p);

/* Up to so many records from the front, or bytes, but one record at least; NULL: none waits, or
 * memory is out. It is at work from now on. */
struct gf_piece *stage_take(struct stage *s, uint64_t records, size_t bytes);

/* The first n records of a piece, which becomes two; the other one is *rest. -1 after a message. */
int stage_cut(struct stage *s, struct gf_piece *p, uint64_t n, struct gf_piece **rest);

/* What no process has got after all waits again, in front of the others, in its order. */
void stage_return(struct stage *s, struct queue *q);

/* The same for what a process had that is gone, by no fault of these. Those that it was ended for,
 * since their total time is over, have failed. */
void stage_resend(struct stage *s, struct queue *q);

/* The piece was answered, by whole records, and goes on. */
void stage_answer(struct stage *s, struct gf_piece *p, struct gf_bytes *bytes, const char *data,
                  size_t len, uint64_t n, gf_ns now_mono);

/* The pieces from `first` on were answered as one. */
void stage_answer_all(struct stage *s, struct gf_piece *first, struct gf_bytes *bytes,
                      const char *data, size_t len, uint64_t n, gf_ns now_mono);

/* The record of the piece, one, has failed. */
void stage_fail(struct stage *s, struct gf_piece *p, const struct failure *why);

/* One whose total time is over. */
void stage_fail_expired(struct stage *s, struct gf_piece *p);

/* The answer of the one record is empty, and it is dropped. */
void stage_drop_empty(struct stage *s, struct gf_piece *p, gf_ns now_mono);

/* Whether it waits for another try. */
bool stage_sleeps(const struct stage *s, const struct gf_piece *p);

/* Those whose time to be tried again has come wait again. */
void stage_awake(struct stage *s, gf_ns now_mono);

/* --by: a number for the key of the first record of the piece, the same for the same key. */
uint64_t stage_key(const struct stage *s, const struct gf_piece *p);

/* Starts the task with the command of the stage. 0, or an errno. */
int stage_spawn(struct stage *s, struct gf_task *t, unsigned pipes, int in, int out);

/* A start failed with `err`: it is tried again at s->again_mono, or the run has failed. */
void stage_cannot_start(struct stage *s, int err);

/* What a process of it writes cannot be read, for this errno: the run has failed. */
void stage_cannot_read(struct stage *s, int err);

/* A process died without an answer since its start: the next one waits; too often is the end. */
void stage_died(struct stage *s, gf_ns now_mono);

/* Bytes that a process of it wrote to its standard error, to ours. */
void stage_complain(struct stage *s, const char *data, size_t len);

#endif
