/* run/orphans: what left its task's group is found by its environment, and ended; others are
 * not. */
#include "run/orphans.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "run/reaper.h"
#include "run/tasks.h"
#include "test.h"

extern char **environ;

#define NEED_PROC()                                                                                \
    do {                                                                                           \
        if (access("/proc/self/environ", R_OK) != 0)                                               \
            SKIP("no /proc here");                                                                 \
    } while (0)

static bool nobody_leads(pid_t pid)
{
    (void)pid;
    return false;
}

/* Those of the tasks here: whoever knows one has been told. */
static const struct gf_token seventeen = {"17171717171717171717171717171717"},
                             eighteen = {"18181818181818181818181818181818"},
                             never = {"17171717171717171717171717171718"};

static int said;
static char said_last[128];
static pid_t said_pid;

static void say(pid_t pid, const char *command, size_t len)
{
    said++;
    said_pid = pid;
    snprintf(said_last, sizeof said_last, "%.*s", (int)len, command);
}

/* Starts SCRIPT in a session of its own by a parent that ends, so that it becomes ours. */
static pid_t orphan(const char *run, const char *token, const char *script)
{
    int p[2];
    pid_t pid = 0;
    if (pipe(p) != 0)
        abort();
    pid_t parent = fork();
    if (parent == 0) {
        pid_t child = fork();
        if (child == 0) {
            char run_text[64], token_text[64], sh[] = "sh", c[] = "-c";
            char *argv[] = {sh, c, (char *)(size_t)script, NULL}, *envp[3] = {0};
            size_t n = 0;
            snprintf(run_text, sizeof run_text, "GF_RUN=%s", run ? run : "");
            snprintf(token_text, sizeof token_text, "GF_TOKEN=%s", token ? token : "");
            if (run)
                envp[n++] = run_text;
            if (token)
                envp[n++] = token_text;
            setsid();
            execve("/bin/sh", argv, envp);
        } else if (write(p[1], &child, sizeof child) != sizeof child) {
            _exit(1);
        }
        _exit(0);
    }
    CHECK_INT(read(p[0], &pid, sizeof pid), sizeof pid);
    CHECK_INT(waitpid(parent, NULL, 0), parent);
    close(p[0]);
    close(p[1]);
    return pid;
}

/* It has called exec: its environment is the one that it was given. */
static bool comes(struct gf_orphans *o, const struct gf_token *token)
{
    for (gf_ns until = gf_now_mono() + 20 * GF_S; gf_now_mono() < until;) {
        if (gf_orphans_live(o, token, nobody_leads))
            return true;
        gf_sleep_until(gf_now_mono() + 5 * GF_MS);
    }
    return false;
}

