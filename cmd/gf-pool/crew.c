/* crew.c - the loop of --worker: see crew.h. */
#include "crew.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/stats.h"
#include "environment.h"
#include "text/span.h"

enum {
    TURN = 512 /* records that a worker is given at a time */
};

/* ---- records --------------------------------------------------------------------------------- */

static struct worker *with_room(struct crew *c, unsigned *from)
{
    for (unsigned i = 0; i < c->workers; i++) {
        struct worker *w = &c->worker[(*from + i) % c->workers];
        if (worker_has_room(w)) {
            *from = (w->slot + 1) % c->workers;
            return w;
        }
    }
    return NULL;
}

/* The next record: 1, or 0 when there is none now. */
static int next_record(struct crew *c, const struct gf_value **v)
{
    for (;;) {
        int got = source_take(&c->source, v);
        if (got == 1 && c->opt->skip_empty && (*v)->len == 0)
            continue;
        if (got == 1 && memchr((*v)->text, c->opt->separator, (*v)->len)) {
            crew_record_failed(c, ++c->seq, "it holds the byte that ends records", (*v)->text,
                               (*v)->len);
            continue;
        }
        if (got == GF_READER_END)
            c->input_over = true;
        if (got != 0)
            return got == 1;
        if (source_waits(&c->source))
            return 0;
        if (source_fill(&c->source) != 0) {
            crew_fail(c, GF_EXIT_TOOL);
            return 0;
        }
    }
}

static void deal(struct crew *c, unsigned *turn)
{
    struct worker *w;
    const struct gf_value *v;
    while (!c->input_over && !c->fatal && (w = with_room(c, turn)))
        for (int n = 0; n < TURN && worker_has_room(w); n++) {
            if (!next_record(c, &v))
                return;
            if (worker_give(w, *v) != 0) {
                crew_no_memory(c);
                return;
            }
        }
}

/* ---- output ---------------------------------------------------------------------------------- */

static size_t to_write(const struct crew *c)
{
    return c->out.len - c->written;
}

static void write_out(struct crew *c)
{
    while (to_write(c) > 0 && !c->broken_pipe) {
        ssize_t n = gf_write_ready(STDOUT_FILENO, c->out.data + c->written, to_write(c));
        if (n == 0)
            break;
        if (n > 0) {
            c->written += (size_t)n;
        } else if (errno == EPIPE) {
            c->broken_pipe = true;
        } else {
            gf_error_errno("write error");
            crew_fail(c, GF_EXIT_TOOL);
            c->written = c->out.len;
        }
    }
    if (to_write(c) == 0) {
        gf_buf_clear(&c->out);
        c->written = 0;
    }
}

/* Whether there is room for what the worker says. */
static bool listens(const struct crew *c, const struct worker *w)
{
    if (to_write(c) > CREW_OUT)
        return false;
    return c->held < CREW_HELD || (w->first && w->first == c->first);
}

/* ---- signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t stop_by, stops, status_wanted;

static void on_stop(int sig)
{
    if (stops++ == 0)
        stop_by = sig;
}

static void on_status(int sig)
{
    (void)sig;
    status_wanted = 1;
}

static void on_child(int sig)
{
    (void)sig; /* it only has to wake us */
}

/* They come while we poll, and at no other time. Fills the mask for that. */
static void catch_signals(sigset_t *while_polling)
{
    static const int all[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD};
    void (*const handlers[])(int) = {on_stop, on_stop, on_stop, on_status, on_child};
    sigset_t ours;
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        gf_sig_catch(all[i], handlers[i]);
        sigaddset(&ours, all[i]);
    }
    /* A worker that reads no more is no end of ours. */
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    sigprocmask(SIG_BLOCK, &ours, while_polling);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sigdelset(while_polling, all[i]);
}

static void end_workers(struct crew *c, int sig)
{
    for (unsigned i = 0; i < c->workers; i++)
        worker_signal(&c->worker[i], sig);
}

static void look_at_signals(struct crew *c)
{
    if (stops)
        c->input_over = true; /* what was given is finished */
    if (stops > 1 && !c->fatal) {
        crew_fail(c, GF_EXIT_TOOL);
        end_workers(c, SIGKILL);
    }
    if (status_wanted) {
        size_t waiting = 0;
        status_wanted = 0;
        for (unsigned i = 0; i < c->workers; i++)
            waiting += c->worker[i].waiting;
        gf_note("%llu answered, %llu failed, %zu under way", (unsigned long long)c->ok,
                (unsigned long long)c->failed, waiting);
    }
}

static void reap(struct crew *c)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (unsigned i = 0; i < c->workers; i++) {
            struct worker *w = &c->worker[i];
            if (w->pid != pid)
                continue;
            w->status = status;
            w->reaped = true;
            if (w->condemned)
                kill(-pid, SIGKILL); /* what it left behind in its group */
            worker_gone(w);
        }
}

/* ---- the loop -------------------------------------------------------------------------------- */

