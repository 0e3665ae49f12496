/*
 * chaos.h - what the programs share that kill things at random beside a Redis server: chance, the
 * time, children, the server, and a proxy in front of it.
 *
 * The server listens on redis/sock in the working directory. The proxy has a lane for each client,
 * the socket lane.N. It may cut connections, each after some bytes of the one side or the other,
 * in the middle of a question or of an answer. And it may hold a lane (chaos_lines->held): then
 * nothing passes there, no end of a connection either, and all of it passes when the lane is let
 * go, however late: what a client has asked for before it gave up comes to the server as well.
 *
 * Plain libc; one thread. Ends with 125 when the machine does not do what it must.
 */
#ifndef GF_AID_CHAOS_H
#define GF_AID_CHAOS_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CHAOS_LANES = 16,
    CHAOS_PAIRS = 256, /* connections through the proxy */
};

static unsigned chaos_odd; /* processes that ended as they should not, and the like */

static inline void odd(const char *what, int n)
{
    fprintf(stderr, "odd: %s (%d)\n", what, n);
    chaos_odd++;
}

/* Whether there is room for one more line about what was wrong: the first ones say enough. */
static inline bool may_tell(void)
{
    static unsigned told;
    return told++ < 20;
}

/* Which one of n words it is; n: none. */
static inline unsigned word_in(const char *const *words, unsigned n, const char *word)
{
    unsigned i = 0;
    while (i < n && strcmp(words[i], word) != 0)
        i++;
    return i;
}

/* ---- chance and time ------------------------------------------------------------------------- */

static unsigned long long chaos_seed;

static inline unsigned randomly(unsigned below)
{
    chaos_seed ^= chaos_seed << 13;
    chaos_seed ^= chaos_seed >> 7;
    chaos_seed ^= chaos_seed << 17;
    return (unsigned)(chaos_seed >> 20) % below;
}

static inline void seed_with(unsigned long long n)
{
    chaos_seed = 88172645463325252u ^ n * 2654435761u;
    for (int i = 0; i < 8; i++)
        randomly(1);
}

static inline void nap_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static inline long long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static inline long long now_ms(void)
{
    return now_ns() / 1000000;
}

/* ---- children -------------------------------------------------------------------------------- */

static inline void to_file(int fd, const char *file, int flags)
{
    int to = open(file, flags | O_CLOEXEC, 0600);
    if (to == -1 || dup2(to, fd) == -1)
        _exit(125);
}

/* A child with these files; 0 in the child. */
static inline pid_t start(const char *in, const char *out, const char *err)
{
    pid_t pid = fork();
    if (pid == -1)
        exit(125);
    if (pid == 0) {
        to_file(0, in, O_RDONLY);
        to_file(1, out, O_WRONLY | O_CREAT | O_TRUNC);
        to_file(2, err, O_WRONLY | O_CREAT | O_APPEND);
    }
    return pid;
}

/* A clock of its own, seconds off, for the program that this child becomes; SHIM is ownclock.so. */
static inline void set_clock_off(const char *shim, int seconds)
{
    char text[96];
    snprintf(text, sizeof text, "%lld %lld 1", (long long)time(NULL) + seconds, now_ns());
    setenv("GF_CLOCK", text, 1);
    setenv("LD_PRELOAD", shim, 1);
}

/* What a line of the shell prints; close_shell has its wait status. */
static inline FILE *open_shell(const char *line, pid_t *pid)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0 || (*pid = fork()) == -1)
        exit(125);
    if (*pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    if (!f)
        exit(125);
    return f;
}

static inline int close_shell(FILE *f, pid_t pid)
{
    int status = -1;
    fclose(f);
    waitpid(pid, &status, 0);
    return status;
}

/* The number that a line of the shell prints. */
static inline unsigned number_of(const char *line)
{
    pid_t pid;
    unsigned n = 0;
    FILE *f = open_shell(line, &pid);
    if (fscanf(f, "%u", &n) != 1)
        odd("nothing can be counted", 0);
    close_shell(f, pid);
    return n;
}

/* ---- the server ------------------------------------------------------------------------------ */

static pid_t chaos_server, chaos_proxy; /* 0: there is none */
static char chaos_here[4096];           /* the working directory */

