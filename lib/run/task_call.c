/*
 * task_call.c - a task calls its owner back.
 *
 * Every callback may drop the task. Those at work on it are a list of structs on the stack, which
 * the task knows; a drop marks them all, and each finds the mark in its own struct, since the task
 * may be gone.
 */
#include "run/task_parts.h"

struct gf_task_call {
    struct gf_task_call *outer;
    bool dropped;
};

static void begin_call(struct gf_task *t, struct gf_task_call *call)
{
    *call = (struct gf_task_call){.outer = t->calls};
    t->calls = call;
}

/* Whether the task is still there. */
static bool end_call(struct gf_task *t, const struct gf_task_call *call)
{
    if (!call->dropped)
        t->calls = call->outer;
    return !call->dropped;
}

bool gf_task_call_back(struct gf_task *t, void (*f)(struct gf_task *t))
{
    struct gf_task_call call;
    if (!f)
        return true;
    begin_call(t, &call);
    f(t);
    return end_call(t, &call);
}

/* With a number: a stream or a signal. */
bool gf_task_call_with(struct gf_task *t, void (*f)(struct gf_task *t, int n), int n)
{
    struct gf_task_call call;
    if (!f)
        return true;
    begin_call(t, &call);
    f(t, n);
    return end_call(t, &call);
}

bool gf_task_call_broken(struct gf_task *t, int stream, int err)
{
    struct gf_task_call call;
    t->life.unread = true;
    if (!t->on->broken)
        return true;
    begin_call(t, &call);
    t->on->broken(t, stream, err);
    return end_call(t, &call);
}

bool gf_task_call_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct gf_task_call call;
    if (!t->on->output)
        return true;
    begin_call(t, &call);
    t->on->output(t, stream, data, len);
    return end_call(t, &call);
}

void gf_task_mark_dropped(struct gf_task *t)
{
    for (struct gf_task_call *c = t->calls; c; c = c->outer)
        c->dropped = true;
    t->calls = NULL;
}
