/*
 * nonblock.c - makes a descriptor non-blocking and becomes a command: nonblock FD CMD ARG...
 *
 * The switch reaches everybody who shares the pipe, as it does when an ssh or a node did it.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int fd = (int)strtol(argv[1], NULL, 10);
    int flags = fcntl(fd, F_GETFL);
    if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
        return 125;
    execvp(argv[2], argv + 2);
    return 127;
}
