/*
 * batch.c - which records are given to a process together.
 *
 * The list of the ledger has all records in the order of the input, wherever they are. A stretch is
 * the first run of those that wait here, in that list: what has passed the stage or is at a process
 * of it is gone by, what is still in front of the stage ends the search, because it comes.
 */
#include "batch.h"

#include "base/sat.h"
#include "flow.h"
#include "room.h"

struct stretch {
    struct gf_piece *first; /* NULL: none may be taken */
    uint64_t records;
    bool closed; /* no record more can become part of it */
};

/* The piece waits: it is at no process, and not to be tried again later. */
static bool waits(const struct stage *s, const struct gf_piece *p)
{
    return p->stage == s->number && !p->owner && !stage_sleeps(s, p);
}

static struct stretch first_stretch(const struct stage *s)
{
    struct stretch all = {0};
    if (s->run->unordered) {
        all.first = s->waiting.first;
        all.records = s->waiting.records;
        return all;
    }
    for (struct gf_piece *p = s->flow->ledger.first; p && all.records < s->plan->batch;
         p = p->next) {
        bool is_one = waits(s, p);
        if (p->stage < s->number)
            break;
        if (!is_one && all.first) {
            all.closed = true;
            break;
        }
        if (!is_one)
            continue;
        all.first = all.first ? all.first : p;
        all.records += p->n;
    }
    return all;
}

gf_ns batch_mono(const struct stage *s)
{
    if (!s->plan->batch_wait || !s->waiting.first)
        return GF_NEVER;
    return gf_sat_add_i64(s->waiting.first->entered_mono, s->plan->batch_wait);
}

/* Whether no more records will be there than wait now, until some are done. */
static bool is_all(const struct stage *s)
{
    const struct flow *f = s->flow;
    const struct gf_piece *first = f->ledger.first;
    if (flow_is_jammed(f) && s->kind->at_work(s) == 0 && first && first->stage == s->number)
        return true; /* the stages in front of it are held up */
    if (!f->source_over && !flow_is_full(f))
        return false;
    for (unsigned i = f->first; i < s->number; i++)
        if (s->run->stage[i].inside)
            return false;
    return true;
}

struct gf_piece *batch_ready(const struct stage *s, gf_ns now_mono)
{
    bool early = batch_mono(s) <= now_mono || is_all(s);
    if (!early && s->waiting.records < s->plan->batch)
        return NULL;
    struct stretch run = first_stretch(s);
    return early || run.closed || run.records >= s->plan->batch ? run.first : NULL;
}

/* The piece, which waits, is in front of the queue from now on. */
static void put_in_front(struct stage *s, struct gf_piece *p)
{
    if (s->waiting.first == p)
        return;
    queue_remove(&s->waiting, p);
    queue_push(&s->waiting, p);
}

int batch_take(struct stage *s, struct gf_piece *first, struct queue *to)
{
    bool ordered = !s->run->unordered;
    uint64_t most = s->plan->batch;
    for (struct gf_piece *next = first; next && to->records < most;) {
        if (ordered)
            put_in_front(s, next);
        struct gf_piece *p = stage_take(s, most - to->records, SIZE_MAX);
        if (!p)
            return -1;
        queue_add(to, p);
        next = ordered ? p->next : s->waiting.first;
        if (ordered && next && !waits(s, next))
            break;
    }
    return 0;
}
