/*
 * typist.c - types at a command on a terminal of its own: typist SECONDS COMMAND... < STEPS
 *
 * A step is a line: `type BYTES` sends them as they are, `wait TEXT` reads until the terminal has
 * shown TEXT behind the last text waited for. All that the terminal shows is copied to standard
 * output. When the steps are done, the terminal is closed and the command killed. Exit status
 * 1: a text did not come within SECONDS of its step, or the command ended first.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char shown[1 << 20];
static size_t length, seen;

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void become(int master, char **command)
{
    const char *name = ptsname(master);
    setsid();
    int fd = name ? open(name, O_RDWR) : -1; /* of a session's leader: its terminal */
    if (fd == -1)
        _exit(126);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    close(master);
    execvp(command[0], command);
    _exit(127);
}

/* What is shown within `ms`; false when nothing came, or nothing can come. */
static int read_more(int master, long ms)
{
    struct pollfd p = {.fd = master, .events = POLLIN};
    int r = poll(&p, 1, ms > 0 ? (int)ms : 0);
    if (r == -1 && errno == EINTR)
        return 1;
    if (r <= 0)
        return 0;
    ssize_t n = read(master, shown + length, sizeof shown - length);
    if (n <= 0)
        return 0;
    fwrite(shown + length, 1, (size_t)n, stdout);
    length += (size_t)n;
    return 1;
}

static int wait_for(int master, const char *text, long ms)
{
    long deadline = now_ms() + ms;
    for (;;) {
        const char *at = memmem(shown + seen, length - seen, text, strlen(text));
        if (at) {
            seen = (size_t)(at - shown) + strlen(text);
            return 0;
        }
        if (!read_more(master, deadline - now_ms())) {
            fprintf(stderr, "typist: '%s' did not come\n", text);
            return 1;
        }
    }
}

static int take_step(int master, char *line, long ms)
{
    size_t n = strcspn(line, "\n");
    line[n] = '\0';
    if (n < 5)
        return 2;
    if (strncmp(line, "wait ", 5) == 0)
        return wait_for(master, line + 5, ms);
    return write(master, line + 5, n - 5) == (ssize_t)(n - 5) ? 0 : 2;
}

int main(int argc, char **argv)
{
    char line[4096];
    int status = 0;
    if (argc < 3)
        return 2;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct winsize size = {.ws_row = 60, .ws_col = 300};
    if (master == -1 || grantpt(master) != 0 || unlockpt(master) != 0 ||
        ioctl(master, TIOCSWINSZ, &size) != 0)
        return 2;
    pid_t pid = fork();
    if (pid == -1)
        return 2;
    if (pid == 0)
        become(master, argv + 2);
    while (status == 0 && fgets(line, sizeof line, stdin))
        status = take_step(master, line, strtol(argv[1], NULL, 10) * 1000);
    close(master);
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return status;
}
