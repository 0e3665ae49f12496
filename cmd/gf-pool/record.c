/*
 * record.c - the job log of a run.
 *
 * The file is locked by us while it is open (proc/joblog.h). A row that cannot be written ends the
 * run: no more jobs start whose rows would be missing.
 */
#include "record.h"

#include <errno.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/own.h"
#include "job.h"

#define LOOK_EVERY GF_S /* at the name of the log */

int record_refused(const struct gf_joblog *log, const char *name)
{
    if (errno == EEXIST) {
        gf_error("joblog '%s' holds rows of an earlier run", name);
        gf_hint("--resume goes on where that ended, --joblog +%s runs all and appends", name);
        return GF_EXIT_USAGE;
    }
    if (errno == EBUSY) {
        gf_error("joblog '%s' is written by another run, process %ld", name, (long)log->holder);
        return GF_EXIT_REFUSED;
    }
    if (log->why)
        gf_error("cannot use joblog '%s': %s", name, log->why);
    else
        gf_error_errno("cannot use joblog '%s'", name);
    gf_own_hint(name, log->why);
    return GF_EXIT_TOOL;
}

/* --durable: that the log can be brought to a disk. */
static int check_durable(const struct record *r)
{
    const char *name = r->opt->joblog;
    if (!r->opt->durable)
        return 0;
    if (!r->log.is_file) {
        gf_error("joblog '%s' is no regular file, so --durable cannot bring it to a disk", name);
        return -1;
    }
    if (gf_sync_name(name) == 0)
        return 0;
    gf_error_errno("cannot use joblog '%s'", name);
    return -1;
}

static void say_torn(const struct record *r)
{
    if (r->log.torn)
        gf_note("joblog '%s' ended within a row, which was taken off: that job may have run",
                r->opt->joblog);
}

int record_open(struct record *r, const struct options *o, struct verdict *v)
{
    bool append = o->joblog_append || o->resume != RESUME_NOT || o->rerun;
    r->opt = o;
    r->verdict = v;
    r->log.fd = -1;
    r->look_mono = gf_now_mono() + LOOK_EVERY;
    if (!o->joblog)
        return -1;
    if (gf_joblog_open(&r->log, o->joblog, append) != 0)
        return record_refused(&r->log, o->joblog);
    say_torn(r);
    return check_durable(r) == 0 ? -1 : GF_EXIT_TOOL;
}

int record_sync(struct record *r)
{
    if (!r->ahead)
        return 0;
    r->ahead = false;
    if (gf_joblog_sync(&r->log) == 0)
        return 0;
    gf_error_errno("cannot bring joblog '%s' to the disk", r->opt->joblog);
    verdict_fail(r->verdict, GF_EXIT_TOOL);
    return -1;
}

/* Goes on in another file when the log was moved. If that cannot be, the row at hand is kept where
 * the log is now, and no more jobs start. */
static void follow(struct record *r)
{
    const char *name = r->opt->joblog;
    gf_ns now = gf_now_mono();
    if (now < r->look_mono)
        return;
    r->look_mono = now + LOOK_EVERY;
    if (record_sync(r) != 0) /* what a log that was moved holds is on the disk as well */
        return;
    int moved = gf_joblog_follow(&r->log, name);
    if (moved == 1) {
        gf_detail("joblog '%s' was moved; its rows go on in another file", name);
        say_torn(r);
    }
    if (moved == -1)
        record_refused(&r->log, name);
    if (moved == -1 || (moved == 1 && check_durable(r) != 0)) {
        r->look_mono = INT64_MAX;
        verdict_fail(r->verdict, GF_EXIT_TOOL);
    }
}

static void add_row(struct record *r, const struct gf_joblog_row *row)
{
    if (r->log.fd == -1)
        return;
    follow(r);
    if (gf_joblog_add(&r->log, row) == 0) {
        r->ahead = r->opt->durable;
        return;
    }
    gf_error_errno("cannot write to joblog '%s'", r->opt->joblog);
    gf_hint("rows from job %llu on may be missing; no more jobs are started",
            (unsigned long long)row->seq);
    verdict_fail(r->verdict, GF_EXIT_TOOL);
    gf_joblog_close(&r->log);
}

static int on_begin(void *self, struct job *j)
{
    (void)j;
    return record_sync(self);
}

/* Exitval of the row. */
static int exit_value(const struct gf_ending *e)
{
    if (e->how == GF_ENDING_TIMEOUT)
        return GF_JOBLOG_TIMED_OUT;
    if (e->how == GF_ENDING_INTERRUPTED)
        return GF_JOBLOG_INTERRUPTED;
    return e->signal ? 0 : e->code;
}

/* Signal of the row; one that was told to end and exited has the one that told it. */
static int signal_value(const struct gf_ending *e)
{
    bool was_told = e->how == GF_ENDING_TIMEOUT || (e->how == GF_ENDING_INTERRUPTED && !e->signal);
    return was_told ? e->sent : e->signal;
}

/* A record that the end of the run met before a worker came to it was sent no signal, and has no
 * row, as one that was not read has none. */
static void on_finished(void *self, struct job *j)
{
    const struct gf_ending *e = &j->ending;
    if (e->how == GF_ENDING_INTERRUPTED && !e->sent)
        return;
    add_row(self, &(struct gf_joblog_row){
                      .seq = j->seq,
                      .start_wall = j->task.start_wall,
                      .runtime = job_runtime(j),
                      .received = j->received,
                      .exit = exit_value(e),
                      .signal = signal_value(e),
                      .command = job_command(j),
                      .command_len = j->command.len,
                  });
}

static void on_unstarted(void *self, struct job *j, int err)
{
    if (j->attempt > 1) /* its row is that of the attempt before */
        return;
    add_row(self, &(struct gf_joblog_row){
                      .seq = j->seq,
                      .start_wall = gf_now_wall(),
                      .exit = gf_ending_unstarted(err).code,
                      .command = job_command(j),
                      .command_len = j->command.len,
                  });
}

const struct observer_events record_observer = {
    .begin = on_begin, .finished = on_finished, .unstarted = on_unstarted};

int record_close(struct record *r)
{
    bool on_disk = !r->ahead || gf_joblog_sync(&r->log) == 0;
    if (gf_joblog_close(&r->log) == 0 && on_disk)
        return 0;
    gf_error_errno("cannot write to joblog '%s'", r->opt->joblog);
    return -1;
}
