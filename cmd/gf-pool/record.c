/*
 * record.c - the job log of a run: opened, a row for each job that is over, brought to the disk.
 *
 * With --durable nothing starts before the rows of what has ended are on the disk: one wait for all
 * that ended meanwhile, just before a start.
 */
#include "pool.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"

/* The log is open: what it holds, and what it is for. */
static int begin(struct pool *p)
{
    const struct options *o = p->opt;
    if (resume_load(p) != 0)
        return -1;
    if (o->durable && !p->log.is_file) {
        gf_error("joblog '%s' is no regular file, so --durable cannot bring it to a disk",
                 o->joblog);
        return -1;
    }
    if (leftover_mark(p) != 0 || (o->durable && gf_sync_name(o->joblog) != 0)) {
        gf_error_errno("cannot use joblog '%s'", o->joblog);
        return -1;
    }
    leftover_report(p);
    return 0;
}

/* Says why there is no log, and returns the exit status. */
static int refused(const struct gf_joblog *log, const char *name)
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
        gf_error_errno("cannot open joblog '%s'", name);
    return GF_EXIT_TOOL;
}

int record_open(struct pool *p)
{
    const struct options *o = p->opt;
    bool append = o->joblog_append || o->resume != RESUME_NOT || o->rerun;
    p->log.fd = -1;
    if (!o->joblog)
        return -1;
    if (gf_joblog_open(&p->log, o->joblog, append) != 0)
        return refused(&p->log, o->joblog);
    if (p->log.torn)
        gf_note("joblog '%s' ended within a row, which was taken off: that job may have run",
                o->joblog);
    return begin(p) == 0 ? -1 : GF_EXIT_TOOL;
}

static void add_row(struct pool *p, const struct gf_joblog_row *row)
{
    if (p->log.fd == -1)
        return;
    if (gf_joblog_add(&p->log, row) == 0) {
        p->log_ahead = p->opt->durable;
        return;
    }
    gf_error_errno("cannot write to joblog '%s'", p->opt->joblog);
    gf_hint("rows from job %llu on may be missing; no more jobs are started",
            (unsigned long long)row->seq);
    pool_fail(p, GF_EXIT_TOOL);
    gf_joblog_close(&p->log);
}

bool record_on_disk(struct pool *p)
{
    if (!p->log_ahead)
        return true;
    p->log_ahead = false;
    if (gf_joblog_sync(&p->log) == 0)
        return true;
    gf_error_errno("cannot bring joblog '%s' to the disk", p->opt->joblog);
    pool_fail(p, GF_EXIT_TOOL);
    return false;
}

void record_ended(const struct job *j)
{
    int st = j->wait_status;
    bool limited = j->life.timed_out;
    add_row(j->pool, &(struct gf_joblog_row){
                         .seq = j->seq,
                         .start_wall = j->start_wall,
                         .runtime = j->end_mono - j->start_mono,
                         .received = j->received,
                         .exit = limited           ? -1
                                 : WIFSIGNALED(st) ? 0
                                                   : WEXITSTATUS(st),
                         .signal = limited           ? j->life.last_signal
                                   : WIFSIGNALED(st) ? WTERMSIG(st)
                                                     : 0,
                         .command = j->command.data ? j->command.data : "",
                         .command_len = j->command.len,
                     });
}

void record_unstarted(const struct job *j, int exit_status)
{
    add_row(j->pool, &(struct gf_joblog_row){
                         .seq = j->seq,
                         .start_wall = gf_now_wall(),
                         .exit = exit_status,
                         .command = j->command.data ? j->command.data : "",
                         .command_len = j->command.len,
                     });
}

int record_close(struct pool *p)
{
    bool on_disk = !p->log_ahead || gf_joblog_sync(&p->log) == 0;
    if (gf_joblog_close(&p->log) == 0 && on_disk)
        return 0;
    gf_error_errno("cannot write to joblog '%s'", p->opt->joblog);
    return -1;
}
