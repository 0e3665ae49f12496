/*
 * place.h - what a place of queues has: the functions behind queue.h, which check nothing that
 * queue.c has checked. For lib/queue alone.
 */
#ifndef GF_QUEUE_PLACE_H
#define GF_QUEUE_PLACE_H

#include "queue/queue.h"

struct gf_queue_place {
    void (*close)(struct gf_queue *q);
    void (*patience)(struct gf_queue *q, gf_ns most);
    int (*put)(struct gf_queue *q, const struct gf_queue_how *how, const struct gf_queue_record *r,
               size_t n, const struct gf_queue_now *now, uint64_t *put);
    int (*step)(struct gf_queue *q, struct gf_queue_step *step, const struct gf_queue_now *now,
                struct gf_queue_taken *t);
    int (*listen)(struct gf_queue *q);
    void (*heard)(struct gf_queue *q);
    int (*status)(struct gf_queue *q, const struct gf_queue_now *now, struct gf_queue_status *out);
    int (*list)(struct gf_queue *q, enum gf_queue_state state, const struct gf_queue_now *now,
                int (*each)(void *arg, const struct gf_queue_row *row), void *arg);
    int (*retry)(struct gf_queue *q, const char *id, const struct gf_queue_now *now, uint64_t *n,
                 char rival[GF_QUEUE_TOKEN]);
    int (*drop)(struct gf_queue *q, const char *id, const struct gf_queue_now *now, uint64_t *n);
    int (*purge)(struct gf_queue *q, unsigned states, const struct gf_queue_now *now, uint64_t *n);
};

/* The first member of what a place keeps. */
struct gf_queue {
    const struct gf_queue_place *place;
    struct gf_queue_trouble trouble;
    const char *note; /* gf_queue_note; NULL: never anything */
};

/* Sets the trouble; -1. */
int gf_queue_fail(struct gf_queue *q, const char *cure, bool later, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a job with a copy of its record, whose bytes are t->bytes until the step ends. NULL: memory
 * is out, which was said. */
struct gf_queue_job *gf_queue_add_taken(struct gf_queue *q, struct gf_queue_taken *t,
                                        const char *record, size_t len);

#endif
