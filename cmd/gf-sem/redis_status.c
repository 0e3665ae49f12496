/*
 * redis_status.c - a semaphore on a server is looked at, changed, and waited for until it is idle.
 *
 * The text and the JSON are those of a semaphore of this machine (status.c), but for the host, the
 * fence and the lease; the process is the gf-sem, since the number of its command says nothing on
 * another machine.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/duration.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/sig.h"
#include "redis.h"

static gf_ns span_of(const struct gf_permits_list *l, const struct gf_permits_user *u)
{
    return l->now_wall > u->since_wall ? l->now_wall - u->since_wall : 0;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void add_user_text(struct gf_buf *b, const struct gf_permits_list *l,
                          const struct gf_permits_user *u)
{
    char since[GF_TIME_UTC_SIZE], span[GF_DURATION_SIZE], lease[GF_DURATION_SIZE], at[100];
    gf_time_utc(u->since_wall, since);
    gf_format_duration(span_of(l, u), span);
    gf_format_duration(u->lease, lease);
    snprintf(at, sizeof at, "%ld@%s", u->pid, u->host);
    gf_buf_printf(b, "%-7s %-24s %-6u %s %-8s %-8s ", u->waits ? "waits" : "holds", at,
                  (unsigned)u->weight, since, span, lease);
    gf_escape_term(b, u->label, u->label_len);
    gf_buf_putc(b, '\n');
}

static void add_text(struct gf_buf *b, const struct remote *r, const struct gf_permits_list *l)
{
    gf_escape_term(b, remote_name(r), strlen(remote_name(r)));
    gf_buf_printf(b, ": %llu of %u permits held, %llu waiting\n", (unsigned long long)l->sum.used,
                  (unsigned)l->sum.permits, (unsigned long long)l->sum.waiters);
    if (l->count)
        gf_buf_printf(b, "%-7s %-24s %-6s %-24s %-8s %-8s %s\n", "state", "pid", "weight", "since",
                      "for", "lease", "label");
    for (size_t i = 0; i < l->count; i++)
        add_user_text(b, l, &l->users[i]);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_user_json(struct gf_json *j, const struct gf_permits_list *l,
                          const struct gf_permits_user *u)
{
    char since[GF_TIME_UTC_SIZE];
    gf_time_utc(u->since_wall, since);
    gf_json_begin_object(j, NULL);
    gf_json_str(j, "host", u->host, strlen(u->host));
    gf_json_int(j, "sem_pid", u->pid);
    gf_json_str(j, "label", u->label, u->label_len);
    gf_json_int(j, "weight", u->weight);
    gf_json_str(j, "since", since, strlen(since));
    gf_json_seconds(j, "seconds", span_of(l, u));
    gf_json_seconds(j, "lease_seconds", u->lease);
    if (!u->waits)
        gf_json_int(j, "fence", u->fence);
    gf_json_end_object(j);
}

static void add_users_json(struct gf_json *j, const struct gf_permits_list *l, const char *name,
                           bool waits)
{
    gf_json_begin_array(j, name);
    for (size_t i = 0; i < l->count; i++)
        if (l->users[i].waits == waits)
            add_user_json(j, l, &l->users[i]);
    gf_json_end_array(j);
}

static void add_json(struct gf_buf *b, const struct remote *r, const struct gf_permits_list *l)
{
    uint64_t permits = l->sum.permits, used = l->sum.used;
    struct gf_json j;
    gf_json_open(&j, b);
    gf_json_str(&j, "state", remote_name(r), strlen(remote_name(r)));
    gf_json_int(&j, "permits", (int64_t)permits);
    gf_json_int(&j, "held", (int64_t)used);
    gf_json_int(&j, "free", used < permits ? (int64_t)(permits - used) : 0);
    gf_json_int(&j, "waiting", (int64_t)l->sum.waiters);
    add_users_json(&j, l, "holders", false);
    add_users_json(&j, l, "waiters", true);
    gf_json_close(&j);
}

static int print_list(const struct remote *r, const struct request *rq,
                      const struct gf_permits_list *l)
{
    struct gf_buf b = {0};
    int status = GF_EXIT_TOOL;
    (rq->json ? add_json : add_text)(&b, r, l);
    if (gf_tool_print(&b) == 0)
        status = gf_tool_finish(GF_EXIT_OK);
    gf_buf_release(&b);
    return status;
}

int redis_status(const struct request *rq)
{
    struct remote r;
    struct gf_permits_list list = {0};
    int status = remote_open(&r, rq);
    if (status == 0)
        status = gf_redis_tool_connect(&r.tool);
    if (status == 0 && gf_permits_look(&r.claim, &list) != 0) {
        gf_redis_tool_error(&r.tool);
        status = GF_EXIT_TOOL;
    }
    if (status == 0 && list.sum.stand == GF_PERMITS_ABSENT) {
        gf_error("cannot use '%s': there is no such semaphore", remote_name(&r));
        gf_hint("its first user says how many permits there are: -j N");
        status = GF_EXIT_TOOL;
    }
    if (status == 0)
        status = print_list(&r, rq, &list);
    gf_permits_list_release(&list);
    remote_close(&r);
    return status;
}

/* ---- change, and wait ------------------------------------------------------------------------ */

int redis_set(const struct request *rq)
{
    struct remote r;
    int status = remote_open(&r, rq);
    if (status == 0)
        status = gf_redis_tool_connect(&r.tool);
    if (status == 0 && gf_permits_set(&r.claim, rq->set_to, &r.answer) != 0) {
        gf_redis_tool_error(&r.tool);
        status = GF_EXIT_TOOL;
    }
    remote_close(&r);
    return status;
}

static int refuse_nested(const struct remote *r)
{
    gf_error("this command runs in a gf-sem that holds a permit of '%s': it would wait for itself",
             remote_name(r));
    gf_hint("call --wait-all outside of the command");
    return GF_EXIT_USAGE;
}

/* The exit status for an answer; -1: somebody is there, and we wait. */
static int judge(const struct remote *r, const struct request *rq)
{
    switch (r->answer.stand) {
    case GF_PERMITS_ABSENT:
        gf_note("nobody has ever used '%s'", remote_name(r));
        return GF_EXIT_OK;
    case GF_PERMITS_IDLE:
        return GF_EXIT_OK;
    default:
        if (rq->no_wait)
            return rq->refused;
        if (remote_is_over(r))
            return rq->timed_out;
        return r->answer.stand == GF_PERMITS_AROUND ? refuse_nested(r) : -1;
    }
}

static int wait_until_idle(struct remote *r, const struct request *rq)
{
    char channel[GF_PERMITS_CHANNEL];
    gf_permits_channel_idle(&r->claim, channel);
    for (;;) {
        int status = -1;
        if (gf_permits_idle(&r->claim, &r->answer) != 0)
            status = remote_away(r, rq);
        else {
            gf_redis_tool_is_back(&r->tool);
            status = judge(r, rq);
            if (status == -1)
                remote_wait(r, channel, GF_S);
        }
        if (status != -1 || remote_signal())
            return status;
    }
}

int redis_wait_all(const struct request *rq)
{
    struct remote r;
    int status = remote_open(&r, rq);
    if (status == 0) {
        remote_catch_signals(&r);
        status = wait_until_idle(&r, rq);
    }
    remote_close(&r);
    if (remote_signal())
        gf_die_by(remote_signal());
    return status;
}
