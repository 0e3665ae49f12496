/*
 * environment.c - what a run's command is given.
 *
 * The environment is that of gf-cron and then the table's variables, GF_ID and GF_DUE. With
 * GF_ENV_CLEAN HOME, LOGNAME and LANG come from gf-cron, and PATH and SHELL have fixed values. The
 * table's variables win, a later one over an earlier one. GF_CRON and GF_RUN name the scheduler and
 * the try. The token by which processes that left the group of a run are found (run/orphans.h) is
 * for the run alone, not for its hook: child.c sets it.
 */
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void begin_clean(struct gf_environ *e)
{
    static const char *const kept[] = {"HOME", "LOGNAME", "LANG"};
    static char *none[] = {NULL};
    gf_environ_begin(e, none);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (getenv(kept[i]))
            gf_environ_set(e, kept[i], getenv(kept[i]));
    gf_environ_set(e, "PATH", "/usr/bin:/bin");
    gf_environ_set(e, "SHELL", "/bin/sh");
}

static void set_number(struct gf_environ *e, const char *name, uint64_t n)
{
    char *value = gf_environ_number(e, name);
    if (value)
        gf_environ_write(value, n);
}

void environment_build(struct gf_environ *e, const struct run *run)
{
    const struct gf_table *t = &run->from->table;
    char due[GF_STAMP_SIZE];
    if (run->job->opt.env_clean) {
        begin_clean(e);
    } else {
        gf_environ_begin(e, environ);
        gf_environ_unset(e, "NOTIFY_SOCKET");
    }
    for (size_t i = 0; i < run->job->n_vars; i++)
        gf_environ_set(e, t->vars[i].name, t->vars[i].value);
    gf_stamp_format(run->due, 0, true, due);
    gf_environ_set(e, "GF_ID", run->job->id);
    gf_environ_set(e, "GF_DUE", due);
    set_number(e, "GF_CRON", (uint64_t)getpid());
    set_number(e, "GF_RUN", run->number);
}

const char *environment_shell(const struct run *run)
{
    const char *shell = "/bin/sh";
    for (size_t i = 0; i < run->job->n_vars; i++)
        if (strcmp(run->from->table.vars[i].name, "SHELL") == 0)
            shell = run->from->table.vars[i].value;
    return shell;
}
