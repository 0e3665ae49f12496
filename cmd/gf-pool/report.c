/* report.c - what became of the jobs: outcomes, --halt, statistics, exit status. */
#include "pool.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"

static double achieved_rate(const struct pool *p, gf_ns now_mono)
{
    gf_ns span = now_mono - p->begin_mono;
    return span > 0 ? (double)p->count.started * 1e9 / (double)span : 0;
}

void report_init(struct pool *p)
{
    p->offered_mono = p->begin_mono;
    progress_init(p);
}

const char *report_how(const struct job *j, char out[HOW_SIZE])
{
    const char *words = j->life.timed_out ? "timed out" : "ok";
    if (j->life.timed_out || report_status(j) == 0)
        snprintf(out, HOW_SIZE, "%s", words);
    else if (WIFSIGNALED(j->wait_status))
        snprintf(out, HOW_SIZE, "signal %d", WTERMSIG(j->wait_status));
    else
        snprintf(out, HOW_SIZE, "exit status %d", WEXITSTATUS(j->wait_status));
    return out;
}

static void add_failure(struct pool *p, uint64_t seq, const char *how, const struct gf_buf *command)
{
    gf_failures_add(&p->failures, seq, "job %llu, %s%s%s", (unsigned long long)seq, how,
                    command->len ? ": " : "", command->len ? command->data : "");
}

void report_outcome(struct pool *p, const struct job *j)
{
    char how[HOW_SIZE];
    bool ok = WIFEXITED(j->wait_status) && WEXITSTATUS(j->wait_status) == 0 && !j->life.timed_out;
    if (!ok) {
        add_failure(p, j->seq, report_how(j, how), &j->command);
        hint_failed(p, j);
    }
    p->count.ok += ok;
    p->count.failed += !ok;
    p->count.timed_out += j->life.timed_out;
    gf_hist_add(&p->times, j->end_mono - j->start_mono);
}

/* A share is looked at from the third job on: one failure of one job is no 100 %. */
enum {
    SHARE_FROM = 3
};

static bool halt_has_come(const struct pool *p)
{
    const struct halt *h = &p->opt->halt;
    uint64_t ended = p->count.ok + p->count.failed;
    uint64_t n = h->on == HALT_FAIL ? p->count.failed : h->on == HALT_SUCCESS ? p->count.ok : ended;
    if (h->percent)
        return ended >= SHARE_FROM && n >= 1 && n * 100 >= ended * h->percent;
    return n >= h->number;
}

/* What the job's end looks like in a shell. */
int report_status(const struct job *j)
{
    if (j->life.timed_out)
        return GF_EXIT_TIMEOUT;
    return WIFSIGNALED(j->wait_status) ? 128 + WTERMSIG(j->wait_status)
                                       : WEXITSTATUS(j->wait_status);
}

void report_halt(struct pool *p, const struct job *j)
{
    const struct halt *h = &p->opt->halt;
    if (h->on == HALT_NEVER || p->halted || !halt_has_come(p))
        return;
    p->halted = true;
    p->halt_status = -1;
    if (h->on == HALT_SUCCESS)
        p->halt_status = GF_EXIT_OK;
    else if (h->on == HALT_FAIL && h->number == 1)
        p->halt_status = report_status(j);
    gf_note("%s: job %llu was the last that --halt waited for",
            h->now ? "ending all jobs" : "no new jobs", (unsigned long long)j->seq);
    if (h->now)
        job_signal_all(p, SIGTERM);
}

/* "job 3", or "job 3, attempt 2" where a job may have several. */
static const char *name_of(const struct job *j, char out[64])
{
    unsigned long long seq = j->seq;
    if (j->pool->opt->retries)
        snprintf(out, 64, "job %llu, attempt %u", seq, j->attempt);
    else
        snprintf(out, 64, "job %llu", seq);
    return out;
}

void report_started(const struct job *j)
{
    char name[64];
    gf_detail("%s started: %s", name_of(j, name), j->command.len ? j->command.data : "");
}

