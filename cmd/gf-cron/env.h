/*
 * env.h - what a run's command is given besides its descriptors: environment and shell.
 *
 *     struct env e = env_build(run);
 *     env_set(&e, "GF_EXIT", "3");
 *     if (e.failed) ... out of memory ...
 *     e.list is for gf_spawn; env_free(&e);
 */
#ifndef GF_CMD_CRON_ENV_H
#define GF_CMD_CRON_ENV_H

#include "runner.h"

struct env {
    char **list;
    size_t n, cap;
    bool failed;
};

struct env env_build(const struct run *run);

/* Sets one more variable, in place of one of that name; a few more fit. */
void env_set(struct env *e, const char *name, const char *value);
void env_free(struct env *e);

/* The SHELL of the table, not of our own environment. */
const char *run_shell(const struct run *run);

#endif
