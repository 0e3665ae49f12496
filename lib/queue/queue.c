/*
 * queue.c - what both places share: words, memory for what is taken, and the way to the functions
 * of the place.
 */
#include "queue/queue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sat.h"
#include "queue/place.h"

const char *const gf_queue_state_words[] = {"waiting", "delayed", "running", "dead", "done", NULL};
const char *const gf_queue_priority_words[] = {"high", "normal", "low", NULL};

int gf_queue_fail(struct gf_queue *q, const char *cure, bool later, const char *fmt, ...)
{
    va_list ap;
    q->trouble = (struct gf_queue_trouble){.cure = cure, .later = later};
    va_start(ap, fmt);
    vsnprintf(q->trouble.why, sizeof q->trouble.why, fmt, ap);
    va_end(ap);
    return -1;
}

const struct gf_queue_trouble *gf_queue_trouble(const struct gf_queue *q)
{
    return &q->trouble;
}

const char *gf_queue_note(const struct gf_queue *q)
{
    return q->note ? q->note : "";
}

void gf_queue_patience(struct gf_queue *q, gf_ns most)
{
    q->place->patience(q, most);
}

void gf_queue_close(struct gf_queue *q)
{
    if (q)
        q->place->close(q);
}

/* ---- what is taken --------------------------------------------------------------------------- */

struct gf_queue_job *gf_queue_add_taken(struct gf_queue *q, struct gf_queue_taken *t,
                                        const char *record, size_t len)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? gf_sat_mul(t->cap, 2) : 16;
        struct gf_queue_job *jobs = realloc(t->jobs, gf_sat_mul(cap, sizeof *jobs));
        if (!jobs) {
            gf_queue_fail(q, NULL, false, "out of memory");
            return NULL;
        }
        t->jobs = jobs;
        t->cap = cap;
    }
    struct gf_queue_job *j = &t->jobs[t->n];
    *j = (struct gf_queue_job){.record = {.len = len}};
    /* The bytes may move: the place among them, until all are there. */
    j->record.data = (const char *)(uintptr_t)t->bytes.len;
    if (gf_buf_add(&t->bytes, record, len) != 0) {
        gf_queue_fail(q, NULL, false, "out of memory");
        return NULL;
    }
    t->n++;
    return j;
}

int gf_queue_step(struct gf_queue *q, struct gf_queue_step *step, const struct gf_queue_now *now,
                  struct gf_queue_taken *t)
{
    t->n = 0;
    t->buried = 0;
    t->is_empty = false;
    t->next = GF_NEVER;
    gf_buf_clear(&t->bytes);
    if (step->want > GF_QUEUE_BATCH)
        step->want = GF_QUEUE_BATCH;
    if (q->place->step(q, step, now, t) != 0)
        return -1;
    for (size_t i = 0; i < t->n; i++)
        t->jobs[i].record.data =
            t->bytes.data ? t->bytes.data + (uintptr_t)t->jobs[i].record.data : "";
    return 0;
}

void gf_queue_taken_release(struct gf_queue_taken *t)
{
    free(t->jobs);
    gf_buf_release(&t->bytes);
    *t = (struct gf_queue_taken){0};
}

/* ---- to the place ---------------------------------------------------------------------------- */

int gf_queue_put(struct gf_queue *q, const struct gf_queue_how *how,
                 const struct gf_queue_record *r, size_t n, const struct gf_queue_now *now,
                 uint64_t *put)
{
    *put = 0;
    return n ? q->place->put(q, how, r, n, now, put) : 0;
}

int gf_queue_listen(struct gf_queue *q)
{
    return q->place->listen(q);
}

void gf_queue_heard(struct gf_queue *q)
{
    q->place->heard(q);
}

int gf_queue_status(struct gf_queue *q, const struct gf_queue_now *now, struct gf_queue_status *out)
{
    *out = (struct gf_queue_status){0};
    return q->place->status(q, now, out);
}

int gf_queue_list(struct gf_queue *q, enum gf_queue_state state, const struct gf_queue_now *now,
                  int (*each)(void *arg, const struct gf_queue_row *row), void *arg)
{
    return q->place->list(q, state, now, each, arg);
}

int gf_queue_retry(struct gf_queue *q, const char *id, const struct gf_queue_now *now, uint64_t *n,
                   char rival[GF_QUEUE_TOKEN])
{
    *n = 0;
    rival[0] = '\0';
    return q->place->retry(q, id, now, n, rival);
}

int gf_queue_drop(struct gf_queue *q, const char *id, const struct gf_queue_now *now, uint64_t *n)
{
    *n = 0;
    return q->place->drop(q, id, now, n);
}

int gf_queue_purge(struct gf_queue *q, unsigned states, const struct gf_queue_now *now, uint64_t *n)
{
    *n = 0;
    return q->place->purge(q, states & ~(1u << GF_QUEUE_RUNNING), now, n);
}
