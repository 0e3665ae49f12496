/*
 * job.c - one job from its start to its end.
 *
 * What happens to a job goes through the table of proc/child.h: job_tell reports an event and does
 * what the table answers. The slot is free when the table says over; the struct lives on until its
 * output is written and its pipes are closed.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "proc/spawn.h"

/* How often to look whether a group that was told to end is gone. */
enum {
    LOOK_AGAIN_MS = 20
};

bool job_pipes_open(const struct job *j)
{
    return j->out[STDOUT].io.fd != -1 || j->out[STDERR].io.fd != -1;
}

bool job_paused(const struct job *j)
{
    return j->out[STDOUT].paused || j->out[STDERR].paused;
}

static bool group_lives(const struct job *j)
{
    /* While a member lives, the kernel gives the group's number to nobody else. */
    return kill(-j->pid, 0) == 0 || errno == EPERM;
}

void job_signal(const struct job *j, int sig)
{
    /* Once the leader is reaped its number is the group's only as long as a member lives. */
    if (j->running || group_lives(j))
        kill(-j->pid, sig);
}

/* ---- timer and events --------------------------------------------------------------------- */

/* Whether to look at what is left of it, now and then: what was killed may hand children that left
 * its group to us, and they may hold its pipes. */
static bool is_looked_at(const struct job *j)
{
    return j->life.state == GF_CHILD_CLEARING ||
           (j->life.state == GF_CHILD_DRAINING && j->life.last_signal == SIGKILL);
}

static void arm(struct job *j)
{
    struct pool *p = j->pool;
    gf_ns now = gf_now_mono();
    gf_ns wake = j->life.wake_mono;
    if (is_looked_at(j) && wake > now + LOOK_AGAIN_MS * GF_MS)
        wake = now + LOOK_AGAIN_MS * GF_MS;
    ev_timer_stop(p->loop, &j->timer);
    if (wake == GF_NEVER)
        return;
    double after = wake > now ? (double)(wake - now) / 1e9 : 0;
    ev_timer_set(&j->timer, after, 0);
    ev_timer_start(p->loop, &j->timer);
}

static void free_slot(struct job *j)
{
    struct pool *p = j->pool;
    p->slot[j->slot] = NULL;
    p->slot_pid[j->slot] = 0;
    if (j->slot < p->lowest_free)
        p->lowest_free = j->slot;
    p->running--;
    p->busy += (double)(gf_now_mono() - j->start_mono);
    capacity_settle(p);
}

gf_ns job_cpu(const struct job *j)
{
    const struct rusage *u = &j->usage;
    return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * GF_S +
           (u->ru_utime.tv_usec + u->ru_stime.tv_usec) * GF_US;
}

/* A job that never ran is a failed job with a row of its own. */
static void unstarted(struct job *j, int err)
{
    struct pool *p = j->pool;
    int status = err == ENOENT ? GF_EXIT_NOTFOUND : GF_EXIT_CANNOT;
    events_unstarted(j, status);
    if (j->attempt > 1) { /* it has an outcome: that of the attempt before */
        gf_error("job %llu could not start again: %s", (unsigned long long)j->seq,
                 job_why_not(err));
        return;
    }
    report_unstarted(p, j->seq, job_why_not(err), &j->command);
    record_unstarted(j, status);
    timeline_unstarted(j, job_why_not(err));
    results_status(j, status);
}

enum {
    ENOUGH = 3 /* jobs that make a median */
};

/* -t 300%: the limit moves with the median, and those that run without one get it. */
static void limit_by_median(struct pool *p)
{
    unsigned percent = p->opt->timeout_percent;
    if (!percent || p->times.count < ENOUGH)
        return;
    double limit = (double)gf_hist_percentile(&p->times, 50) * percent / 100;
    p->limits.timeout = limit > (double)GF_MS ? (gf_ns)limit : GF_MS;
    for (unsigned i = 0; i < p->slots; i++) {
        struct job *j = p->slot[i];
        if (!j || !j->running)
            continue;
        gf_child_limit(&j->life, gf_sat_add_i64(j->start_mono, p->limits.timeout));
        arm(j);
    }
}

void job_finish(struct job *j)
{
    struct pool *p = j->pool;
    j->over = true;
    report_outcome(p, j);
    record_ended(j);
    results_status(j, report_status(j));
    timeline_finished(j);
    limit_by_median(p);
    report_halt(p, j);
    output_queue(j);
    pool_changed(p);
}

static void over(struct job *j)
{
    ev_timer_stop(j->pool->loop, &j->timer);
    free_slot(j);
    events_ended(j);
    report_attempt(j);
    bool again = retry_wanted(j);
    timeline_attempt(j, again);
    if (again)
        retry_later(j);
    else
        job_finish(j);
}

