/*
 * pace.h - --rate: when one more request may start, by a rate of our own or by one that processes
 * share (-S).
 *
 *     struct pace p = {.on_change = on_change, .owner = me};
 *     if (pace_open(&p, o, loop) != 0) ... said ...
 *     if (pace_allows(&p)) { start(); pace_pass(&p); }     // else on_change when it does
 *     pace_arrived(&p);                                    // a line has come: before, none could
 * start pace_close(&p);
 *
 * A shared rate is that of gf-ratelimit -S (limit/budget.h): a place in its queue is taken when
 * something is ready to start, and given back when that does not start.
 */
#ifndef GF_FETCH_PACE_H
#define GF_FETCH_PACE_H

#include <ev.h>

#include "limit/budget.h"
#include "limit/pacer.h"
#include "options.h"

struct pace {
    void (*on_change)(void *owner);
    void *owner;
    const struct options *opt;
    struct ev_loop *loop;
    ev_timer timer;
    struct gf_pacer pacer;
    struct gf_budget budget;
    struct gf_bucket all;
    struct gf_calendars *calendars;
    bool is_shared, has_turn;
    struct gf_turn turn;
};

int pace_open(struct pace *p, const struct options *o, struct ev_loop *loop);
void pace_close(struct pace *p);

bool pace_allows(struct pace *p);
void pace_pass(struct pace *p);
void pace_arrived(struct pace *p);

#endif
