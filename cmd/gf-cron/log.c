/* log.c - what happens to runs, on stderr: as text, or as NDJSON. See runner.h. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

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

static bool is_over(const struct run *run)
{
    return run && run->pid == 0 && run->started_mono != 0;
}

static bool log_json(struct runner *r, const char *event, const struct gf_job *job, int64_t due,
                     const struct run *run, const char *detail)
{
    struct gf_buf b = GF_BUF_INIT(64 * 1024);
    struct gf_json j;
    char text[GF_TIME_UTC_SIZE];
    gf_json_open(&j, &b);
    gf_time_utc(gf_now_wall(), text);
    gf_json_str(&j, "time", text, strlen(text));
    gf_json_str(&j, "event", event, strlen(event));
    gf_json_str(&j, "job", job->id, strlen(job->id));
    gf_time_utc(due * GF_S, text);
    gf_json_str(&j, "due", text, strlen(text));
    if (run && run->pid)
        gf_json_int(&j, "pid", run->pid);
    if (is_over(run)) {
        if (WIFEXITED(run->wait_status))
            gf_json_int(&j, "exit", WEXITSTATUS(run->wait_status));
        else
            gf_json_int(&j, "signal", WTERMSIG(run->wait_status));
        gf_json_seconds(&j, "seconds", gf_now_mono() - run->started_mono);
        gf_json_int(&j, "max_rss_bytes", (int64_t)run->usage.ru_maxrss * 1024);
    }
    if (detail)
        gf_json_str(&j, "detail", detail, strlen(detail));
    gf_json_close(&j);
    bool written = !b.failed && outlet_put(outlet_of(r, STDERR_FILENO), b.data, b.len);
    gf_buf_release(&b);
    return written;
}

static void log_text(const char *event, const struct gf_job *job, int64_t due,
                     const struct run *run, const char *detail)
{
    char when[GF_STAMP_SIZE], end[96] = "";
    gf_stamp_format(due, 0, true, when);
    if (is_over(run)) {
        char span[GF_DURATION_SIZE];
        gf_format_duration(gf_now_mono() - run->started_mono, span);
        bool exited = WIFEXITED(run->wait_status);
        snprintf(end, sizeof end, ": %s %d after %s, %ld KiB", exited ? "exit" : "signal",
                 exited ? WEXITSTATUS(run->wait_status) : WTERMSIG(run->wait_status), span,
                 run->usage.ru_maxrss);
    }
    gf_note("%s %s, due %s%s%s%s", job->id, event, when, end, detail ? ": " : "",
            detail ? detail : "");
}

void log_event(struct runner *r, const char *event, const struct gf_job *job, int64_t due,
               const struct run *run, const char *detail)
{
    if (r->log == LOG_JSON)
        r->log_lost |= !log_json(r, event, job, due, run, detail);
    else if (r->log == LOG_TEXT || is_trouble(event))
        log_text(event, job, due, run, detail);
}