void job_tell(struct job *j, enum gf_child_event ev)
{
    gf_ns now = gf_now_mono();
    bool had_time = !j->life.timed_out;
    struct gf_child_step step = gf_child_event(&j->life, ev, now);
    if (had_time && j->life.timed_out)
        events_timed_out(j);
    if (step.signal) {
        events_signalled(j, step.signal);
        escape_told(j);
        if (step.signal == SIGKILL)
            escape_signal(j, SIGKILL);
        job_signal(j, step.signal);
        job_signal(j, SIGCONT); /* a stopped job would not see the first one */
    }
    /* The last pipe may have closed before the leader ended. */
    if (j->life.state == GF_CHILD_DRAINING && !job_pipes_open(j))
        step = gf_child_event(&j->life, GF_CHILD_EOF, now);
    if (step.over)
        over(j);
    else
        arm(j);
}

void job_postpone(struct job *j, gf_ns by)
{
    gf_child_shift(&j->life, by);
    arm(j);
}

/* Whether the group of a job that was told to end lives, or what left it; the latter may not have
 * been told. */
static bool any_lives(const struct job *j)
{
    if (escape_lives(j)) {
        escape_signal(j, SIGTERM);
        return true;
    }
    return group_lives(j);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct job *j = w->data;
    struct pool *p = j->pool;
    (void)loop;
    (void)events;
    if (j->life.state == GF_CHILD_DRAINING && is_looked_at(j))
        escape_signal(j, SIGKILL);
    if (j->life.state == GF_CHILD_CLEARING && !any_lives(j))
        job_tell(j, job_pipes_open(j) ? GF_CHILD_EMPTY_HELD : GF_CHILD_EMPTY);
    else if (j->life.state == GF_CHILD_DRAINING && job_paused(j))
        job_postpone(j, p->limits.linger); /* it is us who do not read */
    else if (gf_now_mono() >= j->life.wake_mono)
        job_tell(j, GF_CHILD_TIME);
    else
        arm(j);
}

void job_streams_changed(struct job *j)
{
    if (j->over)
        job_settle(j);
    else if (!job_pipes_open(j))
        job_tell(j, GF_CHILD_EOF);
}

void job_reap(struct pool *p, pid_t pid, int status, const struct rusage *usage)
{
    for (unsigned i = 0; i < p->slots; i++) {
        if (p->slot_pid[i] != pid)
            continue;
        struct job *j = p->slot[i];
        p->slot_pid[i] = 0;
        j->running = false;
        j->wait_status = status;
        j->usage = *usage;
        p->cpu += job_cpu(j);
        j->end_mono = gf_now_mono();
        output_drain(j);
        if (j->life.state == GF_CHILD_KILLED)
            escape_signal(j, SIGKILL);
        if (j->life.state == GF_CHILD_ENDING && any_lives(j))
            job_tell(j, GF_CHILD_EXIT_GROUP);
        else
            job_tell(j, job_pipes_open(j) ? GF_CHILD_EXIT_HELD : GF_CHILD_EXIT);
        return;
    }
    /* An orphan that became ours, as PID 1 or from before we were exec'ed: reaped, nothing else. */
}

void job_signal_all(struct pool *p, int sig)
{
    for (unsigned i = 0; i < p->slots; i++)
        if (p->slot[i])
            job_tell(p->slot[i], sig == SIGKILL ? GF_CHILD_KILL : GF_CHILD_END);
}

/* ---- structs --------------------------------------------------------------------------------- */

static struct job *job_new(struct pool *p)
{
    struct job *j = p->free_jobs;
    if (j)
        p->free_jobs = j->next;
    else
        j = malloc(sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.pool = p};
    j->attempt = 1;
    return j;
}

static void job_free(struct job *j)
{
    struct pool *p = j->pool;
    for (int i = 0; i < STREAMS; i++)
        gf_capture_release(&p->store, &j->out[i].held);
    gf_capture_release(&p->store, &j->fold);
    gf_buf_release(&j->command);
    gf_buf_release(&j->packed);
    gf_buf_release(&j->tag);
    gf_buf_release(&j->tail);
    results_close(j);
    feed_drop(j);
    j->next = p->free_jobs;
    p->free_jobs = j;
}

static void late_remove(struct job *j)
{
    for (struct job **at = &j->pool->late; *at; at = &(*at)->next) {
        if (*at != j)
            continue;
        *at = j->next;
        j->next = NULL;
        return;
    }
}

/*
 * A job that is over and whose output so far is written. With a pipe still open it waits among the
 * late ones; what comes there is queued when the pipe closes.
 */
