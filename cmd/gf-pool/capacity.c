/*
 * capacity.c - how many jobs may run at once.
 *
 * Without -j, and run by make with a jobserver, one job needs no token and each further one holds
 * one: at any time as many tokens are held as jobs run beside the first. A signal that ends us
 * gives them back first; SIGKILL cannot be caught, so then make misses them.
 *
 * The file of -j @FILE is looked at five times a second and known by its text, because two changes
 * may have one time and one size.
 */
#include "capacity.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/msg.h"
#include "base/perr.h"
#include "base/sig.h"
#include "base/slots.h"
#include "proc/nofile.h"
#include "run/watch.h"

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

/* ---- slots ----------------------------------------------------------------------------------- */

/* As many as are wanted and the limit on descriptors has room for. */
static int use_slots(struct capacity *c, size_t wanted)
{
    size_t fit = c->fit < wanted ? c->fit : wanted;
    if (fit < wanted && c->server.rfd == -1 && !c->opt->slots_all)
        gf_note("jobs at once lowered to %zu: the limit on open files allows no more", fit);
    tally_slots(c->tally, fit);
    if (c->server.rfd == -1)
        gf_detail("jobs at once: %zu at most", fit);
    if (gf_slots_allow(&c->slots, fit) == 0)
        return 0;
    gf_error_nomem();
    return -1;
}

/* How many jobs the limit on descriptors has room for. It is raised as far as it may be for us;
 * jobs get back what we were given. */
static int measure_fit(struct capacity *c)
{
    const struct options *o = c->opt;
    size_t left;
    if (gf_nofile_raise(&c->nofile, &left) != 0) {
        gf_error_errno("cannot read the limit on open files");
        return -1;
    }
    left = left > FDS_TO_COME ? left - FDS_TO_COME : 0;
    unsigned a_job = o->output == OUTPUT_RAW ? 0 : FDS_A_JOB + (o->results ? FDS_A_JOB : 0);
    a_job += o->pipe ? FDS_A_BLOCK : 0;
    c->fit = a_job ? left / a_job : left;
    if (c->fit < 1)
        c->fit = 1;
    return 0;
}

bool capacity_has_slot(struct capacity *c)
{
    return c->slots.used < c->slots.most && !ev_is_active(&c->shortage);
}

unsigned capacity_next(struct capacity *c)
{
    return (unsigned)gf_slots_next(&c->slots);
}

void capacity_take(struct capacity *c, unsigned slot)
{
    gf_slots_take(&c->slots, slot);
}

void capacity_give(struct capacity *c, unsigned slot)
{
    gf_slots_give(&c->slots, slot);
    capacity_settle(c);
}

static void look_again(struct ev_loop *loop, ev_timer *w, int events)
{
    struct capacity *c = w->data;
    (void)loop;
    (void)events;
    verdict_changed(c->verdict);
}

static void come_back(struct capacity *c, ev_timer *w, double seconds)
{
    if (ev_is_active(w))
        return;
    ev_timer_set(w, seconds, 0);
    ev_timer_start(c->loop, w);
}

void capacity_short(struct capacity *c)
{
    if (gf_slots_short(&c->slots, gf_now_mono())) {
        come_back(c, &c->shortage, (double)GF_SLOTS_PAUSE / 1e9);
        return;
    }
    errno = c->short_of;
    gf_error_errno("the system has no room for another process or descriptor");
    verdict_fail(c->verdict, GF_EXIT_TOOL);
}

/* ---- -j @FILE -------------------------------------------------------------------------------- */

