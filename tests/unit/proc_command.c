/* proc/command: a command is found once, found again when it has moved, and faults are sorted. */
#include "proc/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/exit.h"
#include "test.h"

extern char **environ;

/* A room of two directories, each with programs of its own that exit with a number. */
struct room {
    char top[64];
    char one[96], two[96];
};

static void program(const char *dir, const char *name, int status)
{
    char path[160], tmp[176];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(tmp, sizeof tmp, "%s.tmp", path);
    FILE *f = fopen(tmp, "we");
    if (!f)
        abort();
    fprintf(f, "#!/bin/sh\nexit %d\n", status);
    fclose(f);
    chmod(tmp, 0700);
    rename(tmp, path);
}

static void away(const char *dir, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    unlink(path);
}

static void begin(struct room *r)
{
    snprintf(r->top, sizeof r->top, "/tmp/gf-unit-XXXXXX");
    if (!mkdtemp(r->top))
        abort();
    snprintf(r->one, sizeof r->one, "%s/one", r->top);
    snprintf(r->two, sizeof r->two, "%s/two", r->top);
    mkdir(r->one, 0700);
    mkdir(r->two, 0700);
}

static void end(const struct room *r)
{
    static const char *const names[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) {
        away(r->one, names[i]);
        away(r->two, names[i]);
    }
    rmdir(r->one);
    rmdir(r->two);
    CHECK_INT(rmdir(r->top), 0);
}

/* The exit status of the program, or minus the errno of the start. */
static int run_in(struct gf_command *c, const char *name, const char *dir)
{
    char copy[160];
    snprintf(copy, sizeof copy, "%s", name);
    char *argv[] = {copy, NULL};
    struct gf_spawn s = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}, .chdir = dir};
    pid_t pid = 0;
    int status = 0, err = gf_command_spawn(c, &s, &pid);
    if (err) {
        CHECK_INT(pid, 0);
        return -err;
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

TEST(proc_command, example)
{
    struct gf_command c = {.search = "/bin:/usr/bin"};
    char name[] = "true";
    char *argv[] = {name, NULL};
    struct gf_spawn spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}};
    pid_t pid;
    int status = -1;
    int err = gf_command_spawn(&c, &spawn, &pid);
    CHECK_INT(err ? gf_command_fault(err, false) : GF_FAULT_NONE, GF_FAULT_NONE);
    REQUIRE(err == 0);
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    gf_command_release(&c);
}

TEST(proc_command, remembered_and_found_again)
{
    struct room r;
    begin(&r);
    char search[256];
    snprintf(search, sizeof search, "%s:%s", r.one, r.two);
    struct gf_command c = {.search = search};
    program(r.two, "a", 2);
    CHECK_INT(run_in(&c, "a", NULL), 2);
    program(r.one, "a", 1);
    CHECK_INT(run_in(&c, "a", NULL), 2); /* remembered, although one in front is there now */
    away(r.two, "a");
    CHECK_INT(run_in(&c, "a", NULL), 1); /* gone: looked for once more */
    program(r.one, "a", 3);
    CHECK_INT(run_in(&c, "a", NULL), 3); /* replaced under its name */
    program(r.two, "b", 4);
    CHECK_INT(run_in(&c, "b", NULL), 4); /* another name */
    CHECK_INT(run_in(&c, "a", NULL), 3);
    away(r.one, "a");
    CHECK_INT(run_in(&c, "a", NULL), -ENOENT);
    program(r.two, "a", 5);
    CHECK_INT(run_in(&c, "a", NULL), 5); /* a failure is not remembered */
    gf_command_release(&c);
    end(&r);
}

/* A name with a slash, and a PATH that is relative, are taken from where we are. */
TEST(proc_command, chdir)
{
    struct room r;
    begin(&r);
    program(r.one, "a", 1);
    program(r.two, "a", 2);
    program(r.two, "b", 3);
    REQUIRE(chdir(r.one) == 0);
    struct gf_command c = {0}, relative = {.search = "."}, empty = {.search = ""};
    CHECK_INT(run_in(&c, "./a", r.two), 1);
    CHECK_INT(run_in(&c, "./a", r.two), 1);
    CHECK_INT(run_in(&c, "./b", r.two), -ENOENT);
    CHECK_INT(run_in(&relative, "a", r.two), 1);
    CHECK_INT(run_in(&relative, "b", r.two), -ENOENT);
    CHECK_INT(run_in(&empty, "a", r.two), 1);
    gf_command_release(&c);
    gf_command_release(&relative);
    gf_command_release(&empty);
    CHECK_INT(chdir("/"), 0);
    end(&r);
}

