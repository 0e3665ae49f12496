/*
 * run.c - the way to the permits.
 *
 * While gf-sem waits, it catches no signal that would end it: the kernel takes a process that ends
 * out of the line, and nothing is left behind. One that is stopped keeps its place; when its turn
 * comes meanwhile, those behind it go on without it (limit/sem.h).
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "request.h"

static int cannot_take(const struct gf_sem_claim *c, const struct request *rq)
{
    const struct gf_sem *s = &c->sems[c->failed];
    const struct want *w = &rq->wants[s->tag];
    int code = errno;
    if (code == ERANGE)
        gf_error("a weight of %u is more than there are permits in '%s'", (unsigned)s->weight,
                 w->state);
    else if (code == ESTALE)
        gf_error("the state '%s' was removed while we waited", w->path.path);
    else if (code == ENODATA || code == EBADMSG)
        gf_error(
            "the state '%s' was damaged while we waited: it is no semaphore of gf-sem any more",
            w->path.path);
    else if (code == ECANCELED)
        gf_error("another gf-sem --replace took the place of this one in '%s'", w->state);
    else
        gf_error_errno("cannot take a permit of '%s'", rq->action == ACTION_FD ? "--fd" : w->state);
    if (code == ENODATA || code == EBADMSG)
        gf_hint("when nobody uses it, remove it: rm -r '%s'", w->path.path);
    return code == ECANCELED ? GF_EXIT_REFUSED : GF_EXIT_TOOL;
}

static void tell_passed(const struct gf_sem_claim *c, unsigned *told)
{
    if (c->passed == *told)
        return;
    *told = c->passed;
    gf_note("did not run when its turn came, so others went before it; it is first in line again");
}

/* The place in line is taken: waits there. -1: the permits are ours; else the exit status. */
static int wait_in_line(struct gf_sem_claim *c, const struct request *rq)
{
    unsigned told = 0;
    while (gf_sem_poll(c, gf_now_mono()) != 0) {
        tell_passed(c, &told);
        if (errno != EAGAIN)
            return cannot_take(c, rq);
        if (ticks_are_over()) {
            for (size_t i = 0; i < c->count && rq->action == ACTION_RUN; i++)
                detail_users(&c->sems[i], &rq->wants[c->sems[i].tag], "gave up");
            return rq->timed_out;
        }
        gf_ns span = gf_sem_patience(c), next = cancel_go_on(c, rq);
        if (ticks_set(span < next ? span : next) != 0)
            return cannot_take(c, rq);
        pause_let_in();
        int slept = gf_sem_sleep(c);
        pause_hold_back();
        if (slept != 0 && errno != EINTR)
            return cannot_take(c, rq);
    }
    tell_passed(c, &told);
    return cancel_finish(c, rq) ? -1 : rq->timed_out;
}

int acquire(struct gf_sem_claim *c, const struct request *rq)
{
    if (gf_sem_try(c, gf_now_mono()) == 0)
        return -1;
    if (errno != EAGAIN)
        return cannot_take(c, rq);
    if (rq->no_wait || rq->max_wait == 0) {
        if (rq->action == ACTION_RUN)
            detail_users(&c->sems[0], &rq->wants[c->sems[0].tag],
                         c->sems[0].weight == 1 ? "no permit is free" : "too few permits are free");
        return rq->no_wait ? rq->refused : rq->timed_out;
    }
    int status = check_nesting(c, rq);
    if (status != 0)
        return status;
    if (rq->action == ACTION_RUN)
        detail_waiting(c, rq);
    if (gf_sem_join(c, gf_now_mono()) != 0)
        return cannot_take(c, rq);
    if (ticks_start(rq) != 0) {
        gf_error_errno("cannot set a timer");
        return GF_EXIT_TOOL;
    }
    if (rq->cancel_running && cancel_begin(c, rq) != 0)
        status = cannot_take(c, rq);
    else
        status = wait_in_line(c, rq);
    cancel_release();
    ticks_stop();
    return status;
}

