/*
 * nest.c - a gf-sem that would wait for the permits that its own command was started with.
 *
 * Each gf-sem gives its command GF_SEM: the permits that it holds, behind those of the gf-sem
 * around it, as DEVICE:INODE:PLACE:TURN:PROCESS with commas between. A daemon may have inherited
 * it from a gf-sem that ended long ago, so an entry counts only while the place is held with that
 * turn.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/exit.h"
#include "base/msg.h"
#include "request.h"

struct outer {
    unsigned long long dev, ino;
    int place;
    long long turn;
    int process;
};

/* The next entry; NULL: none. What is not one of ours is passed over. */
static const char *next_outer(const char *p, struct outer *o)
{
    while (*p) {
        int n =
            sscanf(p, "%llu:%llu:%d:%lld:%d", &o->dev, &o->ino, &o->place, &o->turn, &o->process);
        p += strcspn(p, ",");
        p += *p == ',';
        if (n == 5)
            return p;
    }
    return NULL;
}

bool is_around_us(const struct gf_sem *s, const struct gf_sem_user *u)
{
    struct outer o;
    for (const char *p = getenv("GF_SEM"); p && (p = next_outer(p, &o));)
        if (o.dev == s->dev && o.ino == s->ino && o.place == u->place && o.turn == u->asked)
            return true;
    return false;
}

static uint32_t held_by(const struct gf_sem_list *l, const struct outer *o)
{
    for (size_t i = 0; i < l->holders; i++)
        if (l->users[i].place == o->place && l->users[i].asked == o->turn)
            return l->users[i].weight;
    return 0;
}

static int check_one(struct gf_sem *s, const struct want *w, const char *around)
{
    struct gf_sem_limits limits;
    struct gf_sem_list list;
    struct outer o, named = {0};
    uint64_t held = 0;
    if (gf_sem_limits(s, &limits) != 0 || gf_sem_list(s, &list) != 0)
        return 0;
    for (const char *p = around; (p = next_outer(p, &o));)
        if (o.dev == s->dev && o.ino == s->ino && held_by(&list, &o)) {
            held += held_by(&list, &o);
            named = o;
        }
    gf_sem_list_release(&list);
    uint64_t need = s->weight < limits.permits ? s->weight : limits.permits;
    if (held + need <= limits.permits || held == 0)
        return 0;
    if (need < limits.permits || need == 1)
        gf_error("this command runs in gf-sem (process %d), which holds %" PRIu64
                 " of %u permits of '%s': it would wait for itself",
                 named.process, held, (unsigned)limits.permits, w->state);
    else
        gf_error("this command runs in gf-sem (process %d), which holds a permit of '%s', and "
                 "wants all: it would wait for itself",
                 named.process, w->state);
    gf_hint("take all that is needed in the outer one, or use another -S in the inner one");
    return GF_EXIT_USAGE;
}

int check_nesting(const struct gf_sem_claim *c, const struct request *rq)
{
    const char *around = getenv("GF_SEM");
    int status = 0;
    for (size_t i = 0; around && rq->action == ACTION_RUN && status == 0 && i < c->count; i++)
        status = check_one(&c->sems[i], &rq->wants[c->sems[i].tag], around);
    return status;
}

char *nesting_for_command(const struct gf_sem_claim *c)
{
    const char *around = getenv("GF_SEM");
    struct gf_buf b = {0};
    gf_buf_printf(&b, "GF_SEM=%s", around ? around : "");
    for (size_t i = 0; i < c->count; i++)
        gf_buf_printf(&b, "%s%llu:%llu:%d:%lld:%d", i || (around && *around) ? "," : "",
                      (unsigned long long)c->sems[i].dev, (unsigned long long)c->sems[i].ino,
                      (int)c->sems[i].place, (long long)c->asked, (int)c->pid);
    gf_buf_putc(&b, '\0');
    if (b.failed) {
        gf_buf_release(&b);
        return NULL;
    }
    return b.data;
}
