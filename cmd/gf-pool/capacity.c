/*
 * capacity.c - how many jobs may run at once, by all that has a say in it: -j, the limit on open
 * files, how busy the machine is, and make's jobserver.
 *
 * Places for jobs (p->slot) only grow; -j @FILE moves how many of them are used. When it says less,
 * what runs goes on.
 *
 * Without -j, and run by make with a jobserver, one job needs no token and each further one holds
 * one: at any time as many tokens are held as jobs run beside the first. A signal that ends us
 * gives them back first; SIGKILL cannot be caught, so then make misses them.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/machine.h"
#include "base/msg.h"
#include "base/perr.h"
#include "base/sig.h"
#include "proc/nofile.h"

/* Descriptors to come beside those of jobs: the loop's own, a timer, the spill file, and the four
 * ends of the pipes of the job being started. What is open already is counted. */
enum {
    FDS_TO_COME = 14,
    FDS_A_JOB = 2,
    FDS_A_BLOCK = 2, /* --pipe: of one that runs, of one that waits for another try */
};

enum {
    LOOK_AGAIN_MS = 100,
    SAY_AFTER_S = 10,
    BY_TOKENS = 1000 /* jobs at once at most, where make has the say */
};

#define FILE_LOOK_S 0.2

/* ---- places ---------------------------------------------------------------------------------- */

static int make_places(struct pool *p, unsigned n)
{
    if (n <= p->slots)
        return 0;
    struct job **slot = realloc(p->slot, n * sizeof(struct job *));
    if (slot)
        p->slot = slot;
    pid_t *pid = slot ? realloc(p->slot_pid, n * sizeof *pid) : NULL;
    if (!pid) {
        gf_error_nomem();
        return -1;
    }
    p->slot_pid = pid;
    for (; p->slots < n; p->slots++) {
        p->slot[p->slots] = NULL;
        p->slot_pid[p->slots] = 0;
    }
    return 0;
}

/* As many as are wanted and the limit on descriptors has room for. */
static int use_slots(struct pool *p, unsigned wanted)
{
    unsigned fit = p->capacity.fit < wanted ? (unsigned)p->capacity.fit : wanted;
    if (fit < wanted && !p->capacity.server.room && p->capacity.server.rfd == -1)
        gf_note("jobs at once lowered to %u: the limit on open files allows no more", fit);
    report_capacity(p);
    p->capacity.most = fit;
    if (p->capacity.server.rfd == -1)
        gf_detail("jobs at once: %u at most", fit);
    return make_places(p, fit);
}

/* How many jobs the limit on descriptors has room for. It is raised as far as it may be for us;
 * jobs get back what we were given. */
static int measure_fit(struct pool *p)
{
    size_t left;
    if (gf_nofile_raise(&p->nofile, &left) != 0) {
        gf_error_errno("cannot read the limit on open files");
        return -1;
    }
    left = left > FDS_TO_COME ? left - FDS_TO_COME : 0;
    unsigned a_job = p->opt->output == OUTPUT_RAW ? 0 : FDS_A_JOB + (p->opt->results ? STREAMS : 0);
    a_job += p->opt->pipe ? FDS_A_BLOCK : 0;
    p->capacity.fit = a_job ? left / a_job : left;
    if (p->capacity.fit < 1)
        p->capacity.fit = 1;
    return 0;
}

/* ---- -j @FILE -------------------------------------------------------------------------------- */

/* What the file says, without blanks at the end; -1 after a message. */
static ssize_t read_file(const struct pool *p, char text[SLOTS_TEXT])
{
    const char *name = p->opt->slots_file;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd == -1 ? -1 : gf_read(fd, text, SLOTS_TEXT);
    if (n < 0)
        gf_error_errno("cannot read the number of jobs from '%s'", name);
    if (fd != -1)
        close(fd);
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
        n--;
    return n;
}

/* The number, where the text is another one than before. 0: it is not; 1: *out is set; -1, or
 * GF_EXIT_USAGE for what is no number, after a message. */
static int read_slots(struct pool *p, unsigned *out)
{
    struct capacity *c = &p->capacity;
    char text[SLOTS_TEXT];
    struct gf_perr e = {0};
    ssize_t n = read_file(p, text);
    bool same = n == c->text_len && (n <= 0 || memcmp(text, c->text, (size_t)n) == 0);
    c->text_len = n;
    if (n < 0)
        return -1;
    if (same)
        return 0;
    memcpy(c->text, text, (size_t)n);
    if (options_slots_in(text, (size_t)n, out, &e) == 0)
        return 1;
    gf_error_parse("number of jobs in the file of -j", text, (size_t)n, &e);
    return GF_EXIT_USAGE;
}

/* By its text, because two changes may have one time and one size. It may be seen while it is being
 * written, or while another takes its place: what is empty or gone is left for the next look. */
static void on_file(struct ev_loop *loop, ev_timer *w, int events)
{
    struct pool *p = w->data;
    struct stat st;
    unsigned wanted;
    (void)loop;
    (void)events;
    if (stat(p->opt->slots_file, &st) != 0 || st.st_size == 0 || read_slots(p, &wanted) != 1)
        return;
    if (use_slots(p, wanted) != 0)
        pool_fail(p, GF_EXIT_TOOL);
    pool_changed(p);
}

static void watch_file(struct pool *p)
{
    ev_timer_init(&p->capacity.file, on_file, FILE_LOOK_S, FILE_LOOK_S);
    p->capacity.file.data = p;
    ev_timer_start(p->loop, &p->capacity.file);
}

/* ---- the machine ----------------------------------------------------------------------------- */

static void on_look(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop;
    (void)events;
    pool_changed(w->data);
}

