/*
 * machine.c - a few files of /proc and /sys, each read at its beginning and parsed by hand.
 *
 * Control groups are those of version 2, and of version 1 the memory limit and its use. The paths
 * are those seen from inside a container, whose root is its own group. The smaller of machine and
 * group is the answer; a file that is missing gives UINT64_MAX, which limits nothing.
 */
#include "base/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/sat.h"

enum {
    TEXT = 4096 /* more than what is looked for is behind in these files */
};

/* The file's beginning as a string; empty: it is not there. */
static void read_text(const char *path, char text[TEXT])
{
    int fd = gf_open(path, O_RDONLY, 0);
    ssize_t n = fd == -1 ? 0 : gf_pread(fd, text, TEXT - 1, 0);
    if (fd != -1)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
}

static uint64_t number_at(const char *s)
{
    return s && *s >= '0' && *s <= '9' ? strtoull(s, NULL, 10) : UINT64_MAX;
}

static uint64_t number_in(const char *path)
{
    char text[TEXT];
    read_text(path, text);
    return number_at(text);
}

static uint64_t group_limit(void)
{
    uint64_t limit = number_in("/sys/fs/cgroup/memory.max");
    return limit != UINT64_MAX ? limit : number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

uint64_t gf_machine_memory(void)
{
    uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t group = group_limit();
    return all < group ? all : group;
}

static uint64_t group_free(void)
{
    uint64_t limit = group_limit();
    uint64_t used = number_in("/sys/fs/cgroup/memory.current");
    if (used == UINT64_MAX)
        used = number_in("/sys/fs/cgroup/memory/memory.usage_in_bytes");
    if (limit == UINT64_MAX || used == UINT64_MAX)
        return UINT64_MAX;
    return limit > used ? limit - used : 0;
}

uint64_t gf_machine_memory_free(void)
{
    char text[TEXT];
    read_text("/proc/meminfo", text);
    const char *line = strstr(text, "MemAvailable:");
    const char *digits = line ? strpbrk(line, "0123456789\n") : NULL;
    uint64_t kib = number_at(digits), group = group_free();
    uint64_t all = kib == UINT64_MAX ? kib : gf_sat_mul(kib, 1024);
    return all < group ? all : group;
}

uint64_t gf_machine_load(void)
{
    char text[TEXT];
    read_text("/proc/loadavg", text); /* 0.20 0.18 0.12 RUNNING/ALL LAST */
    const char *at = text;
    for (int field = 0; field < 3 && at; field++) {
        at = strchr(at, ' ');
        at += at != NULL;
    }
    uint64_t n = number_at(at);
    return n == UINT64_MAX || n == 0 ? n : n - 1;
}

unsigned gf_machine_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN); /* over 1024 processors the set is too small */
    return n > 0 ? (unsigned)n : 1;
}

int gf_machine_boot(char name[GF_MACHINE_BOOT])
{
    int fd = gf_open("/proc/sys/kernel/random/boot_id", O_RDONLY, 0);
    ssize_t n = fd == -1 ? -1 : gf_pread(fd, name, GF_MACHINE_BOOT, 0);
    if (n >= 0 && n < GF_MACHINE_BOOT)
        errno = ENODATA;
    int keep = errno;
    if (fd != -1)
        close(fd);
    errno = keep;
    return n == GF_MACHINE_BOOT ? 0 : -1;
}
