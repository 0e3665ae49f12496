/*
 * storm.c - runs a command and sends it signals, one a millisecond, until it ends:
 *
 *     storm SIGNAL... -- CMD ARG...
 *
 * Each SIGNAL is a number; after SIGSTOP comes SIGCONT. Ends with the command's status.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int signals = 1;
    while (signals < argc && strcmp(argv[signals], "--") != 0)
        signals++;
    if (signals == 1 || signals + 1 >= argc)
        return 2;
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[signals + 1], argv + signals + 1);
        _exit(127);
    }
    int status;
    for (int i = 0; waitpid(pid, &status, WNOHANG) == 0; i++) {
        int sig = (int)strtol(argv[1 + i % (signals - 1)], NULL, 10);
        /* Not before the command runs: between fork and exec a handler is not there yet. */
        if (i >= 20)
            kill(pid, sig);
        if (sig == SIGSTOP)
            kill(pid, SIGCONT);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
