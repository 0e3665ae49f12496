/*
 * status.c - to look at a semaphore, to change it, and to wait until it is idle.
 *
 * --status lists the users, the holders first and then the waiters; text and JSON are made from
 * that one list, each in one buffer that is printed at the end. --set creates a state that is
 * missing. --wait-all takes no permit: it waits until no process holds or waits, and a state that
 * is missing is idle.
 */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/duration.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "request.h"

int open_sem(struct gf_sem *s, const struct request *rq, enum gf_sem_mode mode, uint32_t permits)
{
    const char *why = NULL;
    if (gf_sem_open(s, &rq->path, mode, permits, &why) == 0)
        return 0;
    int code = errno;
    gf_error("cannot use the state '%s': %s", rq->path.path, why);
    if (code == ENOENT && rq->path.by_name)
        gf_hint("its first user says how many permits there are: -j N");
    return GF_EXIT_TOOL;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void add_user_text(struct gf_buf *b, const struct gf_sem_user *u, gf_ns now_wall)
{
    char since[GF_TIME_UTC_SIZE], span[GF_DURATION_SIZE], pid[16] = "-";
    gf_time_utc(u->since_wall, since);
    gf_format_duration(now_wall > u->since_wall ? now_wall - u->since_wall : 0, span);
    struct gf_buf number = GF_BUF_INIT(sizeof pid);
    if (u->pid && gf_buf_printf(&number, "%d", (int)u->pid) == 0)
        memcpy(pid, number.data, number.len + 1);
    gf_buf_release(&number);
    gf_buf_printf(b, "%-6s %-8s %-6u %s %-8s ", u->holds ? "holds" : "waits", pid,
                  (unsigned)u->weight, since, span);
    gf_escape_term(b, u->label, u->label_len);
    gf_buf_putc(b, '\n');
}

static void add_text(struct gf_buf *b, const struct request *rq, const struct gf_sem_limits *l,
                     const struct gf_sem_list *list, gf_ns now_wall)
{
    gf_escape_term(b, rq->state, strlen(rq->state));
    gf_buf_printf(b, ": %llu of %u permits held, %zu waiting\n", (unsigned long long)list->held,
                  (unsigned)l->permits, list->waiters);
    if (list->holders + list->waiters)
        gf_buf_printf(b, "%-6s %-8s %-6s %-24s %-8s %s\n", "state", "pid", "weight", "since", "for",
                      "label");
    for (size_t i = 0; i < list->holders + list->waiters; i++)
        add_user_text(b, &list->users[i], now_wall);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_user_json(struct gf_json *j, const struct gf_sem_user *u, gf_ns now_wall)
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
    gf_json_int(j, "weight", u->weight);
    gf_json_str(j, "since", since, strlen(since));
    gf_json_seconds(j, "seconds", now_wall > u->since_wall ? now_wall - u->since_wall : 0);
    gf_json_end_object(j);
}

static void add_json(struct gf_buf *b, const struct request *rq, const struct gf_sem_limits *l,
                     const struct gf_sem_list *list, gf_ns now_wall)
{
    struct gf_json j;
    gf_json_open(&j, b);
    gf_json_str(&j, "state", rq->state, strlen(rq->state));
    gf_json_str(&j, "path", rq->path.path, strlen(rq->path.path));
    gf_json_int(&j, "permits", l->permits);
    gf_json_int(&j, "held", (int64_t)list->held);
    gf_json_int(&j, "free", list->held < l->permits ? (int64_t)(l->permits - list->held) : 0);
    gf_json_int(&j, "waiting", (int64_t)list->waiters);
    gf_json_begin_array(&j, "holders");
    for (size_t i = 0; i < list->holders; i++)
        add_user_json(&j, &list->users[i], now_wall);
    gf_json_end_array(&j);
    gf_json_begin_array(&j, "waiters");
    for (size_t i = 0; i < list->waiters; i++)
        add_user_json(&j, &list->users[list->holders + i], now_wall);
    gf_json_end_array(&j);
    gf_json_close(&j);
}

int show_status(const struct request *rq)
{
    struct gf_sem s;
    struct gf_sem_limits l;
    struct gf_sem_list list = {0};
    int status = open_sem(&s, rq, GF_SEM_LOOK, 0);
    if (status)
        return status;
    status = GF_EXIT_TOOL;
    struct gf_buf b = {0};
    if (gf_sem_limits(&s, &l) != 0 || gf_sem_list(&s, &list) != 0) {
        gf_error_errno("cannot read the state '%s'", rq->path.path);
        goto out;
    }
    (rq->json ? add_json : add_text)(&b, rq, &l, &list, gf_now_wall());
    if (b.failed)
        gf_error_nomem();
    else if (gf_tool_print(b.data, b.len) == 0)
        status = gf_tool_finish(GF_EXIT_OK);
out:
    gf_buf_release(&b);
    gf_sem_list_release(&list);
    gf_sem_release(&s);
    return status;
}

/* ---- change, and wait ------------------------------------------------------------------------ */

int set_permits(const struct request *rq)
{
    struct gf_sem s;
    int status = open_sem(&s, rq, GF_SEM_USE, rq->set_to);
    if (status)
        return status;
    if (gf_sem_set(&s, rq->set_to) != 0) {
        gf_error_errno("cannot change the state '%s'", rq->path.path);
        status = GF_EXIT_TOOL;
    }
    gf_sem_release(&s);
    return status;
}

int wait_all(const struct request *rq)
{
    struct gf_sem s;
    const char *why = NULL;
    if (gf_sem_open(&s, &rq->path, GF_SEM_LOOK, 0, &why) != 0) {
        if (errno == ENOENT) /* nobody ever used it */
            return GF_EXIT_OK;
        gf_error("cannot use the state '%s': %s", rq->path.path, why);
        return GF_EXIT_TOOL;
    }
    int status = GF_EXIT_OK;
    bool idle = gf_sem_is_idle(&s);
    if (!idle)
        detail_users(&s, rq, rq->no_wait ? "in use" : "waiting until no process holds or waits");
    if (!idle && rq->no_wait)
        status = rq->refused;
    else if (!idle && rq->max_wait == 0)
        status = rq->timed_out;
    else if (!idle && (alarm_start(rq) != 0 || gf_sem_wait_idle(&s) != 0)) {
        gf_error_errno("cannot wait for '%s'", rq->path.path);
        status = GF_EXIT_TOOL;
    }
    alarm_stop();
    gf_sem_release(&s);
    return status;
}
