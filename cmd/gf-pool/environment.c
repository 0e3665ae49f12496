/* environment.c - what jobs and workers are started with: variables, and the file of the command.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "options.h"

extern char **environ;

/* Whether one of the list, which ends with NULL, is the same variable. */
static bool is_among(char *const *list, const char *var)
{
    size_t len = strcspn(var, "=") + 1;
    for (; *list; list++)
        if (strncmp(*list, var, len) == 0)
            return true;
    return false;
}

/* Whether --env says it again, from number `from` on. */
static bool is_said(const struct options *o, const char *var, size_t from)
{
    size_t len = strcspn(var, "=") + 1;
    for (size_t i = from; i < o->nenv; i++)
        if (strncmp(o->env[i], var, len) == 0)
            return true;
    return false;
}

char **environment_for(const struct options *o, char *const *own)
{
    size_t n = o->nenv, kept = 0;
    for (char *const *e = environ; *e; e++)
        n++;
    for (char *const *e = own; *e; e++)
        n++;
    char **env = calloc(n + 1, sizeof *env);
    if (!env)
        return NULL;
    for (char **e = environ; *e && !o->clean_env; e++)
        if (!is_among(own, *e) && !is_said(o, *e, 0))
            env[kept++] = *e;
    for (size_t i = 0; i < o->nenv; i++)
        if (!is_among(own, o->env[i]) && !is_said(o, o->env[i], i + 1))
            env[kept++] = (char *)(size_t)o->env[i];
    for (char *const *e = own; *e; e++)
        env[kept++] = *e;
    return env;
}

int find_command_from(const struct options *o, const char *name, struct gf_buf *path)
{
    gf_buf_clear(path);
    int err = gf_find_command(name, getenv("PATH"), path);
    bool moves = err == 0 && o->chdir && path->data[0] != '/';
    char *full = moves ? realpath(path->data, NULL) : NULL;
    if (full) {
        gf_buf_clear(path);
        gf_buf_add(path, full, strlen(full) + 1);
        free(full);
    }
    return path->failed ? ENOMEM : err;
}
