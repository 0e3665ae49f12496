/*
 * child.c - what the child of a run is started with: shell, environment, descriptors.
 *
 * Standard input is a file in memory or /dev/null. With GF_LOG both outputs go to that file, else
 * each goes through a pipe of the task.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "text_file.h"

#include "base/file.h"
#include "base/msg.h"
#include "proc/command.h"
#include "run/orphans.h"

/* Opens GF_LOG without waiting for the reader of a fifo: without a reader the job cannot start. */
static int open_log(const char *name)
{
    int fd = gf_open(name, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd != -1)
        fcntl(fd, F_SETFL,
              O_APPEND); /* O_NONBLOCK was for the open: the job may wait for the reader */
    return fd;
}

/* Opens standard input, and with GF_LOG both outputs; the caller closes them. 0 or an errno. */
static int open_files(const struct gf_job *job, int fd[3])
{
    fd[0] =
        job->input ? text_file(job->input, strlen(job->input)) : gf_open("/dev/null", O_RDONLY, 0);
    fd[1] = fd[2] = fd[0] != -1 && job->opt.log ? open_log(job->opt.log) : -1;
    return fd[0] == -1 || (job->opt.log && fd[1] == -1) ? errno : 0;
}

/* Names the file for which the job cannot start, where that is not the shell itself. A shortage is
 * none of a file: the start is tried again. */
static void say_file(const struct gf_job *job, const int fd[3], const char *shell, int err)
{
    if (gf_command_fault(err, false) == GF_FAULT_MOMENT)
        return;
    if (fd[0] == -1)
        gf_error("job '%s' has no standard input: %s: %s", job->id,
                 job->input ? "a file in memory" : "/dev/null", strerror(err));
    else if (job->opt.log && fd[1] == -1)
        gf_error("job '%s' cannot open GF_LOG '%s': %s", job->id, job->opt.log, strerror(err));
    else if (err == ENOENT && strchr(shell, '/') && access(shell, F_OK) == 0)
        gf_error("job '%s' has the shell '%s', whose first line names a program that is not there",
                 job->id, shell);
}

int child_start(struct run *run, struct gf_tasks *tasks, struct gf_command *shell_file,
                const struct rlimit *nofile)
{
    const char *shell = environment_shell(run);
    char *argv[] = {(char *)(size_t)shell, (char[]){"-c"}, (char *)(size_t)run->job->command, NULL};
    struct gf_environ env = {0};
    struct gf_task_start s = {.command = shell_file, .limits = &run->limits};
    environment_build(&env, run);
    run->task.token = gf_token_make();
    gf_environ_set(&env, GF_ORPHANS_TOKEN, run->task.token.text);
    int err = open_files(run->job, s.spawn.fd);
    s.spawn.argv = argv;
    s.spawn.envp = env.list;
    s.spawn.nofile = nofile;
    s.pipes = run->job->opt.log ? 0 : GF_TASK_PIPE_OUT | GF_TASK_PIPE_ERR;
    run->task.start_mono = gf_now_mono(); /* also of a start that fails before the task has one */
    run->task.start_wall = gf_now_wall();
    if (err == 0)
        err = env.failed ? ENOMEM : gf_task_start(&run->task, tasks, &s);
    if (err != 0)
        say_file(run->job, s.spawn.fd, shell, err);
    if (s.spawn.fd[0] != -1)
        close(s.spawn.fd[0]);
    if (s.spawn.fd[1] != -1)
        close(s.spawn.fd[1]);
    gf_environ_release(&env);
    return err;
}
