/*
 * spawnfail.so.c - preloaded, makes some of the calls that start a process fail with EAGAIN, as
 * when no process is to be had. GF_SPAWN_FAIL says which, by their number: "2-4". Each call that
 * failed adds a byte to the file GF_SPAWN_MARK, so that others can wait for it. Children of the
 * tool run without it. (The limit of `ulimit -u` does not hold for root.)
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned first, last; /* 0: none is to fail */
static unsigned calls;

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("GF_SPAWN_FAIL");
    unsetenv("LD_PRELOAD");
    if (!text || sscanf(text, "%u-%u", &first, &last) != 2)
        first = last = 0;
}

static bool fails(void)
{
    calls++;
    if (calls < first || calls > last)
        return false;
    const char *mark = getenv("GF_SPAWN_MARK");
    int fd = mark ? open(mark, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd != -1) {
        if (write(fd, "\n", 1) != 1)
            abort();
        close(fd);
    }
    errno = EAGAIN;
    return true;
}

/* The child comes back in fn, on a stack of its own, never here: sharing memory does no harm. */
int clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
    int (*real)(int (*)(void *), void *, int, void *, ...);
    *(void **)&real = dlsym(RTLD_NEXT, "clone");
    return fails() ? -1 : real(fn, stack, flags, arg);
}

pid_t fork(void)
{
    pid_t (*real)(void);
    *(void **)&real = dlsym(RTLD_NEXT, "fork");
    return fails() ? -1 : real();
}
