/* queue.c - pieces in a row, linked by their member `behind`. */
#include "queue.h"

void queue_add(struct queue *q, struct gf_piece *p)
{
    p->behind = NULL;
    *(q->last ? &q->last->behind : &q->first) = p;
    q->last = p;
    q->records += p->n;
    q->bytes += p->len;
}

void queue_push(struct queue *q, struct gf_piece *p)
{
    p->behind = q->first;
    q->first = p;
    q->last = q->last ? q->last : p;
    q->records += p->n;
    q->bytes += p->len;
}

struct gf_piece *queue_pop(struct queue *q)
{
    struct gf_piece *p = q->first;
    if (!p)
        return NULL;
    q->first = p->behind;
    if (!q->first)
        q->last = NULL;
    p->behind = NULL;
    q->records -= p->n;
    q->bytes -= p->len;
    return p;
}

void queue_remove(struct queue *q, struct gf_piece *p)
{
    struct gf_piece *before = NULL, *at = q->first;
    while (at != p) {
        before = at;
        at = at->behind;
    }
    *(before ? &before->behind : &q->first) = p->behind;
    if (q->last == p)
        q->last = before;
    p->behind = NULL;
    q->records -= p->n;
    q->bytes -= p->len;
}

void queue_splice(struct queue *q, struct queue *from)
{
    if (!from->first)
        return;
    from->last->behind = q->first;
    q->first = from->first;
    q->last = q->last ? q->last : from->last;
    q->records += from->records;
    q->bytes += from->bytes;
    *from = (struct queue){0};
}
