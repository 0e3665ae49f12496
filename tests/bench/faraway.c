/*
 * faraway.c PORT MS - a server for the benchmark of latency: each answer waits MS milliseconds.
 *
 * HTTP/1.1 over loopback, connections kept, 100 bytes a body. A request is what ends with an empty
 * line. Since all answers wait for the same time they are sent in the order of the requests: a ring
 * is enough. Says "ready" when it listens; ends when its standard input does.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    RING = 1 << 16,
    EVENTS = 256
};

static struct {
    int fd;
    int64_t due;
} ring[RING];
static unsigned first, last;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void answer(int fd)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    char text[sizeof head - 1 + 100];
    memcpy(text, head, sizeof head - 1);
    memset(text + sizeof head - 1, 'x', 100);
    if (write(fd, text, sizeof text) < 0)
        close(fd);
}

int main(int argc, char **argv)
{
    int64_t delay = argc == 3 ? strtol(argv[2], NULL, 10) * 1000000LL : 0;
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port =
                                htons((uint16_t)strtol(argc == 3 ? argv[1] : "0", NULL, 10)),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), ep = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) != 0 || listen(listener, 8192) != 0)
        return 1;
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
    e.data.fd = 0;
    epoll_ctl(ep, EPOLL_CTL_ADD, 0, &e);
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct epoll_event got[EVENTS];
        int wait = first == last ? -1 : (int)((ring[first].due - now()) / 1000000 + 1);
        int n = epoll_wait(ep, got, EVENTS, wait < -1 ? 0 : wait);
        for (int i = 0; i < n; i++) {
            int fd = got[i].data.fd;
            char text[4096];
            if (fd == 0)
                return 0;
            if (fd == listener) {
                int c;
                while ((c = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
                    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    e.data.fd = c;
                    epoll_ctl(ep, EPOLL_CTL_ADD, c, &e);
                }
                continue;
            }
            ssize_t len = read(fd, text, sizeof text);
            if (len <= 0) {
                close(fd);
                continue;
            }
            if (len >= 4 && memcmp(text + len - 4, "\r\n\r\n", 4) == 0) {
                ring[last % RING].fd = fd;
                ring[last % RING].due = now() + delay;
                last = (last + 1) % RING;
            }
        }
        int64_t t = now();
        while (first != last && ring[first].due <= t) {
            answer(ring[first].fd);
            first = (first + 1) % RING;
        }
    }
}
