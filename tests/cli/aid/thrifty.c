/*
 * thrifty.c - runs a command and fails when it took more processor time than allowed:
 *
 *     thrifty MILLISECONDS CMD ARG...
 *
 * Ends with the command's status, or 99 with a line on stderr.
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
    long ms = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
              (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
    if (ms > strtol(argv[1], NULL, 10)) {
        fprintf(stderr, "thrifty: %s took %ld ms of processor time\n", argv[2], ms);
        return 99;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