/* By which signal it ended; -1: it lives. */
static int ended_by(pid_t pid)
{
    int status;
    for (gf_ns until = gf_now_mono() + 20 * GF_S; gf_now_mono() < until;) {
        if (waitpid(pid, &status, WNOHANG) == pid)
            return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        gf_sleep_until(gf_now_mono() + 5 * GF_MS);
    }
    return -1;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

TEST(run_orphans, example)
{
    NEED_PROC();
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    gf_orphans_adopt();
    pid_t pid = orphan("4711", seventeen.text, "exec sleep 60");
    gf_orphans_ending(&o, &seventeen);
    CHECK(comes(&o, &seventeen));
    gf_orphans_signal(&o, &seventeen, SIGKILL, nobody_leads);
    CHECK_INT(ended_by(pid), SIGKILL);
    gf_orphans_end(&o, nobody_leads, say);
    CHECK_INT(said, 0);
    gf_orphans_release(&o);
}

TEST(run_orphans, zeroed)
{
    struct gf_orphans o = {0};
    gf_orphans_end(&o, nobody_leads, say);
    gf_orphans_release(&o);
    gf_orphans_release(&o);
    CHECK_INT(said, 0);
}

/* Words that another task may guess are not what a process is known by. */
TEST(run_orphans, only_by_the_token)
{
    NEED_PROC();
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    gf_orphans_adopt();
    pid_t mine = orphan("4711", seventeen.text, "exec sleep 60"),
          other_task = orphan("4711", eighteen.text, "exec sleep 60"),
          guessed = orphan("4711", "17", "exec sleep 60"),
          longer = orphan("4711", "171717171717171717171717171717171", "exec sleep 60");
    CHECK(comes(&o, &seventeen) && comes(&o, &eighteen));
    CHECK(!gf_orphans_live(&o, &never, nobody_leads));
    gf_orphans_signal(&o, &seventeen, SIGTERM, nobody_leads);
    CHECK_INT(ended_by(mine), SIGTERM);
    gf_sleep_until(gf_now_mono() + 20 * GF_MS);
    CHECK(!gf_orphans_live(&o, &seventeen, nobody_leads));
    CHECK(gf_orphans_live(&o, &eighteen, nobody_leads));
    CHECK_INT(waitpid(guessed, NULL, WNOHANG), 0);
    CHECK_INT(waitpid(longer, NULL, WNOHANG), 0);
    CHECK_INT(waitpid(other_task, NULL, WNOHANG), 0);
    end(other_task);
    end(guessed);
    end(longer);
    gf_orphans_release(&o);
}

static pid_t leader;

static bool one_leads(pid_t pid)
{
    return pid == leader;
}

TEST(run_orphans, a_leader_is_passed_by)
{
    NEED_PROC();
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    gf_orphans_adopt();
    leader = orphan("4711", seventeen.text, "exec sleep 60");
    CHECK(comes(&o, &seventeen)); /* of nobody_leads */
    gf_sleep_until(gf_now_mono() + 20 * GF_MS);
    CHECK(!gf_orphans_live(&o, &seventeen, one_leads));
    gf_orphans_signal(&o, &seventeen, SIGKILL, one_leads);
    CHECK_INT(waitpid(leader, NULL, WNOHANG), 0);
    end(leader);
    gf_orphans_release(&o);
}

/* SIGTERM comes once, whatever is asked; SIGKILL always. */
TEST(run_orphans, told_once)
{
    NEED_PROC();
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    int p[2];
    char byte = 0;
    REQUIRE(pipe(p) == 0);
    gf_orphans_adopt();
    char script[256];
    snprintf(script, sizeof script,
             "trap 'echo t >&%d' TERM; echo r >&%d; while :; do sleep 0.05; done", p[1], p[1]);
    pid_t pid = orphan("4711", seventeen.text, script);
    close(p[1]);
    CHECK_INT(read(p[0], &byte, 1), 1);
    CHECK_INT(read(p[0], &byte, 1), 1); /* the newline */
    for (int i = 0; i < 5; i++) {
        gf_orphans_signal(&o, &seventeen, SIGTERM, nobody_leads);
        gf_sleep_until(gf_now_mono() + 5 * GF_MS);
    }
    CHECK_INT(read(p[0], &byte, 1), 1);
    CHECK(byte == 't');
    gf_sleep_until(gf_now_mono() + 200 * GF_MS);
    gf_orphans_signal(&o, &seventeen, SIGKILL, nobody_leads);
    CHECK_INT(ended_by(pid), SIGKILL);
    char rest[64];
    ssize_t n = 0, got;
    while ((got = read(p[0], rest, sizeof rest)) > 0)
        n += got;
    CHECK_INT(n, 1); /* the newline behind t, no other t */
    gf_orphans_release(&o);
}

TEST(run_orphans, the_last_look)
{
    NEED_PROC();
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    gf_orphans_adopt();
    pid_t told = orphan("4711", seventeen.text, "trap '' TERM; while :; do sleep 60; done"),
          not_told = orphan("4711", eighteen.text, "exec sleep 60"),
          bare = orphan(NULL, NULL, "exec sleep 61");
    CHECK(comes(&o, &seventeen) && comes(&o, &eighteen));
    gf_orphans_end(&o, nobody_leads, say); /* no task was told to end: nothing is looked at */
    CHECK_INT(said, 0);
    CHECK_INT(waitpid(told, NULL, WNOHANG), 0);
    gf_orphans_ending(&o, &seventeen);
    gf_orphans_end(&o, nobody_leads, say);
    CHECK_INT(kill(told, 0), -1); /* ended, and reaped */
    CHECK_INT(waitpid(not_told, NULL, WNOHANG), 0);
    CHECK_INT(said, 1); /* who it is cannot be told: it is named, and goes on */
    CHECK_INT(said_pid, bare);
    CHECK_STR(said_last, "sleep 61");
    CHECK_INT(waitpid(bare, NULL, WNOHANG), 0);
    end(not_told);
    end(bare);
    gf_orphans_release(&o);
}

TEST(run_orphans, thousands_were_told)
{
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    struct gf_token token = {""};
    for (int task = 1; task < 50000; task++) {
        snprintf(token.text, sizeof token.text, "%032d", task);
        gf_orphans_ending(&o, &token);
        gf_orphans_ending(&o, &token);
    }
    CHECK(o.nending <= 8192 && o.nending > 4000);
    CHECK_STR(o.ending[o.nending - 1].text, token.text);
    snprintf(token.text, sizeof token.text, "%032d", 49998);
    CHECK_STR(o.ending[o.nending - 2].text, token.text); /* once each */
    gf_orphans_release(&o);
}

/* ---- with tasks ------------------------------------------------------------------------------ */

static bool ready, over, drained;
static pid_t daemon_pid;

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    (void)t;
    (void)stream;
    (void)len;
    daemon_pid = (pid_t)strtol(data, NULL, 10);
    ready = true;
}

