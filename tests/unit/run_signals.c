/* run/signals: what is asked of a supervisor by signals reaches its owner and its tasks. */
#include "run/signals.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sig.h"
#include "loop.h"
#include "test.h"

extern char **environ;

struct owner {
    unsigned stops, reloads, statuses, resumes;
    int sig;
    unsigned times;
    gf_ns by;
};

static void on_stop(void *owner, int sig, unsigned times)
{
    struct owner *o = owner;
    o->stops++;
    o->sig = sig;
    o->times = times;
}

static void on_reload(void *owner)
{
    ((struct owner *)owner)->reloads++;
}

static void on_status(void *owner)
{
    ((struct owner *)owner)->statuses++;
}

static void on_resumed(void *owner, gf_ns by)
{
    ((struct owner *)owner)->resumes++;
    ((struct owner *)owner)->by = by;
}

static const struct gf_signals_events events = {.stop = on_stop, .status = on_status};
static const struct gf_signals_events all_events = {
    .stop = on_stop, .reload = on_reload, .status = on_status, .resumed = on_resumed};
static const struct gf_signals_events stop_only = {.stop = on_stop};

static void set(int sig, void (*handler)(int))
{
    struct sigaction sa = {.sa_handler = handler};
    sigaction(sig, &sa, NULL);
}

/* As a tool begins, with nothing ignored. */
static void start(void)
{
    static const int sigs[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGUSR1};
    for (size_t i = 0; i < sizeof sigs / sizeof sigs[0]; i++)
        set(sigs[i], SIG_DFL);
    gf_sig_start();
}

TEST(run_signals, example)
{
    start();
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &events, .owner = &me};
    gf_signals_open(&s, loop, &tasks);
    raise(SIGTERM);
    RUN_UNTIL(loop, me.stops);
    gf_signals_close(&s);
    CHECK_INT(s.stop_signal, SIGTERM);
    CHECK_INT(ev_run(loop, EVRUN_NOWAIT), 0);
    ev_loop_destroy(loop);
}

TEST(run_signals, zeroed)
{
    struct gf_signals s = {0};
    gf_signals_close(&s);
    gf_signals_close(&s);
    CHECK_INT(s.stop_signal, 0);
}

TEST(run_signals, stops_are_counted)
{
    start();
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &events, .owner = &me};
    gf_signals_open(&s, loop, &tasks);
    static const int sigs[] = {SIGINT, SIGTERM, SIGHUP, SIGINT};
    for (unsigned i = 0; i < 4; i++) {
        raise(sigs[i]);
        RUN_UNTIL(loop, me.stops == i + 1);
        CHECK_INT(me.sig, sigs[i]);
        CHECK_INT(me.times, i + 1);
    }
    CHECK_INT(s.stop_signal, SIGINT);
    CHECK_INT(s.stops, 4);
    raise(SIGUSR1);
    RUN_UNTIL(loop, me.statuses == 1);
    CHECK_INT(me.stops, 4);
    raise(SIGPIPE); /* ignored */
    gf_signals_close(&s);
    ev_loop_destroy(loop);
}

TEST(run_signals, reload)
{
    start();
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &all_events, .owner = &me};
    gf_signals_open(&s, loop, &tasks);
    raise(SIGHUP);
    RUN_UNTIL(loop, me.reloads == 1);
    CHECK_INT(me.stops, 0);
    CHECK_INT(s.stop_signal, 0);
    gf_signals_close(&s);
    ev_loop_destroy(loop);
}

TEST(run_signals, nobody_asked_for_status)
{
    start();
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &stop_only, .owner = &me};
    gf_signals_open(&s, loop, &tasks);
    raise(SIGUSR1);
    raise(SIGCONT);
    run_for(loop, 10 * GF_MS);
    CHECK_INT(me.stops, 0);
    gf_signals_close(&s);
    ev_loop_destroy(loop);
}

