/*
 * hook.c - commands beside the jobs.
 *
 * A hook is a task with a time limit, whose standard input is a file in memory; a ping has a pipe
 * for its standard error. Its words and its environment are copied when it is made, since the run
 * and the table that asked for the hook may be gone before it starts. Hooks that wait are a list,
 * the oldest first. The end of a hook starts the next. Where the system has no room for one more
 * process, the list stays as it is, unless no hook runs whose end could help: then the hook is
 * given up, and a note says so.
 */
#include "hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "text_file.h"

#include "base/msg.h"

enum {
    WORDS_MAX = 16,
    TEXT_MAX = 64 * 1024,
    SAID_MAX = 1024, /* bytes of a line that a ping says */
};

#define LIMIT (60 * GF_S)
#define HURRY_LIMIT (5 * GF_S)
#define KILL_AFTER (5 * GF_S)

extern char **environ;

struct hook {
    struct hook *next;
    struct hooks *all;
    char about[GF_JOB_ID_MAX + 96];
    struct gf_buf words; /* each with a NUL behind it */
    struct gf_buf input;
    bool is_ping;
    struct gf_buf said;    /* by a ping: the beginning of a line */
    struct gf_environ env; /* empty: the environment of gf-cron */
    struct gf_task task;
};

static void drop(struct hook *k)
{
    gf_buf_release(&k->words);
    gf_buf_release(&k->input);
    gf_buf_release(&k->said);
    gf_environ_release(&k->env);
    free(k);
}

static void say_not_run(const struct hook *k, const char *why)
{
    gf_note("cannot run %s: %s", k->about, why);
}

/* ---- starting -------------------------------------------------------------------------------- */

/* Starts the hook's command. 0 or an errno. */
static int start(struct hook *k)
{
    static const struct gf_child_limits limits = {LIMIT, KILL_AFTER, GF_S},
                                        hurried = {HURRY_LIMIT, GF_S, GF_S};
    char *argv[WORDS_MAX + 1] = {NULL};
    size_t n = 0;
    for (size_t at = 0; at < k->words.len && n < WORDS_MAX; at += strlen(k->words.data + at) + 1)
        argv[n++] = k->words.data + at;
    int in = text_file(k->input.data ? k->input.data : "", k->input.len);
    if (in == -1)
        return errno;
    struct gf_task_start s = {.command = &k->all->file,
                              .limits = k->all->hurry ? &hurried : &limits,
                              .pipes = k->is_ping ? GF_TASK_PIPE_ERR : 0,
                              .spawn = {.argv = argv,
                                        .envp = k->env.n ? k->env.list : environ,
                                        .fd = {in, STDERR_FILENO, STDERR_FILENO},
                                        .nofile = k->all->nofile}};
    int err = gf_task_start(&k->task, &k->all->tasks, &s);
    close(in);
    return err;
}

static void start_waiting(struct hooks *h)
{
    while (h->waiting && h->tasks.running < HOOKS_MAX) {
        struct hook *k = h->waiting;
        int err = start(k);
        if (err != 0 && h->tasks.running)
            return; /* no room now: the end of a hook that runs starts this one */
        h->waiting = k->next;
        h->n_waiting--;
        if (err == 0)
            continue;
        say_not_run(k, strerror(err));
        drop(k);
    }
}

/* ---- what a ping says ------------------------------------------------------------------------ */

static void say_line(struct hook *k)
{
    if (k->said.len)
        gf_error("ping: %.*s", (int)k->said.len, k->said.data);
    gf_buf_clear(&k->said);
}

/* A line is said when it is whole; the rest of one that is too long is dropped. */
static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct hook *k = t->owner;
    (void)stream;
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\n')
            say_line(k);
        else if (data[i] != '\r' && k->said.len < SAID_MAX)
            gf_buf_putc(&k->said, data[i]);
    }
}

static void on_drained(struct gf_task *t)
{
    struct hook *k = t->owner;
    say_line(k);
    struct hooks *h = k->all;
    drop(k);
    start_waiting(h);
}

static const struct gf_task_events events = {.output = on_output, .drained = on_drained};

