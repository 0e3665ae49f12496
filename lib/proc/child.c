/*
 * child.c - one table of state by event, and the few lines that obey its cells.
 *
 * A cell is the next state, a signal for the group and what becomes of the timer: kept, stopped, or
 * armed for after a SIGTERM or after the exit. Every pair has a cell, also those that cannot come,
 * so no event is ever undefined. Beside the table three things are noted: that the time limit
 * struck, that the pipes were still open when the linger was over, and the last signal.
 */
#include "proc/child.h"

#include <signal.h>

#include "base/sat.h"

enum wake {
    KEEP,
    NONE,
    AFTER_TERM,
    AFTER_EXIT
};

struct cell {
    enum gf_child_state next;
    int signal;
    enum wake wake;
};

/* Shorter names for the table only. */
#define RUNNING GF_CHILD_RUNNING
#define ENDING GF_CHILD_ENDING
#define KILLED GF_CHILD_KILLED
#define CLEARING GF_CHILD_CLEARING
#define DRAINING GF_CHILD_DRAINING
#define OVER GF_CHILD_OVER

/* An event that cannot come in a state, or changes nothing there, leaves it as it is. */
#define STAY(state)                                                                                \
    {                                                                                              \
        state, 0, KEEP                                                                             \
    }

static const struct cell table[GF_CHILD_STATES][GF_CHILD_EVENTS] =
    {
        /* It runs. Its pipes may close long before it ends. */
        [GF_CHILD_RUNNING] =
            {
                [GF_CHILD_TIME] = {ENDING, SIGTERM, AFTER_TERM},
                [GF_CHILD_END] = {ENDING, SIGTERM, AFTER_TERM},
                [GF_CHILD_KILL] = {KILLED, SIGKILL, NONE},
                [GF_CHILD_EXIT] = {OVER, 0, NONE},
                [GF_CHILD_EXIT_HELD] = {DRAINING, 0, AFTER_EXIT},
                /* Nobody told it to end: what it left in the background is not ours to end. */
                [GF_CHILD_EXIT_GROUP] = {OVER, 0, NONE},
                [GF_CHILD_EOF] = STAY(RUNNING),
                [GF_CHILD_EMPTY] = STAY(RUNNING),
                [GF_CHILD_EMPTY_HELD] = STAY(RUNNING),
            },
        [GF_CHILD_ENDING] =
            {
                [GF_CHILD_TIME] = {KILLED, SIGKILL, NONE},
                [GF_CHILD_END] = STAY(ENDING),
                [GF_CHILD_KILL] = {KILLED, SIGKILL, NONE},
                [GF_CHILD_EXIT] = {OVER, 0, NONE},
                [GF_CHILD_EXIT_HELD] = {DRAINING, 0, AFTER_EXIT},
                /* The deadline for SIGKILL goes on for the rest of the group. */
                [GF_CHILD_EXIT_GROUP] = {CLEARING, 0, KEEP},
                [GF_CHILD_EOF] = STAY(ENDING),
                [GF_CHILD_EMPTY] = STAY(ENDING),
                [GF_CHILD_EMPTY_HELD] = STAY(ENDING),
            },
        /* Nothing more can be done to it than was done; only its exit counts. */
        [GF_CHILD_KILLED] =
            {
                [GF_CHILD_TIME] = STAY(KILLED),
                [GF_CHILD_END] = STAY(KILLED),
                [GF_CHILD_KILL] = STAY(KILLED),
                [GF_CHILD_EXIT] = {OVER, 0, NONE},
                [GF_CHILD_EXIT_HELD] = {DRAINING, 0, AFTER_EXIT},
                [GF_CHILD_EXIT_GROUP] = {OVER, 0, NONE},
                [GF_CHILD_EOF] = STAY(KILLED),
                [GF_CHILD_EMPTY] = STAY(KILLED),
                [GF_CHILD_EMPTY_HELD] = STAY(KILLED),
            },
        [GF_CHILD_CLEARING] =
            {
                /* The pipes of a killed group close at once, unless somebody left the group. */
                [GF_CHILD_TIME] = {DRAINING, SIGKILL, AFTER_EXIT},
                [GF_CHILD_END] = STAY(CLEARING),
                [GF_CHILD_KILL] = {DRAINING, SIGKILL, AFTER_EXIT},
                [GF_CHILD_EXIT] = STAY(CLEARING),
                [GF_CHILD_EXIT_HELD] = STAY(CLEARING),
                [GF_CHILD_EXIT_GROUP] = STAY(CLEARING),
                [GF_CHILD_EOF] = STAY(CLEARING),
                [GF_CHILD_EMPTY] = {OVER, 0, NONE},
                [GF_CHILD_EMPTY_HELD] = {DRAINING, 0, AFTER_EXIT},
            },
        [GF_CHILD_DRAINING] =
            {
                [GF_CHILD_TIME] = {OVER, 0, NONE},
                [GF_CHILD_END] = {DRAINING, SIGTERM, KEEP},
                [GF_CHILD_KILL] = {DRAINING, SIGKILL, KEEP},
                [GF_CHILD_EXIT] = STAY(DRAINING),
                [GF_CHILD_EXIT_HELD] = STAY(DRAINING),
                [GF_CHILD_EXIT_GROUP] = STAY(DRAINING),
                [GF_CHILD_EOF] = {OVER, 0, NONE},
                [GF_CHILD_EMPTY] = {OVER, 0, NONE},
                [GF_CHILD_EMPTY_HELD] = STAY(DRAINING),
            },
        [GF_CHILD_OVER] =
            {
                [GF_CHILD_TIME] = STAY(OVER),
                [GF_CHILD_END] = STAY(OVER),
                [GF_CHILD_KILL] = STAY(OVER),
                [GF_CHILD_EXIT] = STAY(OVER),
                [GF_CHILD_EXIT_HELD] = STAY(OVER),
                [GF_CHILD_EXIT_GROUP] = STAY(OVER),
                [GF_CHILD_EOF] = STAY(OVER),
                [GF_CHILD_EMPTY] = STAY(OVER),
                [GF_CHILD_EMPTY_HELD] = STAY(OVER),
            },
};