static inline int connect_to(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd != -1 && connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* `sync` is an appendfsync of Redis, or "" where it keeps nothing. It changes its directory. */
static inline void start_server(const char *sync)
{
    char sock[4200], dir[4200];
    snprintf(sock, sizeof sock, "%s/redis/sock", chaos_here);
    snprintf(dir, sizeof dir, "%s/redis", chaos_here);
    chaos_server = start("/dev/null", "redis/log", "redis/err");
    if (chaos_server != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", sock, "--save", "",
           "--dir", dir, "--appendonly", *sync ? "yes" : "no", "--appendfsync",
           *sync ? sync : "everysec", (char *)NULL);
    _exit(127);
}

static inline void await_server(void)
{
    int fd = -1;
    for (int i = 0; i < 1000 && fd == -1; i++, nap_ms(10))
        fd = connect_to("redis/sock");
    close(fd);
}

static inline void enter(const char *dir)
{
    if (chdir(dir) != 0 || mkdir("redis", 0700) != 0 || !getcwd(chaos_here, sizeof chaos_here))
        exit(125);
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

static inline void end_servers(void)
{
    const pid_t both[] = {chaos_proxy, chaos_server};
    for (int i = 0; i < 2; i++)
        if (both[i] > 0 && kill(both[i], SIGKILL) == 0)
            waitpid(both[i], NULL, 0);
}

/* ---- the proxy ------------------------------------------------------------------------------- */

/* Shared with the process of the proxy. */
struct chaos_lines {
    atomic_bool held[CHAOS_LANES];
    atomic_uint within; /* so many bytes a connection is cut; 0: never */
    atomic_uint cut;    /* so many were */
};
static struct chaos_lines *chaos_lines;

struct chaos_pair {
    int fd[2];  /* of the client, of the server */
    long left;  /* bytes before it is cut */
    int counts; /* those that come from this end */
    unsigned lane;
};

static inline void hang_up(struct chaos_pair *p)
{
    close(p->fd[0]);
    close(p->fd[1]);
    p->fd[0] = p->fd[1] = -1;
}

static inline void let_in(int at, unsigned lane, struct chaos_pair *pairs)
{
    int client = accept(at, NULL, NULL), i = 0;
    while (i < CHAOS_PAIRS && pairs[i].fd[0] != -1)
        i++;
    int server = client == -1 || i == CHAOS_PAIRS ? -1 : connect_to("redis/sock");
    if (server == -1) {
        close(client);
        return;
    }
    /* A connection begins with some thousand bytes that say what the server is. */
    unsigned within = atomic_load(&chaos_lines->within);
    long left = within ? (long)randomly(randomly(8) == 0 ? 2000 : within) : 0;
    pairs[i] = (struct chaos_pair){{client, server}, left, randomly(3) != 0, lane};
}

static inline void pass_on(struct chaos_pair *p, int from)
{
    char bytes[8192];
    ssize_t n = read(p->fd[from], bytes, sizeof bytes);
    bool cut = atomic_load(&chaos_lines->within) && from == p->counts && n > p->left;
    if (cut) {
        n = p->left;
        atomic_fetch_add(&chaos_lines->cut, 1);
    }
    if (from == p->counts && n > 0)
        p->left -= n;
    for (ssize_t at = 0, w; at < n; at += w)
        if ((w = send(p->fd[!from], bytes + at, (size_t)(n - at), MSG_NOSIGNAL)) <= 0)
            break;
    if (cut || n <= 0)
        hang_up(p);
}

static inline int listen_at(unsigned lane)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "lane.%u", lane);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0)
        _exit(125);
    return fd;
}

/* Looks at most once in a while whether a lane is held, and never at what is on one that is. */
static inline int run_proxy(unsigned lanes, const int *doors)
{
    static struct chaos_pair pairs[CHAOS_PAIRS];
    static struct pollfd p[2 * CHAOS_PAIRS + CHAOS_LANES];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < CHAOS_PAIRS; i++)
        pairs[i].fd[0] = pairs[i].fd[1] = -1;
    for (;;) {
        for (int i = 0; i < 2 * CHAOS_PAIRS; i++) {
            const struct chaos_pair *q = &pairs[i / 2];
            bool held = atomic_load(&chaos_lines->held[q->lane]);
            p[i] = (struct pollfd){.fd = held ? -1 : q->fd[i % 2], .events = POLLIN};
        }
        for (unsigned i = 0; i < lanes; i++) {
            bool held = atomic_load(&chaos_lines->held[i]);
            p[2 * CHAOS_PAIRS + i] = (struct pollfd){.fd = held ? -1 : doors[i], .events = POLLIN};
        }
        if (poll(p, 2 * CHAOS_PAIRS + lanes, 20) < 0)
            return 125;
        for (int i = 0; i < 2 * CHAOS_PAIRS; i++)
            if (p[i].revents && pairs[i / 2].fd[0] != -1)
                pass_on(&pairs[i / 2], i % 2);
        for (unsigned i = 0; i < lanes; i++)
            if (p[2 * CHAOS_PAIRS + i].revents)
                let_in(doors[i], i, pairs);
    }
}

/* When it returns, clients may connect. A connection is cut within so many bytes (0: never). */
static inline void start_proxy(unsigned lanes, unsigned within)
{
    int doors[CHAOS_LANES];
    chaos_lines =
        mmap(NULL, sizeof *chaos_lines, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (chaos_lines == MAP_FAILED)
        exit(125);
    atomic_store(&chaos_lines->within, within);
    for (unsigned i = 0; i < lanes; i++)
        doors[i] = listen_at(i);
    fflush(NULL);
    chaos_proxy = fork();
    if (chaos_proxy == 0)
        _exit(run_proxy(lanes, doors));
    for (unsigned i = 0; i < lanes; i++)
        close(doors[i]);
}

#endif
