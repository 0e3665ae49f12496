/*
 * shared.c - see shared.h.
 *
 * Each record takes its turn when it is looked at, in the order of the input, so processes are
 * served in the order they ask. It is written before the next one takes its turn, so that a process
 * that is killed loses no more than the turn it waits for. Above 10,000 turns a second there is no
 * wake-up for each: those of the next millisecond are taken together, and waited for with one sleep
 * until the last is due. So records pass late by up to a millisecond then, and never early. When
 * the terms change while some wait, all of those take again.
 */
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/statepath.h"
#include "flow.h"

enum {
    BATCH_OVER = 10000 /* turns a second */
};
#define BATCH_SPAN GF_MS
#define SLACK_LEAST GF_MS           /* a wake-up is late by less */
#define LOOK_INTERVAL (100 * GF_MS) /* between two looks whether the file is still there */

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

static bool is_same(const struct gf_gcra *l, const struct limit *wanted)
{
    if (l->rate.unlimited || wanted->rate.unlimited)
        return l->rate.unlimited == wanted->rate.unlimited;
    if (l->rate.calendar || wanted->rate.calendar)
        return l->rate.calendar == wanted->rate.calendar && l->rate.count == wanted->rate.count &&
               l->rate.bytes == wanted->rate.bytes;
    return l->rate.count == wanted->rate.count && l->rate.period == wanted->rate.period &&
           l->rate.bytes == wanted->rate.bytes &&
           (!wanted->burst_text || l->burst == wanted->burst);
}

static void warn_of_other_terms(struct shared *s, const struct config *c)
{
    struct gf_budget_state now;
    gf_budget_look(&s->budget, &s->all, shared_now(s), &now);
    if (is_same(&now.limit, &c->limits[0]) || is_same(&now.declared, &c->limits[0]))
        return;
    char rate[GF_RATE_SIZE];
    gf_format_rate(&now.limit.rate, rate);
    if (now.limit.rate.unlimited)
        gf_note("'%s' is unlimited", c->state);
    else if (now.limit.rate.calendar)
        gf_note("'%s' has the limit %s", c->state, rate);
    else
        gf_note("'%s' has the limit %s, burst %" PRIu64, c->state, rate, now.limit.burst);
    gf_note_hint("--set and --set-burst change it for all users");
}

