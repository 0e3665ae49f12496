/*
 * map.h - between the files of map: map.c gives records and takes answers, map_process.c is the
 * life of a process, map_times.c its limits.
 */
#ifndef GF_PIPELINE_MAP_H
#define GF_PIPELINE_MAP_H

#include "base/tail.h"
#include "proc/window.h"
#include "stage.h"

struct map;

/* One process that stays, and the one that takes its place. */
struct mapper {
    struct map *all;
    struct stage *stage;
    unsigned slot;
    struct gf_task task;
    bool is_up;
    struct gf_window window;
    struct queue given;      /* what it has not answered */
    struct gf_piece *unsent; /* the first of those of which it has nothing; NULL: none */
    struct gf_buf out;       /* what it is written: out.data[out_at..len) is still to be */
    size_t out_at;
    uint64_t out_place;   /* of out.data[0], in all that it was given */
    uint64_t sent;        /* bytes that it has got */
    struct gf_buf answer; /* the beginning of one that is not whole */
    struct gf_tail err;   /* the end of its standard error */
    gf_ns head_mono;      /* since when it works on the first; GF_NEVER: it does not */
    gf_ns busy_mono;      /* since when it has records */
    gf_ns had_all_mono;
    gf_ns closed_mono;     /* when it closed its standard output; GF_NEVER: it did not */
    enum gf_reason reason; /* of one that is condemned */
    bool condemned;        /* told to end by us: what it still says does not count */
    bool for_expired;      /* because the total time of a record that it has was over */
    bool had_all;          /* its input was closed, because no more will come */
    bool lingers;          /* it was told to end, since it did not when its input had ended */
    bool stall_was_said;   /* of this process */
};

struct map {
    struct stage *stage;
    unsigned n, turn;
    struct mapper mapper[];
};

/* ---- map_answers.c --------------------------------------------------------------------------- */

/* Bytes that it wrote. */
void map_hear(struct mapper *m, const char *data, size_t len);

/* It wrote `more` answers than it has records: the run ends. */
void map_answers_too_much(struct mapper *m, size_t more);

/* ---- map_process.c --------------------------------------------------------------------------- */

void map_init(struct mapper *m, struct map *all, unsigned slot);
void map_release(struct mapper *m);

/* False: later, or never (the run has failed). */
bool map_start(struct mapper *m);

/* Its first record has no answer because of us: the process is ended. With GF_REASON_TIMEOUT and
 * m->for_expired the first one may be innocent. */
void map_condemn(struct mapper *m, enum gf_reason reason);

/* What it was given waits again; it is not up. */
void map_unload(struct mapper *m);

/* What the stage has will not be done: --on-crash-loop dead. */
void map_bury(struct stage *s);
void map_forget(struct stage *s);

/* The total time of a record that a process has is over. */
void map_expire(struct stage *s, struct gf_piece *p);

/* ---- map_times.c ----------------------------------------------------------------------------- */

/* Answers were taken. */
void map_heard(struct mapper *m, gf_ns now_mono);

/* It has nothing to do from now on. */
void map_heard_no_more(struct mapper *m);

/* Reads on after a pause, which does not count against its times. */
void map_resume(struct mapper *m);
void map_pause(struct mapper *m, int stream);

void map_tick(struct stage *s, gf_ns now_mono);
gf_ns map_wake(const struct stage *s);
void map_postpone(struct stage *s, gf_ns by);
gf_ns map_busy(const struct stage *s, gf_ns now_mono);

#endif
