/*
 * process.c - fields of /proc/PID/stat, counted from the last parenthesis, since the name of a
 * command may hold anything.
 */
#include "base/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum {
    STATE = 3, /* fields, counted from 1 */
    STARTED = 22,
};

/* The text from that field on, in `room`; NULL: it cannot be read. */
static const char *field(pid_t pid, int number, char *room, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    int fd = gf_open(path, O_RDONLY, 0);
    ssize_t n = fd == -1 ? -1 : gf_pread(fd, room, size - 1, 0);
    if (fd != -1)
        close(fd);
    if (n <= 0)
        return NULL;
    room[n] = '\0';
    const char *p = strrchr(room, ')');
    for (int i = 2; p && i < number; i++)
        p = strchr(p + 1, ' ');
    return p ? p + 1 : NULL;
}

uint64_t gf_process_started(pid_t pid)
{
    char room[1024];
    const char *p = pid > 0 ? field(pid, STARTED, room, sizeof room) : NULL;
    return p ? strtoull(p, NULL, 10) : 0;
}

char gf_process_state(pid_t pid)
{
    char room[1024];
    const char *p = pid > 0 ? field(pid, STATE, room, sizeof room) : NULL;
    return p ? *p : '\0';
}

uint64_t gf_process_space(void)
{
    struct stat st;
    return stat("/proc/self/ns/pid", &st) == 0 ? (uint64_t)st.st_ino : 0;
}
