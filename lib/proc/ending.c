/*
 * ending.c - how a command ended.
 *
 * A time limit hides how the command ended after it: one that catches SIGTERM and exits with 0 was
 * not done in time all the same. One that its owner interrupted and that exits with 0 was done:
 * nothing was wrong with the time it took. `code` and `signal` still tell, for logs that have room
 * for it.
 */
#include "proc/ending.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/exit.h"

/* It may have exited with 0, even before anybody had read as much as it wrote. */
static void exceed(struct gf_ending *e)
{
    e->how = GF_ENDING_EXCEEDED;
    e->signal = e->signal ? e->signal : e->sent ? e->sent : SIGTERM;
    e->code = -1;
}

struct gf_ending gf_ending_of(int wait_status, const struct gf_child *life)
{
    bool exited = WIFEXITED(wait_status);
    struct gf_ending e = {.code = exited ? WEXITSTATUS(wait_status) : -1,
                          .signal = exited ? 0 : WTERMSIG(wait_status),
                          .sent = life->last_signal};
    if (life->timed_out)
        e.how = GF_ENDING_TIMEOUT;
    else if (life->exceeded)
        exceed(&e);
    else if (life->unread || (life->told && !(exited && e.code == 0)))
        e.how = GF_ENDING_INTERRUPTED;
    else if (!exited)
        e.how = GF_ENDING_SIGNAL;
    else
        e.how = e.code ? GF_ENDING_EXIT : GF_ENDING_OK;
    return e;
}

struct gf_ending gf_ending_unstarted(int err)
{
    return (struct gf_ending){.how = GF_ENDING_UNSTARTED,
                              .code = err == ENOENT ? GF_EXIT_NOTFOUND : GF_EXIT_CANNOT,
                              .err = err};
}

int gf_ending_status(const struct gf_ending *e)
{
    if (e->how == GF_ENDING_TIMEOUT)
        return GF_EXIT_TIMEOUT;
    return e->signal ? 128 + e->signal : e->code;
}

const char *gf_ending_text(const struct gf_ending *e, char out[GF_ENDING_SIZE])
{
    switch (e->how) {
    case GF_ENDING_OK:
        snprintf(out, GF_ENDING_SIZE, "ok");
        break;
    case GF_ENDING_EXIT:
        snprintf(out, GF_ENDING_SIZE, "exit status %d", e->code);
        break;
    case GF_ENDING_SIGNAL:
        snprintf(out, GF_ENDING_SIZE, "signal %d", e->signal);
        break;
    case GF_ENDING_EXCEEDED:
        snprintf(out, GF_ENDING_SIZE, "wrote too much");
        break;
    case GF_ENDING_TIMEOUT:
        snprintf(out, GF_ENDING_SIZE, "timed out");
        break;
    case GF_ENDING_INTERRUPTED:
        snprintf(out, GF_ENDING_SIZE, "interrupted");
        break;
    case GF_ENDING_UNSTARTED:
        snprintf(out, GF_ENDING_SIZE, "could not start");
        break;
    }
    return out;
}
