/* memory.c - a timer that runs while the store has memory to give back. */
#include "memory.h"

#include "run.h"

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct run *r = w->data;
    (void)loop, (void)events;
    gf_store_trim(&r->store);
}

void memory_begin(struct run *r)
{
    ev_timer_init(&r->memory, on_timer, 1, 0);
    r->memory.data = r;
}

void memory_look(struct run *r)
{
    if (!gf_store_can_trim(&r->store) || ev_is_active(&r->memory))
        return;
    ev_timer_set(&r->memory, 1, 0);
    ev_timer_start(r->loop, &r->memory);
}
