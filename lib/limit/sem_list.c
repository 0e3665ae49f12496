/*
 * sem_list.c - who holds and who waits.
 *
 * The locks say which places are in use and which of them hold; the records say by whom. A record
 * is what its user wrote, so its numbers are bounded before they are believed. A user that came or
 * went while we looked may be missing or half known; the locks never lie.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "limit/sem.h"
#include "limit/semfile.h"
#include "limit/semline.h"

struct gathering {
    int fd;
    struct gf_sem_list *list;
    size_t count, cap;
};

static struct gf_sem_user *add_user(struct gathering *g)
{
    if (g->count == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 16;
        struct gf_sem_user *more = realloc(g->list->users, cap * sizeof *more);
        if (!more)
            return NULL;
        g->list->users = more;
        g->cap = cap;
    }
    return memset(&g->list->users[g->count++], 0, sizeof(struct gf_sem_user));
}

static void believe(struct gf_sem_user *u, const struct gf_semfile_record *r)
{
    u->pid = r->pid > 0 ? r->pid : 0;
    u->keeper = r->keeper > 0 ? r->keeper : 0;
    u->started = r->started;
    u->pid_space = r->pid_space;
    u->priority = r->priority < GF_SEM_PRIORITY_LAST ? r->priority : GF_SEM_PRIORITY_LAST;
    u->asked = r->asked;
    u->since_wall = r->since_wall > 0 ? r->since_wall : 0;
    u->label_len = r->label_len < GF_SEM_LABEL_MAX ? r->label_len : GF_SEM_LABEL_MAX;
    memcpy(u->label, r->label, u->label_len);
    if (u->stand != GF_SEM_WAITS)
        return;
    bool here = r->pid_space && r->pid_space == gf_process_space();
    char state = here ? gf_process_state(u->keeper) : '\0';
    if (r->state == GF_SEMFILE_PASSED || state == 'T')
        u->stand = GF_SEM_STOPPED;
}

static int gather(struct gathering *g, enum gf_sem_stand stand, int32_t place, off_t len)
{
    struct gf_sem_user *u = add_user(g);
    if (!u)
        return -1;
    u->stand = stand;
    u->place = place;
    u->weight = (uint32_t)len;
    struct gf_semfile_record r;
    if (gf_semfile_read_record(g->fd, place, &r) == 0)
        believe(u, &r);
    return 0;
}

static int gather_holder(void *arg, off_t start, off_t len)
{
    struct gathering *g = arg;
    g->list->held += (uint64_t)len;
    g->list->holders++;
    return gather(g, GF_SEM_HOLDS, gf_semfile_index(GF_SEMFILE_HOLDS, start), len);
}

static int gather_waiter(void *arg, off_t start, off_t len)
{
    struct gathering *g = arg;
    g->list->wanted += (uint64_t)len;
    g->list->waiters++;
    return gather(g, GF_SEM_WAITS, gf_semfile_index(GF_SEMFILE_PLACES, start), len);
}

static int by_turn(const void *a, const void *b)
{
    const struct gf_sem_user *x = a, *y = b;
    bool holds = x->stand == GF_SEM_HOLDS;
    if (holds != (y->stand == GF_SEM_HOLDS))
        return holds ? -1 : 1;
    if (holds && x->since_wall != y->since_wall)
        return x->since_wall < y->since_wall ? -1 : 1;
    return holds ? (x->pid > y->pid) - (x->pid < y->pid)
                 : gf_semline_compare(x->asked, x->priority, y->asked, y->priority);
}

/* At the gate, so that nobody is seen while it takes its permits: as both, or as neither. */
int gf_sem_list(struct gf_sem *s, struct gf_sem_list *out)
{
    *out = (struct gf_sem_list){0};
    struct gathering g = {.fd = s->fd, .list = out};
    if (gf_semfile_gate_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_each(s->fd, GF_SEMFILE_HOLDS, gather_holder, &g);
    if (r == 0)
        r = gf_semfile_each(s->fd, GF_SEMFILE_PLACES, gather_waiter, &g);
    gf_semfile_gate_unlock(s->fd);
    if (r != 0) {
        int code = errno;
        gf_sem_list_release(out);
        errno = code;
        return -1;
    }
    if (g.count)
        qsort(out->users, g.count, sizeof *out->users, by_turn);
    return 0;
}

void gf_sem_list_release(struct gf_sem_list *l)
{
    free(l->users);
    *l = (struct gf_sem_list){0};
}
