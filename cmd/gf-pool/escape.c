/*
 * escape.c - processes that left the group of their job (by setsid), when that was told to end.
 *
 * We are the subreaper of all that jobs start: who outlives its parents becomes our child, and is
 * found among our children by the run and the job that its environment names (GF_POOL, GF_SEQ).
 * What a job that ended by itself left behind is not ours to end.
 *
 * One with children of its own hands them to us when it ends, so looks are repeated: while its job
 * is cleared, and once more at the end of the run. A process that cleared its environment cannot be
 * told from others; it is named at the end.
 */
#include "pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/sat.h"
#include "proc/procfs.h"

enum {
    FRESH_MS = 1,    /* a look is good for so long */
    LAST_LOOKS = 50, /* at the end of the run, 10 ms apart */
    SHOWN = 60       /* bytes of a command */
};

void escape_init(void)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1); /* without it less is found */
}

void escape_release(struct pool *p)
{
    free(p->escapes.list);
    gf_buf_release(&p->escapes.env);
    free(p->escapes.told);
}

static bool leads_a_job(const struct pool *p, pid_t pid)
{
    for (unsigned i = 0; i < p->slots; i++)
        if (p->slot_pid[i] == pid)
            return true;
    return false;
}

static const struct orphan *find(const struct orphan *list, size_t n, pid_t pid)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].pid == pid)
            return &list[i];
    return NULL;
}

struct look {
    struct pool *p;
    struct orphan *old;
    size_t nold;
};

static bool add_orphan(void *arg, pid_t pid)
{
    struct look *l = arg;
    struct escapes *e = &l->p->escapes;
    if (leads_a_job(l->p, pid))
        return true;
    gf_procfs_read(pid, "environ", &e->env);
    bool fades = e->env.len == 0; /* about to end, it has no environment any more */
    if (fades && gf_procfs_zombie(pid, &e->env))
        return true;
    if (e->n == e->cap) {
        size_t cap = e->cap ? gf_sat_mul(e->cap, 2) : 16;
        struct orphan *more = realloc(e->list, gf_sat_mul(cap, sizeof *more));
        if (!more)
            return false;
        e->list = more;
        e->cap = cap;
    }
    const struct orphan *before = find(l->old, l->nold, pid);
    const char *run = gf_procfs_variable(&e->env, "GF_POOL=");
    const char *seq = gf_procfs_variable(&e->env, "GF_SEQ=");
    bool ours = run && seq && strcmp(run, l->p->env_pool + strlen("GF_POOL=")) == 0;
    struct orphan *o = &e->list[e->n++];
    *o = (struct orphan){.pid = pid, .seq = ours ? strtoull(seq, NULL, 10) : 0};
    if (before && fades)
        o->seq = before->seq;
    o->told = before && before->told;
    return true;
}

static void look(struct pool *p)
{
    struct escapes *e = &p->escapes;
    gf_ns now = gf_now_mono();
    if (e->looked_mono && now - e->looked_mono < FRESH_MS * GF_MS)
        return;
    struct look l = {.p = p, .old = e->list, .nold = e->n};
    e->list = NULL;
    e->n = e->cap = 0;
    (void)gf_procfs_children(add_orphan, &l);
    e->looked_mono = gf_now_mono();
    free(l.old);
}

void escape_told(const struct job *j)
{
    struct escapes *e = &j->pool->escapes;
    if (e->ntold && e->told[e->ntold - 1] == j->seq)
        return;
    if (e->ntold == e->told_room) {
        size_t room = e->told_room ? gf_sat_mul(e->told_room, 2) : 16;
        uint64_t *more = realloc(e->told, gf_sat_mul(room, sizeof *more));
        if (!more)
            return; /* the last look does not know of it then; it is cleared all the same */
        e->told = more;
        e->told_room = room;
    }
    e->told[e->ntold++] = j->seq;
}

bool escape_lives(const struct job *j)
{
    const struct escapes *e = &j->pool->escapes;
    look(j->pool);
    for (size_t i = 0; i < e->n; i++)
        if (e->list[i].seq == j->seq)
            return true;
    return false;
}

static void tell(struct orphan *o, int sig)
{
    if (sig != SIGKILL && o->told)
        return;
    o->told = true;
    kill(o->pid, sig);
    kill(o->pid, SIGCONT);
}

void escape_signal(const struct job *j, int sig)
{
    struct escapes *e = &j->pool->escapes;
    look(j->pool);
    for (size_t i = 0; i < e->n; i++)
        if (e->list[i].seq == j->seq)
            tell(&e->list[i], sig);
}

/* Whether its job was told to end. */
static bool is_to_end(const struct escapes *e, const struct orphan *o)
{
    for (size_t i = 0; i < e->ntold; i++)
        if (e->told[i] == o->seq)
            return true;
    return false;
}

static bool kill_rest(struct pool *p)
{
    struct escapes *e = &p->escapes;
    bool any = false;
    e->looked_mono = 0;
    look(p);
    while (waitpid(-1, NULL, WNOHANG) > 0) /* what the look passed by because it had ended */
        any = true;
    for (size_t i = 0; i < e->n; i++) {
        if (!is_to_end(e, &e->list[i]))
            continue;
        any = true;
        tell(&e->list[i], SIGKILL);
    }
    return any;
}

static void name_rest(struct pool *p)
{
    struct escapes *e = &p->escapes;
    for (size_t i = 0; i < e->n; i++) {
        struct orphan *o = &e->list[i];
        if (o->seq && !is_to_end(e, o))
            continue;
        gf_procfs_command(o->pid, SHOWN, &e->env);
        if (e->env.len == 0)
            continue;
        gf_note("process %ld, '%.*s', which a job that was ended may have left, still runs",
                (long)o->pid, (int)e->env.len, e->env.data);
    }
}

void escape_end(struct pool *p)
{
    if (p->escapes.ntold == 0)
        return;
    for (int i = 0; i < LAST_LOOKS && kill_rest(p); i++)
        gf_sleep_until(gf_now_mono() + 10 * GF_MS);
    name_rest(p);
}
