/*
 * measure.c - what one command costs: measure FILE COMMAND [ARG]...
 *
 * Runs the command and appends a line to FILE: wall time in ns, processor time of it and all its
 * children in ns, largest resident set of any of them in KiB. Exits with the command's status.
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(int argc, char **argv)
{
    pid_t pid;
    int status;
    struct rusage u;
    if (argc < 3)
        return 2;
    long long begin = now();
    if (posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ) != 0) {
        perror(argv[2]);
        return 127;
    }
    while (wait4(pid, &status, 0, &u) == -1)
        ;
    long long wall = now() - begin;
    long long cpu = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000LL +
                    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL;
    FILE *f = fopen(argv[1], "a");
    if (!f) {
        perror(argv[1]);
        return 125;
    }
    fprintf(f, "%lld %lld %ld\n", wall, cpu, u.ru_maxrss);
    fclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