/* ---- the semaphores -------------------------------------------------------------------------- */

void warn_of_other_number(const char *name, uint32_t wanted, uint32_t permits, uint32_t declared)
{
    if (!wanted || wanted == permits || wanted == declared)
        return;
    gf_note("'%s' has %u permit%s, not %u", name, (unsigned)permits, permits == 1 ? "" : "s",
            (unsigned)wanted);
    gf_note_hint("--set %u changes it for all users", (unsigned)wanted);
}

/* A semaphore is one for readers and writers when its first user says so, or while nobody uses
 * it. */
static int settle_kind(struct gf_sem *s, const struct want *w, const struct request *rq,
                       struct gf_sem_limits *l)
{
    if (rq->sharing == PERMITS || l->kind == GF_SEM_READERS_WRITERS)
        return 0;
    if (gf_sem_set_kind(s, GF_SEM_READERS_WRITERS) == 0) {
        l->kind = GF_SEM_READERS_WRITERS;
        return 0;
    }
    if (errno != EBUSY) {
        gf_error_errno("cannot change the state '%s'", w->path.path);
        return GF_EXIT_TOOL;
    }
    gf_error("'%s' is in use by processes that say neither --shared nor --exclusive", w->state);
    gf_hint("gf-sem -S %s --status names them; all users of a lock have to say one of the two",
            w->state);
    return GF_EXIT_TOOL;
}

static void choose_weight(struct gf_sem *s, const struct want *w, const struct request *rq)
{
    s->weight = w->weight ? w->weight : 1;
    s->by_kind = !w->weight && rq->sharing == PERMITS;
    if (rq->sharing == EXCLUSIVE)
        s->weight = GF_SEM_MOST; /* however many there are, and may be later */
}

static int open_want(struct gf_sem *s, const struct want *w, const struct request *rq)
{
    struct gf_sem_limits l = {.permits = w->permits, .declared = w->permits};
    if (rq->sharing != PERMITS) {
        l.kind = GF_SEM_READERS_WRITERS;
        if (!l.permits)
            l.permits = l.declared = GF_SEM_MOST;
    }
    int status = open_sem(s, w, GF_SEM_USE, l.permits ? &l : NULL);
    if (status != 0)
        return status;
    if (gf_sem_limits(s, &l) != 0) {
        gf_error_errno("cannot read the state '%s'", w->path.path);
        return GF_EXIT_TOOL;
    }
    warn_of_other_number(w->state, w->permits, l.permits, l.declared);
    choose_weight(s, w, rq);
    s->tag = (int)(w - rq->wants);
    return settle_kind(s, w, rq, &l);
}

static int open_all(struct gf_sem_claim *c, const struct request *rq)
{
    for (size_t i = 0; i < rq->nwants; i++) {
        int status = open_want(&c->sems[i], &rq->wants[i], rq);
        c->count++;
        if (status != 0)
            return status;
    }
    if (gf_sem_claim_order(c) == 0)
        return 0;
    gf_error("one semaphore is asked for twice");
    gf_hint("--weight W takes W of its permits");
    return GF_EXIT_USAGE;
}

int run_command(const struct request *rq)
{
    struct gf_sem sems[WANTS_MOST];
    const char *label = rq->label ? rq->label : rq->argv[0];
    struct gf_sem_claim c = {.sems = sems,
                             .pid = getpid(),
                             .label = label,
                             .label_len = strlen(label),
                             .now_wall = gf_now_wall(),
                             .priority = rq->priority,
                             .eager = rq->eager,
                             .replace = rq->replace,
                             .watch = -1};
    gf_ns from_mono = gf_now_mono();
    int status = open_all(&c, rq);
    if (status == 0)
        status = acquire(&c, rq);
    if (status == -1) {
        detail_taken(&c, rq, gf_now_mono() - from_mono);
        return keep_command(&c, rq);
    }
    gf_sem_claim_release(&c);
    return status;
}
