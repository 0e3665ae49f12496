/*
 * status.c - to look at a semaphore, to change it, and to wait until it is idle.
 *
 * --status lists the users, the holders first and then the waiters; text and JSON are made from
 * that one list, each in one buffer that is printed at the end. --set creates a state that is
 * missing. --wait-all takes no permit: it waits until no process holds or waits, and a state that
 * is missing is idle.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/duration.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "keeper.h"
#include "request.h"

int open_sem(struct gf_sem *s, const struct want *w, enum gf_sem_mode mode,
             const struct gf_sem_limits *make)
{
    const char *why = NULL;
    if (gf_sem_open(s, &w->path, mode, make, &why) == 0)
        return 0;
    int code = errno;
    char text[GF_STATEPATH_CURE];
    const char *cure = gf_statepath_cure(w->path.path, code, why, text);
    gf_error("cannot use the state '%s': %s", w->path.path, why);
    if (code == ENOENT && !make && (w->path.by_name || !cure))
        gf_hint("its first user says how many permits there are: -j N");
    else if (cure)
        gf_hint("%s", cure);
    else if (code == EBADMSG)
        gf_hint("when nobody uses it, remove it: rm -r '%s'", w->path.path);
    return GF_EXIT_TOOL;
}

/* What is listed, and of whom. */
struct picture {
    const struct request *rq;
    struct gf_sem sem;
    struct gf_sem_limits limits;
    struct gf_sem_list list;
    gf_ns now_wall;
};

/* A writer holds all there are. */
static uint64_t held(const struct picture *p)
{
    return p->list.held < GF_SEM_MOST ? p->list.held : p->limits.permits;
}

static gf_ns span_of(const struct picture *p, const struct gf_sem_user *u)
{
    return p->now_wall > u->since_wall ? p->now_wall - u->since_wall : 0;
}

static const char *const stands[] = {
    [GF_SEM_HOLDS] = "holds", [GF_SEM_WAITS] = "waits", [GF_SEM_STOPPED] = "stopped"};

/* ---- text ------------------------------------------------------------------------------------ */

static void add_keepers_text(struct gf_buf *b, const struct picture *p, const struct gf_sem_user *u)
{
    struct keepers k;
    struct gf_buf command = {0};
    keepers_find(&p->sem, u, &k);
    gf_buf_printf(b, " (has ended;");
    for (size_t i = 0; i < k.count; i++) {
        keeper_command(k.pids[i], &command);
        gf_buf_printf(b, "%s process %d '", i ? "," : "", (int)k.pids[i]);
        if (command.failed)
            gf_buf_inherit(b, &command);
        else
            gf_escape_term(b, command.data, command.len - 1);
        gf_buf_printf(b, "'");
    }
    gf_buf_printf(b, "%s keeps the permit)", k.count ? "" : " a process that it left behind");
    gf_buf_release(&command);
}

static void add_user_text(struct gf_buf *b, const struct picture *p, const struct gf_sem_user *u)
{
    char since[GF_TIME_UTC_SIZE], span[GF_DURATION_SIZE], pid[16] = "-", weight[16] = "all";
    gf_time_utc(u->since_wall, since);
    gf_format_duration(span_of(p, u), span);
    if (u->pid)
        snprintf(pid, sizeof pid, "%d", (int)u->pid);
    if (u->weight < GF_SEM_MOST)
        snprintf(weight, sizeof weight, "%u", (unsigned)u->weight);
    gf_buf_printf(b, "%-7s %-8s %-6s %s %-8s ", stands[u->stand], pid, weight, since, span);
    gf_escape_term(b, u->label, u->label_len);
    if (keeper_has_ended(u))
        add_keepers_text(b, p, u);
    gf_buf_putc(b, '\n');
}

