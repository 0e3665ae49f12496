/*
 * spawnloop.c - the bare loop that gf-pool is measured against: posix_spawn and wait, N commands
 * of which J run at once, nothing else.
 *
 *     spawnloop N J COMMAND [ARG]...
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    long left = strtol(argv[1], NULL, 10), most = strtol(argv[2], NULL, 10), running = 0;
    while (left > 0 || running > 0) {
        if (left > 0 && running < most) {
            pid_t pid;
            if (posix_spawn(&pid, argv[3], NULL, NULL, argv + 3, environ) != 0) {
                perror(argv[3]);
                return 1;
            }
            left--;
            running++;
        } else if (wait(NULL) > 0) {
            running--;
        }
    }
    return 0;
}
