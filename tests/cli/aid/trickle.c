/*
 * trickle.c - copies stdin to stdout slowly, after a first wait: trickle WAIT_MS BYTES PAUSE_MS
 *
 * A slow writer in front of a tool, or a slow reader behind it. Waits where a descriptor is
 * non-blocking, since the tool beside it may share a pipe that is.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void rest(long ms)
{
    struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&ts, NULL);
}

static ssize_t patiently(ssize_t n, int fd, short events)
{
    if (n != -1 || errno != EAGAIN)
        return n;
    poll(&(struct pollfd){.fd = fd, .events = events}, 1, -1);
    return -2;
}

int main(int argc, char **argv)
{
    static char buf[65536];
    if (argc != 4)
        return 2;
    size_t bytes = strtoul(argv[2], NULL, 10);
    if (bytes > sizeof buf)
        bytes = sizeof buf;
    rest(strtol(argv[1], NULL, 10));
    for (;;) {
        ssize_t n = patiently(read(0, buf, bytes), 0, POLLIN);
        if (n == -2)
            continue;
        if (n <= 0)
            return n < 0;
        for (ssize_t at = 0; at < n;) {
            ssize_t w = patiently(write(1, buf + at, (size_t)(n - at)), 1, POLLOUT);
            if (w == -1)
                return 1;
            at += w == -2 ? 0 : w;
        }
        rest(strtol(argv[3], NULL, 10));
    }
}
