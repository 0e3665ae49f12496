/*
 * agent.c - the thread goes round: what there is to hand in, to renew and to take is one step; when
 * there is nothing, it waits for its owner, for the queue, or for the next renewal.
 *
 * What both threads touch is in struct gf_agent_shared, behind a mutex that is never held over a
 * call of the queue. Each side wakes the other by an eventfd.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/sat.h"
#include "queue/agent_parts.h"

enum {
    TRY_AGAIN_MS = 100,
    DEAF_MS = 200,    /* between looks where the queue has nothing to listen to */
    SKIPPED_MS = 100, /* where something is due that we may not have beside what we have */
};

/* ---- lists ----------------------------------------------------------------------------------- */

void *gf_agent_grow(struct gf_agent_list *l, size_t size)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? gf_sat_mul(l->cap, 2) : 16;
        void *all = realloc(l->all, gf_sat_mul(cap, size));
        if (!all)
            return NULL;
        l->all = all;
        l->cap = cap;
    }
    return (char *)l->all + size * l->n++;
}

static struct gf_agent_token *add_token(struct gf_agent_list *l, const char *text)
{
    struct gf_agent_token *t = gf_agent_grow(l, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct gf_agent_token){0};
    snprintf(t->text, sizeof t->text, "%s", text);
    return t;
}

static void remove_token(struct gf_agent_list *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(gf_agent_token_at(l, i)->text, text) == 0) {
            *gf_agent_token_at(l, i) = *gf_agent_token_at(l, --l->n);
            return;
        }
}

void gf_agent_ring(int fd)
{
    uint64_t one = 1;
    (void)!write(fd, &one, sizeof one); /* when it is full it is readable */
}

void gf_agent_empty(int fd)
{
    uint64_t n;
    (void)!read(fd, &n, sizeof n);
}

static struct gf_queue_now now_of(void)
{
    return (struct gf_queue_now){.wall = gf_now_wall(), .boot = gf_now_boot()};
}

/* ---- one step -------------------------------------------------------------------------------- */

/* Makes the lists of the step, out of the ends that were handed in. False: memory is out. */
static bool gather(struct gf_queue_agent *a, struct gf_queue_step *step, bool renew)
{
    a->at_hand.n = a->leases.n = 0;
    for (size_t i = 0; i < a->mine.n; i++) {
        struct gf_queue_end *e = gf_agent_grow(&a->at_hand, sizeof *e);
        if (!e)
            return false;
        *e = gf_agent_end_at(&a->mine, i)->e;
        e->token = gf_agent_end_at(&a->mine, i)->token;
        e->tail.data = gf_agent_end_at(&a->mine, i)->tail;
        remove_token(&a->held, e->token);
    }
    for (size_t i = 0; renew && i < a->held.n; i++) {
        struct gf_queue_lease *l = gf_agent_grow(&a->leases, sizeof *l);
        if (!l)
            return false;
        *l = (struct gf_queue_lease){.token = gf_agent_token_at(&a->held, i)->text};
    }
    for (size_t i = 0; i < a->held.n; i++) {
        step->has_over |= gf_agent_token_at(&a->held, i)->over;
        step->has_last |= gf_agent_token_at(&a->held, i)->last;
    }
    step->ends = a->at_hand.all;
    step->nends = a->at_hand.n;
    step->leases = a->leases.all;
    step->nleases = a->leases.n;
    return true;
}

static void publish(struct gf_queue_agent *a, enum gf_queue_agent_state state)
{
    pthread_mutex_lock(&a->lock);
    bool changed = a->s.state != state;
    a->s.state = state;
    if (state == GF_QUEUE_AGENT_WORKS && !a->s.note[0] && *gf_queue_note(a->q)) {
        snprintf(a->s.note, sizeof a->s.note, "%s", gf_queue_note(a->q));
        changed = true;
    }
    if (state != GF_QUEUE_AGENT_WORKS)
        a->s.trouble = *gf_queue_trouble(a->q);
    pthread_mutex_unlock(&a->lock);
    if (changed)
        gf_agent_ring(a->news);
}

/* Whether the owner has no more patience. */
static bool is_given_up(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    bool over = a->s.stop && gf_now_mono() >= a->s.stop_by_mono;
    pthread_mutex_unlock(&a->lock);
    return over;
}