static bool all_done(const struct crew *c)
{
    if (!c->input_over && !c->fatal)
        return false;
    for (unsigned i = 0; i < c->workers; i++)
        if (c->worker[i].pid || (c->worker[i].waiting && !c->fatal && !c->broken_pipe))
            return false;
    return c->broken_pipe || to_write(c) == 0;
}

static void move(struct crew *c)
{
    for (unsigned i = 0; i < c->workers && !c->broken_pipe; i++) {
        struct worker *w = &c->worker[i];
        if (w->pid == 0 && w->waiting && !c->fatal) {
            c->restarts += w->begun;
            w->begun = true;
            if (worker_start(w) != 0)
                return;
        }
        if (w->pid)
            worker_send(w);
    }
}

struct polled {
    struct pollfd *fd;
    nfds_t n;
};

static void watch(struct polled *p, int fd, short events)
{
    p->fd[p->n++] = (struct pollfd){.fd = fd, .events = events};
}

/* What could go on; and until when nothing has to be done of our own accord. */
static gf_ns gather_watched(struct crew *c, struct polled *p, unsigned turn, gf_ns now)
{
    gf_ns wake = GF_NEVER;
    p->n = 0;
    watch(p, to_write(c) ? STDOUT_FILENO : -1, POLLOUT);
    bool wants = !c->input_over && !c->fatal && with_room(c, &turn);
    watch(p, wants ? c->source.reader.fd : -1, POLLIN);
    for (unsigned i = 0; i < c->workers; i++) {
        struct worker *w = &c->worker[i];
        bool hears = w->out != -1 && listens(c, w);
        if (w->out != -1 && !hears)
            worker_excuse(w, now);
        watch(p, hears ? w->out : -1, POLLIN);
        watch(p, w->sent < w->queue.len ? w->in : -1, POLLOUT);
        gf_ns at = worker_wake(w);
        wake = at < wake ? at : wake;
    }
    return wake;
}

static void wait_and_listen(struct crew *c, struct polled *p, unsigned turn, const sigset_t *mask)
{
    gf_ns now = gf_now_mono();
    gf_ns wake = gather_watched(c, p, turn, now);
    gf_ns left = wake > now ? wake - now : 0;
    struct timespec ts = {.tv_sec = left / GF_S, .tv_nsec = left % GF_S};
    int n = ppoll(p->fd, p->n, wake == GF_NEVER ? NULL : &ts, mask);
    look_at_signals(c);
    for (unsigned i = 0; i < c->workers && n > 0; i++)
        if (p->fd[2 + 2 * i].revents)
            worker_listen(&c->worker[i]);
    reap(c);
    now = gf_now_mono();
    for (unsigned i = 0; i < c->workers; i++)
        worker_tick(&c->worker[i], now);
}

static void run(struct crew *c, struct polled *p, const sigset_t *mask)
{
    unsigned turn = 0;
    bool ended = false;
    for (;;) {
        deal(c, &turn);
        move(c);
        write_out(c);
        if ((c->fatal || c->broken_pipe) && !ended) {
            ended = true;
            c->input_over = true;
            end_workers(c, c->broken_pipe ? SIGKILL : SIGTERM);
            for (unsigned i = 0; i < c->workers; i++)
                if (c->worker[i].pid)
                    c->worker[i].kill_mono = gf_now_mono() + c->opt->kill_after;
        }
        if (all_done(c))
            return;
        wait_and_listen(c, p, turn, mask);
    }
}

/* ---- begin and end --------------------------------------------------------------------------- */

static int init_env(struct crew *c)
{
    environment_begin(&c->env, c->opt);
    c->slot = gf_environ_number(&c->env, "GF_SLOT");
    c->file.search = getenv("PATH");
    if (!c->env.failed)
        return 0;
    gf_error_nomem();
    return -1;
}

/* The words, which hold no place: checked by options.c. */
static int init_command(struct crew *c)
{
    struct gf_places places = {.mark = c->opt->placeholder};
    struct gf_value none = {"", 0};
    struct gf_fill fill = {.item = &none, .items = 1};
    size_t where;
    (void)gf_template_init(&c->command, c->opt->words, c->opt->nwords, &places, &where);
    c->argv = gf_template_expand(&c->command, &fill);
    if (c->argv)
        return 0;
    gf_error_nomem();
    return -1;
}

