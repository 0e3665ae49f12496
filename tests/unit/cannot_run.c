/* base/cannot_run: what is said of a command that cannot be run, and the exit status. */
#include "base/cannot_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "capture.h"
#include "test.h"

static int say(const char *name, int err, const char *shell, char out[2048])
{
    gf_msg_init("gf-pool");
    struct capture c = capture_begin(STDERR_FILENO);
    int status = gf_cannot_run(name, err, shell);
    snprintf(out, 2048, "%.2000s", capture_end(&c));
    return status;
}

/* A directory with a program `frobnicate` and a file `frobnicatr` that nobody may run. */
static void make_path(char dir[64])
{
    char file[96];
    snprintf(dir, 64, "/tmp/gf-unit-XXXXXX");
    if (!mkdtemp(dir))
        abort();
    snprintf(file, sizeof file, "%s/frobnicate", dir);
    close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0700));
    snprintf(file, sizeof file, "%s/frobnicatr", dir);
    close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    setenv("PATH", dir, 1);
}

static void remove_path(const char *dir)
{
    char file[96];
    snprintf(file, sizeof file, "%s/frobnicate", dir);
    unlink(file);
    snprintf(file, sizeof file, "%s/frobnicatr", dir);
    unlink(file);
    rmdir(dir);
}

TEST(cannot_run, rows)
{
    static const struct {
        const char *name;
        int err;
        const char *shell, *text;
        int status;
    } rows[] = {
        {"frobnicatr", ENOENT, "-s",
         "gf-pool: command not found: 'frobnicatr'\nhint: did you mean 'frobnicate'?\n", 127},
        {"frob", ENOENT, "-s",
         "gf-pool: command not found: 'frob'\nhint: did you mean 'frobnicate'?\n", 127},
        {"zzz", ENOENT, "-s", "gf-pool: command not found: 'zzz'\n", 127},
        {"/nonexistent/frob", ENOENT, "-s", "gf-pool: command not found: '/nonexistent/frob'\n",
         127},
        {"cd", ENOENT, "-s",
         "gf-pool: command not found: 'cd'\nhint: only a shell knows this word: -s 'cd ...'\n",
         127},
        {"ls | wc", ENOENT, "sh -c",
         "gf-pool: command not found: 'ls | wc'\n"
         "hint: this is one word; leave the quotes out, or let a shell read it: sh -c 'ls | wc'\n",
         127},
        {"/etc/passwd", ENOENT, "-s",
         "gf-pool: command not found: '/etc/passwd'\n"
         "hint: the file is there; what its first line names to run it is not\n",
         127},
        {"", ENOENT, "-s", "gf-pool: command not found: ''\n", 127},
        {"/etc/passwd", EACCES, "-s", "gf-pool: cannot run '/etc/passwd': Permission denied\n",
         126},
        {"x", E2BIG, "-s", "gf-pool: cannot run 'x': Argument list too long\n", 126},
    };
    char dir[64];
    make_path(dir);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[2048];
        CHECK_INT(say(rows[i].name, rows[i].err, rows[i].shell, out), rows[i].status);
        CHECK_STR(out, rows[i].text);
    }
    remove_path(dir);
}

TEST(cannot_run, path)
{
    static const char *const paths[] = {"", ":", "/nonexistent::/nonexistent", NULL};
    char out[2048];
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i])
            setenv("PATH", paths[i], 1);
        else
            unsetenv("PATH");
        CHECK_INT(say("frobnicat", ENOENT, "-s", out), 127);
        CHECK_STR(out, "gf-pool: command not found: 'frobnicat'\n");
    }
    char dir[64];
    make_path(dir);
    char path[128];
    snprintf(path, sizeof path, "/nonexistent::%s", dir);
    setenv("PATH", path, 1);
    say("frobnicat", ENOENT, "-s", out);
    CHECK(strstr(out, "'frobnicate'"));
    remove_path(dir);
}
