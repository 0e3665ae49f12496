/*
 * takes.c - how long a take from a shared budget lasts: takes FILE PROCESSES TAKES
 *
 * Prints two numbers of nanoseconds a take, over all processes: ours (lib/limit/budget.h), and the
 * same done as a script would do it in C: lock the file, read, compute, write, unlock.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limit/budget.h"

static struct gf_rate fast = {.count = 1, .period = 1};

static void ours(const char *path, long n)
{
    struct gf_budget b;
    struct gf_turn t;
    const char *why;
    struct gf_budget_ask ask = {.boot = "a boot that has a name of thirty-six",
                                .now_mono = gf_now_mono(),
                                .now_wall = gf_now_wall(),
                                .rate = &fast,
                                .burst = 1000000000};
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    if (gf_budget_open(&b, fd, &ask, &why) != 0)
        exit(1);
    struct gf_bucket all = gf_budget_all(&b);
    gf_ns now = gf_now_mono();
    while (n--)
        (void)gf_budget_take(&b, &all, 1, now, GF_NEVER, &t);
    gf_budget_release(&b);
}

static void locked(const char *path, long n)
{
    struct gf_gcra l;
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    if (fd == -1 || gf_gcra_init(&l, fast, 1000000000, 0) != 0)
        exit(1);
    gf_ns now = gf_now_mono();
    while (n--) {
        gf_ns tat = 0;
        (void)flock(fd, LOCK_EX);
        if (pread(fd, &tat, sizeof tat, 0) < 0)
            exit(1);
        (void)gf_gcra_reserve(&l, &tat, 1, now);
        if (pwrite(fd, &tat, sizeof tat, 0) != sizeof tat)
            exit(1);
        (void)flock(fd, LOCK_UN);
    }
}

static double each(void (*take)(const char *, long), const char *path, int processes, long takes)
{
    unlink(path);
    gf_ns start = gf_now_mono();
    for (int i = 0; i < processes; i++)
        if (fork() == 0) {
            take(path, takes / processes);
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    return (double)(gf_now_mono() - start) / (double)takes;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int processes = (int)strtol(argv[2], NULL, 10);
    long takes = strtol(argv[3], NULL, 10);
    double a = each(ours, argv[1], processes, takes);
    double b = each(locked, argv[1], processes, takes / 20);
    printf("%.1f %.1f\n", a, b);
    return 0;
}
