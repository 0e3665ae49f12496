/* A server for tests of what speaks to one. */
#include "redis_start.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool answers(const struct redis_start *s)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s/sock", s->dir);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    char pong[64] = "";
    bool yes = connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 &&
               write(fd, "PING\r\n", 6) == 6 && read(fd, pong, sizeof pong - 1) > 0 &&
               strncmp(pong, "-LOADING", 8) != 0;
    close(fd);
    return yes;
}

bool redis_again(struct redis_start *s)
{
    pid_t parent = getpid();
    s->pid = fork();
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(s->argv[0], s->argv);
        _exit(127);
    }
    for (int i = 0; i < 3000; i++) {
        int status;
        if (answers(s))
            return true;
        if (waitpid(s->pid, &status, WNOHANG) == s->pid)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    s->pid = 0;
    return false;
}

bool redis_start(struct redis_start *s, ...)
{
    static char sock[96], dir[96];
    *s = (struct redis_start){.dir = "/tmp/gf-redis-XXXXXX"};
    if (!mkdtemp(s->dir))
        abort();
    snprintf(s->address, sizeof s->address, "redis+unix://%s/sock#test", s->dir);
    snprintf(sock, sizeof sock, "%s/sock", s->dir);
    snprintf(dir, sizeof dir, "%s", s->dir);
    static char server[] = "redis-server", port[] = "--port", none[] = "0", at[] = "--unixsocket",
                in[] = "--dir", save[] = "--save", never[] = "";
    char *fixed[] = {server, port, none, at, sock, in, dir, save, never};
    size_t n = sizeof fixed / sizeof *fixed;
    memcpy(s->argv, fixed, sizeof fixed);
    va_list ap;
    va_start(ap, s);
    for (char *word; (word = va_arg(ap, char *));)
        s->argv[n++] = word;
    va_end(ap);
    bool up = redis_again(s);
    if (!up)
        redis_stop(s);
    return up;
}

void redis_kill(struct redis_start *s)
{
    if (s->pid <= 0)
        return;
    kill(s->pid, SIGKILL);
    while (waitpid(s->pid, NULL, 0) == -1 && errno == EINTR)
        continue;
    s->pid = 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *w)
{
    (void)st;
    (void)type;
    (void)w;
    return remove(path);
}

void redis_stop(struct redis_start *s)
{
    redis_kill(s);
    if (nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        abort();
}
