/*
 * crew.c - which operations may be done side by side, and what came of each block, in order.
 *
 * The jobs are in a ring (crew_ring.h). Of each, the records that were made are given one by one,
 * or all as one run; where the last operation puts an answer together, each job is a part of it.
 * Records that are too many to be kept are made as they are given, by stages of our own.
 */
#include "stream/crew.h"

#include <stdlib.h>

#include "stream/crew_ring.h"
#include "text/scan.h"

/* Whether what becomes of a record depends on nothing but the record. */
static bool looks_at_one(const struct gf_node *n)
{
    static const struct gf_op *const ops[] = {
        &gf_op_filter, &gf_op_reject,   &gf_op_where, &gf_op_map,   &gf_op_fields,
        &gf_op_set,    &gf_op_template, &gf_op_upper, &gf_op_lower, &gf_op_trim,
        &gf_op_split,  &gf_op_matches,  &gf_op_bucket};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (n->op == ops[i])
            return !n->skip_bad;
    return false;
}

/* Whether its answer about all is put together out of answers about parts. */
static bool folds_up(const struct gf_node *n)
{
    bool answers = n->op == &gf_op_sum || n->op == &gf_op_min || n->op == &gf_op_max ||
                   n->op == &gf_op_mean || n->op == &gf_op_reduce;
    return answers && !n->skip_bad && gf_aggregate_adds_up((enum gf_aggregate_kind)n->number);
}

size_t gf_crew_size(const struct gf_node *node, size_t n, bool *folds)
{
    size_t i = 0;
    while (i < n && i < GF_SIDE_OPS && looks_at_one(&node[i]))
        i++;
    *folds = i < n && i < GF_SIDE_OPS && folds_up(&node[i]);
    return i + *folds;
}

bool gf_crew_may_prepare(const struct gf_node *node, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (node[i].op != &gf_op_filter && node[i].op != &gf_op_reject &&
            node[i].op != &gf_op_where)
            return false;
    return true;
}

struct crew {
    struct gf_crew_ring ring;
    struct gf_preparer preparer;
    size_t at, next; /* of the job that is given: the byte, and the record or run */
    size_t noted;    /* and the byte of its lengths */
    bool ended;      /* the last part was given */
};

static int next_job(struct gf_stage *s, struct crew *c)
{
    c->at = c->next = c->noted = 0;
    return gf_crew_ring_next(&c->ring, s);
}

/* Records that were made, as slices of the job's output. */
static void give_made(struct gf_stage *s, struct crew *c, size_t max)
{
    const struct gf_sidejob *side = &c->ring.giving->side;
    for (; s->n < max && c->next < side->n; c->next++) {
        size_t len = gf_sidejob_length(side, &c->noted);
        s->out[s->n++] = (struct gf_slice){side->out.data + c->at, len};
        c->at += len + 1;
    }
}

/* Records of the runs of the job. */
static void give_cut(struct gf_stage *s, struct crew *c, size_t max)
{
    const struct gf_sidejob *side = &c->ring.giving->side;
    while (s->n < max && c->next < side->nruns) {
        struct gf_slice run = side->run[c->next];
        size_t used;
        s->n += gf_scan_split(run.data + c->at, run.len - c->at, s->stream->set->separator,
                              s->out + s->n, max - s->n, &used);
        c->at += used;
        if (c->at == run.len) {
            c->next++;
            c->at = 0;
        }
    }
}

/* Records that were prepared. */
static void give_prepared(struct gf_stage *s, struct crew *c, size_t max)
{
    const struct gf_sidejob *side = &c->ring.giving->side;
    const struct gf_prepared *all = (const void *)side->prepared.data;
    s->prepared = all + c->next;
    s->prepared_end = all + side->n;
    for (; s->n < max && c->next < side->n; c->next++)
        s->out[s->n++] = gf_prepared_record(&all[c->next], side->block.run.data);
}

