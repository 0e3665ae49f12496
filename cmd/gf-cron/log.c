/*
 * log.c - what happens to runs, on standard error.
 *
 * Each event is one line and one put, so that the lines of NDJSON stay whole whatever else is
 * written there. As text an event goes through gf_note; without --log only trouble is written, and
 * with -v the start and the end of each run too.
 */
#include "log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/json.h"
#include "base/msg.h"

static const char *const trouble[] = {"failed", "timeout",     "skipped",
                                      "missed", "interrupted", "retried"};

static bool is_trouble(const char *event)
{
    for (size_t i = 0; i < sizeof trouble / sizeof trouble[0]; i++)
        if (strcmp(trouble[i], event) == 0)
            return true;
    return false;
}

/* Whether the event is the start or the end of a run, which -v prints without --log. */
static bool is_step(const char *event)
{
    return strcmp(event, "started") == 0 || strcmp(event, "ended") == 0;
}

static bool is_over(const struct run *run)
{
    return run && run->ended;
}

/* ---- as NDJSON ------------------------------------------------------------------------------- */

static void open_event(struct gf_json *j, struct gf_buf *b, const char *event)
{
    char text[GF_TIME_UTC_SIZE];
    gf_json_open(j, b);
    gf_time_utc(gf_now_wall(), text);
    gf_json_str(j, "time", text, strlen(text));
    gf_json_str(j, "event", event, strlen(event));
}

static void put_job(struct gf_json *j, const struct gf_job *job, int64_t due)
{
    char text[GF_TIME_UTC_SIZE];
    gf_json_str(j, "job", job->id, strlen(job->id));
    gf_time_utc(due * GF_S, text);
    gf_json_str(j, "due", text, strlen(text));
}

static void close_event(struct log *l, struct gf_json *j)
{
    gf_json_close(j);
    if (!outlets_put(l->outlets, STDERR_FILENO, j->b))
        l->lost = true;
    gf_buf_release(j->b);
}

void log_begin(struct log *l, const struct loaded *from)
{
    struct gf_buf b = GF_BUF_INIT(64 * 1024);
    struct gf_json j;
    int64_t due;
    size_t next = gf_plan_next(&from->plan, &due);
    open_event(&j, &b, "begin");
    gf_json_uint(&j, "jobs", from->table.n_jobs);
    if (next < from->plan.n) {
        const struct gf_job *job = &from->table.jobs[next];
        const char *zone = gf_zone_name(job->zone);
        gf_json_begin_object(&j, "next");
        put_job(&j, job, due);
        if (*zone)
            gf_json_str(&j, "zone", zone, strlen(zone));
        gf_json_end_object(&j);
    }
    close_event(l, &j);
}

void log_warnings(struct log *l, const struct gf_table *t)
{
    for (size_t i = 0; i < t->n_notes; i++) {
        const struct gf_table_note *n = &t->notes[i];
        struct gf_buf b = GF_BUF_INIT(64 * 1024);
        struct gf_json j;
        if (n->weight != GF_TABLE_WARNING)
            continue;
        open_event(&j, &b, "warning");
        gf_json_uint(&j, "line", n->line);
        gf_json_str(&j, "detail", n->e.what, strlen(n->e.what));
        close_event(l, &j);
    }
}

static void log_json(struct log *l, const char *event, const struct gf_job *job, int64_t due,
                     const struct run *run, const char *detail)
{
    struct gf_buf b = GF_BUF_INIT(64 * 1024);
    struct gf_json j;
    open_event(&j, &b, event);
    put_job(&j, job, due);
    if (run && run->task.all && !run->ended)
        gf_json_int(&j, "pid", run->task.child.pid);
    if (is_over(run)) {
        if (run->ending.signal)
            gf_json_int(&j, "signal", run->ending.signal);
        else
            gf_json_int(&j, "exit", run->ending.code);
        gf_json_seconds(&j, "seconds", run->took);
        gf_json_int(&j, "max_rss_bytes", (int64_t)run->task.usage.ru_maxrss * 1024);
    }
    if (detail)
        gf_json_str(&j, "detail", detail, strlen(detail));
    close_event(l, &j);
}

/* ---- as text, and which of the two ----------------------------------------------------------- */

static void log_text(const char *event, const struct gf_job *job, int64_t due,
                     const struct run *run, const char *detail)
{
    char when[GF_STAMP_SIZE], end[96] = "";
    gf_stamp_format(due, 0, true, when);
    if (is_over(run)) {
        char span[GF_DURATION_SIZE];
        const struct gf_ending *e = &run->ending;
        gf_format_duration(run->took, span);
        snprintf(end, sizeof end, ": %s %d after %s, %ld KiB", e->signal ? "signal" : "exit",
                 e->signal ? e->signal : e->code, span, run->task.usage.ru_maxrss);
    }
    gf_note("%s %s, due %s%s%s%s", job->id, event, when, end, detail ? ": " : "",
            detail ? detail : "");
}

void log_next(const struct log *l, const struct gf_job *job, int64_t due)
{
    char when[GF_STAMP_SIZE];
    if (l->form == LOG_JSON)
        return;
    if (due == INT64_MAX) {
        gf_detail("%s has no due time left", job->id);
        return;
    }
    gf_stamp_format(due, 0, true, when);
    gf_detail("%s is due next at %s", job->id, when);
}

void log_event(struct log *l, const char *event, const struct gf_job *job, int64_t due,
               const struct run *run, const char *detail)
{
    if (l->form == LOG_JSON)
        log_json(l, event, job, due, run, detail);
    else if (l->form == LOG_TEXT || is_trouble(event) || (gf_msg_is_verbose() && is_step(event)))
        log_text(event, job, due, run, detail);
}
