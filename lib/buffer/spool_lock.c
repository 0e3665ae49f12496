/*
 * spool_lock.c - the number in the file is only for people: the lock decides.
 *
 * Who merely looks must not stand in the way of a process that opens the spool at this moment. So
 * the lock is tried (shared, and given back at once) only where the file names a process that
 * exists: one that let go of the spool has emptied the file.
 */
#include "buffer/spool_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "base/own.h"
#include "base/statepath.h"

static const char name[] = "lock";

static pid_t read_pid(int fd)
{
    char text[24];
    uint64_t pid;
    ssize_t n = gf_pread(fd, text, sizeof text, 0);
    const char *end = n > 0 ? memchr(text, '\n', (size_t)n) : NULL;
    if (!end || gf_parse_count(text, (size_t)(end - text), 1, INT_MAX, &pid, NULL) != 0)
        return 0;
    return (pid_t)pid;
}

int gf_spool_lock(int dir, pid_t *holder, const char **why)
{
    char text[24];
    *holder = 0;
    int fd = gf_state_openat(dir, name, O_RDWR | O_CREAT, NULL, why);
    if (fd == -1)
        return -1;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) /* a network may be, though nothing is waited for */
            continue;
        if (errno != EWOULDBLOCK)
            return gf_own_drop(fd, why);
        *holder = read_pid(fd);
        close(fd);
        return gf_own_refuse(why, EBUSY, "another process has it");
    }
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (gf_truncate(fd, 0) != 0 || gf_pwrite_all(fd, text, (size_t)n, 0) != 0)
        return gf_own_drop(fd, why);
    return fd;
}

void gf_spool_unlock(int fd)
{
    (void)gf_truncate(fd, 0);
    close(fd);
}

pid_t gf_spool_holder(int dir)
{
    const char *why;
    bool made;
    int fd = gf_own_openat(dir, name, O_RDONLY, &made, &why);
    if (fd == -1)
        return 0;
    pid_t pid = read_pid(fd);
    if (pid && kill(pid, 0) != 0 && errno == ESRCH)
        pid = 0;
    if (pid && flock(fd, LOCK_SH | LOCK_NB) == 0)
        pid = 0;
    close(fd);
    return pid;
}
