/*
 * breakout.so.c - preloaded, does what code that got into the process would: tries to reach what
 * the tool has no use for. GF_BREAKOUT="FD N DIR": at the Nth read or write of the descriptor FD,
 * before it is done. DIR is a directory that the tool was not told of, with the file `secret` in
 * it.
 *
 * Each attempt is a line on standard error: its name, and `yes` where it succeeded, else `no`. At
 * the end stands `tried`. What would end or replace the process is done by a child; where there can
 * be none, by the process itself.
 */
#undef _FORTIFY_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int at_fd = -1, left;
static char dir[2048];

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("GF_BREAKOUT");
    unsetenv("LD_PRELOAD");
    if (!text || sscanf(text, "%d %d %2000s", &at_fd, &left, dir) != 3)
        at_fd = -1;
}

static const char *in_dir(const char *name)
{
    static char path[2100];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool opens(const char *path, int flags)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
    if (fd != -1)
        syscall(SYS_close, fd);
    return fd != -1;
}

static bool reads_group(void)
{
    return opens("/etc/group", O_RDONLY);
}

static bool reads_secret(void)
{
    return opens(in_dir("secret"), O_RDONLY);
}

static bool writes_secret(void)
{
    return opens(in_dir("secret"), O_WRONLY);
}

static bool makes_file(void)
{
    return opens(in_dir("new"), O_WRONLY | O_CREAT);
}

static bool makes_nameless(void)
{
    return opens(dir, O_WRONLY | O_TMPFILE);
}

static bool lists(void)
{
    return opens(dir, O_RDONLY | O_DIRECTORY);
}

static bool makes_directory(void)
{
    return mkdir(in_dir("made"), 0700) == 0;
}

static bool makes_link(void)
{
    return symlink("/etc/group", in_dir("link")) == 0;
}

static bool cuts(void)
{
    return truncate(in_dir("secret"), 1) == 0;
}

static bool changes_mode(void)
{
    return chmod(in_dir("secret"), 0644) == 0;
}

static bool renames(void)
{
    char to[2100];
    snprintf(to, sizeof to, "%s", in_dir("moved"));
    return rename(in_dir("secret"), to) == 0;
}

static bool removes(void)
{
    return unlink(in_dir("moved")) == 0;
}

/* ---- processes and the network --------------------------------------------------------------- */

static bool in_child(bool (*f)(void))
{
    int status = 0;
    pid_t pid = fork();
    if (pid == -1)
        return f();
    if (pid == 0)
        _exit(f() ? 0 : 1);
    return waitpid(pid, &status, 0) == pid && status == 0;
}

static bool forks(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static bool execs(void)
{
    char *const words[] = {(char[]){"true"}, NULL};
    execv("/bin/true", words);
    return false;
}

static bool traces(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool runs(void)
{
    return in_child(execs);
}

static bool is_traced(void)
{
    return in_child(traces);
}

static bool signals(void)
{
    return kill(getppid(), 0) == 0;
}

static bool connects(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool got = fd != -1 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    if (fd != -1)
        syscall(SYS_close, fd);
    return got;
}

static bool binds(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool got = fd != -1 && bind(fd, (struct sockaddr *)&at, sizeof at.sun_family) == 0;
    if (fd != -1)
        syscall(SYS_close, fd);
    return got;
}

static bool maps_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED && munmap(p, 4096) == 0;
}

static const struct attempt {
    const char *name;
    bool (*f)(void);
} attempts[] = {
    {"file: read group", reads_group},
    {"file: read", reads_secret},
    {"file: write", writes_secret},
    {"file: make", makes_file},
    {"file: nameless", makes_nameless},
    {"file: list", lists},
    {"call: mkdir", makes_directory},
    {"call: symlink", makes_link},
    {"call: truncate", cuts},
    {"call: chmod", changes_mode},
    {"file: rename", renames},
    {"file: unlink", removes},
    {"call: fork", forks},
    {"call: execve", runs},
    {"call: ptrace", is_traced},
    {"call: kill", signals},
    {"call: connect", connects},
    {"call: bind", binds},
    {"call: map code", maps_code},
};

static void say(const char *name, const char *what)
{
    char line[80];
    int n = snprintf(line, sizeof line, "%s%s\n", name, what);
    syscall(SYS_write, STDERR_FILENO, line, (size_t)n);
}

static void look(int fd)
{
    if (fd != at_fd || --left != 0)
        return;
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        say(attempts[i].name, attempts[i].f() ? ": yes" : ": no");
    say("tried", "");
}

ssize_t read(int fd, void *buf, size_t n)
{
    look(fd);
    return syscall(SYS_read, fd, buf, n);
}

ssize_t write(int fd, const void *buf, size_t n)
{
    look(fd);
    return syscall(SYS_write, fd, buf, n);
}
