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

#include "limit/sem.h"
#include "limit/semfile.h"

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
    u->asked_mono = r->asked_mono;
    u->since_wall = r->since_wall;
    u->label_len = r->label_len < GF_SEM_LABEL_MAX ? r->label_len : GF_SEM_LABEL_MAX;
    memcpy(u->label, r->label, u->label_len);
}

static int gather(void *arg, off_t start, off_t len)
{
    struct gathering *g = arg;
    int place = (int)((start - GF_SEMFILE_PLACES) / GF_SEMFILE_STRIDE);
    int holds = gf_semfile_locked(g->fd, GF_SEMFILE_HOLDS + place * GF_SEMFILE_STRIDE, len);
    struct gf_sem_user *u = holds == -1 ? NULL : add_user(g);
    if (!u)
        return -1;
    u->holds = holds;
    u->weight = (uint32_t)len;
    *(holds ? &g->list->held : &g->list->wanted) += (uint64_t)len;
    ++*(holds ? &g->list->holders : &g->list->waiters);
    struct gf_semfile_record r;
    if (gf_semfile_read_record(g->fd, place, &r) == 0)
        believe(u, &r);
    return 0;
}

static int by_turn(const void *a, const void *b)
{
    const struct gf_sem_user *x = a, *y = b;
    if (x->holds != y->holds)
        return x->holds ? -1 : 1;
    gf_ns p = x->holds ? x->since_wall : x->asked_mono,
          q = y->holds ? y->since_wall : y->asked_mono;
    if (p != q)
        return p < q ? -1 : 1;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

int gf_sem_list(struct gf_sem *s, struct gf_sem_list *out)
{
    *out = (struct gf_sem_list){0};
    struct gathering g = {.fd = s->fd, .list = out};
    if (gf_semfile_each(s->fd, GF_SEMFILE_PLACES, gather, &g) != 0) {
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
