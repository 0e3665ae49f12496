/*
 * bare.c - --fd: a permit for a part of a script.
 *
 *     exec 9<>lock
 *     gf-sem --fd 9 -j 3
 *     ...
 *     exec 9>&-
 *
 * The permit belongs to the open description that the shell has as well, so it outlives gf-sem, and
 * goes with the shell's descriptor or the shell. Nothing is read from the file or written to it.
 */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "request.h"

static int cannot_use(const struct request *rq)
{
    if (errno != EBADF) {
        gf_error_errno("cannot use descriptor %d", rq->fd);
        return GF_EXIT_TOOL;
    }
    gf_error("descriptor %d is not open for reading and writing", rq->fd);
    gf_hint("exec %d<>FILE opens it for both", rq->fd);
    return GF_EXIT_USAGE;
}

/* Two takings of one open file would be given back together, and one that holds some and waits for
 * more can wait for another that does the same. */
static int has_some(const struct request *rq, uint64_t held, uint32_t wanted)
{
    if (held >= wanted) {
        gf_note("descriptor %d holds its permit already", rq->fd);
        return GF_EXIT_OK;
    }
    gf_error("descriptor %d holds %" PRIu64 " of the %u permits that are asked for", rq->fd, held,
             (unsigned)wanted);
    gf_hint("take all of them at once: exec %d>&- gives back those that it holds", rq->fd);
    return GF_EXIT_USAGE;
}

int take_for_fd(const struct request *rq)
{
    struct gf_sem s;
    struct gf_sem_claim c = {.sems = &s, .count = 1, .pid = getpid(), .watch = -1};
    if (gf_sem_open_bare(&s, rq->fd, rq->wants[0].permits) != 0)
        return cannot_use(rq);
    s.weight = rq->wants[0].weight ? rq->wants[0].weight : 1;
    uint64_t held;
    int status;
    if (gf_sem_bare_held(&s, &held) != 0)
        status = cannot_use(rq);
    else if (held)
        status = has_some(rq, held, s.weight);
    else
        status = acquire(&c, rq);
    if (status == -1)
        status = GF_EXIT_OK;
    gf_sem_claim_release(&c);
    return status;
}