TEST(proc_command, chdir_after_a_start_without)
{
    struct room r;
    begin(&r);
    program(r.one, "a", 1);
    program(r.two, "a", 2);
    REQUIRE(chdir(r.one) == 0);
    struct gf_command c = {0};
    CHECK_INT(run_in(&c, "./a", NULL), 1);
    CHECK_INT(run_in(&c, "./a", r.two), 1);
    CHECK_INT(run_in(&c, "./a", NULL), 1);
    gf_command_release(&c);
    CHECK_INT(chdir("/"), 0);
    end(&r);
}

TEST(proc_command, failures)
{
    static const struct {
        const char *name, *dir;
        int err;
    } rows[] = {{"gf-no-such", NULL, ENOENT},
                {"/nonexistent/a", NULL, ENOENT},
                {"/etc/passwd", NULL, EACCES},
                {"/etc", NULL, EACCES},
                {"", NULL, ENOENT},
                {"true", "/nonexistent", ENOENT}};
    struct gf_command c = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(run_in(&c, rows[i].name, rows[i].dir) == -rows[i].err, "row %zu", i);
    CHECK_INT(run_in(&c, "true", NULL), 0); /* it serves as before */
    gf_command_release(&c);
}

TEST(proc_command, zeroed_and_two)
{
    struct gf_command zero = {0}, a = {0}, b = {0};
    gf_command_release(&zero);
    gf_command_release(&zero);
    CHECK_INT(run_in(&a, "true", NULL), 0);
    CHECK_INT(run_in(&b, "false", NULL), 1);
    CHECK_INT(run_in(&a, "true", NULL), 0);
    gf_command_release(&a);
    CHECK_INT(run_in(&b, "false", NULL), 1);
    CHECK_INT(run_in(&a, "false", NULL), 1); /* a released one is ready */
    gf_command_release(&a);
    gf_command_release(&b);
}

TEST(proc_command, faults)
{
    static const struct {
        int err;
        enum gf_fault alone, by_record;
    } rows[] = {
        {0, GF_FAULT_NONE, GF_FAULT_NONE},           {ENOENT, GF_FAULT_COMMAND, GF_FAULT_RECORD},
        {EACCES, GF_FAULT_COMMAND, GF_FAULT_RECORD}, {ENOEXEC, GF_FAULT_COMMAND, GF_FAULT_RECORD},
        {E2BIG, GF_FAULT_RECORD, GF_FAULT_RECORD},   {EAGAIN, GF_FAULT_MOMENT, GF_FAULT_MOMENT},
        {ENOMEM, GF_FAULT_MOMENT, GF_FAULT_MOMENT},  {EMFILE, GF_FAULT_MOMENT, GF_FAULT_MOMENT},
        {ENFILE, GF_FAULT_MOMENT, GF_FAULT_MOMENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ROW(gf_command_fault(rows[i].err, false) == rows[i].alone, "row %zu", i);
        CHECK_ROW(gf_command_fault(rows[i].err, true) == rows[i].by_record, "row %zu", i);
    }
    CHECK_STR(gf_command_why_not(ENOENT), "No such file or directory");
    CHECK_STR(gf_command_why_not(E2BIG), "the command is longer than the system takes");
    CHECK(strstr(gf_command_why_not(ENOEXEC), "shell"));
    CHECK(strstr(gf_command_why_not(EILSEQ), "NUL"));
    CHECK(strstr(gf_command_why_not(EBADMSG), "ends records"));
}

TEST(proc_command, status)
{
    static const struct {
        int err, status;
    } rows[] = {{ENOENT, GF_EXIT_NOTFOUND}, {EACCES, GF_EXIT_CANNOT}, {ENOEXEC, GF_EXIT_CANNOT},
                {EILSEQ, GF_EXIT_SOME},     {E2BIG, GF_EXIT_SOME},    {EBADMSG, GF_EXIT_SOME}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(gf_command_status(rows[i].err) == rows[i].status, "row %zu", i);
}
