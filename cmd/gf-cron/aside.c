/* aside.c - see aside.h. */
#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "env.h"
#include "proc/spawn.h"
#include "start.h"

enum {
    ASIDES_MAX = 64,
    ASIDE_LIMIT_S = 60,
};

extern char **environ;

struct aside {
    struct aside *next;
    pid_t pid;
    ev_timer limit;
};

static void too_long(struct ev_loop *loop, ev_timer *w, int events)
{
    const struct aside *a = w->data;
    (void)loop;
    (void)events;
    kill(-a->pid, SIGKILL);
}

/* Starts a command that reads `in`, which is closed. 0 or an errno. */
static int start(struct runner *r, char *const *argv, char *const *envp, const char *path, int in)
{
    struct aside *a = r->n_asides < ASIDES_MAX ? calloc(1, sizeof *a) : NULL;
    struct gf_spawn s = {.argv = argv,
                         .envp = envp,
                         .fd = {in, STDERR_FILENO, STDERR_FILENO},
                         .own_group = true,
                         .die_with_us = true};
    int err = a ? 0 : r->n_asides < ASIDES_MAX ? ENOMEM : EAGAIN;
    if (err == 0)
        err = in == -1 ? errno : gf_spawn(&s, path, &a->pid);
    if (in != -1)
        close(in);
    if (err != 0) {
        free(a);
        return err;
    }
    ev_timer_init(&a->limit, too_long, ASIDE_LIMIT_S, 0.);
    a->limit.data = a;
    ev_now_update(r->loop);
    ev_timer_start(r->loop, &a->limit);
    a->next = r->asides;
    r->asides = a;
    r->n_asides++;
    return 0;
}

void aside_failure(const struct run *run, const char *outcome)
{
    const char *command = run->job->opt.on_failure, *shell = run_shell(run);
    char *argv[] = {(char *)(size_t)shell, (char[]){"-c"}, (char *)(size_t)command, NULL};
    char status[16] = "", sig[16] = "";
    if (!command)
        return;
    if (WIFEXITED(run->wait_status))
        snprintf(status, sizeof status, "%d", WEXITSTATUS(run->wait_status));
    else
        snprintf(sig, sizeof sig, "%d", WTERMSIG(run->wait_status));
    struct env e = env_build(run);
    env_set(&e, "GF_OUTCOME", outcome);
    env_set(&e, "GF_EXIT", status);
    env_set(&e, "GF_SIGNAL", sig);
    int err = ENOMEM;
    if (!e.failed)
        err = start(run->r, argv, e.list, shell,
                    open_text(run->tail.data ? run->tail.data : "", run->tail.len));
    env_free(&e);
    if (err != 0)
        gf_note("cannot run GF_ON_FAILURE of job '%s': %s", run->job->id, strerror(err));
}

void aside_ping(struct runner *r, const char *suffix)
{
    struct gf_buf url = GF_BUF_INIT(8192), path = GF_BUF_INIT(8192);
    if (!r->ping)
        return;
    gf_buf_printf(&url, "%s%s", r->ping, suffix);
    int err = url.failed ? ENOMEM : gf_find_command("curl", getenv("PATH"), &path);
    if (err == 0) {
        char *argv[] = {(char[]){"curl"},
                        (char[]){"-fsS"},
                        (char[]){"-o"},
                        (char[]){"/dev/null"},
                        (char[]){"-m"},
                        (char[]){"10"},
                        (char[]){"--retry"},
                        (char[]){"3"},
                        (char[]){"--"},
                        url.data,
                        NULL};
        err = start(r, argv, environ, path.data, open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    if (err != 0)
        gf_note("cannot ping through curl: %s", strerror(err));
    gf_buf_release(&url);
    gf_buf_release(&path);
}

bool aside_reaped(struct runner *r, pid_t pid)
{
    for (struct aside **at = &r->asides, *a; (a = *at); at = &a->next) {
        if (a->pid != pid)
            continue;
        *at = a->next;
        r->n_asides--;
        ev_timer_stop(r->loop, &a->limit);
        free(a);
        return true;
    }
    return false;
}

void aside_end(struct runner *r)
{
    for (const struct aside *a = r->asides; a; a = a->next)
        kill(-a->pid, SIGKILL);
}
