/*
 * frugal.c - runs a command and fails when it needed more than allowed:
 *
 *     frugal KIB CMD ARG...       memory at once
 *     frugal Nms CMD ARG...       processor time
 *
 * What counts of memory is resident pages, so what is only address space does not. Ends with the
 * command's status, or 99 with a line on stderr.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    struct rusage u;
    char *unit;
    long allowed = strtol(argv[1], &unit, 10);
    if (wait4(pid, &status, 0, &u) != pid)
        return 125;
    long ms = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
              (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
    if (strcmp(unit, "ms") == 0 && ms > allowed) {
        fprintf(stderr, "frugal: %s took %ld ms of processor time\n", argv[2], ms);
        return 99;
    }
    if (*unit == '\0' && u.ru_maxrss > allowed) {
        fprintf(stderr, "frugal: %s took %ld KiB of memory\n", argv[2], u.ru_maxrss);
        return 99;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
