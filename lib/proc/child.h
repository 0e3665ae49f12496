/*
 * child.h - the life of one child as a table of state by event.
 *
 * Pure: the owner reports what happened, with the time, and is told what to do: which signal to
 * send to the child's process group, when to come back, and whether the child is over, that is,
 * whether its slot is free. A time limit is an event like any other.
 *
 *     struct gf_child c;
 *     gf_child_init(&c, &limits, now_mono);            // it was just started
 *     struct gf_child_step s = gf_child_event(&c, GF_CHILD_TIME, now_mono);
 *     if (s.signal) kill(-pid, s.signal);
 *     if (s.over) ...
 *     else arm a timer for c.wake_mono (GF_NEVER: none)
 *
 * A child whose leader ended while something it left behind keeps its pipes open is given `linger`,
 * then it is over; the owner may go on reading the pipes. A child that was told to end is over only
 * when its whole group is gone or was sent SIGKILL. One thread at a time.
 */
#ifndef GF_PROC_CHILD_H
#define GF_PROC_CHILD_H

#include <stdbool.h>

#include "base/clock.h"

enum gf_child_state {
    GF_CHILD_RUNNING,
    GF_CHILD_ENDING,   /* SIGTERM was sent, the leader lives */
    GF_CHILD_KILLED,   /* SIGKILL was sent, the leader is not reaped yet */
    GF_CHILD_CLEARING, /* SIGTERM was sent, the leader is gone, others of its group are not */
    GF_CHILD_DRAINING, /* the leader is gone, its pipes are still open */
    GF_CHILD_OVER,
    GF_CHILD_STATES,
};

enum gf_child_event {
    GF_CHILD_TIME,       /* wake_mono has come */
    GF_CHILD_END,        /* the owner wants it to end: SIGTERM, then SIGKILL */
    GF_CHILD_KILL,       /* the owner wants it to end at once */
    GF_CHILD_EXIT,       /* the leader was reaped, nobody holds its pipes, its group is gone */
    GF_CHILD_EXIT_HELD,  /* the leader was reaped, its pipes are open */
    GF_CHILD_EXIT_GROUP, /* the leader was reaped, its group is not gone */
    GF_CHILD_EOF,        /* its pipes are closed; may be reported again */
    GF_CHILD_EMPTY,      /* after EXIT_GROUP: its group is gone, nobody holds its pipes */
    GF_CHILD_EMPTY_HELD, /* after EXIT_GROUP: its group is gone, its pipes are open */
    GF_CHILD_EVENTS,
};

struct gf_child_limits {
    gf_ns timeout;    /* 0: none */
    gf_ns kill_after; /* from SIGTERM to SIGKILL */
    gf_ns linger;     /* from the leader's end to giving up on its pipes */
};

struct gf_child {
    const struct gf_child_limits *limits;
    enum gf_child_state state;
    gf_ns wake_mono;
    bool timed_out;  /* its time limit came while it ran */
    bool detached;   /* it is over, but its pipes were still held */
    bool told;       /* set by the owner: it was told to end while its leader ran */
    bool exceeded;   /* set by the owner: it wrote more than it may, and is to end */
    bool unread;     /* set by the owner: something that it wrote could not be read */
    int last_signal; /* the last one that a step told to send; 0: none */
};

struct gf_child_step {
    int signal; /* to the group; 0: none */
    bool over;  /* the slot is free; true once */
};

void gf_child_init(struct gf_child *c, const struct gf_child_limits *limits, gf_ns now_mono);

struct gf_child_step gf_child_event(struct gf_child *c, enum gf_child_event ev, gf_ns now_mono);

/* A time limit for one that runs and has none. */
void gf_child_limit(struct gf_child *c, gf_ns deadline_mono);

/* Moves a pending wake-up by `by`: the child was stopped that long. */
void gf_child_shift(struct gf_child *c, gf_ns by);

#endif
