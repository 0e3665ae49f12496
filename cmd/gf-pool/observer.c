/* observer.c - each observer is told in the order in which they were added. */
#include "observer.h"

#include <assert.h>

void observers_add(struct observers *all, const struct observer_events *on, void *self)
{
    assert(all->n < OBSERVERS_MOST);
    all->list[all->n++] = (struct observer){on, self};
}

/* Calls `what` of each observer that has it. */
#define TELL(all, what, ...)                                                                       \
    for (const struct observer *o = (all)->list; o < (all)->list + (all)->n; o++)                  \
        if (o->on->what)                                                                           \
    o->on->what(o->self, __VA_ARGS__)

void observers_taken(const struct observers *all, uint64_t seq, bool skipped)
{
    TELL(all, taken, seq, skipped);
}

int observers_begin(const struct observers *all, struct job *j)
{
    for (const struct observer *o = all->list; o < all->list + all->n; o++)
        if (o->on->begin && o->on->begin(o->self, j) != 0)
            return -1;
    return 0;
}

void observers_started(const struct observers *all, const struct job *j)
{
    TELL(all, started, j);
}

void observers_output(const struct observers *all, struct job *j, int stream, const char *data,
                      size_t len)
{
    TELL(all, output, j, stream, data, len);
}

void observers_timed_out(const struct observers *all, const struct job *j)
{
    TELL(all, timed_out, j);
}

void observers_signalled(const struct observers *all, const struct job *j, int sig)
{
    TELL(all, signalled, j, sig);
}

void observers_stopped(const struct observers *all, const struct job *j, int sig)
{
    TELL(all, stopped, j, sig);
}

void observers_suspended(const struct observers *all, const struct job *j)
{
    TELL(all, suspended, j);
}

void observers_attempt(const struct observers *all, const struct job *j, bool again)
{
    TELL(all, attempt, j, again);
}

void observers_retried(const struct observers *all, struct job *j, gf_ns wait)
{
    TELL(all, retried, j, wait);
}

void observers_given_up(const struct observers *all, const struct job *j)
{
    TELL(all, given_up, j);
}

void observers_finished(const struct observers *all, struct job *j)
{
    TELL(all, finished, j);
}

void observers_written(const struct observers *all, struct job *j)
{
    TELL(all, written, j);
}

void observers_unstarted(const struct observers *all, struct job *j, int err)
{
    TELL(all, unstarted, j, err);
}
