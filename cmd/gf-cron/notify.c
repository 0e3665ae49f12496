/*
 * notify.c - tells a service manager how the scheduler is: the protocol of sd_notify(3).
 *
 * Each message has a socket of its own and is sent without waiting, so nothing is kept between two
 * messages and a manager that is busy holds nobody up. An @ at the front of NOTIFY_SOCKET stands
 * for the NUL of an abstract name; the length of the address ends that name. A watchdog is meant
 * for this process when WATCHDOG_PID is its pid or is not set.
 */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/num.h"

void notify_send(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    if (len < 2 || len >= sizeof a.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(a.sun_path, path, len);
    if (path[0] == '@')
        a.sun_path[0] = '\0'; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&a, size) == -1) {
        /* A manager that does not listen is no error. */
    }
    close(fd);
}

double notify_watchdog(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    uint64_t n, whose;
    if (!usec || gf_parse_count(usec, strlen(usec), 1, UINT64_C(1) << 50, &n, NULL) != 0)
        return 0.;
    if (pid && (gf_parse_count(pid, strlen(pid), 1, UINT64_C(1) << 31, &whose, NULL) != 0 ||
                (pid_t)whose != getpid()))
        return 0.;
    return (double)n / 2e6; /* half of the microseconds, in seconds */
}
