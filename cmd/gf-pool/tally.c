/*
 * tally.c - what became of the jobs.
 *
 * A job counts once, by its last attempt; what its attempts cost (time, slots) counts for each. A
 * job that could not start counts as one that was started and failed, so that the sums agree.
 */
#include "tally.h"

#include <string.h>

#include <signal.h>
#include <stdio.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/stats.h"
#include "job.h"
#include "proc/command.h"

void tally_begin(struct tally *t, const struct options *o, gf_ns now_mono)
{
    t->opt = o;
    t->begin_mono = t->offered_mono = now_mono;
}

void tally_slots(struct tally *t, uint64_t slots)
{
    gf_ns now = gf_now_mono();
    t->offered += (double)(now - t->offered_mono) * (double)t->slots;
    t->offered_mono = now;
    t->slots = slots;
}

double tally_utilisation(struct tally *t)
{
    tally_slots(t, t->slots);
    return t->offered > 0 ? t->busy / t->offered : 0;
}

double tally_rate(const struct tally *t, gf_ns now_mono)
{
    gf_ns span = now_mono - t->begin_mono;
    return span > 0 ? (double)t->started * 1e9 / (double)span : 0;
}

static void add_failure(struct tally *t, uint64_t seq, const char *how, const char *command)
{
    gf_failures_add(&t->failures, seq, "job %llu, %s%s%s", (unsigned long long)seq, how,
                    *command ? ": " : "", command);
}

/* "job 3", or "job 3, attempt 2" where a job may have several. */
static const char *name_of(const struct tally *t, const struct job *j, char out[64])
{
    unsigned long long seq = j->seq;
    if (t->opt->retries)
        snprintf(out, 64, "job %llu, attempt %u", seq, j->attempt);
    else
        snprintf(out, 64, "job %llu", seq);
    return out;
}

static void on_started(void *self, const struct job *j)
{
    struct tally *t = self;
    char name[64];
    t->started += j->attempt == 1;
    if (gf_msg_is_verbose())
        gf_detail("%s started: %s", name_of(t, j, name), job_command(j));
}

static void on_attempt(void *self, const struct job *j, bool again)
{
    struct tally *t = self;
    char name[64], how[GF_ENDING_SIZE], time[GF_DURATION_SIZE];
    t->busy += (double)(gf_now_mono() - j->task.start_mono);
    t->cpu += gf_task_cpu(&j->task);
    t->retried += again;
    if (!gf_msg_is_verbose())
        return;
    gf_format_duration(job_runtime(j), time);
    gf_detail("%s: %s after %s", name_of(t, j, name), gf_ending_text(&j->ending, how), time);
}

void tally_say_stopped(const char *what, uint64_t number, int sig)
{
    gf_error("%s %llu stopped: it wants to %s the terminal, which it does not get", what,
             (unsigned long long)number, sig == SIGTTIN ? "read" : "set");
    gf_hint("--tty gives jobs the terminal, one at a time; -t ends what waits");
}

static void on_stopped(void *self, const struct job *j, int sig)
{
    (void)self;
    tally_say_stopped("job", j->seq, sig);
}

static void on_retried(void *self, struct job *j, gf_ns wait)
{
    char name[64], time[GF_DURATION_SIZE];
    gf_format_duration(wait, time);
    gf_detail("%s: the next attempt follows in %s", name_of(self, j, name), time);
}

static void on_finished(void *self, struct job *j)
{
    struct tally *t = self;
    char how[GF_ENDING_SIZE];
    bool ok = j->ending.how == GF_ENDING_OK;
    if (j->ending.how == GF_ENDING_INTERRUPTED) {
        t->interrupted++;
        return;
    }
    if (!ok)
        add_failure(t, j->seq, gf_ending_text(&j->ending, how), job_command(j));
    t->ok += ok;
    t->failed += !ok;
    t->timed_out += j->ending.how == GF_ENDING_TIMEOUT;
    gf_hist_add(&t->times, job_runtime(j));
}

enum {
    SHOWN_MOST = 200 /* bytes of a command in a message */
};

static void count_unstarted(struct tally *t, uint64_t seq, const char *why, const char *command)
{
    t->started++;
    t->failed++;
    add_failure(t, seq, "could not start", command);
    bool shown = *command && strlen(command) <= SHOWN_MOST;
    gf_error("job %llu could not start: %s%s%s", (unsigned long long)seq, why, shown ? ": " : "",
             shown ? command : "");
}

static void on_unstarted(void *self, struct job *j, int err)
{
    if (j->attempt == 1)
        count_unstarted(self, j->seq, job_why_not(j, err), job_command(j));
    else
        gf_error("job %llu could not start again: %s", (unsigned long long)j->seq,
                 job_why_not(j, err));
}

const struct observer_events tally_observer = {.started = on_started,
                                               .stopped = on_stopped,
                                               .attempt = on_attempt,
                                               .retried = on_retried,
                                               .finished = on_finished,
                                               .unstarted = on_unstarted};

void tally_no_command(struct tally *t, uint64_t seq, const char *why)
{
    count_unstarted(t, seq, why, "");
}

void tally_answered(struct tally *t, uint64_t n)
{
    t->started += n;
    t->ok += n;
}