/* Until it is done. False: it cannot be, or the owner has no patience. */
static bool do_step(struct gf_queue_agent *a, struct gf_queue_step *step)
{
    struct gf_queue_now now = now_of();
    bool had_none = a->held.n == 0;
    while (gf_queue_step(a->q, step, &now, &a->taken) != 0) {
        bool later = gf_queue_trouble(a->q)->later;
        publish(a, later ? GF_QUEUE_AGENT_AWAY : GF_QUEUE_AGENT_FAILED);
        if (!later || is_given_up(a))
            return false;
        gf_sleep_until(gf_now_mono() + TRY_AGAIN_MS * GF_MS);
        now = now_of();
    }
    /* Leases began when the queue got the call: after it was made, however late the answer is. */
    if (step->nleases || (had_none && a->taken.n)) {
        a->renew_boot = gf_sat_add_i64(now.boot, a->how.lease / 3);
        a->sure_boot = gf_sat_add_i64(now.boot, a->how.lease);
    }
    gf_ns next = a->taken.next ? a->taken.next : SKIPPED_MS * GF_MS;
    a->look_boot = gf_sat_add_i64(now.boot, gf_sat_add_i64(next, GF_MS));
    publish(a, GF_QUEUE_AGENT_WORKS);
    return true;
}

static void drop_ends(struct gf_queue_agent *a)
{
    for (size_t i = 0; i < a->mine.n; i++)
        free(gf_agent_end_at(&a->mine, i)->tail);
    a->mine.n = 0;
}

static bool give(struct gf_queue_agent *a, const struct gf_queue_job *j)
{
    struct gf_queue_work *w = gf_agent_grow(&a->s.ready, sizeof *w);
    if (!w)
        return false;
    *w = (struct gf_queue_work){.delivery = j->delivery, .record = {.len = j->record.len}};
    w->bytes = malloc(j->record.len + 1);
    if (!w->bytes) {
        a->s.ready.n--;
        return false;
    }
    if (j->record.len)
        memcpy(w->bytes, j->record.data, j->record.len);
    w->record.data = w->bytes;
    memcpy(w->token, j->token, sizeof w->token);
    memcpy(w->id, j->id, sizeof w->id);
    struct gf_agent_token *t = add_token(&a->held, j->token);
    if (!t)
        return false;
    t->over = j->over;
    t->last = j->over && j->delivery == a->how.deliveries;
    return true;
}

/* A job that is lost before the owner had it is not the owner's matter. */
static bool drop_ready(struct gf_agent_shared *s, const char *token)
{
    for (size_t i = s->taken; i < s->ready.n; i++) {
        struct gf_queue_work *w = gf_agent_work_at(&s->ready, i);
        if (strcmp(w->token, token) != 0)
            continue;
        free(w->bytes);
        memmove(w, w + 1, (--s->ready.n - i) * sizeof *w);
        return true;
    }
    return false;
}

/* What became of the leases that were to be renewed. False: memory is out. */
static bool note_leases(struct gf_queue_agent *a, const struct gf_queue_step *step)
{
    bool ok = true;
    for (size_t i = step->nleases; i-- > 0;) { /* as many as are held, in that order */
        const char *token = step->leases[i].token;
        if (step->leases[i].held)
            continue;
        if (!drop_ready(&a->s, token))
            ok = add_token(&a->s.lost, token) && ok;
        *gf_agent_token_at(&a->held, i) = *gf_agent_token_at(&a->held, --a->held.n);
    }
    return ok;
}

