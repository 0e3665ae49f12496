/*
 * detail.c - what -v says of the permits: who is in the way, and when they are taken and given
 * back.
 *
 * Nothing is looked up unless -v is given: a list of the users reads a table of the kernel.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/duration.h"
#include "base/msg.h"
#include "request.h"

enum {
    PERMITS_SIZE = 32
};

static void permits_text(uint32_t weight, char text[PERMITS_SIZE])
{
    if (weight == 1)
        snprintf(text, PERMITS_SIZE, "a permit");
    else if (weight == GF_SEM_MOST)
        snprintf(text, PERMITS_SIZE, "all permits");
    else
        snprintf(text, PERMITS_SIZE, "%u permits", (unsigned)weight);
}

/* Prints how many hold and wait, and names the holder of the longest time. */
static void say_users(const struct want *w, const char *what, const struct gf_sem_limits *l,
                      const struct gf_sem_list *list)
{
    char longest[GF_SEM_LABEL_MAX + 100] = "", permits[PERMITS_SIZE];
    const struct gf_sem_user *u = list->users;
    if (list->holders) {
        gf_ns now = gf_now_wall();
        char span[GF_DURATION_SIZE];
        gf_format_duration(now > u->since_wall ? now - u->since_wall : 0, span);
        snprintf(permits, sizeof permits, u->weight < GF_SEM_MOST ? "%u" : "all",
                 (unsigned)u->weight);
        snprintf(longest, sizeof longest, "; '%.*s' (process %d) has held %s for %s",
                 (int)u->label_len, u->label, (int)(u->pid ? u->pid : u->keeper), permits, span);
    }
    gf_detail("%s: %" PRIu64 " of %u permits of '%s' are held, %zu processes wait%s", what,
              list->held < GF_SEM_MOST ? list->held : l->permits, (unsigned)l->permits, w->state,
              list->waiters, longest);
}

void detail_users(struct gf_sem *s, const struct want *w, const char *what)
{
    struct gf_sem_limits l;
    struct gf_sem_list list = {0};
    if (gf_msg_is_verbose() && gf_sem_limits(s, &l) == 0 && gf_sem_list(s, &list) == 0)
        say_users(w, what, &l, &list);
    gf_sem_list_release(&list);
}

void detail_waiting(struct gf_sem_claim *c, const struct request *rq)
{
    for (size_t i = 0; i < c->count; i++) {
        char permits[PERMITS_SIZE], what[64];
        permits_text(c->sems[i].weight, permits);
        snprintf(what, sizeof what, "waiting for %s", permits);
        detail_users(&c->sems[i], &rq->wants[c->sems[i].tag], what);
    }
}

void detail_taken(const struct gf_sem_claim *c, const struct request *rq, gf_ns span)
{
    char permits[PERMITS_SIZE], text[GF_DURATION_SIZE];
    gf_format_duration(span, text);
    for (size_t i = 0; i < c->count; i++) {
        permits_text(c->sems[i].weight, permits);
        gf_detail("took %s of '%s' after %s", permits, rq->wants[c->sems[i].tag].state, text);
    }
}

/* The permits that a process still has which the command left behind; 0: none. They are known by
 * our turn: a process of another PID name space may have our number. */
static uint32_t still_held(const struct want *w, int64_t turn)
{
    struct gf_sem s;
    struct gf_sem_list list = {0};
    const char *why;
    uint32_t held = 0;
    if (gf_sem_open(&s, &w->path, GF_SEM_LOOK, NULL, &why) == 0 && gf_sem_list(&s, &list) == 0)
        for (size_t i = 0; i < list.holders; i++)
            if (list.users[i].asked == turn)
                held += list.users[i].weight;
    gf_sem_list_release(&list);
    gf_sem_release(&s);
    return held;
}

void detail_given_back(const struct request *rq, const uint32_t *weights, int64_t turn, gf_ns span)
{
    char permits[PERMITS_SIZE], text[GF_DURATION_SIZE];
    gf_format_duration(span, text);
    for (size_t i = 0; gf_msg_is_verbose() && i < rq->nwants; i++) {
        const struct want *w = &rq->wants[i];
        uint32_t held = still_held(w, turn);
        permits_text(held ? held : weights[i], permits);
        if (held)
            gf_detail("a process that the command left behind keeps %s of '%s'", permits, w->state);
        else
            gf_detail("gave %s of '%s' back after %s", permits, w->state, text);
    }
}
