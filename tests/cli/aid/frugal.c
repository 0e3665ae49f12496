/*
 * frugal.c - runs a command and fails when it had more memory at once than allowed:
 *
 *     frugal KIB CMD ARG...
 *
 * What counts is resident pages, so what is only address space does not. Ends with the command's
 * status, or 99 with a line on stderr.
 */
#include <stdio.h>
#include <stdlib.h>
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
    if (wait4(pid, &status, 0, &u) != pid)
        return 125;
    if (u.ru_maxrss > strtol(argv[1], NULL, 10)) {
        fprintf(stderr, "frugal: %s took %ld KiB of memory\n", argv[2], u.ru_maxrss);
        return 99;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