/* What the step found goes to the owner. False: memory is out. */
static bool hand_out(struct gf_queue_agent *a, const struct gf_queue_step *step)
{
    pthread_mutex_lock(&a->lock);
    bool ok = note_leases(a, step);
    a->s.sure_boot = a->sure_boot; /* and those that are lost are known as such */
    for (size_t i = 0; i < step->nends; i++)
        if (!step->ends[i].accepted && !step->ends[i].unstarted)
            ok = add_token(&a->s.lost, step->ends[i].token) && ok;
    a->s.unsure -= step->nends;
    for (size_t i = 0; i < a->taken.n; i++)
        ok = give(a, &a->taken.jobs[i]) && ok;
    a->s.buried += a->taken.buried;
    a->s.is_empty = a->taken.is_empty;
    bool tell = a->taken.n || step->nleases || a->s.lost.n || a->taken.buried || a->s.is_empty;
    pthread_mutex_unlock(&a->lock);
    drop_ends(a);
    if (tell)
        gf_agent_ring(a->news);
    return ok;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void rest(struct gf_queue_agent *a, bool wants)
{
    gf_ns boot = gf_now_boot(), until = a->held.n ? a->renew_boot : GF_NEVER;
    int fd = wants ? gf_queue_listen(a->q) : -1;
    if (wants && a->look_boot < until)
        until = a->look_boot;
    if (wants && fd == -1 && until > boot + DEAF_MS * GF_MS)
        until = boot + DEAF_MS * GF_MS;
    if (wants && a->how.look && until > boot + a->how.look)
        until = boot + a->how.look;
    struct pollfd p[] = {{.fd = a->wake, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    gf_ns left = until == GF_NEVER ? 3600 * GF_S : until > boot ? until - boot : 0;
    struct timespec t = {.tv_sec = (time_t)(left / GF_S), .tv_nsec = (long)(left % GF_S)};
    int n = ppoll(p, 2, &t, NULL);
    if (n > 0 && p[0].revents)
        gf_agent_empty(a->wake);
    if (n > 0 && p[1].revents)
        gf_queue_heard(a->q);
    if (wants && (n == 0 || (n > 0 && p[1].revents)))
        a->look = true;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void fail_for_memory(struct gf_queue_agent *a)
{
    pthread_mutex_lock(&a->lock);
    a->s.state = GF_QUEUE_AGENT_FAILED;
    a->s.trouble = (struct gf_queue_trouble){.why = "out of memory"};
    pthread_mutex_unlock(&a->lock);
    gf_agent_ring(a->news);
}

/* What nobody took goes back; else its lease will end. */
static void give_back(struct gf_queue_agent *a)
{
    for (; a->s.taken < a->s.ready.n; a->s.taken++) {
        struct gf_queue_work *w = gf_agent_work_at(&a->s.ready, a->s.taken);
        struct gf_agent_end *e = gf_agent_grow(&a->s.ends, sizeof *e);
        free(w->bytes);
        if (!e)
            continue;
        a->s.unsure++;
        *e = (struct gf_agent_end){.e = {.what = GF_QUEUE_BACK, .status = -1, .unstarted = true}};
        memcpy(e->token, w->token, sizeof e->token);
    }
}

/* Takes over what the owner asks for. Whether to go on. */
static bool look_at_owner(struct gf_queue_agent *a, unsigned *want)
{
    pthread_mutex_lock(&a->lock);
    if (a->s.stop)
        give_back(a);
    struct gf_agent_list ends = a->s.ends;
    a->s.ends = a->mine; /* empty, with its memory */
    a->mine = ends;
    size_t waiting = a->s.ready.n - a->s.taken;
    *want = !a->s.stop && a->s.want > waiting ? a->s.want - (unsigned)waiting : 0;
    bool go_on = !a->s.stop || a->mine.n;
    pthread_mutex_unlock(&a->lock);
    return go_on;
}

static void go_round(struct gf_queue_agent *a)
{
    unsigned want;
    while (look_at_owner(a, &want)) {
        bool renew = a->held.n && gf_now_boot() >= a->renew_boot;
        if (!a->mine.n && !renew && !(want && a->look)) {
            rest(a, want > 0);
            continue;
        }
        struct gf_queue_step step = {.want = want,
                                     .lease = a->how.lease,
                                     .keep = a->how.keep,
                                     .deliveries = a->how.deliveries,
                                     .worker = a->worker};
        if (!gather(a, &step, renew)) {
            fail_for_memory(a);
            break;
        }
        if (!do_step(a, &step))
            break;
        if (want)
            a->look = a->taken.n >= step.want;
        if (!hand_out(a, &step)) {
            fail_for_memory(a);
            break;
        }
    }
}

void *gf_agent_work(void *arg)
{
    struct gf_queue_agent *a = arg;
    go_round(a);
    pthread_mutex_lock(&a->lock);
    a->s.is_over = true;
    pthread_mutex_unlock(&a->lock);
    gf_agent_ring(a->news);
    return NULL;
}
