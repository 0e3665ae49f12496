/*
 * pool.c - the loop: set everything up, go round until there is nothing left to do, clean up.
 *
 * The end comes when no record will be taken any more, no slot is in use, and all output is out.
 * Then pipes that something left behind still holds are read once more, named and closed: the end
 * of the run is as long as we wait for those.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"

void pool_fail(struct pool *p, int status)
{
    if (!p->fatal)
        p->fatal = status;
    pool_changed(p);
}

bool pool_takes_more(const struct pool *p)
{
    return !p->input_over && !p->fatal && !p->stop_signal && !p->halted;
}

/* What is left in pipes that something still holds is taken, the rest is said to be lost. */
static void end_late(struct pool *p)
{
    while (p->late) {
        struct job *j = p->late;
        output_resume(j);
        output_drain(j);
        if (job_paused(j)) /* more than there is room for: first that much has to go out */
            return;
        if (job_pipes_open(j)) {
            gf_error("job %llu left something running that still holds its output; what it writes "
                     "from now on is lost",
                     (unsigned long long)j->seq);
            p->cut = true;
        }
        output_close(j, STDOUT);
        output_close(j, STDERR);
        job_settle(j);
    }
}

static void check_end(struct pool *p)
{
    if (p->waiting && (p->fatal || p->stop_signal || p->halted))
        retry_give_up(p);
    if (pool_takes_more(p) || p->running || p->waiting || output_pending(p))
        return;
    end_late(p);
    if (!output_pending(p) && events_out(p))
        ev_break(p->loop, EVBREAK_ALL);
}

void pool_changed(struct pool *p)
{
    p->changed = true;
}

/* Just before the loop waits. */
static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct pool *p = w->data;
    (void)loop;
    (void)events;
    do {
        while (p->changed) {
            p->changed = false;
            output_pump(p);
            input_pump(p);
            check_end(p);
        }
        events_out(p);
    } while (p->changed); /* there is room for the events of more starts */
}

/* What jobs get as their environment: the variables that change are rewritten before each start. */
static int init_env(struct pool *p)
{
    p->env_seq = malloc(ENV_SIZE);
    p->env_slot = malloc(ENV_SIZE);
    p->env_attempt = malloc(ENV_SIZE);
    if (p->env_seq && p->env_slot && p->env_attempt) {
        snprintf(p->env_seq, ENV_SIZE, "GF_SEQ=");
        snprintf(p->env_slot, ENV_SIZE, "GF_SLOT=");
        snprintf(p->env_attempt, ENV_SIZE, "GF_ATTEMPT=");
        snprintf(p->env_pool, ENV_SIZE, "GF_POOL=%ld", (long)getpid());
        char *own[] = {
            p->env_seq, p->env_slot, p->env_attempt, p->env_pool, p->env_log[0] ? p->env_log : NULL,
            NULL};
        p->env = environment_for(p->opt, own);
    }
    if (p->env)
        return 0;
    gf_error_nomem();
    return -1;
}