void gf_child_init(struct gf_child *c, const struct gf_child_limits *limits, gf_ns now_mono)
{
    *c = (struct gf_child){.limits = limits, .wake_mono = GF_NEVER};
    if (limits->timeout)
        c->wake_mono = gf_sat_add_i64(now_mono, limits->timeout);
}

struct gf_child_step gf_child_event(struct gf_child *c, enum gf_child_event ev, gf_ns now_mono)
{
    const struct cell *cell = &table[c->state][ev];
    struct gf_child_step step = {.signal = cell->signal};
    if (c->state == GF_CHILD_RUNNING && ev == GF_CHILD_TIME)
        c->timed_out = true;
    if (c->state == GF_CHILD_DRAINING && ev == GF_CHILD_TIME)
        c->detached = true;
    if (cell->wake == NONE)
        c->wake_mono = GF_NEVER;
    else if (cell->wake == AFTER_TERM)
        c->wake_mono = gf_sat_add_i64(now_mono, c->limits->kill_after);
    else if (cell->wake == AFTER_EXIT)
        c->wake_mono = gf_sat_add_i64(now_mono, c->limits->linger);
    step.over = cell->next == OVER && c->state != GF_CHILD_OVER;
    if (cell->signal)
        c->last_signal = cell->signal;
    c->state = cell->next;
    return step;
}

void gf_child_shift(struct gf_child *c, gf_ns by)
{
    if (c->wake_mono != GF_NEVER)
        c->wake_mono = gf_sat_add_i64(c->wake_mono, by);
}

void gf_child_limit(struct gf_child *c, gf_ns deadline_mono)
{
    if (c->state == GF_CHILD_RUNNING && c->wake_mono == GF_NEVER)
        c->wake_mono = deadline_mono;
}
