/*
 * nest.c - a gf-sem that would wait for the permits that its own command was started with.
 *
 * Each gf-sem gives its command GF_SEM: the permits that it holds, behind those of the gf-sem
 * around it, as DEVICE:INODE:PLACE:TURN:PROCESS with commas between. A daemon may have inherited
 * it from a gf-sem that ended long ago, so an entry counts only while the place is held with that
 * turn. A claim on a server is redis:ID, and counts while the server knows it as a holder.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"
#include "request.h"

enum {
    AROUND_MOST = 8192 /* bytes of GF_SEM that are handed on */
};

struct outer {
    uint64_t dev, ino;
    int place;
    int64_t turn;
    int process;
};

/* Reads the five numbers of an entry. False: one of them is none of ours, or too large for one. */
static bool read_outer(const char *p, struct outer *o)
{
    static const uint64_t most[] = {UINT64_MAX, UINT64_MAX, INT_MAX, INT64_MAX, INT_MAX};
    uint64_t n[5];
    for (size_t i = 0; i < 5; i++) {
        size_t len = strcspn(p, ":,");
        if (p[len] != (i < 4 ? ':' : ',') && (i < 4 || p[len]))
            return false;
        if (gf_parse_count(p, len, 0, most[i], &n[i], NULL) != 0)
            return false;
        p += len + 1;
    }
    *o = (struct outer){n[0], n[1], (int)n[2], (int64_t)n[3], (int)n[4]};
    return true;
}

/* The next entry; NULL: none. What is not one of ours is passed over. */
static const char *next_outer(const char *p, struct outer *o)
{
    while (*p) {
        bool ours = read_outer(p, o);
        p += strcspn(p, ",");
        p += *p == ',';
        if (ours)
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

/* What the commands around this one hold of it, and one of them. */
static uint64_t held_around(struct gf_sem *s, struct outer *one)
{
    struct gf_sem_list list;
    struct outer o;
    uint64_t held = 0;
    const char *p = getenv("GF_SEM");
    if (!p || gf_sem_list(s, &list) != 0)
        return 0;
    while ((p = next_outer(p, &o)))
        if (o.dev == s->dev && o.ino == s->ino && held_by(&list, &o)) {
            held += held_by(&list, &o);
            *one = o;
        }
    gf_sem_list_release(&list);
    return held;
}

static int check_one(struct gf_sem *s, const struct want *w)
{
    struct gf_sem_limits limits;
    struct outer outer;
    uint64_t held = held_around(s, &outer);
    if (held == 0 || gf_sem_limits(s, &limits) != 0)
        return 0;
    uint64_t need = s->weight < limits.permits ? s->weight : limits.permits;
    if (held + need <= limits.permits)
        return 0;
    if (held >= GF_SEM_MOST) /* a writer */
        gf_error("this command runs in gf-sem (process %d), which holds all permits of '%s': it "
                 "would wait for itself",
                 outer.process, w->state);
    else if (need < limits.permits || need == 1)
        gf_error("this command runs in gf-sem (process %d), which holds %" PRIu64
                 " of %u permits of '%s': it would wait for itself",
                 outer.process, held, (unsigned)limits.permits, w->state);
    else
        gf_error("this command runs in gf-sem (process %d), which holds a permit of '%s', and "
                 "wants all: it would wait for itself",
                 outer.process, w->state);
    gf_hint("take all that is needed in the outer one, or use another -S in the inner one");
    return GF_EXIT_USAGE;
}

int check_nested_wait_all(struct gf_sem *s, const struct want *w)
{
    struct outer outer;
    if (held_around(s, &outer) == 0)
        return 0;
    gf_error("this command runs in gf-sem (process %d), which holds a permit of '%s': it would "
             "wait for itself",
             outer.process, w->state);
    gf_hint("call --wait-all outside of the command");
    return GF_EXIT_USAGE;
}

int check_nesting(const struct gf_sem_claim *c, const struct request *rq)
{
    int status = 0;
    for (size_t i = 0; rq->action == ACTION_RUN && status == 0 && i < c->count; i++)
        status = check_one(&c->sems[i], &rq->wants[c->sems[i].tag]);
    return status;
}

/* A service that starts itself anew in a gf-sem, again and again, hands on entries of the past: the
 * oldest are left out before they are too long for an environment. */
static const char *recent(const char *around)
{
    size_t len = around ? strlen(around) : 0;
    while (len > AROUND_MOST) {
        size_t entry = strcspn(around, ",");
        entry += around[entry] == ',';
        around += entry;
        len -= entry;
    }
    return around;
}

static char *finish(struct gf_buf *b)
{
    gf_buf_putc(b, '\0');
    if (!b->failed)
        return b->data;
    gf_buf_release(b);
    return NULL;
}

char *nesting_for_command(const struct gf_sem_claim *c)
{
    const char *around = recent(getenv("GF_SEM"));
    struct gf_buf b = {0};
    gf_buf_printf(&b, "GF_SEM=%s", around ? around : "");
    for (size_t i = 0; i < c->count; i++)
        gf_buf_printf(&b, "%s%llu:%llu:%d:%lld:%d", i || (around && *around) ? "," : "",
                      (unsigned long long)c->sems[i].dev, (unsigned long long)c->sems[i].ino,
                      (int)c->sems[i].place, (long long)c->asked, (int)c->pid);
    return finish(&b);
}

static const char remote[] = "redis:";

char *nesting_for_remote(const char *id)
{
    const char *around = recent(getenv("GF_SEM"));
    struct gf_buf b = {0};
    gf_buf_printf(&b, "GF_SEM=%s%s%s%s", around ? around : "", around && *around ? "," : "", remote,
                  id);
    return finish(&b);
}

char *remotes_around(void)
{
    struct gf_buf b = {0};
    for (const char *p = getenv("GF_SEM"); p && *p;) {
        size_t n = strcspn(p, ",");
        if (strncmp(p, remote, sizeof remote - 1) == 0)
            gf_buf_printf(&b, "%.*s ", (int)(n - (sizeof remote - 1)), p + sizeof remote - 1);
        p += n + (p[n] == ',');
    }
    return finish(&b);
}
