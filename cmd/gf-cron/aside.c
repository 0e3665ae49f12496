/* aside.c - see aside.h. */
#include "aside.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env.h"
#include "runner.h"
#include "start.h"

#include "base/msg.h"
#include "proc/spawn.h"

enum {
    ASIDES_MAX = 64,
    ASIDES_WAITING = 10000,
    ASIDE_LIMIT_S = 60,
    HURRY_LIMIT_S = 5,
    WORDS_MAX = 12,
    TEXT_MAX = 64 * 1024,
};

extern char **environ;

struct aside {
    struct aside *next;
    struct runner *r;
    char about[GF_JOB_ID_MAX + 32];
    struct gf_buf words; /* each with a NUL behind it */
    struct gf_buf input;
    struct env env; /* list NULL: ours */
    pid_t pid;
    ev_timer limit;
};

static void drop(struct aside *a)
{
    gf_buf_release(&a->words);
    gf_buf_release(&a->input);
    env_free(&a->env);
    free(a);
}

static void say_not_run(const struct aside *a, const char *why)
{
    gf_note("cannot run %s: %s", a->about, why);
}

static void too_long(struct ev_loop *loop, ev_timer *w, int events)
{
    const struct aside *a = w->data;
    (void)loop;
    (void)events;
    kill(-a->pid, SIGKILL);
}

/* ---- starting -------------------------------------------------------------------------------- */

static int spawn(struct aside *a, char *const *argv)
{
    struct gf_buf path = GF_BUF_INIT(8192);
    int in = -1, err = gf_find_command(argv[0], getenv("PATH"), &path);
    if (err == 0 && (in = open_text(a->input.data ? a->input.data : "", a->input.len)) == -1)
        err = errno;
    struct gf_spawn s = {.argv = argv,
                         .envp = a->env.list ? a->env.list : environ,
                         .fd = {in, STDERR_FILENO, STDERR_FILENO},
                         .own_group = true,
                         .die_with_us = true,
                         .nofile = &a->r->nofile};
    if (err == 0)
        err = gf_spawn(&s, path.data, &a->pid);
    if (in != -1)
        close(in);
    gf_buf_release(&path);
    return err;
}

/* 0 or an errno. */
static int start(struct aside *a)
{
    struct runner *r = a->r;
    char *argv[WORDS_MAX + 1] = {NULL};
    size_t n = 0;
    for (size_t at = 0; at < a->words.len && n < WORDS_MAX; at += strlen(a->words.data + at) + 1)
        argv[n++] = a->words.data + at;
    int err = spawn(a, argv);
    if (err != 0)
        return err;
    ev_timer_init(&a->limit, too_long, r->asides.hurry ? HURRY_LIMIT_S : ASIDE_LIMIT_S, 0.);
    a->limit.data = a;
    ev_now_update(r->loop);
    ev_timer_start(r->loop, &a->limit);
    a->next = r->asides.running;
    r->asides.running = a;
    r->asides.n_running++;
    return 0;
}

static void start_waiting(struct runner *r)
{
    struct asides *all = &r->asides;
    while (all->waiting && all->n_running < ASIDES_MAX) {
        struct aside *a = all->waiting, *rest = a->next;
        int err = start(a); /* which puts it in front of those that run */
        if (err != 0 && all->n_running)
            return; /* when one of those has ended it may go */
        all->waiting = rest;
        all->n_waiting--;
        if (err == 0)
            continue;
        say_not_run(a, strerror(err));
        drop(a);
    }
}

/* Takes what is wanted, when it is whole. */
static void add(struct aside *a)
{
    struct asides *all = &a->r->asides;
    bool failed = a->words.failed || a->input.failed || a->env.failed;
    if (failed || all->n_waiting == ASIDES_WAITING) {
        say_not_run(a, failed ? strerror(ENOMEM) : "too many such commands wait");
        drop(a);
        return;
    }
    *(all->waiting ? &all->last_waiting->next : &all->waiting) = a;
    all->last_waiting = a;
    all->n_waiting++;
    start_waiting(a->r);
}

static struct aside *new_aside(struct runner *r, const char *what, const char *id)
{
    struct aside *a = calloc(1, sizeof *a);
    if (!a) {
        gf_error_nomem();
        return NULL;
    }
    a->r = r;
    a->words.max = a->input.max = TEXT_MAX * 2;
    snprintf(a->about, sizeof a->about, "%s%s", what, id);
    return a;
}

static void add_word(struct aside *a, const char *word)
{
    gf_buf_add(&a->words, word, strlen(word) + 1);
}

/* ---- what is wanted -------------------------------------------------------------------------- */

void aside_failure(const struct run *run, const char *outcome)
{
    char status[16] = "", sig[16] = "";
    struct aside *a =
        run->job->opt.on_failure ? new_aside(run->r, "GF_ON_FAILURE of job ", run->job->id) : NULL;
    if (!a)
        return;
    if (WIFEXITED(run->wait_status))
        snprintf(status, sizeof status, "%d", WEXITSTATUS(run->wait_status));
    else
        snprintf(sig, sizeof sig, "%d", WTERMSIG(run->wait_status));
    add_word(a, run_shell(run));
    add_word(a, "-c");
    add_word(a, run->job->opt.on_failure);
    a->env = env_build(run);
    env_set(&a->env, "GF_OUTCOME", outcome);
    env_set(&a->env, "GF_EXIT", status);
    env_set(&a->env, "GF_SIGNAL", sig);
    if (run->tail.len)
        gf_buf_add(&a->input, run->tail.data, run->tail.len);
    add(a);
}

void aside_ping(struct runner *r, const char *suffix)
{
    static const char *const words[] = {"curl", "-fsS",    "-o", "/dev/null", "-m",
                                        "10",   "--retry", "3",  "--"};
    struct aside *a = r->ping ? new_aside(r, "a ping through curl", "") : NULL;
    if (!a)
        return;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        add_word(a, words[i]);
    gf_buf_puts(&a->words, r->ping);
    add_word(a, suffix);
    add(a);
}

/* ---- the end --------------------------------------------------------------------------------- */

bool aside_reaped(struct runner *r, pid_t pid)
{
    for (struct aside **at = &r->asides.running, *a; (a = *at); at = &a->next) {
        if (a->pid != pid)
            continue;
        *at = a->next;
        r->asides.n_running--;
        ev_timer_stop(r->loop, &a->limit);
        drop(a);
        start_waiting(r);
        return true;
    }
    return false;
}

bool asides_busy(const struct runner *r)
{
    return r->asides.running || r->asides.waiting;
}

void aside_end(struct runner *r)
{
    for (struct aside *a; (a = r->asides.waiting);) {
        r->asides.waiting = a->next;
        r->asides.n_waiting--;
        say_not_run(a, "the scheduler ends");
        drop(a);
    }
    for (const struct aside *a = r->asides.running; a; a = a->next)
        kill(-a->pid, SIGKILL);
}

void aside_hurry(struct runner *r)
{
    r->asides.hurry = true;
    aside_end(r);
}
