/*
 * task_pipes.c - the pipes of a task: opened, and whether they are read.
 *
 * Our ends never wait, the child's ends are as usual: a program that finds O_NONBLOCK on its
 * standard output may lose what it writes.
 */
#include "run/task_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void gf_task_close_pair(const int fd[2])
{
    for (int i = 0; i < 2; i++)
        if (fd[i] != -1)
            close(fd[i]);
}

static int open_pipe(int fd[2], int ours)
{
    if (pipe2(fd, O_CLOEXEC) != 0)
        return errno;
    return fcntl(fd[ours], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

/* The pipes that are asked for; the child's ends take their places in `s`. 0 or an errno. */
int gf_task_open_pipes(unsigned which, int ends[3][2], struct gf_spawn *s)
{
    for (int i = 0; i < 3; i++) {
        int ours = i == 0; /* we write to its input, and read the others */
        if (!(which & 1u << i))
            continue;
        int err = open_pipe(ends[i], ours);
        if (err)
            return err;
        s->fd[i] = ends[i][!ours];
    }
    return 0;
}

bool gf_task_is_open(const struct gf_task *t)
{
    /* Of a zeroed struct both are 0, which is no pipe of ours. */
    return t->all && (t->out[GF_TASK_OUT].io.fd != -1 || t->out[GF_TASK_ERR].io.fd != -1);
}

bool gf_task_is_paused(const struct gf_task *t)
{
    return t->out[GF_TASK_OUT].paused || t->out[GF_TASK_ERR].paused;
}

/* Who was told to end has no more time for that, whether we read or not. */
bool gf_task_is_held(const struct gf_task *t)
{
    return gf_task_is_paused(t) && !t->life.last_signal &&
           (t->life.state == GF_CHILD_RUNNING || t->life.state == GF_CHILD_DRAINING);
}
