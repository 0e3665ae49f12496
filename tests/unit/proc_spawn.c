/* Starting commands: what the child gets, and what is told when it cannot be started. */
#include "proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "test.h"

extern char **environ;

/* Runs sh -c SCRIPT and returns what it printed; the wait status goes to *status. */
static void run_script(const char *script, char out[512], int *status, bool own_group)
{
    int p[2];
    pid_t pid;
    char sh[] = "sh", c[] = "-c";
    char *argv[] = {sh, c, (char *)(size_t)script, NULL};
    out[0] = '\0';
    *status = -1;
    REQUIRE(pipe2(p, O_CLOEXEC) == 0);
    struct gf_spawn s = {.argv = argv,
                         .envp = environ,
                         .fd = {-1, p[1], -1},
                         .own_group = own_group,
                         .die_with_us = true};
    CHECK_INT(gf_spawn(&s, "/bin/sh", &pid), 0);
    close(p[1]);
    size_t n = 0;
    ssize_t got;
    while (n < 511 && (got = read(p[0], out + n, 511 - n)) > 0)
        n += (size_t)got;
    out[n] = '\0';
    close(p[0]);
    waitpid(pid, status, 0);
}

TEST(proc_spawn, output_and_status)
{
    char out[512];
    int status;
    run_script("echo hello; exit 7", out, &status, true);
    CHECK_STR(out, "hello\n");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    run_script("kill -9 $$", out, &status, true);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(proc_spawn, own_group)
{
    char out[512];
    int status;
    run_script("set -- $(cut -d' ' -f1,5 /proc/$$/stat); [ $1 = $2 ] && echo leads", out, &status,
               true);
    CHECK_STR(out, "leads\n");
    run_script("set -- $(cut -d' ' -f1,5 /proc/$$/stat); [ $1 = $2 ] || echo follows", out, &status,
               false);
    CHECK_STR(out, "follows\n");
}

TEST(proc_spawn, only_promised_descriptors)
{
    char out[512];
    int status;
    int ours = fcntl(2, F_DUPFD_CLOEXEC, 50);
    int inherited = fcntl(2, F_DUPFD, 60);
    CHECK_INT(ours, 50);
    CHECK_INT(inherited, 60);
    run_script("for f in 0 1 2 50 60; do [ -e /proc/$$/fd/$f ] && echo $f; done", out, &status,
               true);
    CHECK_STR(out, "0\n1\n2\n60\n");
    CHECK_INT(gf_fd_cloexec_from(60), 0);
    run_script("for f in 0 1 2 50 60; do [ -e /proc/$$/fd/$f ] && echo $f; done", out, &status,
               true);
    CHECK_STR(out, "0\n1\n2\n");
    close(ours);
    close(inherited);
}

TEST(proc_spawn, failures_are_told)
{
    static const struct {
        const char *path;
        int err;
    } rows[] = {{"/nonexistent", ENOENT}, {"/etc/passwd", EACCES}, {"/", EACCES}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[] = "x";
        char *argv[] = {name, NULL};
        struct gf_spawn s = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}};
        pid_t pid = 77;
        CHECK_INT(gf_spawn(&s, rows[i].path, &pid), rows[i].err);
        CHECK_INT(pid, 77);
        CHECK_INT(waitpid(-1, NULL, WNOHANG), -1); /* and nothing is left to reap */
    }
}

TEST(proc_spawn, script_without_interpreter_line)
{
    char path[] = "/tmp/gf-unit-XXXXXX";
    int fd = mkstemp(path);
    REQUIRE(fd != -1);
    static const char text[] = "echo \"$0 got $1\"; exit 3\n";
    CHECK_INT(write(fd, text, sizeof text - 1), (int)(sizeof text - 1));
    fchmod(fd, 0700);
    close(fd);
    char name[] = "x", arg[] = "an argument";
    char *argv[] = {name, arg, NULL};
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct gf_spawn s = {.argv = argv, .envp = environ, .fd = {-1, null, -1}};
    pid_t pid;
    int status = 0;
    CHECK_INT(gf_spawn(&s, path, &pid), 0);
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    close(null);
    unlink(path);
}

TEST(proc_spawn, descriptors_in_the_way)
{
    /* stdout and stderr swapped: each stands where the other has to go. */
    int p[2], status;
    pid_t pid;
    char sh[] = "sh", c[] = "-c", script[] = "echo one; echo two >&2";
    char *argv[] = {sh, c, script, NULL};
    REQUIRE(pipe2(p, O_CLOEXEC) == 0);
    int keep1 = fcntl(1, F_DUPFD_CLOEXEC, 10), keep2 = fcntl(2, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, 1);
    dup2(p[1], 2);
    struct gf_spawn s = {.argv = argv, .envp = environ, .fd = {-1, 2, 1}};
    int err = gf_spawn(&s, "/bin/sh", &pid);
    dup2(keep1, 1);
    dup2(keep2, 2);
    close(keep1);
    close(keep2);
    close(null);
    close(p[1]);
    CHECK_INT(err, 0);
    char out[64] = "";
    CHECK_INT(read(p[0], out, sizeof out - 1), 4);
    CHECK_STR(out, "one\n");
    close(p[0]);
    waitpid(pid, &status, 0);
}

TEST(proc_spawn, find_command)
{
    struct gf_buf b = {0};
    CHECK_INT(gf_find_command("sh", "/nonexistent:/bin", &b), 0);
    CHECK_STR(b.data, "/bin/sh");
    gf_buf_clear(&b);
    CHECK_INT(gf_find_command("gf-no-such", "/bin:/usr/bin", &b), ENOENT);
    CHECK_INT(gf_find_command("", "/bin", &b), ENOENT);
    gf_buf_clear(&b);
    CHECK_INT(gf_find_command("passwd", "/etc", &b), EACCES);
    gf_buf_clear(&b);
    CHECK_INT(gf_find_command("/bin/sh", NULL, &b), 0);
    gf_buf_clear(&b);
    CHECK_INT(gf_find_command("/etc", NULL, &b), EACCES);
    gf_buf_release(&b);
}
