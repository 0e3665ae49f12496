/*
 * agent_owner.c - the side of who owns an agent: asks, hands in, and is told.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/sat.h"
#include "queue/agent_parts.h"

static void release(struct gf_queue_agent *a)
{
    for (size_t i = a->s.taken; i < a->s.ready.n; i++)
        free(gf_agent_work_at(&a->s.ready, i)->bytes);
    for (size_t i = 0; i < a->mine.n; i++)
        free(gf_agent_end_at(&a->mine, i)->tail);
    for (size_t i = 0; i < a->s.ends.n; i++)
        free(gf_agent_end_at(&a->s.ends, i)->tail);
    struct gf_agent_list *lists[] = {&a->s.ready, &a->s.ends,  &a->s.lost, &a->held,
                                     &a->mine,    &a->at_hand, &a->leases};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free(lists[i]->all);
    gf_queue_taken_release(&a->taken);
    if (a->wake != -1)
        close(a->wake);
    if (a->news != -1)
        close(a->news);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

int gf_queue_agent_start(struct gf_queue_agent **out, struct gf_queue *q,
                         const struct gf_queue_agent_how *how)
{
    struct gf_queue_agent *a = calloc(1, sizeof *a);
    sigset_t all, before;
    if (!a)
        return -1;
    a->q = q;
    a->how = *how;
    a->how.worker = a->worker;
    snprintf(a->worker, sizeof a->worker, "%s", how->worker);
    a->look = true;
    a->look_boot = GF_NEVER;
    pthread_mutex_init(&a->lock, NULL);
    a->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    a->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int err = a->wake == -1 || a->news == -1 ? errno : 0;
    if (err == 0) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        err = pthread_create(&a->thread, NULL, gf_agent_work, a);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (err == 0) {
        *out = a;
        return 0;
    }
    release(a);
    errno = err;
    return -1;
}

int gf_queue_agent_fd(const struct gf_queue_agent *a)
{
    return a->news;
}

void gf_queue_agent_heard(struct gf_queue_agent *a)
{
    gf_agent_empty(a->news);
}

void gf_queue_agent_want(struct gf_queue_agent *a, unsigned n)
{
    pthread_mutex_lock(&a->lock);
    bool more = n > a->s.want;
    a->s.want = n;
    pthread_mutex_unlock(&a->lock);
    if (more)
        gf_agent_ring(a->wake);
}

bool gf_queue_agent_take(struct gf_queue_agent *a, struct gf_queue_work *out)
{
    pthread_mutex_lock(&a->lock);
    struct gf_agent_shared *s = &a->s;
    bool any = s->taken < s->ready.n && gf_now_boot() < s->sure_boot;
    if (any)
        *out = *gf_agent_work_at(&s->ready, s->taken++);
    if (s->taken == s->ready.n)
        s->taken = s->ready.n = 0;
    if (any && s->want)
        s->want--;
    pthread_mutex_unlock(&a->lock);
    return any;
}

bool gf_queue_agent_is_sure(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    bool sure = a->s.lost.n == 0 && gf_now_boot() < a->s.sure_boot;
    pthread_mutex_unlock(&a->lock);
    return sure;
}

int gf_queue_agent_end(struct gf_queue_agent *a, const struct gf_queue_end *e, unsigned want)
{
    char *tail = e->tail.len ? malloc(e->tail.len) : NULL;
    if (e->tail.len && !tail)
        return -1;
    pthread_mutex_lock(&a->lock);
    a->s.want = want;
    struct gf_agent_end *copy = gf_agent_grow(&a->s.ends, sizeof *copy);
    if (copy) {
        *copy = (struct gf_agent_end){.e = *e, .tail = tail};
        snprintf(copy->token, sizeof copy->token, "%s", e->token);
        if (tail)
            memcpy(tail, e->tail.data, e->tail.len);
        a->s.unsure++;
    }
    pthread_mutex_unlock(&a->lock);
    if (!copy)
        free(tail);
    gf_agent_ring(a->wake);
    return copy ? 0 : -1;
}

bool gf_queue_agent_lost(struct gf_queue_agent *a, char token[GF_QUEUE_TOKEN])
{
    pthread_mutex_lock(&a->lock);
    bool any = a->s.lost.n > 0;
    if (any)
        memcpy(token, gf_agent_token_at(&a->s.lost, --a->s.lost.n)->text, GF_QUEUE_TOKEN);
    pthread_mutex_unlock(&a->lock);
    return any;
}

uint64_t gf_queue_agent_buried(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    uint64_t n = a->s.buried;
    a->s.buried = 0;
    pthread_mutex_unlock(&a->lock);
    return n;
}

bool gf_queue_agent_is_empty(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    bool yes = a->s.is_empty && a->s.taken == a->s.ready.n && a->s.ends.n == 0;
    pthread_mutex_unlock(&a->lock);
    return yes;
}

bool gf_queue_agent_note(struct gf_queue_agent *a, char out[GF_QUEUE_NOTE])
{
    pthread_mutex_lock(&a->lock);
    bool is_new = a->s.note[0] && !a->s.was_noted;
    if (is_new)
        memcpy(out, a->s.note, GF_QUEUE_NOTE);
    a->s.was_noted = a->s.note[0] != '\0';
    pthread_mutex_unlock(&a->lock);
    return is_new;
}

enum gf_queue_agent_state gf_queue_agent_state(struct gf_queue_agent *a,
                                               struct gf_queue_trouble *why)
{
    pthread_mutex_lock(&a->lock);
    enum gf_queue_agent_state state = a->s.state;
    if (state != GF_QUEUE_AGENT_WORKS)
        *why = a->s.trouble;
    pthread_mutex_unlock(&a->lock);
    return state;
}

void gf_queue_agent_finish(struct gf_queue_agent *a, gf_ns by_mono)
{
    pthread_mutex_lock(&a->lock);
    a->s.stop = true;
    a->s.stop_by_mono = by_mono;
    pthread_mutex_unlock(&a->lock);
    gf_agent_ring(a->wake);
}

bool gf_queue_agent_is_over(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    bool over = a->s.is_over;
    pthread_mutex_unlock(&a->lock);
    return over;
}

size_t gf_queue_agent_unsure(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    size_t n = a->s.unsure;
    pthread_mutex_unlock(&a->lock);
    return n;
}

bool gf_queue_agent_leave(struct gf_queue_agent *a)
{
    if (!gf_queue_agent_is_over(a)) {
        pthread_detach(a->thread);
        return false;
    }
    pthread_join(a->thread, NULL);
    release(a);
    return true;
}
