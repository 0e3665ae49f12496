/*
 * spawn.c - a child between clone and exec, and what is set up in which order.
 *
 * Order in the child: group and parent-death signal first (then a look at who our parent is: it
 * may have died in between), descriptors, limits, signals last, because once the mask is back a
 * pending signal acts. All signals are blocked from before the clone until then, so no handler of
 * ours runs in the child on memory it shares with us.
 */
#include "proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sig.h"

enum {
    STACK = 128 * 1024
};

/* What the two sides share until exec. */
struct start {
    const struct gf_spawn *spawn;
    const char *path;
    pid_t parent;
    int err; /* written by the child */
};

#if defined(__SANITIZE_ADDRESS__)
#define ON_FOREIGN_STACK __attribute__((no_sanitize_address))
#else
#define ON_FOREIGN_STACK
#endif

/* Moves the three descriptors to 0, 1, 2. Those that lie in the way are moved up first. */
ON_FOREIGN_STACK static int place_fds(const int want[3])
{
    int fd[3];
    for (int i = 0; i < 3; i++) {
        fd[i] = want[i];
        if (fd[i] != -1 && fd[i] < i) {
            fd[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, 3);
            if (fd[i] == -1)
                return -1;
        }
    }
    for (int i = 0; i < 3; i++) {
        if (fd[i] == -1)
            continue;
        if (fd[i] == i ? fcntl(i, F_SETFD, 0) == -1 : dup2(fd[i], i) == -1)
            return -1;
    }
    return 0;
}

/* Niceness, directory, limits. */
ON_FOREIGN_STACK static int set_up(const struct gf_spawn *s)
{
    errno = 0;
    if (s->nice && nice(s->nice) == -1 && errno != 0)
        return -1;
    if (s->chdir && chdir(s->chdir) == -1)
        return -1;
    for (size_t i = 0; i < s->nlimits; i++)
        if (setrlimit(s->limits[i].resource, &s->limits[i].limit) == -1)
            return -1;
    return 0;
}

ON_FOREIGN_STACK static int child_main(void *arg)
{
    struct start *st = arg;
    const struct gf_spawn *s = st->spawn;
    if (s->own_group && setpgid(0, 0) == -1)
        goto fail;
    if (s->die_with_us) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
            goto fail;
        if (getppid() != st->parent) /* it died before the line above took effect */
            _exit(127);
    }
    if (place_fds(s->fd) == -1)
        goto fail;
    if (s->foreground && tcsetpgrp(STDIN_FILENO, getpid()) == -1) /* SIGTTOU is blocked here */
        goto fail;
    if (s->nofile && setrlimit(RLIMIT_NOFILE, s->nofile) == -1)
        goto fail;
    if (set_up(s) == -1)
        goto fail;
    gf_sig_restore_in_child();
    execve(st->path, s->argv, s->envp);
fail:
    st->err = errno;
    _exit(127);
}

/* The stack of the child: mapped once, with a guard page below. The child is done with it when
 * clone returns here, so one is enough. */
static char *child_stack(void)
{
    static char *top;
    if (top)
        return top;
    char *p =
        mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (mprotect(p, 4096, PROT_NONE) != 0) {
        munmap(p, STACK);
        return NULL;
    }
    top = p + STACK;
    return top;
}

static int start(struct start *st, pid_t *pid)
{
    char *stack = child_stack();
    if (!stack)
        return ENOMEM;
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    st->err = 0;
    pid_t got = clone(child_main, stack, CLONE_VM | CLONE_VFORK | SIGCHLD, st);
    int err = got == -1 ? errno : st->err;
    if (got != -1 && err == 0)
        *pid = got;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (got != -1 && err != 0)
        while (waitpid(got, NULL, 0) == -1 && errno == EINTR)
            ;
    return err;
}

/* argv as /bin/sh would want it to run the script at path: sh PATH ARG... */
static int start_by_shell(struct start *st, pid_t *pid)
{
    size_t n = 0;
    while (st->spawn->argv[n])
        n++;
    char **argv = calloc(n + 3, sizeof *argv);
    if (!argv)
        return ENOMEM;
    static char sh[] = "sh";
    argv[0] = sh;
    argv[1] = (char *)(size_t)st->path;
    for (size_t i = 1; i < n; i++)
        argv[i + 1] = st->spawn->argv[i];
    struct gf_spawn spawn = *st->spawn;
    spawn.argv = argv;
    struct start again = {.spawn = &spawn, .path = "/bin/sh", .parent = st->parent};
    int err = start(&again, pid);
    free(argv);
    return err;
}

int gf_spawn(const struct gf_spawn *s, const char *path, pid_t *pid)
{
    struct start st = {.spawn = s, .path = path, .parent = getpid()};
    int err = start(&st, pid);
    return err == ENOEXEC ? start_by_shell(&st, pid) : err;
}

/* 0 when the path in `out` is a file that can be executed, else the errno that says why not. */
static int try_path(const struct gf_buf *out)
{
    struct stat st;
    if (out->failed)
        return ENOMEM;
    if (stat(out->data, &st) != 0)
        return errno;
    if (!S_ISREG(st.st_mode))
        return EACCES;
    return faccessat(AT_FDCWD, out->data, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

int gf_find_command(const char *command, const char *search, struct gf_buf *out)
{
    size_t start_len = out->len;
    if (!*command)
        return ENOENT;
    if (strchr(command, '/')) {
        gf_buf_add(out, command, strlen(command) + 1);
        return try_path(out);
    }
    int result = ENOENT;
    for (const char *dir = search ? search : "/bin:/usr/bin"; dir;) {
        const char *end = strchrnul(dir, ':');
        out->len = start_len;
        /* An empty element is the current directory. */
        gf_buf_printf(out, "%.*s%s%s", (int)(end - dir), dir, end > dir ? "/" : "", command);
        gf_buf_putc(out, '\0');
        int err = try_path(out);
        if (err == 0 || err == ENOMEM)
            return err;
        bool odd = err != ENOENT && err != ENOTDIR && err != ENAMETOOLONG && err != ELOOP;
        if (err == EACCES || (odd && result == ENOENT))
            result = err;
        dir = *end ? end + 1 : NULL;
    }
    out->len = start_len;
    return result;
}
