/*
 * answers.c - when the answers of a filter come.
 *
 *     answers alone LINES COMMAND [ARG]...    writes a line, waits for it, and so on
 *     answers first LINES COMMAND [ARG]...    reads what the command makes of our standard input
 *
 * `alone` prints the median, the 99th percentile and the worst of the waits, in microseconds.
 * Before each line it sleeps for half a millisecond, so that every process on the way sleeps too;
 * the first lines, for which the processes start, do not count. `first` prints after how many
 * nanoseconds that many lines had come, and all. Both exit with 1 when the command ends too early.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WARM_UP = 50,
    MOST = 1 << 20
};

#define LINE "a record of sixty bytes, which waits for its answer: alone\n"

extern char **environ;

static long long now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

/* The command, with a pipe behind it, and one before it where `in` is not NULL: our ends. */
static pid_t start(char **argv, int *in, int *out)
{
    int to[2], from[2];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) {
        perror("pipe");
        exit(125);
    }
    if (in)
        posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0) {
        perror(argv[0]);
        exit(127);
    }
    close(to[0]);
    close(from[1]);
    if (in)
        *in = to[1];
    else
        close(to[1]);
    *out = from[0];
    return pid;
}

/* One line, which comes whole or in parts. */
static int await(int fd)
{
    char buf[sizeof LINE];
    ssize_t n;
    do
        n = read(fd, buf, sizeof buf);
    while (n > 0 && !memchr(buf, '\n', (size_t)n));
    return n > 0;
}

static int alone(long lines, char **argv)
{
    static long long took[MOST];
    const struct timespec pause = {.tv_nsec = 500000};
    int in, out, status;
    pid_t pid = start(argv, &in, &out);
    for (long i = -WARM_UP; i < lines; i++) {
        nanosleep(&pause, NULL);
        long long begin = now();
        if (write(in, LINE, strlen(LINE)) != (ssize_t)strlen(LINE) || !await(out))
            return 1;
        if (i >= 0)
            took[i] = now() - begin;
    }
    close(in);
    waitpid(pid, &status, 0);
    qsort(took, (size_t)lines, sizeof took[0], ascending);
    printf("%.1f %.1f %.1f\n", (double)took[lines / 2] / 1e3,
           (double)took[(lines * 99 + 99) / 100 - 1] / 1e3, (double)took[lines - 1] / 1e3);
    return status != 0;
}

static int first(long lines, char **argv)
{
    static char buf[1 << 16];
    long long begin = now(), when = -1;
    int out, status;
    ssize_t n;
    pid_t pid = start(argv, NULL, &out);
    while ((n = read(out, buf, sizeof buf)) > 0) {
        for (const char *p = buf; lines > 0 && (p = memchr(p, '\n', (size_t)(buf + n - p))); p++)
            lines--;
        if (lines <= 0 && when < 0)
            when = now() - begin;
    }
    waitpid(pid, &status, 0);
    printf("%lld %lld\n", when, now() - begin);
    return status != 0 || when < 0;
}

int main(int argc, char **argv)
{
    long lines = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
    if (lines < 1 || lines > MOST)
        return 2;
    return strcmp(argv[1], "alone") == 0 ? alone(lines, argv + 3) : first(lines, argv + 3);
}