static int open_failed(struct crew *c)
{
    c->failed_fd = -1;
    if (!c->opt->failed)
        return 0;
    c->failed_fd = open(c->opt->failed, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (c->failed_fd != -1)
        return 0;
    gf_error_errno("cannot open '%s'", c->opt->failed);
    return -1;
}

static int begin(struct crew *c, struct polled *p)
{
    c->workers = c->opt->slots;
    c->worker = calloc(c->workers, sizeof *c->worker);
    p->fd = calloc(2 + 2 * (size_t)c->workers, sizeof *p->fd);
    if (!c->worker || !p->fd) {
        gf_error_nomem();
        return -1;
    }
    for (unsigned i = 0; i < c->workers; i++) {
        c->worker[i] = (struct worker){.crew = c,
                                       .slot = i,
                                       .in = -1,
                                       .out = -1,
                                       .kill_mono = GF_NEVER,
                                       .head_mono = GF_NEVER,
                                       .window = 1,
                                       .attempt = 1};
        c->worker[i].answer = (struct gf_buf)GF_BUF_INIT(c->opt->max_record);
    }
    c->begin_mono = gf_now_mono();
    if (environment_check_directory(c->opt) != 0 || gf_fd_cloexec_from(3) != 0 ||
        init_env(c) != 0 || init_command(c) != 0 || open_failed(c) != 0)
        return -1;
    return source_open(&c->source, c->opt);
}

/* What was given and will not be answered any more. */
static void give_up(struct crew *c)
{
    for (unsigned i = 0; i < c->workers; i++) {
        struct worker *w = &c->worker[i];
        while (w->waiting) {
            const char *record = w->queue.data + w->head;
            const char *end = memchr(record, c->opt->separator, w->queue.len - w->head);
            crew_no_answer(w, record, (size_t)(end - record), "no answer");
            w->head += (size_t)(end - record) + 1;
            w->waiting--;
        }
    }
    write_out(c);
}

static void say_failures(const struct crew *c)
{
    if (c->broken_pipe)
        return;
    gf_failures_say(&c->failures, c->ok + c->failed, "records");
    if (c->failed && !c->opt->failed)
        gf_note_hint("--failed FILE keeps the records that failed");
}

static int write_stats(const struct crew *c)
{
    gf_ns span = gf_now_mono() - c->begin_mono;
    const struct gf_metric m[] = {
        {.name = "records", .help = "records answered", .kind = GF_METRIC_COUNTER, .value = c->ok},
        {.name = "failed",
         .help = "records without an answer",
         .kind = GF_METRIC_COUNTER,
         .value = c->failed},
        {.name = "timed_out",
         .help = "records that the time limit ended",
         .kind = GF_METRIC_COUNTER,
         .value = c->timed_out},
        {.name = "retried",
         .help = "attempts that another one followed",
         .kind = GF_METRIC_COUNTER,
         .value = c->retried},
        {.name = "restarts",
         .help = "workers that took the place of another",
         .kind = GF_METRIC_COUNTER,
         .value = c->restarts},
        {.name = "elapsed", .help = "time from first to last", .kind = GF_METRIC_TIME, .ns = span},
        {.name = "rate",
         .help = "records answered a second",
         .kind = GF_METRIC_RATIO,
         .real = span > 0 ? (double)c->ok * 1e9 / (double)span : 0,
         .unit = "/s"},
    };
    return gf_stats_emit(c->opt->stats_format, c->opt->stats_file, gf_pool_cli.name, m,
                         sizeof m / sizeof m[0]);
}

static void release(struct crew *c, struct polled *p)
{
    source_close(&c->source);
    for (unsigned i = 0; c->worker && i < c->workers; i++) {
        struct worker *w = &c->worker[i];
        worker_release(w);
        for (struct chunk *k = w->first, *next; k && !c->opt->keep_order; k = next) {
            next = k->next;
            crew_free_chunk(k);
        }
    }
    for (struct chunk *k = c->first, *next; k; k = next) {
        next = k->next_order;
        crew_free_chunk(k);
    }
    free(c->worker);
    gf_environ_release(&c->env);
    free(p->fd);
    gf_buf_release(&c->out);
    gf_command_release(&c->file);
    gf_template_release(&c->command);
}

static int exit_status(const struct crew *c)
{
    if (c->fatal)
        return c->fatal;
    if (c->failed == 0)
        return GF_EXIT_OK;
    return c->failed == c->timed_out ? GF_EXIT_TIMEOUT : GF_EXIT_SOME;
}

int crew_run(const struct options *o)
{
    struct crew c = {.opt = o, .failed_fd = -1, .source = {.reader = {.fd = -1}}};
    struct polled p = {0};
    sigset_t mask;
    if (begin(&c, &p) != 0) {
        release(&c, &p);
        return GF_EXIT_TOOL;
    }
    catch_signals(&mask);
    run(&c, &p, &mask);
    give_up(&c);
    if (c.failed_fd != -1 && gf_close(c.failed_fd) != 0) {
        gf_error_errno("cannot write to '%s'", o->failed);
        crew_fail(&c, GF_EXIT_TOOL);
    }
    say_failures(&c);
    if (o->stats && write_stats(&c) != 0)
        crew_fail(&c, GF_EXIT_TOOL);
    int status = exit_status(&c);
    bool broken = c.broken_pipe;
    release(&c, &p);
    if (broken)
        gf_die_by(SIGPIPE);
    if (stop_by)
        gf_die_by(stop_by);
    return gf_tool_finish(status);
}