/* Records that our own stages make now. */
static int give_own(struct gf_stage *s, struct crew *c, size_t max)
{
    struct gf_sidework *w = &c->ring.work[0];
    int got = gf_stage_pull(w->last, max);
    for (; got == 1 && s->n < w->last->n; s->n++)
        s->out[s->n] = w->last->out[s->n];
    return got < 0 ? gf_crew_ring_fault(&c->ring, s) : got;
}

/* What the job at hand has left. 1, also where that is nothing; -1: the fault is set. */
static int give_job(struct gf_stage *s, struct crew *c, size_t max)
{
    const struct gf_sidejob *side = &c->ring.giving->side;
    s->prepared = NULL;
    if (side->large)
        return give_own(s, c, max) < 0 ? -1 : 1;
    (c->ring.preparer ? give_prepared : side->made ? give_made : give_cut)(s, c, max);
    return 1;
}

static int pull_crew(struct gf_stage *s, size_t max)
{
    struct crew *c = s->state;
    for (;;) {
        if (c->ring.giving && give_job(s, c, max) < 0)
            return -1;
        if (s->n)
            return 1;
        int got = next_job(s, c);
        if (got < 0)
            return -1;
        if (got == 0) { /* what is in no blocks */
            s->prepared = NULL;
            gf_crew_ring_through(&c->ring, s);
            return give_own(s, c, max);
        }
    }
}

/* The next run of the job at hand; false: there is none. */
static bool give_run(struct crew *c, struct gf_slice *run)
{
    const struct gf_sidejob *side = &c->ring.giving->side;
    if (!side->made && c->next < side->nruns) {
        *run = side->run[c->next++];
        return true;
    }
    if (!side->made || c->next == side->n)
        return false;
    *run = (struct gf_slice){side->out.data, side->out.len};
    c->next = side->n;
    return true;
}

static int pull_crew_run(struct gf_stage *s, struct gf_slice *run)
{
    struct crew *c = s->state;
    int got;
    if (c->at || (c->ring.giving && c->ring.giving->side.large))
        return 0; /* some of it was, or all will be given as records */
    while (!c->ring.giving || !give_run(c, run)) {
        if ((got = next_job(s, c)) != 1)
            return got;
        if (c->ring.giving->side.large)
            return 0;
        s->given += c->ring.giving->side.counts.given[c->ring.nnodes];
    }
    return 1;
}

static int pull_crew_part(struct gf_stage *s, struct gf_aggregate *out)
{
    struct crew *c = s->state;
    int got = next_job(s, c);
    if (got == 1) {
        *out = c->ring.giving->side.part;
        c->ring.giving->side.part = (struct gf_aggregate){.kind = out->kind};
    }
    if (got != 0 || c->ended)
        return got;
    c->ended = true; /* what is in no blocks is one part more, the last */
    gf_crew_ring_through(&c->ring, s);
    return c->ring.work[0].last->fold(c->ring.work[0].last, out) == 0
               ? 1
               : gf_crew_ring_fault(&c->ring, s);
}

static void close_crew(struct gf_stage *s)
{
    gf_crew_ring_close(&((struct crew *)s->state)->ring);
}

struct gf_stage *gf_crew_open(struct gf_stream *st, struct gf_stage *up, const struct gf_node *node,
                              size_t n, const struct gf_preparer *preparer)
{
    const char *name = n ? node[n - 1].op->cli->name : up->name;
    struct gf_stage *s = gf_stage_new(st, up, name, sizeof(struct crew));
    if (!s)
        return NULL;
    struct crew *c = s->state;
    s->pull = pull_crew;
    s->pull_run = preparer ? NULL : pull_crew_run;
    s->close = close_crew;
    if (preparer)
        c->preparer = *preparer;
    if (gf_crew_ring_open(&c->ring, st, node, n, preparer ? &c->preparer : NULL) != 0)
        return gf_stage_drop(s);
    s->pull_part = c->ring.work[0].last->fold ? pull_crew_part : NULL;
    return s;
}
