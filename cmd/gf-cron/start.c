/*
 * start.c - see start.h.
 *
 * The environment is ours and then the table's variables, GF_ID and GF_DUE; with GF_ENV_CLEAN only
 * HOME, LOGNAME, PATH, SHELL and LANG of ours. The table's variables win, a later one over an
 * earlier one.
 */
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "proc/spawn.h"

extern char **environ;

struct env {
    char **list;
    size_t n, cap;
    bool failed;
};

static void env_add(struct env *e, const char *name, size_t name_len, const char *value)
{
    size_t value_len = strlen(value);
    char *text = malloc(name_len + value_len + 2);
    if (!text || e->n + 1 >= e->cap) {
        free(text);
        e->failed = true;
        return;
    }
    memcpy(text, name, name_len);
    text[name_len] = '=';
    memcpy(text + name_len + 1, value, value_len + 1);
    for (size_t i = 0; i < e->n; i++)
        if (strncmp(e->list[i], text, name_len + 1) == 0) {
            free(e->list[i]);
            e->list[i] = text;
            return;
        }
    e->list[e->n++] = text;
}

static void env_free(struct env *e)
{
    for (size_t i = 0; i < e->n; i++)
        free(e->list[i]);
    free(e->list);
}

static bool is_kept(const char *name, size_t len, bool clean)
{
    static const char *const clean_names[] = {"HOME", "LOGNAME", "LANG", NULL};
    if (!clean)
        return len != strlen("NOTIFY_SOCKET") || memcmp(name, "NOTIFY_SOCKET", len) != 0;
    for (size_t i = 0; clean_names[i]; i++)
        if (strlen(clean_names[i]) == len && memcmp(name, clean_names[i], len) == 0)
            return true;
    return false;
}

static struct env build_env(const struct run *run)
{
    const struct gf_table *t = &run->from->table;
    struct env e = {0};
    char due[GF_STAMP_SIZE];
    size_t ours = 0;
    while (environ[ours])
        ours++;
    e.cap = ours + run->job->n_vars + 8;
    e.list = calloc(e.cap, sizeof *e.list);
    if (!e.list) {
        e.failed = true;
        return e;
    }
    for (size_t i = 0; i < ours; i++) {
        size_t len = strcspn(environ[i], "=");
        if (environ[i][len] && is_kept(environ[i], len, run->job->opt.env_clean))
            env_add(&e, environ[i], len, environ[i] + len + 1);
    }
    if (run->job->opt.env_clean) {
        env_add(&e, "PATH", 4, "/usr/bin:/bin");
        env_add(&e, "SHELL", 5, "/bin/sh");
    }
    for (size_t i = 0; i < run->job->n_vars; i++)
        env_add(&e, t->vars[i].name, strlen(t->vars[i].name), t->vars[i].value);
    gf_stamp_format(run->due, 0, true, due);
    env_add(&e, "GF_ID", 5, run->job->id);
    env_add(&e, "GF_DUE", 6, due);
    return e;
}

/* The SHELL of the table, not of our own environment. */
static const char *shell_of(const struct run *run)
{
    const char *shell = "/bin/sh";
    for (size_t i = 0; i < run->job->n_vars; i++)
        if (strcmp(run->from->table.vars[i].name, "SHELL") == 0)
            shell = run->from->table.vars[i].value;
    return shell;
}

/* A descriptor to read the job's input from. */
static int open_input(const struct gf_job *job)
{
    if (!job->input)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    int fd = memfd_create("gf-cron", MFD_CLOEXEC);
    if (fd == -1)
        return -1;
    if (gf_write_all(fd, job->input, strlen(job->input)) == 0 && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    close(fd);
    return -1;
}

static int spawn(struct run *run, char *const *argv, char *const *envp, int in, int out, int err)
{
    struct gf_spawn s = {
        .argv = argv, .envp = envp, .fd = {in, out, err}, .own_group = true, .die_with_us = true};
    run->started_wall = gf_now_wall();
    run->started_mono = gf_now_mono();
    return gf_spawn(&s, argv[0], &run->pid);
}

/* With a log file both outputs go there; else each through a pipe. 0 or errno. */
static int with_outputs(struct run *run, char *const *argv, char *const *envp, int in)
{
    int p[2][2] = {{-1, -1}, {-1, -1}}, log = -1, err;
    if (run->job->opt.log)
        log = open(run->job->opt.log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (run->job->opt.log ? log == -1 : pipe2(p[0], O_CLOEXEC) != 0 || pipe2(p[1], O_CLOEXEC) != 0)
        err = errno;
    else if (log != -1)
        err = spawn(run, argv, envp, in, log, log);
    else
        err = spawn(run, argv, envp, in, p[0][1], p[1][1]);
    if (log != -1)
        close(log);
    for (int i = 0; i < 2; i++) {
        if (p[i][1] != -1)
            close(p[i][1]);
        if (p[i][0] != -1 && err == 0)
            stream_open(&run->out[i], run, p[i][0], i == 1);
        else if (p[i][0] != -1)
            close(p[i][0]);
    }
    return err;
}

int run_start_child(struct run *run)
{
    const char *shell = shell_of(run);
    char *argv[] = {(char *)(size_t)shell, (char[]){"-c"}, (char *)(size_t)run->job->command, NULL};
    struct env e = build_env(run);
    int err = e.failed ? ENOMEM : 0, in = -1;
    run->out[0].fd = run->out[1].fd = -1;
    if (err == 0 && (in = open_input(run->job)) == -1)
        err = errno;
    if (err == 0)
        err = with_outputs(run, argv, e.list, in);
    if (in != -1)
        close(in);
    env_free(&e);
    return err;
}
