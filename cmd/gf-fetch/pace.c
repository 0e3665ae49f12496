/*
 * pace.c - a pacer of our own (limit/pacer.h), or a place in the queue of a shared budget.
 *
 * A place says when it is due. Until then nothing starts; when the terms of the budget change
 * meanwhile the place is void, and another one is taken.
 */
#include "pace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/statepath.h"

static void on_due(struct ev_loop *loop, ev_timer *w, int events)
{
    struct pace *p = w->data;
    (void)loop, (void)events;
    p->on_change(p->owner);
}

/* SIGBUS: the state file was cut short while it was mapped, or its disk failed. */
static void on_bus(int sig)
{
    static const char text[] = "gf-fetch: the state file was cut short while in use, or the disk "
                               "under it failed\n";
    (void)sig;
    ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
    (void)n;
    _exit(GF_EXIT_TOOL);
}

static int open_file(struct gf_statepath *path, const struct options *o, const char **why)
{
    if (gf_statepath_here(path, o->state, ".rate", why) != 0)
        return -1;
    if (o->has_rate && gf_statepath_make_parents(path, why) != 0)
        return -1;
    return gf_state_openat(AT_FDCWD, path->path, o->has_rate ? O_RDWR | O_CREAT : O_RDWR, path,
                           why);
}

static int unusable(const struct options *o, const struct gf_statepath *path, int code,
                    const char *why)
{
    char text[GF_STATEPATH_CURE];
    const char *cure = gf_statepath_cure(path->path, code, why, text);
    gf_error("cannot use the state '%s': %s", path->path[0] ? path->path : o->state, why);
    if (cure)
        gf_hint("%s", cure);
    else if ((code == ENOENT || code == ENODATA) && !o->has_rate)
        gf_hint("its first user says the rate: --rate 10/s");
    return -1;
}

static int open_shared(struct pace *p, const struct options *o)
{
    static struct gf_calendars calendars; /* of quotas that another user may set */
    char boot[GF_BUDGET_BOOT];
    const char *why = NULL;
    struct gf_statepath path = {.path = ""};
    struct sigaction bus = {.sa_handler = on_bus};
    p->calendars = &calendars;
    calendars.zones.dir = getenv("TZDIR");
    if (gf_machine_boot(boot) != 0) {
        gf_error_errno("cannot read the name of this boot from /proc");
        return -1;
    }
    struct gf_budget_ask ask = {.boot = boot,
                                .now_mono = gf_now_mono(),
                                .now_wall = gf_now_wall(),
                                .rate = o->has_rate ? &o->rate : NULL,
                                .burst = 1,
                                .seed = gf_random(),
                                .calendars = &calendars};
    gf_calendars_look(&calendars, ask.now_mono, ask.now_wall);
    int fd = open_file(&path, o, &why);
    if (fd != -1)
        sigaction(SIGBUS, &bus, NULL);
    if (fd == -1 || gf_budget_open(&p->budget, fd, &ask, &why) != 0)
        return unusable(o, &path, errno, why);
    p->is_shared = true;
    p->all = gf_budget_all(&p->budget);
    return 0;
}

int pace_open(struct pace *p, const struct options *o, struct ev_loop *loop)
{
    p->opt = o;
    p->loop = loop;
    p->budget.fd = -1;
    ev_timer_init(&p->timer, on_due, 0, 0);
    p->timer.data = p;
    if (o->state)
        return open_shared(p, o);
    if (o->has_rate && gf_pacer_init(&p->pacer, o->rate, 1, 1, 10 * GF_MS, gf_now_mono()) != 0) {
        gf_error("this rate is too low to keep");
        return -1;
    }
    return 0;
}

void pace_close(struct pace *p)
{
    if (!p->loop)
        return;
    ev_timer_stop(p->loop, &p->timer);
    if (p->is_shared) {
        if (p->has_turn)
            gf_budget_cancel(&p->budget, &p->turn, gf_now_mono());
        gf_budget_release(&p->budget);
        gf_calendars_release(p->calendars);
    }
    p->is_shared = false;
}

/* False, and a wake-up at `due`. */
static bool wait_until(struct pace *p, gf_ns due, gf_ns now)
{
    ev_now_update(p->loop);
    ev_timer_set(&p->timer, due > now ? (double)(due - now) / 1e9 : 0, 0);
    ev_timer_start(p->loop, &p->timer);
    return false;
}

static bool shared_allows(struct pace *p, gf_ns now)
{
    gf_calendars_look(p->calendars, now, gf_now_wall());
    if (!p->has_turn || !gf_budget_holds(&p->budget, &p->turn) ||
        gf_budget_is_over(&p->budget, &p->turn, now))
        p->has_turn = gf_budget_take(&p->budget, &p->all, 1, now, GF_NEVER, &p->turn);
    gf_ns due = p->has_turn ? gf_budget_due(&p->budget, &p->turn, now) : now + GF_S;
    if (p->has_turn && due <= now)
        return true;
    /* The terms may change meanwhile: once a second is soon enough to see that. */
    return wait_until(p, due < now + GF_S ? due : now + GF_S, now);
}

bool pace_allows(struct pace *p)
{
    if (!p->opt->has_rate && !p->is_shared)
        return true;
    gf_ns now = gf_now_mono();
    ev_timer_stop(p->loop, &p->timer);
    if (p->is_shared)
        return shared_allows(p, now);
    return gf_pacer_may(&p->pacer, now) > 0 || wait_until(p, gf_pacer_wake(&p->pacer, 1, now), now);
}

void pace_pass(struct pace *p)
{
    p->has_turn = false;
    if (p->opt->has_rate && !p->is_shared)
        gf_pacer_pass(&p->pacer, 1, gf_now_mono());
}

void pace_arrived(struct pace *p)
{
    if (p->opt->has_rate && !p->is_shared)
        gf_pacer_arrived(&p->pacer, gf_now_mono());
}