static void say_it_waits(struct pool *p, uint64_t free_now)
{
    struct capacity *c = &p->capacity;
    gf_ns now = gf_now_mono();
    if (!c->waits_for_memory)
        c->waits_for_memory = now;
    if (c->said || now - c->waits_for_memory < SAY_AFTER_S * GF_S)
        return;
    c->said = true;
    gf_note("nothing runs, and --memfree waits for more than the %llu MiB of memory that are free",
            (unsigned long long)(free_now >> 20));
}

/* With --load something always runs: who else keeps the machine busy shall not stop us. With
 * --memfree nothing may, since memory that is not there would end a job. */
static bool machine_allows(struct pool *p)
{
    const struct options *o = p->opt;
    bool allows = !o->load || p->running == 0 || gf_machine_load() < o->load;
    if (allows && o->memfree) {
        uint64_t free_now = gf_machine_memory_free();
        allows = free_now >= o->memfree;
        if (allows || p->running)
            p->capacity.waits_for_memory = 0;
        else
            say_it_waits(p, free_now);
    }
    if (!allows && !ev_is_active(&p->capacity.look)) {
        ev_timer_set(&p->capacity.look, LOOK_AGAIN_MS / 1e3, 0);
        ev_timer_start(p->loop, &p->capacity.look);
    }
    return allows;
}

/* ---- make's jobserver ------------------------------------------------------------------------ */

static struct gf_jobserver *to_give_back; /* when a signal ends us */

static void on_fatal(int sig)
{
    gf_jobserver_give_all(to_give_back);
    raise(sig); /* its own action, which SA_RESETHAND has put back */
}

/* The signals that end a process and that signal.c does not wait for. */
static void catch_fatal(struct pool *p)
{
    static const int fatal[] = {SIGQUIT, SIGILL,    SIGTRAP, SIGABRT,   SIGBUS,  SIGFPE,
                                SIGUSR2, SIGSEGV,   SIGALRM, SIGSTKFLT, SIGXCPU, SIGXFSZ,
                                SIGPWR,  SIGVTALRM, SIGPROF, SIGIO,     SIGSYS};
    struct sigaction act = {.sa_handler = on_fatal, .sa_flags = SA_RESETHAND | SA_NODEFER};
    to_give_back = &p->capacity.server;
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        if (!gf_sig_was_ignored(fatal[i]))
            sigaction(fatal[i], &act, NULL);
}

static void on_token(struct ev_loop *loop, ev_io *w, int events)
{
    (void)events;
    ev_io_stop(loop, w);
    pool_changed(w->data);
}

/* What a make that is our job would want to go on with. */
static void leave_to_jobs(const struct gf_jobserver_auth *auth)
{
    if (auth->kind != GF_JOBSERVER_PIPE)
        return;
    fcntl(auth->rfd, F_SETFD, 0);
    fcntl(auth->wfd, F_SETFD, 0);
}

/* True: as many jobs as make has tokens for. */
static bool find_jobserver(struct pool *p)
{
    struct gf_jobserver_auth auth;
    struct gf_jobserver *s = &p->capacity.server;
    if (gf_jobserver_parse(getenv("MAKEFLAGS"), &auth) != 0) {
        gf_note("MAKEFLAGS names a jobserver in a way that is not known; it is left alone");
        return false;
    }
    if (auth.kind == GF_JOBSERVER_NONE)
        return false;
    if (gf_jobserver_open(s, &auth) != 0) {
        if (!p->opt->slots_given)
            gf_note("make's jobserver cannot be reached from here; put + in front of the rule's "
                    "line, or say -j N");
        return false;
    }
    leave_to_jobs(&auth);
    if (p->opt->slots_given) {
        gf_jobserver_close(s);
        return false;
    }
    catch_fatal(p);
    ev_io_init(&p->capacity.token_io, on_token, s->rfd, EV_READ);
    p->capacity.token_io.data = p;
    return true;
}

static bool server_allows(struct pool *p)
{
    struct capacity *c = &p->capacity;
    if (c->server.rfd == -1 || p->running == 0)
        return true;
    int got = gf_jobserver_take(&c->server);
    if (got == 0)
        ev_io_start(p->loop, &c->token_io);
    if (got == -1) {
        gf_note("make's jobserver is gone; one job runs at a time from now on");
        p->capacity.most = 1;
    }
    return got == 1;
}

void capacity_settle(struct pool *p)
{
    struct gf_jobserver *s = &p->capacity.server;
    unsigned needed = p->running ? p->running - 1 : 0;
    while (s->held > needed)
        if (gf_jobserver_give(s) != 0)
            gf_error_errno("cannot give a token back to make's jobserver");
}

/* ---------------------------------------------------------------------------------------------- */

bool capacity_allows(struct pool *p)
{
    return p->running < p->capacity.most && machine_allows(p) && server_allows(p);
}

int capacity_init(struct pool *p)
{
    const struct options *o = p->opt;
    unsigned wanted = o->slots;
    p->capacity.text_len = -1;
    ev_timer_init(&p->capacity.look, on_look, 0, 0);
    p->capacity.look.data = p;
    if (measure_fit(p) != 0)
        return GF_EXIT_TOOL;
    if (o->slots_file) {
        int status = read_slots(p, &wanted);
        if (status != 1)
            return status == -1 ? GF_EXIT_TOOL : status;
        watch_file(p);
    }
    if (find_jobserver(p))
        wanted = BY_TOKENS;
    return use_slots(p, wanted) == 0 ? -1 : GF_EXIT_TOOL;
}

void capacity_release(struct pool *p)
{
    struct capacity *c = &p->capacity;
    if (ev_is_active(&c->file))
        ev_timer_stop(p->loop, &c->file);
    if (c->server.rfd != -1)
        ev_io_stop(p->loop, &c->token_io);
    gf_jobserver_close(&c->server);
}
