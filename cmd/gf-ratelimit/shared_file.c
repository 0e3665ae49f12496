/*
 * shared_file.c - a budget in a file: opened, and made a kind of shared.h.
 *
 * limit/budget.h has all that is done with it; a futex in the file wakes those who sleep for their
 * turn when the terms change.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/statepath.h"
#include "shared.h"

#define LOOK_INTERVAL (100 * GF_MS) /* between two looks whether the file is still there */

/* ---- a kind ---------------------------------------------------------------------------------- */

static void file_release(struct shared *s)
{
    gf_budget_release(&s->budget);
}

static void file_renew(struct shared *s, gf_ns now, bool must)
{
    (void)must; /* it costs nothing */
    gf_budget_renew(&s->budget, now);
}

static uint32_t file_terms(const struct shared *s)
{
    return gf_budget_terms(&s->budget);
}

static enum shared_took file_take(struct shared *s, const struct shared_key *k, uint64_t n,
                                  gf_ns now, gf_ns by, struct gf_turn *t)
{
    struct gf_bucket b = k->is_one ? gf_budget_key(&s->budget, k->hash, now) : s->all;
    return gf_budget_take(&s->budget, &b, n, now, by, t) ? SHARED_TOOK : SHARED_LATE;
}

static void file_cancel(struct shared *s, const struct shared_key *k, const struct gf_turn *t,
                        gf_ns now)
{
    (void)k; /* the turn knows */
    (void)gf_budget_cancel(&s->budget, t, now);
}

static int file_sleep(struct shared *s, const struct gf_turn *t)
{
    return gf_budget_wait(&s->budget, t);
}

static enum io file_look(struct shared *s, const struct config *c, gf_ns now_mono)
{
    struct stat st;
    if (s->budget.cuts && !s->cut_told) {
        gf_note("the state '%s' was further ahead than it can be: its budget starts empty",
                c->state);
        gf_note_hint("a clock was ahead (another time namespace), or the file was damaged");
        s->cut_told = true;
    }
    if (now_mono - s->looked_mono < LOOK_INTERVAL)
        return IO_OK;
    s->looked_mono = now_mono;
    if (fstat(s->budget.fd, &st) != 0 || st.st_nlink > 0)
        return IO_OK;
    gf_error("the state '%s' was removed or replaced while in use", c->state);
    gf_hint("start again, to share the new one; --reset fills the budgets of a state in use");
    return IO_FAILED;
}

static int file_state(struct shared *s, const struct shared_key *k, struct gf_budget_state *out)
{
    struct gf_bucket b = s->all;
    if (k->is_one)
        (void)gf_budget_find_key(&s->budget, k->hash, &b);
    gf_budget_look(&s->budget, &b, shared_now(s), out);
    return 0;
}

static int file_change(struct shared *s, const struct gf_rate *rate, uint64_t burst)
{
    return gf_budget_change(&s->budget, rate, burst, shared_now(s)) == 0 ? 0 : GF_EXIT_USAGE;
}

static int file_reset(struct shared *s)
{
    gf_budget_reset(&s->budget, shared_now(s));
    return 0;
}

static const struct shared_kind kind = {
    .release = file_release,
    .renew = file_renew,
    .terms = file_terms,
    .take = file_take,
    .cancel = file_cancel,
    .sleep = file_sleep,
    .look = file_look,
    .state = file_state,
    .change = file_change,
    .reset = file_reset,
};

/* ---- opening --------------------------------------------------------------------------------- */

/* SIGBUS: the state file was cut short while it was mapped, or its disk failed. */
static void on_bus(int sig)
{
    static const char text[] = "gf-ratelimit: the state file was cut short while in use, or the "
                               "disk under it failed\n";
    (void)sig;
    ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
    (void)n;
    _exit(GF_EXIT_TOOL);
}

static int open_file(struct gf_statepath *p, const struct config *c, bool make, const char **why)
{
    if (gf_statepath_here(p, c->state, ".rate", why) != 0)
        return -1;
    if (c->group && gf_statepath_share(p, c->group, why) != 0)
        return -1;
    if (make && gf_statepath_make_parents(p, why) != 0)
        return -1;
    if (c->act == ACT_STATUS)
        return gf_state_open_look(p->path, why);
    return gf_state_openat(AT_FDCWD, p->path, make ? O_RDWR | O_CREAT : O_RDWR, p, why);
}

/* The state cannot be used: which, why, and what to do. `path` is empty where it was not found. */
static void tell_unusable(const struct config *c, const char *path, int code, const char *why)
{
    char text[GF_STATEPATH_CURE];
    const char *cure = gf_statepath_cure(path, code, why, text);
    bool rate_said = c->limit_count > 0;
    gf_error("cannot use the state '%s': %s", *path ? path : c->state, why);
    if (cure)
        gf_hint("%s", cure);
    else if ((code == ENOENT || code == ENODATA) && *path && !rate_said)
        gf_hint("its first user says the rate");
    else if (code == ENOENT && !*path)
        gf_hint("set HOME or XDG_STATE_HOME, or name a path: -S ./%s", c->state);
    else if (code == EINVAL)
        gf_hint("choose another name, or write a path with a slash");
    else if (code == EISDIR)
        gf_hint("name another path, of a file");
    else if (code == EBADMSG)
        gf_hint("if it was a state: remove '%s'; its next user makes it anew", path);
    else if (code == EROFS || code == EACCES)
        gf_hint("name a path that you may write to; --status needs to read only");
    else if (code == ENOSPC || code == EDQUOT)
        gf_hint("make room there, or name a path on another disk");
}

int shared_file_open(struct shared *s, const struct config *c)
{
    const char *why = NULL;
    char boot[GF_BUDGET_BOOT];
    struct sigaction bus = {.sa_handler = on_bus};
    const struct limit *l = c->limit_count ? &c->limits[0] : NULL;
    struct gf_budget_ask ask = {
        .boot = boot,
        .now_mono = gf_now_mono(),
        .now_wall = gf_now_wall(),
        .calendars = c->calendars,
        .rate = l ? &l->rate : NULL,
        .burst = l ? l->burst : 0,
        .look = c->act == ACT_STATUS,
        .keys = config_has_key(c) || (c->for_key && c->act == ACT_CHECK) ? c->max_keys : 0};
    if (gf_machine_boot(boot) != 0) {
        gf_error_errno("cannot read the name of this boot from /proc");
        return GF_EXIT_TOOL;
    }
    ask.seed = gf_random();
    gf_calendars_look(c->calendars, ask.now_mono, ask.now_wall);
    struct gf_statepath p = {.path = ""};
    int fd = open_file(&p, c, l, &why);
    if (fd != -1)
        sigaction(SIGBUS, &bus, NULL);
    if (fd == -1 || gf_budget_open(&s->budget, fd, &ask, &why) != 0) {
        tell_unusable(c, p.path, errno, why);
        return GF_EXIT_TOOL;
    }
    s->all = gf_budget_all(&s->budget);
    s->kind = &kind;
    s->limit = &s->budget.limit;
    if (l && c->act != ACT_SET) {
        struct gf_budget_state now;
        gf_budget_look(&s->budget, &s->all, shared_now(s), &now);
        shared_warn(c, &now.limit, &now.declared);
    }
    return 0;
}