/* Puts a hook whose words are complete behind those that wait. */
static void add(struct hook *k)
{
    struct hooks *h = k->all;
    bool failed = k->words.failed || k->input.failed || k->env.failed;
    if (failed || h->n_waiting == HOOKS_WAITING) {
        say_not_run(k, failed ? strerror(ENOMEM) : "too many such commands wait");
        drop(k);
        return;
    }
    *(h->waiting ? &h->last_waiting->next : &h->waiting) = k;
    h->last_waiting = k;
    h->n_waiting++;
    start_waiting(h);
}

static struct hook *new_hook(struct hooks *h)
{
    struct hook *k = calloc(1, sizeof *k);
    if (!k) {
        gf_error_nomem();
        return NULL;
    }
    k->all = h;
    k->task = (struct gf_task){.on = &events, .owner = k};
    k->words.max = k->input.max = TEXT_MAX * 2;
    return k;
}

static void add_word(struct hook *k, const char *word)
{
    gf_buf_add(&k->words, word, strlen(word) + 1);
}

/* ---- what is wanted -------------------------------------------------------------------------- */

void hook_failure(struct hooks *h, const struct run *run, const char *outcome)
{
    char status[16] = "", sig[16] = "";
    const char *command = run->job->opt.on_failure, *tail;
    struct hook *k = command ? new_hook(h) : NULL;
    if (!k)
        return;
    snprintf(k->about, sizeof k->about, "GF_ON_FAILURE of job %s by %.60s", run->job->id,
             environment_shell(run));
    if (run->ending.signal)
        snprintf(sig, sizeof sig, "%d", run->ending.signal);
    else
        snprintf(status, sizeof status, "%d", run->ending.code);
    add_word(k, environment_shell(run));
    add_word(k, "-c");
    add_word(k, command);
    environment_build(&k->env, run);
    gf_environ_set(&k->env, "GF_OUTCOME", outcome);
    gf_environ_set(&k->env, "GF_EXIT", status);
    gf_environ_set(&k->env, "GF_SIGNAL", sig);
    size_t len = gf_tail_get(&run->tail, &tail);
    gf_buf_add(&k->input, tail, len);
    add(k);
}

/* In quotes a configuration of curl has an escape for these. */
static void add_quoted(struct gf_buf *b, const char *s)
{
    for (; *s; s++) {
        if (*s == '\\' || *s == '"')
            gf_buf_putc(b, '\\');
        if (*s == '\n' || *s == '\r')
            gf_buf_puts(b, *s == '\n' ? "\\n" : "\\r");
        else
            gf_buf_putc(b, *s);
    }
}

/* -q: without the user's own configuration, and first. -g: brackets of a URL are no list. */
void hook_ping(struct hooks *h, const char *suffix)
{
    static const char *const words[] = {"curl",    "-q", "-g",        "--proto", "=http,https",
                                        "-fsS",    "-o", "/dev/null", "-m",      "10",
                                        "--retry", "3",  "-K",        "-"};
    struct hook *k = h->ping ? new_hook(h) : NULL;
    if (!k)
        return;
    k->is_ping = true;
    snprintf(k->about, sizeof k->about, "a ping through curl");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        add_word(k, words[i]);
    gf_buf_puts(&k->input, "url = \"");
    add_quoted(&k->input, h->ping);
    gf_buf_printf(&k->input, "%s\"\n", suffix);
    add(k);
}

/* ---- the end --------------------------------------------------------------------------------- */

bool hooks_are_busy(const struct hooks *h)
{
    return h->tasks.running || h->waiting;
}

void hooks_end(struct hooks *h, bool at_once)
{
    for (struct hook *k; (k = h->waiting);) {
        h->waiting = k->next;
        h->n_waiting--;
        say_not_run(k, "the scheduler ends");
        drop(k);
    }
    if (at_once)
        gf_tasks_kill(&h->tasks);
    else
        gf_tasks_end(&h->tasks);
}

void hooks_hurry(struct hooks *h)
{
    h->hurry = true;
    hooks_end(h, true);
}

int hooks_open(struct hooks *h, struct ev_loop *loop)
{
    h->file.search = getenv("PATH");
    return gf_tasks_open(&h->tasks, loop);
}

void hooks_close(struct hooks *h)
{
    for (struct gf_task *t; (t = h->tasks.first);) {
        gf_task_drop(t);
        drop(t->owner);
    }
    for (struct hook *k; (k = h->waiting);) {
        h->waiting = k->next;
        drop(k);
    }
    gf_tasks_close(&h->tasks);
    gf_command_release(&h->file);
    free(h->ping);
    h->ping = NULL;
}
