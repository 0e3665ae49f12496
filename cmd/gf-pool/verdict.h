/*
 * verdict.h - how the run is going to end, as far as that is known: what every part may write, and
 * the loop reads.
 *
 *     if (cannot_write)
 *         verdict_fail(v, GF_EXIT_TOOL);       // no new jobs; those that run go on
 *     verdict_changed(v);                      // something may be done now that could not before
 *
 * A part that finds out that something happened never acts on other parts: it says so here, and
 * before the loop waits again the pool looks what can be written and started, and whether all is
 * done. So no part can keep the others waiting.
 */
#ifndef GF_POOL_VERDICT_H
#define GF_POOL_VERDICT_H

#include <stdbool.h>

struct verdict {
    int fatal;         /* 0, or the exit status of a failure of our own; the first one counts */
    int stop_signal;   /* 0, or the first signal that asked us to stop */
    bool halted;       /* what --halt waits for has come */
    int halt_status;   /* with that: what to exit with; -1: as without --halt */
    bool broken_pipe;  /* the reader of our standard output is gone */
    bool lost_output;  /* of something that a job left behind */
    bool queue_failed; /* a job of a queue may have run elsewhere too, or was found dead */
    const char *cause; /* why what runs was told to end: "halt", "stop" (a signal to us), "pipe" or
                          "error" (of our own); NULL: nothing was */
    bool changed;
};

static inline void verdict_changed(struct verdict *v)
{
    v->changed = true;
}

static inline void verdict_fail(struct verdict *v, int status)
{
    if (!v->fatal)
        v->fatal = status;
    v->changed = true;
}

/* What runs is told to end now; the first cause counts. */
static inline void verdict_interrupt(struct verdict *v, const char *cause)
{
    if (!v->cause)
        v->cause = cause;
}

/* Whether new jobs, and further attempts of old ones, may start. */
static inline bool verdict_may_start(const struct verdict *v)
{
    return !v->fatal && !v->stop_signal && !v->halted;
}

#endif
