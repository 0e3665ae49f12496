/*
 * dial.c - each address of the host is tried, until one takes the connection or the time is over.
 */
#include "redis/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void say_errno(struct gf_redis_trouble *t, int err)
{
    /* Those are of what is at the address, which a person named. */
    bool wrong = err == EACCES || err == EPERM || err == ENOTSOCK || err == EPROTOTYPE;
    gf_redis_trouble_set(t, wrong ? GF_REDIS_REFUSED : GF_REDIS_AWAY, NULL, "%s", strerror(err));
}

/* Waits for a connection that was begun. 0, or an errno; EINTR: stopped. */
static int finish(int fd, gf_ns deadline_mono, const volatile sig_atomic_t *stop)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    for (;;) {
        gf_ns left = deadline_mono - gf_now_mono();
        if (left <= 0)
            return ETIMEDOUT;
        struct timespec t = {.tv_sec = (time_t)(left / GF_S), .tv_nsec = (long)(left % GF_S)};
        int n = ppoll(&p, 1, &t, NULL);
        if (n > 0)
            break;
        if (n == -1 && (errno != EINTR || (stop && *stop)))
            return errno;
    }
    int err = 0;
    socklen_t size = sizeof err;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) == 0 ? err : errno;
}

static int try_one(int family, const struct sockaddr *addr, socklen_t size, gf_ns deadline_mono,
                   const volatile sig_atomic_t *stop, struct gf_redis_trouble *t)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd == -1) {
        say_errno(t, errno);
        return -1;
    }
    int err = connect(fd, addr, size) == 0 ? 0 : errno;
    if (err == EINPROGRESS || err == EINTR)
        err = finish(fd, deadline_mono, stop);
    if (err) {
        close(fd);
        if (err == EINTR)
            gf_redis_trouble_set(t, GF_REDIS_STOPPED, NULL, "a signal ended the wait");
        else
            say_errno(t, err);
        return -1;
    }
    if (family != AF_UNIX) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    return fd;
}

static int connect_socket(const struct gf_redis_address *to, gf_ns deadline_mono,
                          const volatile sig_atomic_t *stop, struct gf_redis_trouble *t)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (strlen(to->path) >= sizeof a.sun_path) {
        gf_redis_trouble_set(t, GF_REDIS_REFUSED, NULL,
                             "the path of a socket has at most %zu bytes", sizeof a.sun_path - 1);
        return -1;
    }
    memcpy(a.sun_path, to->path, strlen(to->path) + 1);
    return try_one(AF_UNIX, (const struct sockaddr *)&a, sizeof a, deadline_mono, stop, t);
}

int gf_redis_connect(const struct gf_redis_address *to, gf_ns deadline_mono,
                     const volatile sig_atomic_t *stop, struct gf_redis_trouble *t)
{
    if (to->path)
        return connect_socket(to, deadline_mono, stop, t);
    struct addrinfo *found = NULL, want = {.ai_family = AF_UNSPEC,
                                           .ai_socktype = SOCK_STREAM,
                                           .ai_flags = AI_NUMERICSERV};
    int code = getaddrinfo(to->host, to->port, &want, &found), fd = -1;
    if (code != 0) {
        const char *why = code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code);
        gf_redis_trouble_set(t, GF_REDIS_AWAY, NULL, "no address: %s", why);
        return -1;
    }
    for (const struct addrinfo *a = found; a && fd == -1; a = a->ai_next) {
        fd = try_one(a->ai_family, a->ai_addr, a->ai_addrlen, deadline_mono, stop, t);
        if (fd == -1 && t->kind == GF_REDIS_STOPPED)
            break;
    }
    freeaddrinfo(found);
    return fd;
}