void job_settle(struct job *j)
{
    struct pool *p = j->pool;
    if (j->queued)
        return;
    late_remove(j);
    if (job_pipes_open(j)) {
        j->streaming = false;
        j->next = p->late;
        p->late = j;
        return;
    }
    if (j->out[STDOUT].held.held || j->out[STDERR].held.held) {
        output_queue(j);
        pool_changed(p);
        return;
    }
    job_free(j);
}

/* ---- start ---------------------------------------------------------------------------------- */

static void close_pair(int fd[2])
{
    for (int i = 0; i < 2; i++)
        if (fd[i] != -1)
            close(fd[i]);
}

/* Our ends are non-blocking: we must never wait for a job. The job's ends are as usual. */
static int open_pipes(const struct pool *p, int ends[STREAMS][2])
{
    for (int i = 0; i < STREAMS; i++) {
        if (p->opt->output == OUTPUT_RAW)
            continue;
        if (pipe2(ends[i], O_CLOEXEC) != 0)
            return -1;
        if (fcntl(ends[i][0], F_SETFL, O_NONBLOCK) != 0)
            return -1;
    }
    return 0;
}

/* The command's file is looked up once; when it is gone, once more. */
static int spawn(struct pool *p, const struct gf_spawn *s, pid_t *pid)
{
    bool looked = p->path.len == 0 || p->command.names_command;
    int err = looked ? find_command_from(p->opt, s->argv[0], &p->path) : 0;
    if (err == 0)
        err = gf_spawn(s, p->path.data, pid);
    if (err == ENOENT && !looked) {
        err = find_command_from(p->opt, s->argv[0], &p->path);
        if (err == 0)
            err = gf_spawn(s, p->path.data, pid);
    }
    if (err)
        gf_buf_clear(&p->path);
    return err;
}

const char *job_why_not(int err)
{
    if (err == E2BIG)
        return "the command is longer than the system takes";
    if (err == ENOEXEC)
        return "only a shell could run the command as it was logged";
    if (err == EILSEQ)
        return "the record holds a NUL byte and cannot be a word";
    return strerror(err);
}

static bool is_passing(int err)
{
    return err == EAGAIN || err == ENOMEM || err == EMFILE || err == ENFILE;
}

/* The command cannot be started. Is that the command's fault, this record's, or the moment's? */
static enum start start_failed(struct job *j, int err, const char *name)
{
    struct pool *p = j->pool;
    if (is_passing(err))
        return START_RETRY;
    if (err == E2BIG || p->command.names_command) {
        unstarted(j, err);
        return START_FAILED_JOB;
    }
    if (err == ENOENT) {
        gf_error("command not found: '%s'", name);
        hint_not_found(name);
    } else {
        errno = err;
        gf_error_errno("cannot run '%s'", name);
    }
    pool_fail(p, err == ENOENT ? GF_EXIT_NOTFOUND : GF_EXIT_CANNOT);
    return START_STOP;
}

/* The lowest free one; there is one. */
static unsigned next_slot(struct pool *p)
{
    while (p->slot[p->lowest_free])
        p->lowest_free++;
    return p->lowest_free;
}

static void take_slot(struct job *j)
{
    struct pool *p = j->pool;
    p->slot[j->slot] = j;
    p->slot_pid[j->slot] = j->pid;
    p->running++;
}

static void started(struct job *j, unsigned slot, pid_t pid, const int fd[STREAMS])
{
    struct pool *p = j->pool;
    j->slot = slot;
    j->pid = pid;
    j->running = true;
    take_slot(j);
    gf_child_init(&j->life, &p->limits, j->start_mono);
    ev_timer_init(&j->timer, on_timer, 0, 0);
    j->timer.data = j;
    output_attach(j, fd);
    if (p->opt->keep_order)
        output_queue(j);
    arm(j);
    events_started(j);
    report_started(j);
}

static void set_env(const struct job *j, unsigned slot)
{
    const struct pool *p = j->pool;
    snprintf(p->env_seq, ENV_SIZE, "GF_SEQ=%llu", (unsigned long long)j->seq);
    snprintf(p->env_slot, ENV_SIZE, "GF_SLOT=%u", slot + 1);
    snprintf(p->env_attempt, ENV_SIZE, "GF_ATTEMPT=%u", j->attempt);
}

