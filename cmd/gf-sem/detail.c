/*
 * detail.c - what -v says of the permits: who is in the way, and when they are taken and given
 * back.
 *
 * Nothing is looked up unless -v is given: a list of the users reads a table of the kernel.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/msg.h"
#include "request.h"

enum {
    PERMITS_SIZE = 32
};

static void permits_text(const struct request *rq, char text[PERMITS_SIZE])
{
    if (rq->weight == 1)
        snprintf(text, PERMITS_SIZE, "a permit");
    else
        snprintf(text, PERMITS_SIZE, "%u permits", (unsigned)rq->weight);
}

/* Prints how many hold and wait, and names the holder of the longest time. */
static void say_users(const struct request *rq, const char *what, const struct gf_sem_limits *l,
                      const struct gf_sem_list *list)
{
    char longest[GF_SEM_LABEL_MAX + 100] = "";
    const struct gf_sem_user *u = list->users;
    if (list->holders) {
        gf_ns now = gf_now_wall();
        char span[GF_DURATION_SIZE];
        gf_format_duration(now > u->since_wall ? now - u->since_wall : 0, span);
        snprintf(longest, sizeof longest, "; '%.*s' (process %d) has held %u for %s",
                 (int)u->label_len, u->label, (int)(u->pid ? u->pid : u->keeper),
                 (unsigned)u->weight, span);
    }
    gf_detail("%s: %" PRIu64 " of %u permits of '%s' are held, %zu processes wait%s", what,
              list->held, (unsigned)l->permits, rq->state, list->waiters, longest);
}

void detail_users(struct gf_sem *s, const struct request *rq, const char *what)
{
    struct gf_sem_limits l;
    struct gf_sem_list list = {0};
    if (gf_msg_is_verbose() && gf_sem_limits(s, &l) == 0 && gf_sem_list(s, &list) == 0)
        say_users(rq, what, &l, &list);
    gf_sem_list_release(&list);
}

void detail_waiting(struct gf_sem *s, const struct request *rq)
{
    char permits[PERMITS_SIZE], what[64];
    permits_text(rq, permits);
    snprintf(what, sizeof what, "waiting for %s", permits);
    detail_users(s, rq, what);
}

void detail_taken(const struct request *rq, gf_ns span)
{
    char permits[PERMITS_SIZE], text[GF_DURATION_SIZE];
    permits_text(rq, permits);
    gf_format_duration(span, text);
    gf_detail("took %s of '%s' after %s", permits, rq->state, text);
}

/* Whether the permits are still held: a process that the command left behind has the descriptor. */
static bool is_still_held(const struct request *rq)
{
    struct gf_sem s;
    struct gf_sem_list list = {0};
    const char *why;
    bool held = false;
    if (gf_sem_open(&s, &rq->path, GF_SEM_LOOK, 0, &why) == 0 && gf_sem_list(&s, &list) == 0)
        for (size_t i = 0; i < list.holders; i++)
            held = held || list.users[i].keeper == getpid();
    gf_sem_list_release(&list);
    gf_sem_release(&s);
    return held;
}

void detail_given_back(const struct request *rq, gf_ns span)
{
    char permits[PERMITS_SIZE], text[GF_DURATION_SIZE];
    if (!gf_msg_is_verbose())
        return;
    permits_text(rq, permits);
    gf_format_duration(span, text);
    if (is_still_held(rq))
        gf_detail("a process that the command left behind keeps %s of '%s'", permits, rq->state);
    else
        gf_detail("gave %s of '%s' back after %s", permits, rq->state, text);
}