static void add_text(struct gf_buf *b, const struct picture *p)
{
    const char *state = p->rq->wants[0].state;
    gf_escape_term(b, state, strlen(state));
    gf_buf_printf(b, ": %llu of %u permits held, %zu waiting\n", (unsigned long long)held(p),
                  (unsigned)p->limits.permits, p->list.waiters);
    if (p->list.holders + p->list.waiters)
        gf_buf_printf(b, "%-7s %-8s %-6s %-24s %-8s %s\n", "state", "pid", "weight", "since", "for",
                      "label");
    for (size_t i = 0; i < p->list.holders + p->list.waiters; i++)
        add_user_text(b, p, &p->list.users[i]);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_keepers_json(struct gf_json *j, const struct picture *p,
                             const struct gf_sem_user *u)
{
    struct keepers k;
    keepers_find(&p->sem, u, &k);
    gf_json_begin_array(j, "kept_by");
    for (size_t i = 0; i < k.count; i++)
        gf_json_int(j, NULL, k.pids[i]);
    gf_json_end_array(j);
}

static void add_user_json(struct gf_json *j, const struct picture *p, const struct gf_sem_user *u)
{
    char since[GF_TIME_UTC_SIZE];
    gf_time_utc(u->since_wall, since);
    gf_json_begin_object(j, NULL);
    if (u->pid)
        gf_json_int(j, "pid", u->pid);
    else
        gf_json_null(j, "pid");
    gf_json_int(j, "sem_pid", u->keeper);
    gf_json_str(j, "label", u->label, u->label_len);
    gf_json_int(j, "weight", u->weight < GF_SEM_MOST ? u->weight : p->limits.permits);
    gf_json_str(j, "since", since, strlen(since));
    gf_json_seconds(j, "seconds", span_of(p, u));
    if (u->stand != GF_SEM_HOLDS) {
        gf_json_int(j, "priority", u->priority);
        gf_json_bool(j, "stopped", u->stand == GF_SEM_STOPPED);
    }
    if (keeper_has_ended(u))
        add_keepers_json(j, p, u);
    gf_json_end_object(j);
}

static void add_users_json(struct gf_json *j, const struct picture *p, const char *name,
                           size_t from, size_t count)
{
    gf_json_begin_array(j, name);
    for (size_t i = 0; i < count; i++)
        add_user_json(j, p, &p->list.users[from + i]);
    gf_json_end_array(j);
}

static void add_json(struct gf_buf *b, const struct picture *p)
{
    const struct want *w = &p->rq->wants[0];
    struct gf_json j;
    gf_json_open(&j, b);
    gf_json_str(&j, "state", w->state, strlen(w->state));
    gf_json_str(&j, "path", w->path.path, strlen(w->path.path));
    gf_json_int(&j, "permits", p->limits.permits);
    gf_json_int(&j, "held", (int64_t)held(p));
    gf_json_int(&j, "free",
                held(p) < p->limits.permits ? (int64_t)(p->limits.permits - held(p)) : 0);
    gf_json_int(&j, "waiting", (int64_t)p->list.waiters);
    add_users_json(&j, p, "holders", 0, p->list.holders);
    add_users_json(&j, p, "waiters", p->list.holders, p->list.waiters);
    gf_json_close(&j);
}

int show_status(const struct request *rq)
{
    struct picture p = {.rq = rq, .now_wall = gf_now_wall()};
    int status = open_sem(&p.sem, &rq->wants[0], GF_SEM_LOOK, NULL);
    if (status)
        return status;
    status = GF_EXIT_TOOL;
    struct gf_buf b = {0};
    if (gf_sem_limits(&p.sem, &p.limits) != 0 || gf_sem_list(&p.sem, &p.list) != 0) {
        gf_error_errno("cannot read the state '%s'", rq->wants[0].path.path);
        goto out;
    }
    (rq->json ? add_json : add_text)(&b, &p);
    if (gf_tool_print(&b) == 0)
        status = gf_tool_finish(GF_EXIT_OK);
out:
    gf_buf_release(&b);
    gf_sem_list_release(&p.list);
    gf_sem_release(&p.sem);
    return status;
}

/* ---- change, and wait ------------------------------------------------------------------------ */

int set_permits(const struct request *rq)
{
    struct gf_sem s;
    const struct want *w = &rq->wants[0];
    const struct gf_sem_limits make = {.permits = rq->set_to, .declared = rq->set_to};
    int status = open_sem(&s, w, GF_SEM_USE, &make);
    if (status)
        return status;
    if (gf_sem_set(&s, rq->set_to) != 0) {
        gf_error_errno("cannot change the state '%s'", w->path.path);
        status = GF_EXIT_TOOL;
    }
    gf_sem_release(&s);
    return status;
}

static int sleep_once(struct gf_sem_claim *c)
{
    if (ticks_set(GF_S) != 0)
        return -1;
    pause_let_in();
    int r = gf_sem_sleep_idle(c);
    pause_hold_back();
    return r == 0 || errno == EINTR ? 0 : -1;
}

/* Sleeps until no process holds or waits: 0, or the exit status. */
static int sleep_until_idle(struct gf_sem_claim *c, const struct request *rq)
{
    int status = GF_EXIT_OK;
    if (ticks_start(rq) != 0)
        status = GF_EXIT_TOOL;
    while (status == GF_EXIT_OK && !gf_sem_is_idle(c->sems)) {
        if (ticks_are_over())
            status = rq->timed_out;
        else if (sleep_once(c) != 0)
            status = GF_EXIT_TOOL;
    }
    if (status == GF_EXIT_TOOL)
        gf_error_errno("cannot wait for '%s'", rq->wants[0].path.path);
    ticks_stop();
    return status;
}

int wait_all(const struct request *rq)
{
    struct gf_sem s;
    const struct want *w = &rq->wants[0];
    const char *why = NULL;
    if (gf_sem_open(&s, &w->path, GF_SEM_LOOK, NULL, &why) != 0) {
        if (errno != ENOENT) {
            gf_error("cannot use the state '%s': %s", w->path.path, why);
            return GF_EXIT_TOOL;
        }
        gf_note("nobody has ever used '%s': %s is not there", w->state, w->path.path);
        return GF_EXIT_OK;
    }
    struct gf_sem_claim c = {.sems = &s, .count = 1, .watch = -1};
    int status = GF_EXIT_OK;
    bool idle = gf_sem_is_idle(&s);
    if (!idle)
        detail_users(&s, w, rq->no_wait ? "in use" : "waiting until no process holds or waits");
    if (!idle && rq->no_wait)
        status = rq->refused;
    else if (!idle && rq->max_wait == 0)
        status = rq->timed_out;
    else if (!idle && (status = check_nested_wait_all(&s, w)) == 0)
        status = sleep_until_idle(&c, rq);
    gf_sem_claim_release(&c);
    return status;
}
