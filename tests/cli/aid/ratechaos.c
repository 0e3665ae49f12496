/*
 * ratechaos.c - a shared budget under kill -9:
 *
 *     ratechaos GF_RATELIMIT STATE PROCESSES RATE SECONDS KILL_EVERY_MS
 *
 * Keeps PROCESSES filters at one state of RATE records a second, each with more input than it can
 * pass, and kills a random one every KILL_EVERY_MS. All write to one pipe, and we count what comes
 * out of it and when.
 *
 * No turn is passed early. A filter takes a turn only when its last record is written, so of those
 * that are written in a window each filter has one at most whose turn was due before. A record is
 * written between the read that brought it and the read before that: however late the processor
 * comes to us, a window from the one to the other holds no more than its time allows, and one for
 * each filter. What the state has given and did not arrive is what the killed ones had reserved:
 * one turn each.
 *
 * Prints one line; 0 when all was right.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST = 64
};

struct plan {
    const char *tool, *state;
    char rate[32];
    int processes;
    long long per_second, duration_ns, kill_every_ns;
};

/* When each record came: after the one, before the other. */
struct arrival {
    long long after, before;
};
static struct arrival *came;
static size_t count, room;

static long long now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static unsigned randomly(unsigned below)
{
    static unsigned long long seed = 88172645463325252u;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % below;
}

/* NULs without end are records without end. */
static pid_t launch(const struct plan *p, int out)
{
    pid_t pid = fork();
    if (pid == 0) {
        int in = open("/dev/zero", O_RDONLY);
        if (in == -1 || dup2(in, 0) == -1 || dup2(out, 1) == -1)
            _exit(127);
        execl(p->tool, "gf-ratelimit", "-0", "-S", p->state, p->rate, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void note(size_t n, struct arrival at)
{
    if (count + n > room) {
        room = (count + n) * 2;
        came = realloc(came, room * sizeof *came);
        if (!came)
            exit(125);
    }
    while (n--)
        came[count++] = at;
}

/* Until then, or the end of the pipe (false). */
static bool gather(int fd, long long until)
{
    static char buf[65536];
    static long long last; /* before the last read */
    if (last == 0)
        last = now_ns();
    for (;;) {
        long long left = until - now_ns();
        struct pollfd f = {.fd = fd, .events = POLLIN};
        if (left <= 0)
            return true;
        if (poll(&f, 1, (int)(left / 1000000) + 1) <= 0)
            continue;
        long long asked = now_ns();
        ssize_t n = read(fd, buf, sizeof buf);
        if (n == 0)
            return false;
        if (n > 0)
            note((size_t)n, (struct arrival){last, now_ns()});
        last = asked;
    }
}

static unsigned drive(const struct plan *p, long long *start)
{
    pid_t pids[MOST];
    int ends[2];
    unsigned kills = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        exit(125);
    *start = now_ns();
    for (int i = 0; i < p->processes; i++)
        pids[i] = launch(p, ends[1]);
    for (long long t = *start; t < *start + p->duration_ns; t += p->kill_every_ns) {
        (void)gather(ends[0], t + p->kill_every_ns);
        int i = (int)randomly((unsigned)p->processes);
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
        kills++;
        pids[i] = launch(p, ends[1]);
    }
    for (int i = 0; i < p->processes; i++)
        kill(pids[i], SIGTERM);
    close(ends[1]);
    while (gather(ends[0], now_ns() + 1000000000))
        ;
    for (int i = 0; i < p->processes; i++)
        waitpid(pids[i], NULL, 0);
    close(ends[0]);
    return kills;
}

/* How many turns the state has given. */
static long long given(const struct plan *p)
{
    char answer[1024];
    int ends[2], status;
    if (pipe2(ends, O_CLOEXEC) != 0)
        exit(125);
    pid_t pid = fork();
    if (pid == 0) {
        if (dup2(ends[1], 1) == 1)
            execl(p->tool, "gf-ratelimit", "-S", p->state, "--status", "--format", "json",
                  (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], answer, sizeof answer - 1);
    close(ends[0]);
    answer[n > 0 ? n : 0] = '\0';
    const char *at = strstr(answer, "\"passed\":");
    if (waitpid(pid, &status, 0) != pid || status != 0 || !at)
        return -1;
    return strtoll(at + strlen("\"passed\":"), NULL, 10);
}

/* Whether a window that begins with record `from` held too much; `more` is what it may hold beyond
 * its time. */
static bool too_much(const struct plan *p, size_t from, long long since, long long more)
{
    for (size_t i = from; i < count; i++) {
        long long span = came[i].before - since;
        if ((long long)(i - from) > span * p->per_second / 1000000000 + 1 + more)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    struct plan p = {.tool = argv[1],
                     .state = argv[2],
                     .processes = (int)strtol(argv[3], NULL, 10),
                     .per_second = strtoll(argv[4], NULL, 10),
                     .duration_ns = strtoll(argv[5], NULL, 10) * 1000000000,
                     .kill_every_ns = strtoll(argv[6], NULL, 10) * 1000000};
    if (p.processes < 1 || p.processes > MOST || p.per_second < 1)
        return 2;
    snprintf(p.rate, sizeof p.rate, "%lld/s", p.per_second);
    long long start;
    unsigned kills = drive(&p, &start);
    double took = (double)(count ? came[count - 1].before - start : 0) / 1e9;
    long long lost = given(&p) - (long long)count;
    bool over = too_much(&p, 0, start, 0);
    for (size_t i = 0; i < count && !over; i += 7)
        over = too_much(&p, i, came[i].after, p.processes);
    /* At the end each that is left may have had a turn that it could not give back. */
    long long may_lose = kills + p.processes;
    printf("%d processes at %lld/s for %.1f s, %u killed: %zu passed of %.0f, %lld lost (at most "
           "%lld), %s\n",
           p.processes, p.per_second, took, kills, count, took * (double)p.per_second + 1, lost,
           may_lose, over ? "A WINDOW HELD TOO MUCH" : "no window held too much");
    /* Turns that nobody could take any more would leave nearly nothing; a busy machine leaves less
     * than the rate, too. */
    bool starved = (double)count < took * (double)p.per_second * 0.1;
    if (starved)
        puts("less than a tenth of the rate came through");
    return over || starved || lost > may_lose || count == 0;
}