/* Said once here, where it is not taken for a command that is missing. */
int pool_check_directory(const struct options *o)
{
    int fd = o->chdir ? open(o->chdir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    if (!o->chdir || fd != -1) {
        if (fd != -1)
            close(fd);
        return 0;
    }
    gf_error_errno("cannot run jobs in '%s'", o->chdir);
    return -1;
}

/* Checks the command words. -1 when they are good, else the exit status. */
static int init_command(struct pool *p)
{
    const struct options *o = p->opt;
    size_t where = 0;
    if (o->rerun) {
        p->command.names_command = true; /* each row its own */
        return -1;
    }
    struct gf_places places = {
        .mark = o->placeholder, .name = p->names, .names = p->nnames, .no_record = o->pipe};
    switch (gf_template_init(&p->command, o->words, o->nwords, &places, &where)) {
    case GF_TEMPLATE_OK:
        break;
    case GF_TEMPLATE_NOMEM:
        gf_error_nomem();
        return GF_EXIT_TOOL;
    case GF_TEMPLATE_IN_SCRIPT:
        gf_error("a placeholder inside the script '%s' would run whatever a record says",
                 o->words[where]);
        gf_hint("pass it as a parameter: sh -c '... \"$1\" ...' sh %s", o->placeholder);
        return GF_EXIT_USAGE;
    case GF_TEMPLATE_AS_SCRIPT:
        gf_error("the record would become the script of '%s -c'", o->words[0]);
        gf_hint("give a script that takes it as a parameter: sh -c '... \"$1\" ...' sh");
        return GF_EXIT_USAGE;
    case GF_TEMPLATE_EMPTY_MARK:
        gf_error("the placeholder of -I is empty");
        return GF_EXIT_USAGE;
    }
    if (o->pipe && p->command.holds_record) {
        gf_error("a place for the record in the command of --pipe, which reads it from its input");
        gf_hint("{#} and {%%} stand for the number of the block and the slot; {{} is a literal {");
        return GF_EXIT_USAGE;
    }
    if (o->resume != RESUME_NOT && o->resume_by == RESUME_BY_WORDS && p->command.numbered) {
        gf_error("{#} and {%%} make other words of the same job in each run, so --resume cannot "
                 "know it again");
        gf_hint("the job finds its number in GF_SEQ, its slot in GF_SLOT");
        return GF_EXIT_USAGE;
    }
    return -1;
}

static int init_tag(struct pool *p)
{
    if (tag_init(p) == 0)
        return 0;
    gf_error_nomem();
    return -1;
}

/* -1 when all is ready, else the exit status. */
static int begin(struct pool *p)
{
    const struct options *o = p->opt;
    p->limits = (struct gf_child_limits){
        .timeout = o->timeout, .kill_after = o->kill_after, .linger = GF_S};
    ahead_init(p);
    int status = input_open(p) == 0 ? init_command(p) : GF_EXIT_TOOL;
    if (status == -1)
        status = record_open(p);
    if (status == -1 && events_open(p) != 0)
        status = GF_EXIT_TOOL;
    if (status != -1)
        return status;
    ev_set_allocator(gf_tool_memory);
    p->loop = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
    if (!p->loop)
        p->loop = ev_loop_new(EVFLAG_NOENV);
    if (!p->loop) {
        gf_error("cannot make an event loop");
        return GF_EXIT_TOOL;
    }
    if (gf_fd_cloexec_from(3) != 0 || init_env(p) != 0 || pool_check_directory(p->opt) != 0 ||
        results_init(p) != 0 || init_tag(p) != 0 || output_init(p) != 0 || input_init(p) != 0)
        return GF_EXIT_TOOL;
    status = capacity_init(p);
    if (status != -1)
        return status;
    escape_init();
    signal_init(p);
    ev_prepare_init(&p->prepare, on_prepare);
    p->prepare.data = p;
    ev_prepare_start(p->loop, &p->prepare);
    p->changed = true;
    p->begin_mono = gf_now_mono();
    report_init(p);
    events_begin(p);
    return -1;
}

static void end(struct pool *p)
{
    if (p->loop) {
        signal_release(p);
        capacity_release(p);
        ev_loop_destroy(p->loop);
        output_release(p);
    }
    input_release(p);
    while (p->free_jobs) {
        struct job *j = p->free_jobs;
        p->free_jobs = j->next;
        free(j);
    }
    resume_end(p);
    escape_release(p);
    timeline_release(p);
    events_close(p);
    ahead_end(p);
    free(p->env);
    free(p->env_seq);
    free(p->env_slot);
    free(p->env_attempt);
    free(p->slot);
    free(p->slot_pid);
    gf_template_release(&p->command);
    gf_buf_release(&p->path);
    gf_buf_release(&p->result_path);
    tag_release(p);
}

static int dry_run(struct pool *p)
{
    int status = input_open(p) == 0 ? init_command(p) : GF_EXIT_TOOL;
    if (status == -1)
        status = input_dry_run(p);
    report_failures(p, p->seq);
    input_release(p);
    gf_template_release(&p->command);
    return gf_tool_finish(status);
}

int pool_run(struct pool *p, const struct options *o)
{
    p->opt = o;
    p->null_fd = -1;
    p->events.fd = -1;
    p->ahead.fd = -1;
    p->capacity.server.rfd = p->capacity.server.wfd = -1;
    if (o->dry_run)
        return dry_run(p);
    int status = begin(p);
    if (status == -1) {
        ev_run(p->loop, 0);
        escape_end(p);
        if (record_close(p) != 0)
            pool_fail(p, GF_EXIT_TOOL);
        if (page_write(p) != 0)
            pool_fail(p, GF_EXIT_TOOL);
        status = report_end(p);
        if (events_end(p, status) != 0)
            status = GF_EXIT_TOOL;
    }
    int stop = p->broken_pipe ? SIGPIPE : p->stop_signal;
    end(p);
    if (stop)
        gf_die_by(stop);
    return gf_tool_finish(status);
}
