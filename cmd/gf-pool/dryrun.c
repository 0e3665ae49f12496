/*
 * dryrun.c - prints the command of every job that a run would start.
 *
 * With --resume that is what the log leaves to do, with --retry-failed its failed jobs; the log is
 * only read.
 *
 * A command is for people and for a shell: what would act on a terminal is printed so that the
 * shell reads the same word back.
 *
 * The commands that were made so far go out before a read that would wait, and when they are many:
 * so that who types records sees each command at once, and a million of them are few writes.
 */
#include "dryrun.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers.h"
#include "base/cli.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "header.h"
#include "history.h"
#include "intake.h"
#include "launch.h"
#include "results_name.h"
#include "tally.h"

enum {
    MANY = 64 * 1024 /* bytes */
};

struct dry {
    const struct options *opt;
    struct intake intake;
    struct history history;
    bool has_log;
    struct launch launch;
    struct tally tally;
    struct gf_buf line, out; /* what is at hand; what is to be printed */
};

static int print(struct gf_buf *out)
{
    int r = gf_tool_print(out);
    gf_buf_clear(out);
    return r;
}

static int no_memory(void)
{
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

/* The quoted words in d->line are a line of the output. */
static void add_line(struct dry *d)
{
    gf_escape_sh(&d->out, d->line.data ? d->line.data : "", d->line.len);
    gf_buf_putc(&d->out, '\n');
    gf_buf_inherit(&d->out, &d->line);
    gf_buf_clear(&d->line);
}

/* One command, or why there is none. The status so far, or GF_EXIT_TOOL. */
static int add_command(struct dry *d, int status)
{
    struct gf_template *command = &d->launch.command;
    struct gf_fill fill = work_fill(&d->intake.work, d->intake.seq, 1);
    if (gf_template_expand(command, &fill)) {
        gf_template_quote(command, &d->line);
        add_line(d);
        return status;
    }
    if (errno == ENOMEM)
        return no_memory();
    tally_no_command(&d->tally, d->intake.seq, gf_command_why_not(errno));
    return GF_EXIT_SOME;
}

/* What a worker is given: its command, and the record behind <<<. */
static int add_record(struct dry *d, int status)
{
    const struct gf_value *v = d->intake.work.item;
    bool skip = false;
    uint64_t number = d->intake.seq;
    gf_buf_clear(&d->line);
    answers_add_command(&d->line, d->opt);
    gf_quote_sh(&d->line, v->text, v->len);
    struct gf_slice name = {d->line.data, d->line.len};
    if (d->line.failed)
        return no_memory();
    if (d->has_log)
        history_skips_text(&d->history, name, &number, &skip);
    if (!skip)
        add_line(d);
    return status;
}

/* The job at hand, unless the log says that it is done. */
static int add_job(struct dry *d, int status)
{
    const struct intake *in = &d->intake;
    bool skip = false;
    uint64_t number = in->seq;
    if (d->has_log &&
        history_skips(&d->history, &d->launch.command, &in->work, &number, &skip) != 0)
        return no_memory();
    return skip ? status : add_command(d, status);
}

/* Waits for input. -1 when the reader of what we print is gone; a signal ends us by itself. */
static int await(int fd)
{
    if (gf_wait_input(fd, STDOUT_FILENO, GF_NEVER) == 0 || errno != EPIPE)
        return 0;
    raise(SIGPIPE); /* comes back where it is ignored */
    gf_error("write error: the reader of standard output is gone");
    return -1;
}

static int print_all(struct dry *d)
{
    struct source *source = &d->intake.source;
    int status = GF_EXIT_OK, got;
    while (status != GF_EXIT_TOOL && (got = intake_next(&d->intake)) != GF_READER_END) {
        if (got == 1)
            status = d->opt->worker ? add_record(d, status) : add_job(d, status);
        bool waits = got == 0 && source_waits(source);
        bool now = d->out.len > MANY || waits;
        if (got == -1 || (d->out.len && now && print(&d->out) != 0) ||
            (waits && await(source->reader.fd) != 0) || (got == 0 && source_fill(source) != 0))
            status = GF_EXIT_TOOL;
    }
    return status;
}

/* A command of the log, whose text a shell takes; one of another tool may quote in other ways than
 * ours, and one that is no list of words is only to be read. */
static void add_logged(struct dry *d, const struct gf_value *command)
{
    char **words = gf_escape_is_plain(command->text, command->len)
                       ? NULL
                       : history_words(&d->history, command);
    for (char **w = words; w && *w; w++) {
        if (w > words)
            gf_buf_putc(&d->line, ' ');
        gf_quote_sh(&d->line, *w, strlen(*w));
    }
    if (words) {
        add_line(d);
        return;
    }
    gf_escape_term(&d->out, command->text, command->len);
    gf_buf_putc(&d->out, '\n');
}

/* --retry-failed: the log shows the commands as a shell would take them. */
static int print_failed(struct dry *d)
{
    struct work w;
    work_init(&w, NULL);
    uint64_t seq;
    int got;
    while ((got = history_next(&d->history, &w, &seq)) == 1) {
        add_logged(d, w.item);
        if (d->out.len > MANY && print(&d->out) != 0)
            return GF_EXIT_TOOL;
    }
    if (got == 0 && !d->history.rerun)
        gf_note("no job failed in joblog '%s'", d->opt->joblog);
    work_release(&w);
    return got == 0 ? GF_EXIT_OK : no_memory();
}

/* The log that the run would write; one that is not there yet has nothing. -1 after a message. */
static int open_last(struct logs *logs, const struct options *o, int *fd)
{
    *fd = gf_open(o->joblog, O_RDONLY, 0);
    if (*fd != -1)
        return logs_last(logs, *fd, o->joblog);
    if (errno == ENOENT && (!o->rerun || o->nearlier))
        return 0;
    gf_error_errno("cannot open joblog '%s'", o->joblog);
    return -1;
}

/* What earlier runs have done. -1, or the exit status after a message. */
static int load_past(struct dry *d)
{
    const struct options *o = d->opt;
    struct logs logs = {0};
    int fd = -1;
    if (o->resume == RESUME_NOT && !o->rerun)
        return -1;
    d->history.opt = o;
    int status = logs_open(&logs, o);
    if (status == -1 && (open_last(&logs, o, &fd) != 0 || history_load(&d->history, &logs) != 0))
        status = GF_EXIT_TOOL;
    d->has_log = logs.n > 0;
    logs_close(&logs);
    if (fd != -1)
        close(fd);
    return status;
}

static int check_results(const struct dry *d)
{
    struct results_names names = {0};
    int status = results_names_init(&names, d->opt, d->intake.names, d->intake.nnames);
    results_names_release(&names);
    return status;
}

static int print_jobs(struct dry *d)
{
    const struct options *o = d->opt;
    struct intake *in = &d->intake;
    if (!o->rerun && intake_open(in, o) != 0)
        return GF_EXIT_TOOL;
    int status = check_results(d);
    if (status == -1 && (o->rerun || o->worker))
        status = header_check(o, in);
    if (status != -1)
        return status;
    if (o->rerun)
        return print_failed(d);
    if (o->worker)
        return print_all(d);
    status = launch_check_command(&d->launch, o, in->names, in->nnames);
    if (status == -1)
        status = launch_check_tag(&d->launch, o, in->names, in->nnames);
    if (status == -1)
        status = header_check(o, in);
    if (status != -1)
        return status;
    if (launch_environment(&d->launch, NULL) != 0)
        return GF_EXIT_TOOL;
    in->command = &d->launch.command;
    intake_measure(in, gf_environ_bytes(&d->launch.env));
    return print_all(d);
}

int dryrun(const struct options *o)
{
    struct dry *d = calloc(1, sizeof *d); /* the tally is too much for the stack */
    if (!d)
        return no_memory();
    d->opt = o;
    d->launch.null_fd = -1;
    tally_begin(&d->tally, o, gf_now_mono());
    int status = load_past(d);
    if (status == -1)
        status = print_jobs(d);
    if (print(&d->out) != 0)
        status = GF_EXIT_TOOL;
    if (d->has_log && !o->rerun)
        history_say(&d->history, d->intake.seq);
    tally_say_failures(&d->tally, d->intake.seq);
    intake_release(&d->intake);
    launch_release(&d->launch);
    history_release(&d->history);
    gf_buf_release(&d->line);
    gf_buf_release(&d->out);
    free(d);
    return gf_tool_finish(status);
}
