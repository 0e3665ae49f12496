/* run/reaper: ends are told to those who asked, others are reaped, and the table holds under
 * load. */
#include "run/reaper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "test.h"

static int ends, last_status;

static void on_end(struct gf_reaper_child *c, int status, const struct rusage *usage)
{
    CHECK(!gf_reaper_knows(c->pid)); /* one that is told is not in the table any more */
    CHECK(usage->ru_utime.tv_sec >= 0);
    ends++;
    last_status = status;
}

/* A child that ends with `code`, when there is something to read from the pipe, if there is one. */
static pid_t fork_child(int code, const int wait_for[2])
{
    pid_t pid = fork();
    char byte;
    if (pid == 0) {
        if (wait_for) {
            close(wait_for[1]);
            while (read(wait_for[0], &byte, 1) == -1)
                ;
        }
        _exit(code);
    }
    return pid;
}

TEST(run_reaper, example)
{
    struct ev_loop *loop = loop_new();
    REQUIRE(gf_reaper_open(loop) == 0);
    REQUIRE(gf_reaper_reserve() == 0);
    struct gf_reaper_child c = {.ended = on_end, .pid = fork_child(7, NULL)};
    gf_reaper_add(&c);
    CHECK(gf_reaper_knows(c.pid));
    RUN_UNTIL(loop, ends == 1);
    CHECK_INT(WEXITSTATUS(last_status), 7);
    gf_reaper_close();
    CHECK_INT(ev_run(loop, EVRUN_NOWAIT), 0);
    ev_loop_destroy(loop);
}

TEST(run_reaper, one_loop)
{
    struct ev_loop *loop = loop_new(), *other = loop_new();
    CHECK_INT(gf_reaper_open(loop), 0);
    CHECK_INT(gf_reaper_open(loop), 0);
    errno = 0;
    CHECK_INT(gf_reaper_open(other), -1);
    CHECK_INT(errno, EBUSY);
    gf_reaper_close();
    CHECK_INT(gf_reaper_open(other), -1); /* somebody has it open still */
    REQUIRE(gf_reaper_reserve() == 0);
    struct gf_reaper_child c = {.ended = on_end, .pid = fork_child(0, NULL)};
    gf_reaper_add(&c);
    RUN_UNTIL(loop, ends == 1);
    gf_reaper_close();
    CHECK_INT(gf_reaper_open(other), 0); /* now nobody */
    gf_reaper_close();
    ev_loop_destroy(loop);
    ev_loop_destroy(other);
}

TEST(run_reaper, nobody_added_it)
{
    struct ev_loop *loop = loop_new();
    REQUIRE(gf_reaper_open(loop) == 0);
    CHECK(!gf_reaper_knows(1)); /* of an empty table */
    pid_t before = fork_child(0, NULL);
    RUN_UNTIL(loop, kill(before, 0) == -1);
    struct gf_reaper_child none = {.pid = 1}, removed = {.ended = on_end};
    gf_reaper_remove(&none);
    REQUIRE(gf_reaper_reserve() == 0);
    removed.pid = fork_child(0, NULL);
    gf_reaper_add(&removed);
    gf_reaper_remove(&none);
    CHECK(gf_reaper_knows(removed.pid));
    gf_reaper_remove(&removed);
    CHECK(!gf_reaper_knows(removed.pid));
    gf_reaper_remove(&removed);
    RUN_UNTIL(loop, kill(removed.pid, 0) == -1);
    CHECK_INT(ends, 0);
    gf_reaper_close();
    ev_loop_destroy(loop);
}

/* Numbers that are no processes: the table alone, against flags. */
TEST(run_reaper, table_against_a_model)
{
    enum {
        N = 1000
    };
    static struct gf_reaper_child c[N];
    static bool there[N];
    struct ev_loop *loop = loop_new();
    REQUIRE(gf_reaper_open(loop) == 0);
    unsigned seed = 9;
    for (int i = 0; i < N; i++) {
        seed = seed * 1103515245u + 12345u;
        c[i].pid = (pid_t)(i % 2 ? 100000 + i : 200000 + i * 64);
    }
    for (int n = 0; n < 20000; n++) {
        seed = seed * 1103515245u + 12345u;
        int i = (int)((seed >> 8) % N);
        if (seed >> 31) {
            REQUIRE(gf_reaper_reserve() == 0);
            gf_reaper_add(&c[i]);
            there[i] = true;
        } else {
            gf_reaper_remove(&c[i]);
            there[i] = false;
        }
        if (n % 50)
            continue;
        for (int k = 0; k < N; k++)
            REQUIRE(gf_reaper_knows(c[k].pid) == there[k]);
    }
    gf_reaper_close();
    CHECK(!gf_reaper_knows(c[0].pid));
    ev_loop_destroy(loop);
}

/* Many end between two turns of the loop, when SIGCHLD says so only once. */
TEST(run_reaper, many_at_once)
{
    enum {
        N = 100
    };
    static struct gf_reaper_child c[N];
    struct ev_loop *loop = loop_new();
    int p[2];
    REQUIRE(gf_reaper_open(loop) == 0 && pipe(p) == 0);
    for (int i = 0; i < N; i++) {
        REQUIRE(gf_reaper_reserve() == 0);
        c[i] = (struct gf_reaper_child){.ended = on_end, .pid = fork_child(0, p)};
        gf_reaper_add(&c[i]);
    }
    close(p[0]);
    close(p[1]);
    RUN_UNTIL(loop, ends == N);
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
    gf_reaper_close();
    ev_loop_destroy(loop);
}

/* Whoever is told frees the struct, starts another child, and closes at last. */
static int rounds;

static void on_end_again(struct gf_reaper_child *c, int status, const struct rusage *usage)
{
    (void)status;
    (void)usage;
    free(c);
    if (++rounds == 5) {
        gf_reaper_close();
        return;
    }
    struct gf_reaper_child *next = malloc(sizeof *next);
    if (!next || gf_reaper_reserve() != 0)
        abort();
    *next = (struct gf_reaper_child){.ended = on_end_again, .pid = fork_child(0, NULL)};
    gf_reaper_add(next);
}

TEST(run_reaper, who_is_told_frees_starts_and_closes)
{
    struct ev_loop *loop = loop_new();
    struct rusage none = {0};
    REQUIRE(gf_reaper_open(loop) == 0);
    struct gf_reaper_child *first = malloc(sizeof *first);
    on_end_again(first, 0, &none);
    RUN_UNTIL(loop, rounds == 5);
    ev_loop_destroy(loop);
}
