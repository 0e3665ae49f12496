/* start.c - see start.h. */
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env.h"

#include "base/fd.h"
#include "proc/spawn.h"

int open_text(const char *text, size_t len)
{
    int fd = memfd_create("gf-cron", MFD_CLOEXEC);
    if (fd == -1)
        return -1;
    if (gf_write_all(fd, text, len) == 0 && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A descriptor to read the job's input from. */
static int open_input(const struct gf_job *job)
{
    return job->input ? open_text(job->input, strlen(job->input))
                      : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int spawn(struct run *run, char *const *argv, char *const *envp, int in, int out, int err)
{
    struct gf_spawn s = {.argv = argv,
                         .envp = envp,
                         .fd = {in, out, err},
                         .own_group = true,
                         .die_with_us = true,
                         .nofile = &run->r->nofile};
    run->started_wall = gf_now_wall();
    run->started_mono = gf_now_mono();
    return gf_spawn(&s, argv[0], &run->pid);
}

/* Without waiting for the reader of a fifo: where there is none, the job cannot start. */
static int open_log(const char *name)
{
    int fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd != -1)
        fcntl(fd, F_SETFL, O_APPEND); /* it is for the job, which may wait */
    return fd;
}

/* With a log file both outputs go there; else each through a pipe. 0 or errno. */
static int with_outputs(struct run *run, char *const *argv, char *const *envp, int in)
{
    int p[2][2] = {{-1, -1}, {-1, -1}}, log = -1, err;
    if (run->job->opt.log)
        log = open_log(run->job->opt.log);
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
    const char *shell = run_shell(run);
    char *argv[] = {(char *)(size_t)shell, (char[]){"-c"}, (char *)(size_t)run->job->command, NULL};
    struct env e = env_build(run);
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