/* What the file says, without blanks at the end; -1 after a message. */
static ssize_t read_file(const char *name, char text[SLOTS_TEXT])
{
    int fd = gf_open(name, O_RDONLY | O_NONBLOCK, 0);
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
static int read_slots(struct capacity *c, unsigned *out)
{
    char text[SLOTS_TEXT];
    struct gf_perr e = {0};
    ssize_t n = read_file(c->opt->slots_file, text);
    bool same = n == c->text_len && (n <= 0 || memcmp(text, c->text, (size_t)n) == 0);
    c->text_len = n;
    if (n < 0)
        return -1;
    if (same)
        return 0;
    memcpy(c->text, text, (size_t)n);
    uint64_t slots;
    if (gf_parse_slots(text, (size_t)n, MOST_SLOTS, &slots, &e) == 0) {
        *out = (unsigned)slots;
        return 1;
    }
    gf_error_parse("number of jobs in the file of -j", text, (size_t)n, &e);
    return GF_EXIT_USAGE;
}

/* The file may be seen while it is being written, or while another takes its place: what is empty
 * or gone is left for the next look. */
static void on_file(struct ev_loop *loop, ev_timer *w, int events)
{
    struct capacity *c = w->data;
    struct stat st;
    unsigned wanted;
    (void)loop;
    (void)events;
    if (stat(c->opt->slots_file, &st) != 0 || st.st_size == 0 || read_slots(c, &wanted) != 1)
        return;
    if (use_slots(c, wanted) != 0)
        verdict_fail(c->verdict, GF_EXIT_TOOL);
    verdict_changed(c->verdict);
}

static void watch_file(struct capacity *c)
{
    ev_timer_init(&c->file, on_file, FILE_LOOK_S, FILE_LOOK_S);
    c->file.data = c;
    ev_timer_start(c->loop, &c->file);
}

/* ---- the machine ----------------------------------------------------------------------------- */

static void say_it_waits(struct capacity *c, uint64_t free_now)
{
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
static bool machine_allows(struct capacity *c)
{
    const struct options *o = c->opt;
    bool allows = !o->load || c->slots.used == 0 || gf_machine_load() < o->load;
    if (allows && o->memfree) {
        uint64_t free_now = gf_machine_memory_free();
        allows = free_now >= o->memfree;
        if (allows || c->slots.used)
            c->waits_for_memory = 0;
        else
            say_it_waits(c, free_now);
    }
    if (!allows)
        come_back(c, &c->look, LOOK_AGAIN_MS / 1e3);
    return allows;
}

/* ---- make's jobserver ------------------------------------------------------------------------ */

static struct gf_jobserver *to_give_back; /* when a signal ends us */

static void on_fatal(int sig)
{
    gf_jobserver_give_all(to_give_back);
    raise(sig);       /* its own action, which SA_RESETHAND has put back */
    _exit(128 + sig); /* PID 1: the kernel withholds that action */
}

/* The signals that end a process and that run/signals.c does not wait for. */
static void catch_fatal(struct capacity *c)
{
    static const int fatal[] = {SIGQUIT, SIGILL,    SIGTRAP, SIGABRT,   SIGBUS,  SIGFPE,
                                SIGUSR2, SIGSEGV,   SIGALRM, SIGSTKFLT, SIGXCPU, SIGXFSZ,
                                SIGPWR,  SIGVTALRM, SIGPROF, SIGIO,     SIGSYS};
    struct sigaction act = {.sa_handler = on_fatal, .sa_flags = SA_RESETHAND | SA_NODEFER};
    to_give_back = &c->server;
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        if (!gf_sig_was_ignored(fatal[i]))
            sigaction(fatal[i], &act, NULL);
}

static void on_token(struct ev_loop *loop, ev_io *w, int events)
{
    struct capacity *c = w->data;
    if (!gf_watch_ready(loop, w, events))
        return;
    ev_io_stop(loop, w);
    verdict_changed(c->verdict);
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
static bool find_jobserver(struct capacity *c)
{
    struct gf_jobserver_auth auth;
    struct gf_jobserver *s = &c->server;
    if (gf_jobserver_parse(getenv("MAKEFLAGS"), &auth) != 0) {
        gf_note("MAKEFLAGS names a jobserver in a way that is not known; it is left alone");
        return false;
    }
    if (auth.kind == GF_JOBSERVER_NONE)
        return false;
    if (gf_jobserver_open(s, &auth) != 0) {
        if (!c->opt->slots_given)
            gf_note("make's jobserver cannot be reached from here; put + in front of the rule's "
                    "line, or say -j N");
        return false;
    }
    leave_to_jobs(&auth);
    if (c->opt->slots_given) {
        gf_jobserver_close(s);
        return false;
    }
    catch_fatal(c);
    ev_io_init(&c->token_io, on_token, s->rfd, EV_READ);
    c->token_io.data = c;
    return true;
}

static bool server_allows(struct capacity *c)
{
    if (c->server.rfd == -1 || c->slots.used == 0)
        return true;
    int got = gf_jobserver_take(&c->server);
    if (got == 0)
        ev_io_start(c->loop, &c->token_io);
    if (got == -1) {
        gf_note("make's jobserver is gone; one job runs at a time from now on");
        c->slots.most = 1;
    }
    return got == 1;
}

void capacity_settle(struct capacity *c)
{
    struct gf_jobserver *s = &c->server;
    size_t needed = c->slots.used ? c->slots.used - 1 : 0;
    while (s->held > needed)
        if (gf_jobserver_give(s) != 0)
            gf_error_errno("cannot give a token back to make's jobserver");
}

/* ---------------------------------------------------------------------------------------------- */

bool capacity_allows(struct capacity *c)
{
    return capacity_has_slot(c) && machine_allows(c) && server_allows(c);
}

static void init_timer(struct capacity *c, ev_timer *w)
{
    ev_timer_init(w, look_again, 0, 0);
    w->data = c;
}

int capacity_open(struct capacity *c, const struct options *o, struct verdict *v, struct tally *t,
                  struct ev_loop *loop)
{
    unsigned wanted = o->slots;
    c->opt = o;
    c->verdict = v;
    c->tally = t;
    c->loop = loop;
    c->text_len = -1;
    init_timer(c, &c->look);
    init_timer(c, &c->shortage);
    if (measure_fit(c) != 0)
        return GF_EXIT_TOOL;
    if (o->slots_file) {
        int status = read_slots(c, &wanted);
        if (status != 1)
            return status == -1 ? GF_EXIT_TOOL : status;
        watch_file(c);
    }
    if (!o->worker && find_jobserver(c)) /* workers are as many as -j says, for long */
        wanted = BY_TOKENS;
    return use_slots(c, wanted) == 0 ? -1 : GF_EXIT_TOOL;
}

void capacity_close(struct capacity *c)
{
    if (c->loop) {
        ev_timer_stop(c->loop, &c->file);
        ev_timer_stop(c->loop, &c->look);
        ev_timer_stop(c->loop, &c->shortage);
        if (c->server.rfd != -1)
            ev_io_stop(c->loop, &c->token_io);
        gf_jobserver_close(&c->server);
    }
    gf_slots_release(&c->slots);
}
