/* events.c - what happens in a run, as NDJSON. */
#include "events.h"

#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/own.h"
#include "dead.h"
#include "flow.h"
#include "stage.h"

static void refused(const char *path, const char *why)
{
    gf_error("cannot use '%s' for events: %s", path, why);
    gf_own_hint(path, why);
}

static void on_lost(struct gf_linelog *l)
{
    gf_error_errno("cannot write events to '%s'", l->path);
    run_fail(l->owner, GF_EXIT_TOOL);
}

static void on_refused(struct gf_linelog *l, const char *why)
{
    refused(l->path, why);
    run_fail(l->owner, GF_EXIT_TOOL);
}

static const struct gf_linelog_events log_events = {.lost = on_lost, .refused = on_refused};

int events_open(struct run *r)
{
    const char *why;
    struct events *e = &r->events;
    e->log = (struct gf_linelog){.on = &log_events, .owner = r};
    if (!r->opt->events || gf_linelog_open(&e->log, r->opt->events, &why) == 0)
        return 0;
    refused(r->opt->events, why);
    return -1;
}

void events_close(struct run *r)
{
    gf_linelog_close(&r->events.log);
    gf_buf_release(&r->events.line);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* False: there is nobody to tell. */
static bool begin(struct run *r, struct gf_json *j, const char *event, const struct stage *s)
{
    struct events *e = &r->events;
    char now[GF_TIME_UTC_SIZE];
    if (!e->log.path || e->log.outlet.err)
        return false;
    gf_buf_clear(&e->line);
    gf_time_utc(gf_now_wall(), now);
    gf_json_open(j, &e->line);
    gf_json_str(j, "event", event, strlen(event));
    gf_json_str(j, "time", now, strlen(now));
    gf_json_str(j, "pipeline", r->opt->name, strlen(r->opt->name));
    if (s)
        gf_json_str(j, "stage", s->plan->name, strlen(s->plan->name));
    return true;
}

static void end(struct run *r, struct gf_json *j)
{
    gf_json_close(j);
    gf_linelog_add(&r->events.log, &r->events.line);
}

void events_begin(struct run *r)
{
    struct gf_json j;
    if (r->events.log.path)
        gf_linelog_begin(&r->events.log, r->loop);
    if (!begin(r, &j, "begin", NULL))
        return;
    gf_json_int(&j, "pid", getpid());
    gf_json_uint(&j, "stages", r->nstages);
    end(r, &j);
}

void events_process(struct run *r, const struct stage *s, const char *what, pid_t pid)
{
    struct gf_json j;
    if (!begin(r, &j, what, s))
        return;
    gf_json_int(&j, "pid", pid);
    end(r, &j);
}

static void put_failure(struct gf_json *j, const struct gf_piece *p, const struct failure *why)
{
    gf_json_uint(j, "seq", gf_piece_seq(p));
    gf_json_str(j, "reason", gf_reasons[why->reason], strlen(gf_reasons[why->reason]));
    if (why->ending.code >= 0)
        gf_json_int(j, "exit", why->ending.code);
    if (why->ending.signal)
        gf_json_int(j, "signal", why->ending.signal);
    gf_json_seconds(j, "seconds", why->seconds);
}

void events_retry(struct run *r, const struct stage *s, const struct gf_piece *p,
                  const struct failure *why, gf_ns wait)
{
    struct gf_json j;
    if (!begin(r, &j, "retry", s))
        return;
    put_failure(&j, p, why);
    gf_json_uint(&j, "attempt", p->attempt);
    gf_json_seconds(&j, "wait_seconds", wait);
    end(r, &j);
}

void events_dead(struct run *r, const struct stage *s, const struct gf_piece *p,
                 const struct failure *why)
{
    struct gf_json j;
    if (!begin(r, &j, "dead", s))
        return;
    put_failure(&j, p, why);
    gf_json_uint(&j, "attempts", dead_attempts(p, why));
    end(r, &j);
}

void events_oversize(struct run *r, uint64_t seq)
{
    const char *reason = gf_reasons[GF_REASON_OVERSIZE];
    struct gf_json j;
    if (!begin(r, &j, "dead", NULL))
        return;
    gf_json_uint(&j, "seq", seq);
    gf_json_str(&j, "reason", reason, strlen(reason));
    gf_json_seconds(&j, "seconds", 0);
    gf_json_uint(&j, "attempts", 0);
    end(r, &j);
}

int events_end(struct run *r, int status)
{
    struct gf_json j;
    if (!begin(r, &j, "end", NULL))
        return 0;
    gf_json_int(&j, "status", status);
    gf_json_uint(&j, "records", r->flow[0].ledger.in);
    gf_json_uint(&j, "dead", r->dead.letters);
    end(r, &j);
    return gf_linelog_end(&r->events.log);
}
