/*
 * environment.c - what jobs and workers find around them.
 *
 * The directory is opened by O_PATH, which asks for the right to search it and nothing else.
 */
#include "environment.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/msg.h"

extern char **environ;

void environment_begin(struct gf_environ *e, const struct options *o)
{
    static char *none[] = {NULL};
    gf_environ_begin(e, o->clean_env ? none : environ);
    for (size_t i = 0; i < o->nenv; i++)
        gf_environ_put(e, o->env[i]);
}

int environment_check_directory(const struct options *o)
{
    int fd = o->chdir ? gf_open(o->chdir, O_PATH | O_DIRECTORY, 0) : -1;
    if (fd != -1)
        close(fd);
    if (!o->chdir || fd != -1)
        return 0;
    gf_error_errno("cannot run jobs in '%s'", o->chdir);
    return -1;
}