TEST(run_signals, ignored_ones_stay_ignored)
{
    start();
    set(SIGINT, SIG_IGN);
    set(SIGUSR1, SIG_IGN);
    gf_sig_start();
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &events, .owner = &me};
    gf_signals_open(&s, loop, &tasks);
    raise(SIGINT);
    raise(SIGUSR1);
    raise(SIGTERM);
    RUN_UNTIL(loop, me.stops == 1);
    CHECK_INT(me.sig, SIGTERM);
    CHECK_INT(me.statuses, 0);
    gf_signals_close(&s);
    struct sigaction sa;
    sigaction(SIGINT, NULL, &sa);
    CHECK(sa.sa_handler == SIG_IGN);
    ev_loop_destroy(loop);
}

TEST(run_signals, blocked_ones_are_unblocked)
{
    start();
    sigset_t every;
    sigfillset(&every);
    sigprocmask(SIG_BLOCK, &every, NULL);
    raise(SIGTERM); /* waits */
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &events, .owner = &me};
    gf_signals_open(&s, loop, &tasks);
    RUN_UNTIL(loop, me.stops == 1);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(!sigismember(&now, SIGCHLD) && !sigismember(&now, SIGHUP));
    CHECK(sigismember(&now, SIGUSR2));
    gf_signals_close(&s);
    ev_loop_destroy(loop);
}

/* In a process of its own: a supervisor with a task of an hour's limit; it says by a byte when it
 * runs, is stopped, and must find the time that it was stopped in its task's deadline. */
static int supervisor(int ready, bool by_sigstop)
{
    start();
    struct ev_loop *loop = loop_new();
    struct gf_tasks tasks = {0};
    struct owner me = {0};
    struct gf_signals s = {.on = &all_events, .owner = &me};
    static const struct gf_task_events none = {0};
    static const struct gf_child_limits limits = {.timeout = 3600 * GF_S};
    struct gf_command command = {0};
    char name[] = "sleep", time[] = "60";
    char *argv[] = {name, time, NULL};
    struct gf_task t = {.on = &none};
    struct gf_task_start st = {.command = &command,
                               .limits = &limits,
                               .spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}}};
    if (gf_tasks_open(&tasks, loop) != 0 || gf_task_start(&t, &tasks, &st) != 0)
        return 10;
    gf_signals_open(&s, loop, &tasks);
    gf_ns wake = t.life.wake_mono;
    /* The task is stopped before we are: when it runs again somebody continued it. */
    if (by_sigstop)
        kill(-t.child.pid, SIGSTOP);
    if (write(ready, "r", 1) != 1)
        return 11;
    if (by_sigstop) {
        raise(SIGSTOP);
        run_for(loop, 50 * GF_MS);
    } else {
        RUN_UNTIL(loop, me.resumes);
        if (t.life.wake_mono < wake + me.by || me.by <= 0)
            return 12;
    }
    int status;
    if (waitpid(t.child.pid, &status, WNOHANG | WUNTRACED | WCONTINUED) == t.child.pid &&
        WIFSTOPPED(status))
        return 13;
    gf_task_kill(&t);
    RUN_UNTIL(loop, !t.all);
    gf_signals_close(&s);
    gf_tasks_close(&tasks);
    gf_command_release(&command);
    ev_loop_destroy(loop);
    return 0;
}

static void stop_and_continue(bool by_sigstop, bool orphaned_group)
{
    int p[2], status = -1;
    char byte;
    REQUIRE(pipe(p) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(30);
        if (orphaned_group) /* the kernel passes over its SIGTSTP */
            setsid();
        _exit(supervisor(p[1], by_sigstop));
    }
    close(p[1]);
    CHECK_INT(read(p[0], &byte, 1), 1);
    if (!by_sigstop)
        kill(pid, SIGTSTP);
    CHECK_INT(waitpid(pid, &status, WUNTRACED), pid);
    CHECK(WIFSTOPPED(status));
    kill(pid, SIGCONT);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
    close(p[0]);
}

TEST(run_signals, suspended)
{
    for (int i = 0; i < 20; i++) /* it is continued at once: that must not look like no stop */
        stop_and_continue(false, false);
}

TEST(run_signals, suspended_in_an_orphaned_group)
{
    stop_and_continue(false, true);
}

TEST(run_signals, continued_after_sigstop)
{
    stop_and_continue(true, false);
}
