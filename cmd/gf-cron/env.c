/*
 * env.c - see env.h.
 *
 * The environment is ours and then the table's variables, GF_ID and GF_DUE; with GF_ENV_CLEAN only
 * HOME, LOGNAME, PATH, SHELL and LANG of ours. The table's variables win, a later one over an
 * earlier one.
 */
#include "env.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

enum {
    ENV_SPARE = 16 /* names that env_set may add */
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

void env_set(struct env *e, const char *name, const char *value)
{
    env_add(e, name, strlen(name), value);
}

void env_free(struct env *e)
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

struct env env_build(const struct run *run)
{
    const struct gf_table *t = &run->from->table;
    struct env e = {0};
    char due[GF_STAMP_SIZE];
    size_t ours = 0;
    while (environ[ours])
        ours++;
    e.cap = ours + run->job->n_vars + ENV_SPARE;
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
        env_set(&e, "PATH", "/usr/bin:/bin");
        env_set(&e, "SHELL", "/bin/sh");
    }
    for (size_t i = 0; i < run->job->n_vars; i++)
        env_set(&e, t->vars[i].name, t->vars[i].value);
    gf_stamp_format(run->due, 0, true, due);
    env_set(&e, "GF_ID", run->job->id);
    env_set(&e, "GF_DUE", due);
    return e;
}

/* The SHELL of the table, not of our own environment. */
const char *run_shell(const struct run *run)
{
    const char *shell = "/bin/sh";
    for (size_t i = 0; i < run->job->n_vars; i++)
        if (strcmp(run->from->table.vars[i].name, "SHELL") == 0)
            shell = run->from->table.vars[i].value;
    return shell;
}