void report_attempt(const struct job *j)
{
    char name[64], how[HOW_SIZE], time[GF_DURATION_SIZE];
    gf_format_duration(j->end_mono - j->start_mono, time);
    gf_detail("%s: %s after %s", name_of(j, name), report_how(j, how), time);
}

void report_retried(const struct job *j, gf_ns wait)
{
    char name[64], time[GF_DURATION_SIZE];
    gf_format_duration(wait, time);
    gf_detail("%s: the next attempt follows in %s", name_of(j, name), time);
}

void report_unstarted(struct pool *p, uint64_t seq, const char *why, const struct gf_buf *command)
{
    p->count.started++;
    p->count.failed++;
    add_failure(p, seq, "could not start", command);
    gf_error("job %llu could not start: %s", (unsigned long long)seq, why);
}

void report_capacity(struct pool *p)
{
    gf_ns now = gf_now_mono();
    p->offered += (double)(now - p->offered_mono) * p->capacity.most;
    p->offered_mono = now;
}

static int write_stats(struct pool *p)
{
    gf_ns now = gf_now_mono();
    report_capacity(p);
    const struct gf_metric m[] = {
        {.name = "jobs",
         .help = "jobs that were started",
         .kind = GF_METRIC_COUNTER,
         .value = p->count.started},
        {.name = "ok",
         .help = "jobs that exited 0",
         .kind = GF_METRIC_COUNTER,
         .value = p->count.ok},
        {.name = "failed",
         .help = "jobs that failed, timed out or could not start",
         .kind = GF_METRIC_COUNTER,
         .value = p->count.failed},
        {.name = "timed_out",
         .help = "jobs that a time limit ended",
         .kind = GF_METRIC_COUNTER,
         .value = p->count.timed_out},
        {.name = "retried",
         .help = "attempts that another one followed",
         .kind = GF_METRIC_COUNTER,
         .value = p->count.retried},
        {.name = "elapsed",
         .help = "time from first to last",
         .kind = GF_METRIC_TIME,
         .ns = now - p->begin_mono},
        {.name = "rate",
         .help = "jobs started a second",
         .kind = GF_METRIC_RATIO,
         .real = achieved_rate(p, now),
         .unit = "/s"},
        {.name = "cpu", .help = "processor time of jobs", .kind = GF_METRIC_TIME, .ns = p->cpu},
        {.name = "slot_utilisation",
         .help = "share of the time that slots were in use",
         .kind = GF_METRIC_RATIO,
         .real = p->offered > 0 ? p->busy / p->offered : 0},
        {.name = "job", .help = "run time of jobs", .kind = GF_METRIC_TIMES, .hist = &p->times},
    };
    return gf_stats_emit(p->opt->stats_format, p->opt->stats_file, gf_pool_cli.name, m,
                         sizeof m / sizeof m[0]);
}

void report_failures(const struct pool *p, uint64_t jobs)
{
    const struct options *o = p->opt;
    gf_failures_say(&p->failures, jobs, "jobs");
    if (p->failures.failed && !o->joblog && !o->pipe && !o->dry_run)
        gf_note_hint("--joblog FILE logs each job; --resume-failed then runs failed jobs again");
}

int report_end(struct pool *p)
{
    gf_progress_end();
    int status = GF_EXIT_OK;
    /* With --halt success=1 jobs that fail are part of the plan. */
    bool succeeded = p->halted && p->halt_status == GF_EXIT_OK;
    if (!succeeded && !p->broken_pipe)
        report_failures(p, p->count.ok + p->count.failed);
    if (p->opt->stats && write_stats(p) != 0)
        p->fatal = GF_EXIT_TOOL;
    if (p->count.failed || p->cut || p->resume.failed)
        status = GF_EXIT_SOME;
    if (p->count.failed && p->count.failed == p->count.timed_out && !p->cut && !p->resume.failed)
        status = GF_EXIT_TIMEOUT;
    if (p->halted && p->halt_status != -1)
        status = p->halt_status;
    return p->fatal ? p->fatal : status;
}