/* One that has ended may wait to be reaped. */
static bool lives(pid_t pid)
{
    char path[40], state = 'Z';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
        state = 'Z';
    if (f)
        fclose(f);
    return state != 'Z';
}

static void on_over(struct gf_task *t)
{
    over = true;
    /* One that was sent SIGKILL is not waited for. */
    CHECK_ROW(t->life.last_signal == SIGKILL || !lives(daemon_pid),
              "over, and %d that left the group lives", daemon_pid);
}

static void on_drained(struct gf_task *t)
{
    (void)t;
    drained = true;
}

/* A task whose process in another session outlives it: SIGTERM for both, and the task is over when
 * both are gone. */
static void ends_with_its_task(const char *script, gf_ns kill_after)
{
    static const struct gf_task_events events = {
        .output = on_output, .over = on_over, .drained = on_drained};
    const struct gf_child_limits limits = {.kill_after = kill_after, .linger = 20 * GF_S};
    struct gf_orphans o = {.run = "GF_RUN", .run_value = "4711"};
    struct ev_loop *loop = loop_new();
    struct gf_tasks all = {.orphans = &o};
    struct gf_command command = {0};
    char sh[] = "sh", c[] = "-c", path[] = "PATH=/bin:/usr/bin", token[64];
    snprintf(token, sizeof token, "GF_TOKEN=%s", seventeen.text);
    char *argv[] = {sh, c, (char *)(size_t)script, NULL}, *envp[] = {token, path, NULL};
    struct gf_task t = {.on = &events, .token = seventeen};
    struct gf_task_start st = {.command = &command,
                               .limits = &limits,
                               .spawn = {.argv = argv, .envp = envp, .fd = {-1, -1, -1}},
                               .pipes = GF_TASK_PIPE_OUT};
    gf_orphans_adopt();
    REQUIRE(gf_tasks_open(&all, loop) == 0);
    REQUIRE(gf_task_start(&t, &all, &st) == 0);
    RUN_UNTIL(loop, ready);
    gf_task_end(&t);
    RUN_UNTIL(loop, drained);
    CHECK(over);
    RUN_UNTIL(loop, kill(daemon_pid, 0) == -1); /* reaped */
    gf_tasks_close(&all);
    gf_command_release(&command);
    gf_orphans_release(&o);
    ev_loop_destroy(loop);
}

/* The shell of the daemon says its number when its traps are set; the leader waits for SIGTERM. */
#define DAEMON(trap_)                                                                              \
    "setsid sh -c 'trap \"" trap_ "\" TERM; echo $$; while :; do sleep 0.05; done' & "

TEST(run_orphans, end_with_their_task)
{
    NEED_PROC();
    ends_with_its_task(DAEMON("sleep 0.2; exit 0") "wait", 20 * GF_S);
}

TEST(run_orphans, killed_with_their_task)
{
    NEED_PROC();
    ends_with_its_task(DAEMON("") "wait", 300 * GF_MS);
}
