/*
 * worker_output.c - what is done when the answers of workers have their turn, or cannot be written.
 *
 * A worker whose answers find no room is not read until there is room, and the time until then does
 * not count against its records.
 */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/sig.h"

static struct chunk *chunk_of(const struct gf_turn *t)
{
    return (struct chunk *)(size_t)((const char *)t - offsetof(struct chunk, turn));
}

/* The worker that fills the disk is not read; its turn is streamed anyway. */
static void on_pause(struct gf_ordered *o, struct gf_turn *t, int stream)
{
    struct worker *w = t ? chunk_of(t)->owner : NULL;
    (void)o;
    if (w)
        gf_task_pause(&w->task, stream);
}

static void on_resume(struct gf_ordered *o, struct gf_turn *t)
{
    struct worker *w = chunk_of(t)->owner;
    (void)o;
    if (w)
        worker_resume(w);
}

static void on_room(struct gf_ordered *o)
{
    struct worker_pool *p = o->owner;
    for (struct gf_task *t = p->tasks.first; t; t = t->next)
        worker_resume(t->owner);
}

static void on_changed(struct gf_ordered *o)
{
    struct worker_pool *p = o->owner;
    verdict_changed(&p->session->verdict);
}

static void on_written(struct gf_ordered *o, struct gf_turn *t)
{
    gf_turn_release(o, t);
    free(chunk_of(t));
}

static void on_failed(struct gf_ordered *o, enum gf_ordered_failure what, struct gf_turn *t,
                      int stream, size_t lost)
{
    struct worker_pool *p = o->owner;
    struct verdict *v = &p->session->verdict;
    const char *dir = p->session->opt->tmpdir;
    (void)t;
    switch (what) {
    case GF_ORDERED_WRITE:
        v->broken_pipe = errno == EPIPE && !gf_sig_was_ignored(SIGPIPE);
        if (!v->broken_pipe && stream == STDOUT)
            gf_error_errno("write error");
        break;
    case GF_ORDERED_NO_ROOM:
        if (errno == ENOBUFS) /* the ceiling: the workers wait until something was written */
            return;
        if (!v->fatal)
            gf_error_errno("cannot hold answers in '%s'", dir);
        break;
    case GF_ORDERED_LOST:
        gf_error("out of memory: %zu bytes of answers are lost", lost);
        break;
    case GF_ORDERED_READ_BACK:
        gf_error_errno("cannot read back held answers from '%s'", dir);
        break;
    }
    verdict_fail(v, GF_EXIT_TOOL);
}

const struct gf_ordered_events worker_output_events = {.pause = on_pause,
                                                       .resume = on_resume,
                                                       .written = on_written,
                                                       .room = on_room,
                                                       .changed = on_changed,
                                                       .failed = on_failed,
                                                       .before_terminal = gf_progress_hide};
