/* sig.c - base/sig: dispositions as they were found, and ending by a signal. */
#include "base/sig.h"

#include <sched.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static volatile sig_atomic_t caught;

static void note(int sig)
{
    caught = sig;
}

static void set(int sig, void (*handler)(int))
{
    struct sigaction sa = {.sa_handler = handler};
    sigaction(sig, &sa, NULL);
}

static void (*handler_of(int sig))(int)
{
    struct sigaction sa;
    sigaction(sig, NULL, &sa);
    return sa.sa_handler;
}

TEST(sig, ignored_ones_stay_ignored)
{
    set(SIGINT, SIG_IGN);
    set(SIGTERM, SIG_DFL);
    gf_sig_start();
    CHECK(gf_sig_was_ignored(SIGINT));
    CHECK(!gf_sig_was_ignored(SIGTERM));
    gf_sig_catch(SIGINT, note);
    gf_sig_catch(SIGTERM, note);
    raise(SIGINT);
    CHECK_INT(caught, 0);
    raise(SIGTERM);
    CHECK_INT(caught, SIGTERM);
}

TEST(sig, children_can_be_waited_for)
{
    set(SIGCHLD, SIG_IGN);
    gf_sig_start();
    CHECK(handler_of(SIGCHLD) == SIG_DFL);
    gf_sig_catch(SIGCHLD, note);
    pid_t pid = fork();
    if (pid == 0)
        _exit(3);
    int status;
    while (waitpid(pid, &status, 0) == -1)
        ;
    CHECK_INT(WEXITSTATUS(status), 3);
    CHECK_INT(caught, SIGCHLD);
}

TEST(sig, caught_ones_are_unblocked)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    gf_sig_start();
    CHECK(sigismember(gf_sig_inherited_mask(), SIGUSR1) == 1);
    gf_sig_catch(SIGUSR1, note);
    raise(SIGUSR1);
    CHECK_INT(caught, SIGUSR1);
}

TEST(sig, a_request_for_status_waits_until_it_is_caught)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    gf_sig_start();
    CHECK(sigismember(gf_sig_inherited_mask(), SIGUSR1) == 0);
    raise(SIGUSR1);
    gf_sig_catch(SIGUSR1, note);
    CHECK_INT(caught, SIGUSR1);
}

TEST(sig, a_request_from_before_is_dropped)
{
    gf_sig_start();
    raise(SIGUSR1);
    gf_sig_drop_request();
    CHECK(handler_of(SIGUSR1) == SIG_DFL);
    gf_sig_catch(SIGUSR1, note);
    CHECK_INT(caught, 0);
}

TEST(sig, children_get_back_what_we_were_given)
{
    static const int all[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2,
                              SIGTSTP, SIGCONT, SIGPIPE, SIGTTIN, SIGTTOU, SIGXFSZ, SIGBUS};
    enum {
        N = sizeof all / sizeof all[0]
    };
    for (int i = 0; i < N; i++)
        set(all[i], i % 2 ? SIG_IGN : SIG_DFL);
    sigset_t mask, now;
    sigemptyset(&mask);
    sigaddset(&mask, SIGWINCH);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    gf_sig_start();
    for (int i = 0; i < N; i++)
        set(all[i], note);
    sigfillset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    gf_sig_restore_in_child();
    for (int i = 0; i < N; i++)
        CHECK_ROW(handler_of(all[i]) == (i % 2 ? SIG_IGN : SIG_DFL), "signal %d", all[i]);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGWINCH) == 1 && sigismember(&now, SIGTERM) == 0);
}

static void ends_by(int sig, bool blocked)
{
    pid_t pid = fork();
    if (pid == 0) {
        set(sig, note);
        sigset_t all;
        sigfillset(&all);
        if (blocked)
            sigprocmask(SIG_SETMASK, &all, NULL);
        gf_die_by(sig);
    }
    int status = 0;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_ROW(WIFSIGNALED(status) && WTERMSIG(status) == sig && !WCOREDUMP(status), "status %x",
              (unsigned)status);
}

TEST(sig, die_by)
{
    ends_by(SIGTERM, false);
    ends_by(SIGINT, true);
    ends_by(SIGPIPE, false);
    ends_by(SIGQUIT, true);
}

static void be_first_process(void)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
        _exit(99);
    pid_t first = fork();
    if (first == 0) {
        set(SIGHUP, SIG_IGN);
        gf_sig_start();
        raise(SIGHUP);
        pid_t child = fork();
        if (child == 0) {
            raise(SIGTERM);
            _exit(1);
        }
        int status;
        waitpid(child, &status, 0);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM)
            _exit(2);
        raise(SIGTERM);
        _exit(3);
    }
    int status;
    waitpid(first, &status, 0);
    _exit(WEXITSTATUS(status));
}

TEST(sig, first_process)
{
    pid_t pid = fork();
    if (pid == 0)
        be_first_process();
    int status = 0;
    waitpid(pid, &status, 0);
    int code = WEXITSTATUS(status); /* 99: no name spaces here */
    CHECK_ROW(code == 128 + SIGTERM || code == 99, "status %d", code);
}
