/*
 * orphans.c - processes that left the group of their task.
 *
 * A look reads the list of our children and the environment of each. What is about to end has no
 * environment any more; it keeps the token that an earlier look found.
 */
#include "run/orphans.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/grow.h"
#include "proc/procfs.h"

enum {
    FRESH_MS = 1,      /* a look is good for so long */
    LAST_LOOKS = 50,   /* at the end of the run, */
    LAST_MS = 10,      /* so far apart */
    SHOWN = 60,        /* bytes of a command */
    ENDING_MOST = 8192 /* tasks that are remembered */
};

void gf_orphans_adopt(void)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void gf_orphans_release(struct gf_orphans *o)
{
    free(o->list);
    free(o->ending);
    gf_buf_release(&o->env);
    o->list = NULL;
    o->ending = NULL;
    o->n = o->cap = o->nending = o->ending_cap = 0;
}

static const struct gf_orphan *find(const struct gf_orphan *list, size_t n, pid_t pid)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].pid == pid)
            return &list[i];
    return NULL;
}

struct look {
    struct gf_orphans *o;
    gf_orphans_leads *is_leader;
    struct gf_orphan *old; /* what the look before found */
    size_t nold;
};

static const char *variable(struct gf_orphans *o, const char *name)
{
    char with_equals[64];
    size_t len = strlen(name);
    if (len + 2 > sizeof with_equals)
        return NULL;
    memcpy(with_equals, name, len);
    memcpy(with_equals + len, "=", 2);
    return gf_procfs_variable(&o->env, with_equals);
}

/* What the environment in o->env says. A text of another length is no token. */
static void read_marks(struct gf_orphans *o, struct gf_orphan *orphan)
{
    const char *run = variable(o, o->run), *token = variable(o, GF_ORPHANS_TOKEN);
    orphan->ours = run && strcmp(run, o->run_value) == 0;
    if (token && strlen(token) == GF_TOKEN_SIZE - 1)
        memcpy(orphan->token.text, token, GF_TOKEN_SIZE);
}

static bool add(void *arg, pid_t pid)
{
    struct look *l = arg;
    struct gf_orphans *o = l->o;
    if (l->is_leader(pid))
        return true;
    gf_procfs_read(pid, "environ", &o->env);
    bool fades = o->env.len == 0;
    if (fades && gf_procfs_zombie(pid, &o->env))
        return true;
    struct gf_orphan *more = gf_grow(o->list, &o->cap, o->n + 1, sizeof *more);
    if (!more)
        return false;
    o->list = more;
    const struct gf_orphan *before = find(l->old, l->nold, pid);
    struct gf_orphan *orphan = &o->list[o->n++];
    *orphan = before ? *before : (struct gf_orphan){.pid = pid};
    if (!fades)
        read_marks(o, orphan);
    return true;
}

static void look(struct gf_orphans *o, gf_orphans_leads *is_leader)
{
    gf_ns now = gf_now_mono();
    if (o->scanned_mono && now - o->scanned_mono < FRESH_MS * GF_MS)
        return;
    struct look l = {.o = o, .is_leader = is_leader, .old = o->list, .nold = o->n};
    o->list = NULL;
    o->n = o->cap = 0;
    (void)gf_procfs_children(add, &l);
    o->scanned_mono = gf_now_mono();
    free(l.old);
}

void gf_orphans_ending(struct gf_orphans *o, const struct gf_token *token)
{
    if (o->nending && gf_token_is(token, o->ending[o->nending - 1].text))
        return;
    if (o->nending == ENDING_MOST) { /* a scheduler may run for years */
        o->nending /= 2;
        memmove(o->ending, o->ending + o->nending, o->nending * sizeof *o->ending);
    }
    struct gf_token *more = gf_grow(o->ending, &o->ending_cap, o->nending + 1, sizeof *more);
    if (!more)
        return; /* the last look does not know of it then; its task is cleared all the same */
    o->ending = more;
    o->ending[o->nending++] = *token;
}

bool gf_orphans_live(struct gf_orphans *o, const struct gf_token *token,
                     gf_orphans_leads *is_leader)
{
    look(o, is_leader);
    for (size_t i = 0; i < o->n; i++)
        if (gf_token_is(token, o->list[i].token.text))
            return true;
    return false;
}

static void tell(struct gf_orphan *orphan, int sig)
{
    if (sig != SIGKILL && orphan->signalled)
        return;
    orphan->signalled = true;
    kill(orphan->pid, sig);
    kill(orphan->pid, SIGCONT); /* a stopped process would not see the other one */
}

void gf_orphans_signal(struct gf_orphans *o, const struct gf_token *token, int sig,
                       gf_orphans_leads *is_leader)
{
    look(o, is_leader);
    for (size_t i = 0; i < o->n; i++)
        if (gf_token_is(token, o->list[i].token.text))
            tell(&o->list[i], sig);
}

static bool is_to_end(const struct gf_orphans *o, const struct gf_orphan *orphan)
{
    for (size_t i = 0; i < o->nending; i++)
        if (gf_token_is(&o->ending[i], orphan->token.text))
            return true;
    return false;
}

/* Whether there was anything to do. */
static bool kill_rest(struct gf_orphans *o, gf_orphans_leads *is_leader)
{
    bool any = false;
    o->scanned_mono = 0;
    look(o, is_leader);
    while (waitpid(-1, NULL, WNOHANG) > 0) /* what the look passed by because it had ended */
        any = true;
    for (size_t i = 0; i < o->n; i++) {
        if (!is_to_end(o, &o->list[i]))
            continue;
        any = true;
        tell(&o->list[i], SIGKILL);
    }
    return any;
}

void gf_orphans_end(struct gf_orphans *o, gf_orphans_leads *is_leader,
                    void (*say)(pid_t pid, const char *command, size_t len))
{
    if (o->nending == 0)
        return;
    for (int i = 0; i < LAST_LOOKS && kill_rest(o, is_leader); i++)
        gf_sleep_until(gf_now_mono() + LAST_MS * GF_MS);
    for (size_t i = 0; i < o->n; i++) {
        struct gf_orphan *orphan = &o->list[i];
        if (orphan->ours && !is_to_end(o, orphan))
            continue;
        gf_procfs_command(orphan->pid, SHOWN, &o->env);
        if (o->env.len)
            say(orphan->pid, o->env.data, o->env.len);
    }
}