static int open_file(struct gf_statepath *p, const struct config *c, bool make, const char **why)
{
    if (gf_statepath_find(p, c->state, ".rate", getenv("XDG_STATE_HOME"), getenv("HOME"), why) != 0)
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

int shared_open(struct shared *s, const struct config *c)
{
    *s = (struct shared){.budget = {.fd = -1}};
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
    if (l && c->act != ACT_SET)
        warn_of_other_terms(s, c);
    return 0;
}

gf_ns shared_now(struct shared *s)
{
    gf_ns now = gf_now_mono();
    gf_calendars_look(s->budget.calendars, now, gf_now_wall());
    return now;
}

/* ---- waiting --------------------------------------------------------------------------------- */

/* Whether the turn is not due yet after all: the wall clock goes at a speed of its own. */
static bool is_moved(struct shared *s, const struct gf_turn *t)
{
    gf_ns now = shared_now(s);
    return s->budget.limit.rate.calendar && gf_budget_due(&s->budget, t, now) > now;
}

enum io shared_look(struct shared *s, const struct config *c, gf_ns now_mono)
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

/* What may happen during a long wait: the state is removed, or the reader of the records leaves. A
 * command decides itself what a reader that has left means to it. */
static enum io look_meanwhile(struct shared *s, const struct config *c)
{
    enum io r = shared_look(s, c, gf_now_mono());
    return r == IO_OK && c->act == ACT_FILTER ? output_look(c) : r;
}

/* Sleeps until the turn is due, which the wall clock may move, or does not hold any more. IO_OK,
 * IO_STOP or IO_FAILED. */
static enum io sleep_until_turn(struct shared *s, const struct config *c, struct gf_turn *t,
                                const struct tally *tally)
{
    enum io r = IO_OK;
    while (r == IO_OK) {
        if (signals_handle(tally))
            return IO_STOP;
        gf_ns now = shared_now(s);
        struct gf_turn part = *t;
        t->ticket.due = gf_budget_due(&s->budget, t, now);
        bool looks = t->ticket.due > now + FLOW_LOOK;
        part.ticket.due = looks ? now + FLOW_LOOK : t->ticket.due;
        if (gf_budget_wait(&s->budget, &part) != 0) {
            if (errno != EINTR)
                return IO_OK;
        } else if (looks) {
            r = look_meanwhile(s, c);
        } else if (!is_moved(s, t)) {
            return IO_OK;
        }
    }
    return r;
}

gf_ns shared_slack(const struct config *c)
{
    return c->slack > SLACK_LEAST ? c->slack : SLACK_LEAST;
}

static bool is_late(const struct shared *s, const struct config *c, const struct gf_turn *t,
                    gf_ns now)
{
    if (s->budget.limit.rate.calendar) /* all of a window may pass at any time in it */
        return gf_budget_is_over(&s->budget, t, now);
    return now - t->ticket.due > shared_slack(c);
}

/* Whether the turn can be used now that it is due. */
static bool is_good(const struct shared *s, const struct config *c, const struct gf_turn *t,
                    gf_ns now)
{
    return gf_budget_holds(&s->budget, t) && !is_late(s, c, t, now);
}

enum io shared_await(struct shared *s, const struct config *c, struct gf_turn *t, gf_ns by,
                     const struct tally *tally)
{
    gf_ns now = shared_now(s);
    while (t->ticket.due > now) {
        enum io r = sleep_until_turn(s, c, t, tally);
        now = shared_now(s);
        if (r == IO_OK)
            r = shared_look(s, c, now);
        bool good = r == IO_OK && is_good(s, c, t, now);
        if (!good)
            (void)gf_budget_cancel(&s->budget, t, now);
        if (good || r != IO_OK)
            return r;
        uint64_t n = t->n;
        if (!gf_budget_take(&s->budget, &t->bucket, n, now, by, t))
            return IO_REFUSED;
    }
    return shared_look(s, c, now);
}

/* ---- records --------------------------------------------------------------------------------- */

/* Whether turns come too often for a wake-up and a write for each. */
static bool often(const struct flow *f)
{
    return gf_rate_per_second(&f->shared->budget.limit.rate) > BATCH_OVER;
}

/* Gives the batch up: its records take their turns again. */
static void void_batch(struct flow *f, gf_ns now)
{
    struct shared *s = f->shared;
    s->last.n = s->batch_load; /* none of the turns was used */
    (void)gf_budget_cancel(&s->budget, &s->last, now);
    f->decided = f->searched = f->start;
    f->tally->seen -= s->batch;
    s->batch = s->batch_load = 0;
}

/* Waits until the last turn of the batch is due: then all its records may pass. */
static enum io settle_batch(struct flow *f)
{
    struct shared *s = f->shared;
    gf_ns before = gf_now_mono();
    enum io r = sleep_until_turn(s, f->config, &s->last, f->tally);
    gf_ns now = shared_now(s);
    f->tally->waited += now - before;
    if (r != IO_OK || !is_good(s, f->config, &s->last, now)) {
        void_batch(f, now);
        return r;
    }
    if (shared_look(s, f->config, now) != IO_OK)
        return IO_FAILED;
    if (now > s->last.ticket.due)
        gf_hist_add(&f->tally->lateness, now - s->last.ticket.due);
    tally_pass(f->tally, s->batch, f->decided - f->start, now);
    s->batch = s->batch_load = 0;
    return often(f) ? IO_OK : records_flush(f);
}

/* The record at buf[decided] has a turn that is not due yet. */
static enum io join_batch(struct flow *f, const struct gf_turn *t, size_t len, gf_ns now)
{
    struct shared *s = f->shared;
    if (s->batch && t->terms != s->last.terms) {
        (void)gf_budget_cancel(&s->budget, t, now);
        void_batch(f, now);
        return IO_OK;
    }
    if (s->batch == 0) {
        enum io r = records_flush(f);
        if (r != IO_OK)
            return r;
        s->batch_end = often(f) && f->config->over == OVER_WAIT ? now + BATCH_SPAN : now;
    }
    s->last = *t;
    s->batch++;
    s->batch_load += t->n;
    f->decided = f->searched = f->decided + len;
    return t->ticket.due >= s->batch_end ? settle_batch(f) : IO_OK;
}

bool shared_take(struct shared *s, uint64_t hash, struct gf_load load, gf_ns now, gf_ns by,
                 struct gf_turn *t)
{
    struct gf_budget *b = &s->budget;
    struct gf_bucket k = gf_budget_key(b, hash, now);
    return gf_budget_take(b, &k, gf_load_share(load, &b->limit), now, by, t);
}

bool shared_fits(struct shared *s, struct gf_load load)
{
    gf_budget_renew(&s->budget, shared_now(s)); /* somebody may have changed the burst */
    return gf_gcra_fits(&s->budget.limit, gf_load_share(load, &s->budget.limit));
}

enum io shared_step(struct flow *f)
{
    const struct config *c = f->config;
    struct shared *s = f->shared;
    size_t len = records_next(f);
    if (len == 0)
        return s->batch ? settle_batch(f) : records_read(f);
    gf_ns now = shared_now(s);
    if (shared_look(s, f->config, now) != IO_OK)
        return IO_FAILED;
    gf_budget_renew(&s->budget, now); /* what the record may weigh goes by the terms of now */
    f->tally->seen++;
    struct gf_load load = records_weigh(f, f->buf + f->decided, len);
    uint64_t n = gf_load_share(load, &s->budget.limit);
    struct gf_turn t;
    bool heavy = heavy_is(f, &s->budget.limit, load);
    bool never = flow_has_quota(f) && c->over == OVER_WAIT && !shared_fits(s, load);
    if ((heavy || never) && s->batch) { /* its records pass before this one is refused */
        f->tally->seen--;
        f->heavy.takes = 0;
        return settle_batch(f);
    }
    if (never)
        return records_refuse_forever(f);
    if (heavy || (c->over != OVER_WAIT && !shared_fits(s, load)))
        return records_refuse(f, len);
    if (!gf_budget_take(&s->budget, &s->all, n, now, records_by(f, now), &t)) {
        flow_tell_refusal(f, t.ticket.due - now);
        return records_refuse(f, len);
    }
    flow_tell_wait(f, t.ticket.due - now, NULL, 0);
    if (t.ticket.due > now || s->batch)
        return join_batch(f, &t, len, now);
    tally_pass(f->tally, 1, len, now);
    f->decided = f->searched = f->decided + len;
    return !often(f) || (f->ended && f->decided == f->end) ? records_flush(f) : IO_OK;
}
