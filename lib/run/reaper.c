/*
 * reaper.c - children are reaped, and whoever started one is told of its end.
 *
 * The children are in a hash table by process id: open addressing, at most half full, a removal
 * moves what follows back into the gap. The id is taken out before its owner is told, since the
 * kernel may give the number to the next child that the owner starts.
 */
#include "run/reaper.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "run/caught.h"

enum {
    FIRST = 64 /* places */
};

/* Of the process, as SIGCHLD and wait(2) are. */
static struct {
    unsigned opened; /* how many parts have it open */
    struct ev_loop *loop;
    struct gf_caught signal;
    struct gf_reaper_child **table;
    size_t size, n; /* size: a power of two, or 0 */
} reaper;

/* Fibonacci hashing: neighbouring ids are spread. */
static size_t place_of(pid_t pid)
{
    return (size_t)((uint64_t)pid * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (reaper.size - 1);
}

static size_t next(size_t place)
{
    return (place + 1) & (reaper.size - 1);
}

/* Where the child is, or the free place where it would be. */
static size_t find(pid_t pid)
{
    size_t at = place_of(pid);
    while (reaper.table[at] && reaper.table[at]->pid != pid)
        at = next(at);
    return at;
}

int gf_reaper_reserve(void)
{
    if (2 * (reaper.n + 1) <= reaper.size)
        return 0;
    size_t old_size = reaper.size, size = old_size ? 2 * old_size : FIRST;
    struct gf_reaper_child **old = reaper.table, **table = calloc(size, sizeof *table);
    if (!table)
        return -1;
    reaper.table = table;
    reaper.size = size;
    for (size_t i = 0; i < old_size; i++)
        if (old[i])
            table[find(old[i]->pid)] = old[i];
    free(old);
    return 0;
}

void gf_reaper_add(struct gf_reaper_child *c)
{
    size_t at = find(c->pid);
    reaper.n += !reaper.table[at];
    reaper.table[at] = c;
}

/* Moves what follows into the gap, as far as its own place allows (Knuth 6.4, algorithm R). */
static void close_gap(size_t gap)
{
    for (size_t at = next(gap); reaper.table[at]; at = next(at)) {
        size_t wanted = place_of(reaper.table[at]->pid), mask = reaper.size - 1;
        if (((at - wanted) & mask) < ((at - gap) & mask))
            continue;
        reaper.table[gap] = reaper.table[at];
        gap = at;
    }
    reaper.table[gap] = NULL;
}

void gf_reaper_remove(const struct gf_reaper_child *c)
{
    size_t at = reaper.size ? find(c->pid) : 0;
    if (!reaper.size || reaper.table[at] != c)
        return;
    reaper.n--;
    close_gap(at);
}

bool gf_reaper_knows(pid_t pid)
{
    return reaper.size && reaper.table[find(pid)];
}

static void on_signal(struct gf_caught *signal)
{
    int status;
    struct rusage usage;
    pid_t pid;
    (void)signal;
    while ((pid = wait4(-1, &status, WNOHANG | WUNTRACED, &usage)) > 0 ||
           (pid == -1 && errno == EINTR)) {
        struct gf_reaper_child *c = pid > 0 && reaper.size ? reaper.table[find(pid)] : NULL;
        if (!c)
            continue;
        if (WIFSTOPPED(status)) {
            if (c->stopped)
                c->stopped(c, WSTOPSIG(status));
            continue;
        }
        gf_reaper_remove(c);
        c->ended(c, status, &usage);
    }
}

int gf_reaper_open(struct ev_loop *loop)
{
    if (reaper.opened && reaper.loop != loop) {
        errno = EBUSY;
        return -1;
    }
    if (reaper.opened++)
        return 0;
    reaper.loop = loop;
    reaper.signal = (struct gf_caught){.sig = SIGCHLD, .came = on_signal};
    if (gf_caught_start(&reaper.signal, loop) == 0)
        return 0;
    reaper.opened = 0;
    return -1;
}

void gf_reaper_close(void)
{
    if (--reaper.opened)
        return;
    gf_caught_stop(&reaper.signal);
    free(reaper.table);
    reaper.table = NULL;
    reaper.size = reaper.n = 0;
}