void tally_unanswered(struct tally *t, uint64_t seq, const struct gf_ending *ending,
                      const char *why, const char *record, size_t len)
{
    enum {
        SHOWN = 256 /* bytes of a record */
    };
    unsigned long long number = seq;
    t->started++;
    if (ending->how == GF_ENDING_INTERRUPTED) {
        t->interrupted++;
        gf_detail("record %llu: interrupted", number);
        return;
    }
    t->failed++;
    t->timed_out += ending->how == GF_ENDING_TIMEOUT;
    gf_failures_add(&t->failures, seq, "record %llu, %s: %.*s", number, why,
                    len < SHOWN ? (int)len : SHOWN, record);
    gf_detail("record %llu failed: %s", number, why);
}

static int write_worker_stats(const struct tally *t, struct gf_outfile *out)
{
    gf_ns span = gf_now_mono() - t->begin_mono;
    const struct gf_metric m[] = {
        {.name = "records", .help = "records answered", .kind = GF_METRIC_COUNTER, .value = t->ok},
        {.name = "failed",
         .help = "records without an answer",
         .kind = GF_METRIC_COUNTER,
         .value = t->failed},
        {.name = "timed_out",
         .help = "records that the time limit ended",
         .kind = GF_METRIC_COUNTER,
         .value = t->timed_out},
        {.name = "interrupted",
         .help = "records whose worker was told to end",
         .kind = GF_METRIC_COUNTER,
         .value = t->interrupted},
        {.name = "retried",
         .help = "attempts that another one followed",
         .kind = GF_METRIC_COUNTER,
         .value = t->retried},
        {.name = "restarts",
         .help = "workers that took the place of another",
         .kind = GF_METRIC_COUNTER,
         .value = t->restarts},
        {.name = "elapsed", .help = "time from first to last", .kind = GF_METRIC_TIME, .ns = span},
        {.name = "rate",
         .help = "records answered a second",
         .kind = GF_METRIC_RATIO,
         .real = span > 0 ? (double)t->ok * 1e9 / (double)span : 0,
         .unit = "/s"},
    };
    return gf_stats_write(t->opt->stats_format, out, t->opt->stats_file, gf_pool_cli.name, m,
                          sizeof m / sizeof m[0]);
}

static int write_job_stats(struct tally *t, struct gf_outfile *out)
{
    gf_ns now = gf_now_mono();
    const struct gf_metric m[] = {
        {.name = "jobs",
         .help = "jobs that were started",
         .kind = GF_METRIC_COUNTER,
         .value = t->started},
        {.name = "ok", .help = "jobs that exited 0", .kind = GF_METRIC_COUNTER, .value = t->ok},
        {.name = "failed",
         .help = "jobs that failed, timed out or could not start",
         .kind = GF_METRIC_COUNTER,
         .value = t->failed},
        {.name = "timed_out",
         .help = "jobs that a time limit ended",
         .kind = GF_METRIC_COUNTER,
         .value = t->timed_out},
        {.name = "interrupted",
         .help = "jobs that were told to end",
         .kind = GF_METRIC_COUNTER,
         .value = t->interrupted},
        {.name = "retried",
         .help = "attempts that another one followed",
         .kind = GF_METRIC_COUNTER,
         .value = t->retried},
        {.name = "elapsed",
         .help = "time from first to last",
         .kind = GF_METRIC_TIME,
         .ns = now - t->begin_mono},
        {.name = "rate",
         .help = "jobs started a second",
         .kind = GF_METRIC_RATIO,
         .real = tally_rate(t, now),
         .unit = "/s"},
        {.name = "cpu", .help = "processor time of jobs", .kind = GF_METRIC_TIME, .ns = t->cpu},
        {.name = "slot_utilisation",
         .help = "share of the time that slots were in use",
         .kind = GF_METRIC_RATIO,
         .real = tally_utilisation(t)},
        {.name = "job", .help = "run time of jobs", .kind = GF_METRIC_TIMES, .hist = &t->times},
    };
    return gf_stats_write(t->opt->stats_format, out, t->opt->stats_file, gf_pool_cli.name, m,
                          sizeof m / sizeof m[0]);
}

int tally_write_stats(struct tally *t, struct gf_outfile *out)
{
    return t->opt->worker ? write_worker_stats(t, out) : write_job_stats(t, out);
}

void tally_say_failures(const struct tally *t, uint64_t jobs)
{
    const struct options *o = t->opt;
    const char *things = o->worker ? "records" : "jobs";
    gf_failures_say(&t->failures, jobs, things);
    if (t->interrupted)
        gf_note("interrupted: %llu of %llu %s%s", (unsigned long long)t->interrupted,
                (unsigned long long)jobs, things,
                o->queue    ? "; the queue has them again"
                : o->joblog ? "; --resume runs them again"
                            : "");
    if (t->failures.failed == 0 || o->failed || o->dry_run)
        return;
    if (o->queue)
        gf_note_hint(
            "gf-queue dead lists those that failed for good; gf-queue retry runs them again");
    else if (o->worker || o->pipe)
        gf_note_hint("--failed FILE keeps the records that failed");
    else if (!o->joblog)
        gf_note_hint("--joblog FILE logs each job; --resume-failed then runs failed jobs again");
}