/* Starts the words in the lowest free slot. */
static enum start launch(struct job *j, char **argv, unsigned slot)
{
    struct pool *p = j->pool;
    int ends[STREAMS][2] = {{-1, -1}, {-1, -1}};
    int err = open_pipes(p, ends) == 0 ? 0 : errno;
    int in = err == 0 && p->opt->pipe ? feed_open(j) : p->null_fd;
    if (in == -1)
        err = errno;
    struct gf_spawn s = {
        .argv = argv,
        .envp = p->env,
        .fd = {in, ends[STDOUT][1], ends[STDERR][1]},
        .own_group = true,
        .die_with_us = true,
        .nofile = &p->nofile,
        .chdir = p->opt->chdir,
        .nice = p->opt->nice,
        .limits = p->opt->limits,
        .nlimits = p->opt->nlimits,
    };
    pid_t pid = 0;
    set_env(j, slot);
    j->start_wall = gf_now_wall();
    j->start_mono = gf_now_mono();
    if (err == 0 && results_begin(j) != 0) {
        gf_error_errno("cannot make files for job %llu in '%s'", (unsigned long long)j->seq,
                       p->opt->results);
        close_pair(ends[STDOUT]);
        close_pair(ends[STDERR]);
        pool_fail(p, GF_EXIT_TOOL);
        return START_STOP;
    }
    if (err == 0)
        err = spawn(p, &s, &pid);
    if (in != -1 && in != p->null_fd)
        close(in);
    if (err) {
        close_pair(ends[STDOUT]);
        close_pair(ends[STDERR]);
        return start_failed(j, err, argv[0]);
    }
    if (ends[STDOUT][1] != -1) {
        close(ends[STDOUT][1]);
        close(ends[STDERR][1]);
    }
    started(j, slot, pid, (int[]){ends[STDOUT][0], ends[STDERR][0]});
    return START_OK;
}

static enum start no_memory(struct pool *p)
{
    gf_error_nomem();
    pool_fail(p, GF_EXIT_TOOL);
    return START_STOP;
}

enum {
    COMMAND_SHOWN = 256 /* bytes of a command that messages show */
};

/* The words of -X may be megabytes, and a job that waits for its turn keeps its command. */
static void quote_beginning(char **argv, struct gf_buf *out)
{
    bool cut = false;
    for (char **w = argv; *w && !cut; w++) {
        size_t len = strlen(*w), most = COMMAND_SHOWN - out->len;
        cut = len > most;
        gf_buf_puts(out, w > argv ? " " : "");
        gf_quote_sh(out, *w, cut ? most : len);
        cut = cut || (out->len >= COMMAND_SHOWN && w[1]);
    }
    gf_buf_puts(out, cut ? " ..." : "");
}

/* The words for this slot, and in j->command what the log will show; NULL: errno. */
static char **words_for(struct job *j, const struct work *w, unsigned slot)
{
    struct pool *p = j->pool;
    gf_buf_clear(&j->command);
    if (p->opt->rerun) {
        gf_buf_add(&j->command, w->item[0].text, w->item[0].len);
        return rerun_words(p, w->item[0].text, w->item[0].len);
    }
    struct gf_fill fill = work_fill(w, j->seq, slot + 1);
    char **argv = gf_template_expand(&p->command, &fill);
    if (argv && p->opt->whole_command)
        gf_template_quote(&p->command, &j->command);
    else if (argv)
        quote_beginning(argv, &j->command);
    if (argv && p->opt->pipe) /* --retry-failed, which has no block, refuses to run it */
        gf_buf_puts(&j->command, " < block");
    return argv;
}

static enum start expand_and_launch(struct job *j, const struct work *w)
{
    struct pool *p = j->pool;
    unsigned slot = next_slot(p);
    char **argv = words_for(j, w, slot);
    j->like_option = hint_looks_like_option(p, w);
    int err = errno;
    if (j->command.failed || (!argv && err == ENOMEM))
        return no_memory(p);
    if (!argv) {
        unstarted(j, err);
        return START_FAILED_JOB;
    }
    if (tag_job(j, w, slot) != 0)
        return no_memory(p);
    return record_on_disk(p) ? launch(j, argv, slot) : START_STOP;
}

enum start job_start(struct pool *p)
{
    struct job *j = job_new(p);
    if (!j)
        return no_memory(p);
    j->seq = p->seq;
    bool kept = !p->opt->retries || work_pack(&p->work, &j->packed) == 0;
    int err = p->opt->pipe ? feed_keep(j) : 0;
    enum start result = !kept ? no_memory(p)
                        : err ? start_failed(j, err, p->opt->words[0])
                              : expand_and_launch(j, &p->work);
    if (result == START_OK)
        p->count.started++;
    else
        job_free(j);
    return result;
}

enum start job_again(struct job *j)
{
    struct pool *p = j->pool;
    if (work_unpack(&p->again, &j->packed) != 0)
        return no_memory(p);
    j->attempt++;
    enum start result = expand_and_launch(j, &p->again);
    if (result != START_OK)
        j->attempt--;
    return result;
}
