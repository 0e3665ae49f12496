/*
 * failalloc.so.c - preloaded, makes allocation number GF_FAIL_ALLOC fail, and with GF_FAIL_MORE
 * every one after it. Creates the file GF_FAIL_MARK when it did, so that a caller knows when to
 * stop counting. Children of the tool run without it.
 *
 * glibc only: it calls the real functions by the names that glibc gives them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static long number; /* 0: not yet, or nothing is to fail */
static bool and_all_after;
static const char *mark;
static long calls;

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("GF_FAIL_ALLOC");
    and_all_after = getenv("GF_FAIL_MORE") != NULL;
    mark = getenv("GF_FAIL_MARK");
    unsetenv("LD_PRELOAD");
    number = text ? strtol(text, NULL, 10) : 0;
}

static bool fails(void)
{
    if (number == 0)
        return false;
    calls++;
    if (calls != number && !(and_all_after && calls > number))
        return false;
    int fd = mark ? open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd != -1)
        close(fd);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}
