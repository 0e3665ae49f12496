/*
 * on_rotate.c - one archive at a time, the oldest that waits. One that fails is tried again, after
 * 1 s at first and a minute at last, and those behind it wait. When the run ends the one at work
 * may end its work, for --drain after a signal; what then waits is for the next run.
 */
#include "on_rotate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "proc/command.h"
#include "run.h"

extern char **environ;

#define FIRST_WAIT 1.
#define LONGEST_WAIT 60.

static void wait_again(struct run *r)
{
    struct rotate *o = &r->sink.rotate;
    double wait = FIRST_WAIT;
    for (unsigned i = 1; i < o->failures && wait < LONGEST_WAIT; i++)
        wait *= 2;
    ev_timer_set(&o->again, wait < LONGEST_WAIT ? wait : LONGEST_WAIT, 0);
    ev_timer_start(r->loop, &o->again);
}

static void failed(struct run *r, const char *how)
{
    struct rotate *o = &r->sink.rotate;
    o->failed++;
    if (o->failures++ == 0)
        gf_error("--on-rotate: %s for '%s/%s', which is tried again", how, r->opt->log.dir,
                 o->archive);
    wait_again(r);
}

/* An archive that was seen to be gone, since the command has put another in its place, waits no
 * longer already. */
static bool note_processed(struct rotate *o)
{
    return gf_logdir_processed(o->log, o->archive) == 0 || errno == ENOENT;
}

static void on_drained(struct gf_task *t)
{
    struct run *r = t->owner;
    struct rotate *o = &r->sink.rotate;
    char text[GF_ENDING_SIZE];
    const struct gf_ending e = gf_task_ending(t);
    o->is_running = false;
    if (e.how == GF_ENDING_OK && note_processed(o)) {
        if (o->failures)
            gf_note("--on-rotate has succeeded for '%s/%s'", r->opt->log.dir, o->archive);
        o->failures = 0;
        o->done_one = true;
        return;
    }
    if (e.how == GF_ENDING_OK)
        failed(r, strerror(errno));
    else if (e.how != GF_ENDING_INTERRUPTED)
        failed(r, gf_ending_text(&e, text));
}

static const struct gf_task_events task_events = {.drained = on_drained};
static const struct gf_child_limits limits = {.kill_after = 5 * GF_S, .linger = GF_S};

static void start(struct run *r, const char *name)
{
    struct rotate *o = &r->sink.rotate;
    static char sh[] = "sh", c[] = "-c", tool[] = "gf-buffer";
    struct gf_command command = {.search = getenv("PATH")};
    struct gf_buf path = {0};
    snprintf(o->archive, sizeof o->archive, "%s", name);
    /* A name that begins with a dash would be an option of the command. */
    gf_buf_printf(&path, "%s%s/%s", *r->opt->log.dir == '-' ? "./" : "", r->opt->log.dir, name);
    char *script = strdup(r->opt->log.on_rotate);
    int err = path.failed || !script ? ENOMEM : 0;
    if (err == 0) {
        char *argv[] = {sh, c, script, tool, path.data, NULL};
        struct gf_task_start task = {
            .command = &command,
            .limits = &limits,
            .spawn = {.argv = argv, .envp = environ, .fd = {o->null, STDERR_FILENO, -1}}};
        o->task = (struct gf_task){.on = &task_events, .owner = r};
        err = gf_task_start(&o->task, &r->tasks, &task);
    }
    o->is_running = err == 0;
    if (err)
        failed(r, strerror(err));
    free(script);
    gf_buf_release(&path);
    gf_command_release(&command);
}

void on_rotate_next(struct run *r, bool done)
{
    struct rotate *o = &r->sink.rotate;
    if (!r->opt->log.on_rotate || o->is_running || ev_is_active(&o->again) || r->over)
        return;
    if (done && o->failures)
        return;
    const char *name = gf_logdir_unprocessed(o->log);
    if (name)
        start(r, name);
}

/* The archive may be gone: the command has moved it and then failed, or somebody has. */
void on_rotate_tell(struct run *r)
{
    const struct rotate *o = &r->sink.rotate;
    if (!o->failures)
        return;
    r->some_failed = true;
    if (gf_logdir_unprocessed(o->log))
        gf_error("--on-rotate has not succeeded for %zu archives of '%s'; the next run tries again",
                 gf_logdir_waiting(o->log), r->opt->log.dir);
    else
        gf_error("--on-rotate has failed for '%s/%s', which is not there any more", r->opt->log.dir,
                 o->archive);
}
