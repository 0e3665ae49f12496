/* run/task and run/tasks: real children, what their owner is told and when, and owners that
 * free. */
#include "run/tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "loop.h"
#include "test.h"

extern char **environ;

static const struct gf_child_limits patient = {.kill_after = 30 * GF_S, .linger = 30 * GF_S};

/* ---- an owner that writes down what it is told ----------------------------------------------- */

struct seen {
    struct gf_task t;
    struct gf_buf log; /* a word a callback; output only once in a row */
    struct gf_buf out[GF_TASK_OUTPUTS];
    int overs, draineds, writables;
    bool end_at_output, kill_at_output; /* at the first */
    bool pause_at_output;
};

static void note(struct seen *s, const char *word)
{
    gf_buf_printf(&s->log, "%s%s", s->log.len ? " " : "", word);
}

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct seen *s = t->owner;
    bool first = s->out[0].len + s->out[1].len == 0;
    CHECK(len > 0);
    CHECK_INT(s->draineds, 0);
    gf_buf_add(&s->out[stream], data, len);
    if (s->pause_at_output)
        gf_task_pause(t, stream);
    if (first && s->end_at_output)
        gf_task_end(t);
    if (first && s->kill_at_output)
        gf_task_kill(t);
}

static void on_closed(struct gf_task *t, int stream)
{
    note(t->owner, stream == GF_TASK_OUT ? "closed:out" : "closed:err");
}

static void on_writable(struct gf_task *t)
{
    ((struct seen *)t->owner)->writables++;
}

static void on_timed_out(struct gf_task *t)
{
    note(t->owner, "timed_out");
}

static void on_signalled(struct gf_task *t, int sig)
{
    note(t->owner, sig == SIGTERM ? "TERM" : sig == SIGKILL ? "KILL" : "?");
}

static void on_held(struct gf_task *t)
{
    CHECK(t->reaped && !t->is_over && gf_task_is_open(t));
    note(t->owner, "held");
}

static void on_over(struct gf_task *t)
{
    struct seen *s = t->owner;
    CHECK(t->is_over);
    CHECK_INT(s->draineds, 0);
    s->overs++;
    note(s, "over");
}

static void on_drained(struct gf_task *t)
{
    struct seen *s = t->owner;
    CHECK_INT(s->overs, 1);
    CHECK(!t->all);
    s->draineds++;
    note(s, "drained");
}

static const struct gf_task_events events = {
    .output = on_output,
    .closed = on_closed,
    .writable = on_writable,
    .timed_out = on_timed_out,
    .signalled = on_signalled,
    .over = on_over,
    .drained = on_drained,
};

/* ---- a supervisor ---------------------------------------------------------------------------- */

static struct ev_loop *loop;
static struct gf_tasks all;
static struct gf_command command;

static void begin(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    loop = loop_new();
    if (gf_tasks_open(&all, loop) != 0)
        abort();
}

static void finish(void)
{
    gf_tasks_close(&all);
    gf_command_release(&command);
    CHECK_INT(ev_run(loop, EVRUN_NOWAIT), 0); /* no watcher is left */
    ev_loop_destroy(loop);
}

static void release(struct seen *s)
{
    gf_buf_release(&s->log);
    gf_buf_release(&s->out[0]);
    gf_buf_release(&s->out[1]);
}

/* sh -c SCRIPT, with `arg` as $0. */
static int start_task(struct gf_task *t, const char *script, const char *arg, unsigned pipes,
                      const struct gf_child_limits *limits)
{
    char sh[] = "sh", c[] = "-c";
    char *argv[] = {sh, c, (char *)(size_t)script, (char *)(size_t)arg, NULL};
    struct gf_task_start start = {.command = &command,
                                  .limits = limits,
                                  .spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}},
                                  .pipes = pipes};
    return gf_task_start(t, &all, &start);
}

enum {
    IN = GF_TASK_PIPE_IN,
    OUT = GF_TASK_PIPE_OUT,
    ERR = GF_TASK_PIPE_ERR
};

static int start(struct seen *s, const char *script, const char *arg, unsigned pipes,
                 const struct gf_child_limits *limits)
{
    s->t.on = &events;
    s->t.owner = s;
    s->overs = s->draineds = 0;
    int err = start_task(&s->t, script, arg, pipes, limits);
    CHECK_INT(err, 0);
    return err;
}

/* A name that is not there yet. */
static void new_name(char name[32])
{
    snprintf(name, 32, "/tmp/gf-unit-XXXXXX");
    int fd = mkstemp(name);
    if (fd == -1)
        abort();
    close(fd);
    unlink(name);
}

static void make_file(const char *name)
{
    close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

/* ---- the example ----------------------------------------------------------------------------- */

static int example_status = -1;
static char example_text[64];

static void example_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    (void)t;
    size_t at = strlen(example_text);
    snprintf(example_text + at, sizeof example_text - at, "%d:%.*s", stream, (int)len, data);
}

static void example_drained(struct gf_task *t)
{
    struct gf_ending e = gf_task_ending(t);
    example_status = gf_ending_status(&e);
}

TEST(run_task, example)
{
    static const struct gf_task_events example = {.output = example_output,
                                                  .drained = example_drained};
    static const struct gf_child_limits limits = {
        .timeout = 20 * GF_S, .kill_after = GF_S, .linger = GF_S};
    char sh[] = "sh", c[] = "-c", script[] = "echo hello; exit 3";
    char *argv[] = {sh, c, script, NULL};
    loop = loop_new();
    struct gf_tasks set = {0};
    REQUIRE(gf_tasks_open(&set, loop) == 0);
    struct gf_task t = {.on = &example};
    struct gf_task_start st = {.command = &command,
                               .limits = &limits,
                               .spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}},
                               .pipes = GF_TASK_PIPE_OUT | GF_TASK_PIPE_ERR};
    CHECK_INT(gf_task_start(&t, &set, &st), 0);
    RUN_UNTIL(loop, example_status != -1);
    CHECK_INT(example_status, 3);
    CHECK_STR(example_text, "0:hello\n");
    gf_tasks_close(&set);
    gf_command_release(&command);
    ev_loop_destroy(loop);
}

/* ---- lives ----------------------------------------------------------------------------------- */

TEST(run_task, endings)
{
    static const struct {
        const char *script;
        unsigned pipes;
        gf_ns timeout;
        const char *log; /* without what closes, whose order is the kernel's */
        const char *out, *err;
        enum gf_ending_how how;
        int status;
    } rows[] = {
        {":", 0, 0, "over drained", "", "", GF_ENDING_OK, 0},
        {"exit 7", OUT, 0, "over drained", "", "", GF_ENDING_EXIT, 7},
        {"exit 130", IN | OUT | ERR, 0, "over drained", "", "", GF_ENDING_EXIT, 130},
        {"echo a; echo b >&2", OUT | ERR, 0, "over drained", "a\n", "b\n", GF_ENDING_OK, 0},
        {"echo b >&2", ERR, 0, "over drained", "", "b\n", GF_ENDING_OK, 0},
        {"echo a; kill -9 $$", OUT, 0, "over drained", "a\n", "", GF_ENDING_SIGNAL, 137},
        {"kill -15 $$", 0, 0, "over drained", "", "", GF_ENDING_SIGNAL, 143},
        {"exec sleep 60", OUT | ERR, 50 * GF_MS, "timed_out TERM over drained", "", "",
         GF_ENDING_TIMEOUT, 124},
        {"exec sleep 60", 0, 1, "timed_out TERM over drained", "", "", GF_ENDING_TIMEOUT, 124},
        {"exec >&- 2>&-; exec sleep 0.1", OUT | ERR, 0, "over drained", "", "", GF_ENDING_OK, 0},
        {"cat; exit 5", IN | OUT, 30 * GF_S, "over drained", "", "", GF_ENDING_EXIT, 5},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen s = {0};
        struct gf_child_limits limits = patient;
        limits.timeout = rows[i].timeout;
        REQUIRE(start(&s, rows[i].script, NULL, rows[i].pipes, &limits) == 0);
        CHECK_INT(all.running, 1);
        CHECK(gf_task_is_open(&s.t) == ((rows[i].pipes & (OUT | ERR)) != 0));
        gf_task_close_input(&s.t);
        RUN_UNTIL(loop, s.draineds);
        struct gf_ending e = gf_task_ending(&s.t);
        CHECK_ROW(e.how == rows[i].how, "row %zu: how %d", i, (int)e.how);
        CHECK_ROW(gf_ending_status(&e) == rows[i].status, "row %zu: status %d", i,
                  gf_ending_status(&e));
        gf_buf_putc(&s.out[0], '\0');
        gf_buf_putc(&s.out[1], '\0');
        CHECK_STR(s.out[0].data, rows[i].out);
        CHECK_STR(s.out[1].data, rows[i].err);
        /* Each stream closes once; all close before the end, since nothing else holds them. */
        for (int k = 0; k < 2; k++) {
            const char *word = k ? "closed:err " : "closed:out ";
            char *at = strstr(s.log.data, word);
            CHECK_ROW((at != NULL) == ((rows[i].pipes & (k ? ERR : OUT)) != 0), "row %zu: %s", i,
                      s.log.data);
            if (at)
                memmove(at, at + strlen(word), strlen(at + strlen(word)) + 1);
        }
        CHECK_STR(s.log.data, rows[i].log);
        CHECK_INT(all.running, 0);
        CHECK(!all.first);
        CHECK(s.t.end_mono >= s.t.start_mono && s.t.start_wall > 0);
        CHECK(gf_task_cpu(&s.t) >= 0);
        release(&s);
    }
    finish();
}

#define LOOP_ "while :; do sleep 0.05; done"

static void on_wants_terminal(struct gf_task *t, int sig)
{
    note(t->owner, sig == SIGTTIN ? "TTIN" : sig == SIGTTOU ? "TTOU" : "?");
    gf_task_signal(t, SIGCONT);
}

/* Of the signals that stop, those of the terminal are told, once; none is an end. */
TEST(run_task, wants_the_terminal)
{
    struct gf_task_events wanting = events;
    struct seen s = {0};
    begin();
    wanting.wants_terminal = on_wants_terminal;
    s.t.on = &wanting;
    s.t.owner = &s;
    const char *script = "(while sleep 0.05; do kill -CONT $$ || exit; done) 2>/dev/null &"
                         "kill -TTOU $$; kill -TTIN $$; exit 3";
    REQUIRE(start_task(&s.t, script, NULL, 0, &patient) == 0);
    RUN_UNTIL(loop, s.draineds == 1);
    CHECK_STR(s.log.data, "TTOU over drained");
    CHECK_INT(gf_task_ending(&s.t).code, 3);
    release(&s);
    finish();
}

TEST(run_task, term_is_ignored)
{
    begin();
    struct seen s = {.end_at_output = true};
    struct gf_child_limits limits = {.kill_after = 200 * GF_MS, .linger = 30 * GF_S};
    REQUIRE(start(&s, "trap '' TERM; echo r; " LOOP_, NULL, OUT, &limits) == 0);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "TERM KILL closed:out over drained");
    struct gf_ending e = gf_task_ending(&s.t);
    CHECK(e.how == GF_ENDING_INTERRUPTED && e.signal == SIGKILL && e.sent == SIGKILL);
    release(&s);
    finish();
}

/* What ends by itself is not interrupted, although it was not reaped yet when it was told. */
TEST(run_task, told_when_it_has_ended)
{
    begin();
    struct seen s = {0};
    REQUIRE(start(&s, "exit 3", NULL, OUT, &patient) == 0);
    siginfo_t ended;
    REQUIRE(waitid(P_PID, (id_t)s.t.child.pid, &ended, WEXITED | WNOWAIT) == 0);
    gf_task_end(&s.t);
    RUN_UNTIL(loop, s.draineds);
    struct gf_ending e = gf_task_ending(&s.t);
    CHECK(e.how == GF_ENDING_EXIT && e.code == 3 && e.sent == SIGTERM);
    release(&s);
    finish();
}

TEST(run_task, kill_at_once)
{
    begin();
    struct seen s = {.kill_at_output = true};
    REQUIRE(start(&s, "trap '' TERM; echo r; " LOOP_, NULL, OUT, &patient) == 0);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "KILL closed:out over drained");
    release(&s);
    finish();
}

/* A stopped process would not see SIGTERM. */
TEST(run_task, a_stopped_one_ends)
{
    begin();
    struct seen s = {0};
    REQUIRE(start(&s, "exec sleep 60", NULL, 0, &patient) == 0);
    gf_task_signal(&s.t, SIGSTOP);
    int status;
    CHECK_INT(waitpid(s.t.child.pid, &status, WUNTRACED), s.t.child.pid);
    CHECK(WIFSTOPPED(status));
    gf_task_end(&s.t);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "TERM over drained");
    release(&s);
    finish();
}

/* The leader obeys; a helper of its group needs time to clean up, and gets it. */
TEST(run_task, a_helper_cleans_up)
{
    begin();
    struct seen s = {.end_at_output = true};
    REQUIRE(start(&s, "(trap 'sleep 0.3; echo cleaned; exit 0' TERM; echo r; " LOOP_ ") & wait",
                  NULL, OUT, &patient) == 0);
    RUN_UNTIL(loop, s.t.reaped);
    CHECK_INT(s.overs, 0);
    RUN_UNTIL(loop, s.draineds);
    gf_buf_putc(&s.out[0], '\0');
    CHECK_STR(s.out[0].data, "r\ncleaned\n");
    CHECK_STR(s.log.data, "TERM closed:out over drained");
    CHECK(!s.t.life.detached);
    release(&s);
    finish();
}

TEST(run_task, a_helper_that_does_not_end)
{
    begin();
    struct seen s = {.end_at_output = true};
    struct gf_child_limits limits = {.kill_after = 300 * GF_MS, .linger = 30 * GF_S};
    REQUIRE(start(&s, "(trap '' TERM; echo r; " LOOP_ ") & wait", NULL, OUT, &limits) == 0);
    pid_t group = s.t.child.pid;
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "TERM KILL closed:out over drained");
    struct gf_ending e = gf_task_ending(&s.t);
    CHECK_INT(e.signal, SIGTERM); /* of the leader */
    CHECK_INT(e.sent, SIGKILL);
    RUN_UNTIL(loop, kill(-group, 0) == -1);
    release(&s);
    finish();
}

/* What a process in the background writes after `over` still comes, until it lets go. */
TEST(run_task, a_pipe_that_is_held)
{
    static struct gf_task_events telling;
    char go[32];
    new_name(go);
    begin();
    struct seen s = {0};
    struct gf_child_limits limits = {.kill_after = 30 * GF_S, .linger = 100 * GF_MS};
    telling = events;
    telling.held = on_held;
    REQUIRE(start(&s, "(while [ ! -e $0 ]; do sleep 0.02; done; echo late) & echo early", go, OUT,
                  &limits) == 0);
    s.t.on = &telling;
    RUN_UNTIL(loop, s.overs);
    run_for(loop, 30 * GF_MS);
    CHECK_STR(s.log.data, "held over");
    CHECK(s.t.life.detached && s.t.all && gf_task_is_open(&s.t));
    CHECK_INT(all.running, 0);
    gf_task_end(&s.t); /* of one that is over: nothing */
    gf_task_kill(&s.t);
    gf_task_limit(&s.t, 0);
    gf_task_postpone(&s.t, GF_S);
    gf_tasks_end(&all);
    gf_tasks_kill(&all);
    run_for(loop, 30 * GF_MS);
    CHECK_STR(s.log.data, "held over");
    make_file(go);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "held over closed:out drained");
    gf_buf_putc(&s.out[0], '\0');
    CHECK_STR(s.out[0].data, "early\nlate\n");
    struct gf_ending e = gf_task_ending(&s.t);
    CHECK_INT(e.how, GF_ENDING_OK);
    unlink(go);
    release(&s);
    finish();
}

/* Its pipes are closed by the owner: then it is drained. */
TEST(run_task, closed_by_the_owner)
{
    begin();
    struct seen s = {0};
    struct gf_child_limits limits = {.linger = 1};
    REQUIRE(start(&s, "sleep 60 & :", NULL, OUT | ERR, &limits) == 0);
    pid_t group = s.t.child.pid;
    RUN_UNTIL(loop, s.overs);
    gf_task_close(&s.t, GF_TASK_ERR);
    gf_task_close(&s.t, GF_TASK_ERR);
    CHECK_STR(s.log.data, "over closed:err");
    gf_task_close(&s.t, GF_TASK_OUT);
    CHECK_STR(s.log.data, "over closed:err closed:out drained");
    kill(-group, SIGKILL);
    release(&s);
    finish();
}

/* ---- limits ---------------------------------------------------------------------------------- */

TEST(run_task, limit)
{
    begin();
    struct seen s = {0}, limited = {0};
    struct gf_child_limits hour = patient;
    hour.timeout = 3600 * GF_S;
    REQUIRE(start(&s, "exec sleep 60", NULL, 0, &patient) == 0);
    REQUIRE(start(&limited, "exec sleep 60", NULL, 0, &hour) == 0);
    gf_task_limit(&limited.t, gf_now_mono()); /* it has one already */
    gf_task_limit(&s.t, gf_now_mono() - GF_S);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "timed_out TERM over drained");
    CHECK_INT(limited.log.len, 0);
    gf_task_end(&limited.t);
    gf_task_end(&limited.t);
    RUN_UNTIL(loop, limited.draineds);
    CHECK_STR(limited.log.data, "TERM over drained");
    release(&s);
    release(&limited);
    finish();
}

TEST(run_task, postpone)
{
    begin();
    struct seen s = {0}, none = {0};
    struct gf_child_limits limits = patient;
    limits.timeout = 50 * GF_MS;
    REQUIRE(start(&s, "exec sleep 60", NULL, 0, &limits) == 0);
    REQUIRE(start(&none, "exec sleep 60", NULL, 0, &patient) == 0);
    gf_tasks_postpone(&all, 1800 * GF_S);
    gf_task_postpone(&s.t, 1800 * GF_S);
    CHECK_INT(s.t.life.wake_mono, s.t.start_mono + 50 * GF_MS + 3600 * GF_S);
    CHECK_INT(none.t.life.wake_mono, GF_NEVER);
    run_for(loop, 150 * GF_MS);
    CHECK_INT(s.log.len, 0);
    gf_task_postpone(&s.t, -3600 * GF_S);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "timed_out TERM over drained");
    gf_task_kill(&none.t);
    RUN_UNTIL(loop, none.draineds);
    release(&s);
    release(&none);
    finish();
}

/* ---- reading --------------------------------------------------------------------------------- */

TEST(run_task, pause_and_resume)
{
    begin();
    struct seen s = {.pause_at_output = true};
    REQUIRE(start(&s, "head -c 300000 /dev/zero; echo e >&2", NULL, OUT | ERR, &patient) == 0);
    RUN_UNTIL(loop, s.out[0].len);
    CHECK(gf_task_is_paused(&s.t));
    size_t before = s.out[0].len;
    run_for(loop, 100 * GF_MS);
    CHECK_INT(s.out[0].len, before);
    CHECK_INT(s.out[1].len, 0); /* the child waits for us */
    s.pause_at_output = false;
    gf_task_resume(&s.t);
    CHECK(!gf_task_is_paused(&s.t));
    RUN_UNTIL(loop, s.draineds);
    CHECK_INT(s.out[0].len, 300000);
    CHECK_INT(s.out[1].len, 2);
    release(&s);
    finish();
}

/* While the owner does not read, the time limit stands still. */
TEST(run_task, no_time_limit_while_paused)
{
    begin();
    struct seen s = {.pause_at_output = true};
    struct gf_child_limits limits = {.timeout = 100 * GF_MS, .kill_after = 30 * GF_S};
    REQUIRE(start(&s, "echo a; sleep 60", NULL, OUT, &limits) == 0);
    RUN_UNTIL(loop, s.out[0].len);
    run_for(loop, 300 * GF_MS);
    CHECK(!s.t.life.timed_out);
    gf_task_resume(&s.t);
    CHECK(s.t.held >= 300 * GF_MS);
    CHECK(!s.t.life.timed_out);
    RUN_UNTIL(loop, s.overs);
    CHECK(s.t.life.timed_out);
    CHECK(s.t.end_mono - s.t.start_mono >= 400 * GF_MS);
    RUN_UNTIL(loop, s.draineds);
    release(&s);
    finish();
}

/* While the owner does not read, the time to give up on the pipes does not pass. */
TEST(run_task, paused_at_its_end)
{
    begin();
    struct seen s = {0};
    struct gf_child_limits limits = {.linger = 20 * GF_MS};
    REQUIRE(start(&s, "head -c 50000 /dev/zero", NULL, OUT, &limits) == 0);
    gf_task_pause(&s.t, GF_TASK_OUT);
    gf_task_pause(&s.t, GF_TASK_ERR); /* not open: nothing */
    RUN_UNTIL(loop, s.t.reaped);
    run_for(loop, 200 * GF_MS);
    CHECK_INT(s.overs, 0);
    CHECK_INT(s.out[0].len, 0);
    gf_task_read(&s.t); /* what is paused is not read */
    CHECK_INT(s.out[0].len, 0);
    gf_tasks_resume(&all);
    RUN_UNTIL(loop, s.draineds);
    CHECK_INT(s.out[0].len, 50000);
    CHECK(!s.t.life.detached);
    release(&s);
    finish();
}

TEST(run_task, finish_reading)
{
    begin();
    struct seen s = {.pause_at_output = true};
    REQUIRE(start(&s, "head -c 60000 /dev/zero; echo e >&2; sleep 60 &", NULL, OUT | ERR,
                  &patient) == 0);
    pid_t group = s.t.child.pid;
    gf_task_pause(&s.t, GF_TASK_OUT);
    RUN_UNTIL(loop, s.t.reaped);
    CHECK_INT(s.out[0].len, 0);
    CHECK_INT(s.overs, 0); /* somebody holds the pipes */
    gf_task_finish_reading(&s.t);
    CHECK_INT(s.out[0].len, 60000);
    CHECK_INT(s.out[1].len, 2);
    CHECK_STR(s.log.data, "closed:out closed:err over drained");
    kill(-group, SIGKILL);
    release(&s);
    finish();
}

TEST(run_task, finish_reading_of_one_that_runs)
{
    begin();
    struct seen s = {0};
    REQUIRE(start(&s, "echo x; exec sleep 60", NULL, OUT, &patient) == 0);
    RUN_UNTIL(loop, s.out[0].len);
    gf_task_finish_reading(&s.t);
    CHECK_STR(s.log.data, "closed:out");
    CHECK(!gf_task_is_open(&s.t));
    gf_task_finish_reading(&s.t);
    gf_task_end(&s.t);
    RUN_UNTIL(loop, s.draineds);
    CHECK_STR(s.log.data, "closed:out TERM over drained");
    release(&s);
    finish();
}

TEST(run_task, much_output)
{
    begin();
    struct seen s = {0};
    REQUIRE(start(&s, "head -c 5000000 /dev/zero | tee /dev/stderr", NULL, OUT | ERR, &patient) ==
            0);
    RUN_UNTIL(loop, s.draineds);
    CHECK_INT(s.out[0].len, 5000000);
    CHECK_INT(s.out[1].len, 5000000);
    release(&s);
    finish();
}

/* ---- writing --------------------------------------------------------------------------------- */

TEST(run_task, write_to_cat)
{
    enum {
        TOTAL = 1000000
    };
    begin();
    struct seen s = {0};
    char *data = malloc(TOTAL);
    size_t at = 0;
    for (size_t i = 0; i < TOTAL; i++)
        data[i] = (char)(i * 2654435761u >> 13);
    REQUIRE(start(&s, "exec cat", NULL, IN | OUT, &patient) == 0);
    while (at < TOTAL) {
        int before = s.writables;
        ssize_t n = gf_task_write(&s.t, data + at, TOTAL - at);
        REQUIRE(n >= 0);
        at += (size_t)n;
        if (at < TOTAL)
            RUN_UNTIL(loop, s.writables > before);
    }
    CHECK(s.writables > 1);
    gf_task_close_input(&s.t);
    gf_task_close_input(&s.t);
    CHECK_INT(gf_task_write(&s.t, "x", 1), -1);
    RUN_UNTIL(loop, s.draineds);
    CHECK_INT(s.out[0].len, TOTAL);
    CHECK(s.out[0].len == TOTAL && memcmp(s.out[0].data, data, TOTAL) == 0);
    CHECK_STR(s.log.data, "closed:out over drained");
    free(data);
    release(&s);
    finish();
}

/* Room that the loop has not told of is not looked for. */
TEST(run_task, write_to_one_that_is_full)
{
    begin();
    struct seen s = {0};
    static char data[200000];
    int unread = 1;
    REQUIRE(start(&s, "read -r go; exec cat >/dev/null", NULL, IN, &patient) == 0);
    REQUIRE(gf_task_write(&s.t, "go\n", 3) == 3);
    while (gf_task_write(&s.t, data, sizeof data) == (ssize_t)sizeof data)
        ;
    while (unread > 0)
        REQUIRE(ioctl(s.t.in.io.fd, FIONREAD, &unread) == 0);
    CHECK_INT(s.writables, 0);
    CHECK_INT(gf_task_write(&s.t, "x", 1), 0);
    RUN_UNTIL(loop, s.writables);
    CHECK_INT(gf_task_write(&s.t, "x", 1), 1);
    gf_task_close_input(&s.t);
    RUN_UNTIL(loop, s.draineds);
    release(&s);
    finish();
}

TEST(run_task, write_to_one_that_does_not_read)
{
    begin();
    struct seen s = {0};
    REQUIRE(start(&s, "exec <&-; echo r; exec sleep 60", NULL, IN | OUT, &patient) == 0);
    RUN_UNTIL(loop, s.out[0].len);
    CHECK_INT(gf_task_write(&s.t, "x", 1), -1);
    CHECK_INT(gf_task_write(&s.t, "x", 1), -1);
    CHECK_INT(s.t.in.io.fd, -1);
    gf_task_end(&s.t);
    RUN_UNTIL(loop, s.draineds);
    release(&s);
    finish();
}

/* It reads a little and closes: the owner, who waits for room, is told. */
TEST(run_task, write_to_one_that_stops_reading)
{
    begin();
    struct seen s = {0};
    static char data[200000];
    REQUIRE(start(&s, "head -c 5 >/dev/null; exec <&-; exec sleep 60", NULL, IN, &patient) == 0);
    ssize_t n = 0;
    size_t rounds = 0;
    while (n != -1 && rounds++ < 100) {
        int before = s.writables;
        n = gf_task_write(&s.t, data, sizeof data);
        if (n != -1 && s.t.in.io.fd != -1)
            RUN_UNTIL(loop, s.writables > before);
    }
    CHECK_INT(n, -1);
    gf_task_end(&s.t);
    RUN_UNTIL(loop, s.draineds);
    release(&s);
    finish();
}

/* ---- start ----------------------------------------------------------------------------------- */

TEST(run_task, starts_that_fail)
{
    static const struct {
        const char *name;
        int err;
    } rows[] = {{"gf-no-such", ENOENT}, {"/etc/passwd", EACCES}, {"", ENOENT}};
    begin();
    struct gf_task t = {.on = &events};
    int before = gf_fd_count();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *argv[] = {(char *)(size_t)rows[i].name, NULL};
        struct gf_task_start st = {.command = &command,
                                   .limits = &patient,
                                   .spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}},
                                   .pipes = IN | OUT | ERR};
        CHECK_ROW(gf_task_start(&t, &all, &st) == rows[i].err, "row %zu", i);
        CHECK(!t.all && !all.first && all.running == 0);
        CHECK_INT(gf_fd_count(), before);
        gf_task_drop(&t);
    }
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
    finish();
}

TEST(run_task, no_descriptors)
{
    begin();
    struct seen s = {0};
    struct gf_task t = {.on = &events};
    struct rlimit limit, low;
    int before = gf_fd_count(), first = dup(0);
    close(first);
    getrlimit(RLIMIT_NOFILE, &limit);
    low = limit;
    for (int k = 0; k < 6; k++) { /* each of the three pipes fails, with either end */
        low.rlim_cur = (rlim_t)(first + k);
        setrlimit(RLIMIT_NOFILE, &low);
        int err = start_task(&t, ":", NULL, IN | OUT | ERR, &patient);
        setrlimit(RLIMIT_NOFILE, &limit);
        CHECK_INT(err, EMFILE);
        CHECK_INT(gf_command_fault(err, false), GF_FAULT_MOMENT);
        CHECK(!t.all && all.running == 0);
        CHECK_INT(gf_fd_count(), before);
    }
    REQUIRE(start(&s, "exit 4", NULL, IN | OUT | ERR, &patient) == 0);
    RUN_UNTIL(loop, s.draineds);
    CHECK_INT(gf_fd_count(), before);
    release(&s);
    finish();
}

TEST(run_task, struct_is_used_again)
{
    static const char *const scripts[] = {"exec sleep 60", "sleep 60 & :", "echo x", "exit 9"};
    begin();
    struct seen s = {0};
    int before = gf_fd_count();
    for (int i = 0; i < 8; i++) {
        struct gf_child_limits limits = {.kill_after = 30 * GF_S, .linger = 30 * GF_S};
        limits.timeout = i % 4 == 0 ? 30 * GF_MS : 0;
        limits.linger = i % 4 == 1 ? GF_MS : limits.linger;
        gf_buf_clear(&s.log);
        REQUIRE(start(&s, scripts[i % 4], NULL, IN | OUT | ERR, &limits) == 0);
        pid_t group = s.t.child.pid;
        CHECK(!s.t.reaped && !s.t.is_over && !gf_task_is_paused(&s.t));
        if (i % 2)
            gf_task_pause(&s.t, GF_TASK_OUT);
        if (i % 4 == 1) {
            RUN_UNTIL(loop, s.t.reaped);
            gf_task_drop(&s.t); /* in the middle of its life */
            kill(-group, SIGKILL);
            continue;
        }
        gf_task_resume(&s.t);
        RUN_UNTIL(loop, s.draineds);
        struct gf_ending e = gf_task_ending(&s.t);
        CHECK_INT(gf_ending_status(&e), i % 4 == 0 ? 124 : i % 4 == 2 ? 0 : 9);
    }
    CHECK_INT(gf_fd_count(), before);
    release(&s);
    finish();
}

/* What is done with one that was not started, or is drained, does nothing. */
static void poke(struct gf_task *t)
{
    gf_task_end(t);
    gf_task_kill(t);
    gf_task_limit(t, 0);
    gf_task_signal(t, SIGKILL);
    gf_task_postpone(t, GF_S);
    CHECK(!gf_task_is_open(t));
    gf_task_pause(t, GF_TASK_OUT);
    CHECK(!gf_task_is_paused(t));
    gf_task_resume(t);
    gf_task_read(t);
    gf_task_finish_reading(t);
    gf_task_close(t, GF_TASK_ERR);
    CHECK_INT(gf_task_write(t, "x", 1), -1);
    gf_task_close_input(t);
    gf_task_drop(t);
    gf_task_drop(t);
}

TEST(run_task, nothing_is_done_with_one_that_does_not_run)
{
    begin();
    struct gf_tasks zero = {0};
    gf_tasks_close(&zero);
    gf_tasks_end(&zero);
    struct seen s = {0};
    int before = gf_fd_count();
    s.t.on = &events;
    poke(&s.t);
    CHECK_INT(gf_fd_count(), before);
    REQUIRE(start(&s, ":", NULL, OUT, &patient) == 0);
    RUN_UNTIL(loop, s.draineds);
    poke(&s.t);
    CHECK_STR(s.log.data, "closed:out over drained");
    release(&s);
    finish();
}

/* A dropped one goes on, and is reaped. */
TEST(run_task, dropped)
{
    char go[32];
    new_name(go);
    begin();
    struct seen s = {0};
    REQUIRE(start(&s, "while [ ! -e $0 ]; do sleep 0.02; done", go, IN | OUT | ERR, &patient) == 0);
    pid_t pid = s.t.child.pid;
    gf_task_drop(&s.t);
    poke(&s.t);
    run_for(loop, 50 * GF_MS);
    CHECK_INT(kill(pid, 0), 0);
    make_file(go);
    RUN_UNTIL(loop, kill(pid, 0) == -1);
    CHECK_INT(s.log.len, 0);
    CHECK_INT(all.running, 0);
    unlink(go);
    release(&s);
    finish();
}

/* ---- many ------------------------------------------------------------------------------------ */

TEST(run_task, two_sets_on_one_loop)
{
    begin();
    struct ev_loop *other = loop_new();
    struct gf_tasks second = {0}, third = {0};
    REQUIRE(gf_tasks_open(&second, loop) == 0);
    CHECK_INT(gf_tasks_open(&third, other), -1);
    CHECK_INT(errno, EBUSY);
    gf_tasks_close(&third);
    char sh[] = "sh", c[] = "-c", script[] = "echo b; exec sleep 60";
    char *argv[] = {sh, c, script, NULL};
    struct seen a = {0}, b = {.t = {.on = &events}};
    b.t.owner = &b;
    struct gf_task_start st = {.command = &command,
                               .limits = &patient,
                               .spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}},
                               .pipes = OUT};
    REQUIRE(start(&a, "echo a; exec sleep 60", NULL, OUT, &patient) == 0);
    REQUIRE(gf_task_start(&b.t, &second, &st) == 0);
    RUN_UNTIL(loop, a.out[0].len && b.out[0].len);
    CHECK(all.running == 1 && second.running == 1);
    gf_tasks_end(&all); /* of one set alone */
    RUN_UNTIL(loop, a.draineds);
    CHECK_INT(b.log.len, 0);
    gf_tasks_close(&all);
    gf_tasks_end(&second);
    RUN_UNTIL(loop, b.draineds);
    CHECK_STR(b.log.data, "TERM closed:out over drained");
    gf_tasks_close(&second);
    ev_loop_destroy(other);
    release(&a);
    release(&b);
    finish();
}

enum {
    MANY = 20
};
static struct seen many[MANY];

static void start_many(const char *script)
{
    for (int i = 0; i < MANY; i++)
        if (start(&many[i], script, NULL, OUT, &patient) != 0)
            abort();
}

static bool many_are(int draineds)
{
    int n = 0;
    for (int i = 0; i < MANY; i++)
        n += many[i].draineds;
    return n == draineds;
}

TEST(run_task, many_together)
{
    begin();
    start_many("exec sleep 60");
    CHECK_INT(all.running, MANY);
    gf_tasks_signal(&all, SIGSTOP);
    gf_tasks_signal(&all, SIGCONT);
    gf_tasks_end(&all);
    RUN_UNTIL(loop, many_are(MANY));
    start_many("trap '' TERM; " LOOP_);
    gf_tasks_kill(&all);
    RUN_UNTIL(loop, many_are(MANY));
    start_many("exec sleep 60");
    gf_tasks_signal(&all, SIGTERM); /* without any consequence for their lives */
    RUN_UNTIL(loop, many_are(MANY));
    CHECK_STR(many[0].log.data,
              "TERM closed:out over drained KILL closed:out over drained closed:out over drained");
    for (int i = 0; i < MANY; i++)
        release(&many[i]);
    finish();
}

/* The first one that is signalled drops all others, and starts another one. */
static int signalled_count;
static struct gf_task late;

static void on_signalled_drop(struct gf_task *t, int sig)
{
    static const struct gf_task_events none = {0};
    (void)sig;
    if (signalled_count++)
        return;
    for (int i = 0; i < MANY; i++) {
        if (&many[i].t == t)
            continue;
        gf_task_drop(&many[i].t);
        memset(&many[i].t, 0xa5, sizeof many[i].t); /* as if it were freed */
    }
    late.on = &none;
    CHECK_INT(start_task(&late, "exec sleep 60", NULL, 0, &patient), 0);
}

TEST(run_task, dropped_while_all_are_gone_through)
{
    static struct gf_task_events dropping;
    pid_t pids[MANY];
    dropping = events;
    dropping.signalled = on_signalled_drop;
    begin();
    start_many("exec sleep 60");
    for (int i = 0; i < MANY; i++) {
        many[i].t.on = &dropping;
        pids[i] = many[i].t.child.pid;
    }
    gf_tasks_end(&all);
    CHECK_INT(signalled_count, 1);
    CHECK_INT(all.running, 2);
    RUN_UNTIL(loop, many_are(1));
    CHECK_INT(all.running, 1); /* the late one was not gone through */
    gf_task_kill(&late);
    for (int i = 0; i < MANY; i++) {
        kill(-pids[i], SIGKILL);
        RUN_UNTIL(loop, kill(pids[i], 0) == -1);
        release(&many[i]);
    }
    RUN_UNTIL(loop, !late.all);
    finish();
}

/* ---- a free, or another start, in every callback --------------------------------------------- */

enum which {
    OUTPUT,
    CLOSED,
    WRITABLE,
    TIMED_OUT,
    SIGNALLED,
    HELD,
    OVER,
    DRAINED
};

static enum which which;
static int freed;
static pid_t freed_pid;
static bool again; /* not freed: started anew */

static void is_called(struct gf_task *t, enum which me)
{
    if (me != which || freed)
        return;
    freed++;
    freed_pid = t->child.pid;
    if (me != DRAINED)
        gf_task_drop(t);
    CHECK(!t->all);
    if (!again) {
        memset(t, 0xa5, sizeof *t); /* whoever looks at it finds nonsense, or the sanitizer */
        free(t);
        return;
    }
    CHECK_INT(start_task(t, "echo again; exit 6", NULL, OUT | ERR, &patient), 0);
}

static void free_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    (void)stream;
    (void)data;
    (void)len;
    is_called(t, OUTPUT);
}

static void free_closed(struct gf_task *t, int stream)
{
    (void)stream;
    is_called(t, CLOSED);
}

static void free_writable(struct gf_task *t)
{
    if (which == WRITABLE)
        is_called(t, WRITABLE);
    else
        gf_task_close_input(t);
}

static void free_timed_out(struct gf_task *t)
{
    is_called(t, TIMED_OUT);
}

static void free_signalled(struct gf_task *t, int sig)
{
    (void)sig;
    is_called(t, SIGNALLED);
}

static void free_held(struct gf_task *t)
{
    is_called(t, HELD);
}

static void free_over(struct gf_task *t)
{
    is_called(t, OVER);
}

static void free_drained(struct gf_task *t)
{
    if (which == DRAINED) {
        is_called(t, DRAINED);
        return;
    }
    CHECK(again && freed); /* a second life ends as any other */
    struct gf_ending e = gf_task_ending(t);
    CHECK_INT(gf_ending_status(&e), 6);
}

static const struct gf_task_events freeing = {
    .output = free_output,
    .closed = free_closed,
    .writable = free_writable,
    .timed_out = free_timed_out,
    .signalled = free_signalled,
    .held = free_held,
    .over = free_over,
    .drained = free_drained,
};

/* How the owner brings it about, beside the loop. */
enum how {
    BY_LOOP,
    BY_END,            /* gf_task_end */
    BY_KILL,           /* gf_task_kill */
    BY_TASKS_END,      /* gf_tasks_end */
    BY_FINISH_READING, /* gf_task_finish_reading, when something is there */
    BY_READ,           /* gf_task_read, likewise */
    BY_CLOSE,          /* gf_task_close of both, when it is over or has been reaped */
    BY_WRITE           /* gf_task_write of more than the pipe holds */
};

static const struct {
    enum which which;
    enum how how;
    const char *script;
    gf_ns timeout, linger;
} frees[] = {
    {OUTPUT, BY_LOOP, "echo x; exec sleep 60", 0, GF_S},
    {OUTPUT, BY_LOOP, "echo x; echo y >&2; exit 3", 0, GF_S},
    {OUTPUT, BY_LOOP, "head -c 1000000 /dev/zero", 0, GF_S},
    {OUTPUT, BY_READ, "echo x; exec sleep 60", 0, GF_S},
    {OUTPUT, BY_FINISH_READING, "echo x; echo y >&2; exec sleep 60", 0, GF_S},
    {CLOSED, BY_LOOP, "exec >&-; exec sleep 60", 0, GF_S},
    {CLOSED, BY_LOOP, "exec >&- 2>&-; exec sleep 60", 0, GF_S},
    {CLOSED, BY_LOOP, ":", 0, GF_S},
    {CLOSED, BY_READ, "exec >&- 2>&-; exec sleep 60", 0, GF_S},
    {CLOSED, BY_FINISH_READING, "echo x; exec sleep 60", 0, GF_S},
    {CLOSED, BY_CLOSE, "sleep 60 & :", 0, 1},
    {WRITABLE, BY_WRITE, "cat >/dev/null; exec sleep 60", 0, GF_S},
    {TIMED_OUT, BY_LOOP, "exec sleep 60", 20 * GF_MS, GF_S},
    {SIGNALLED, BY_LOOP, "exec sleep 60", 20 * GF_MS, GF_S},
    {SIGNALLED, BY_END, "exec sleep 60", 0, GF_S},
    {SIGNALLED, BY_KILL, "exec sleep 60", 0, GF_S},
    {SIGNALLED, BY_TASKS_END, "exec sleep 60", 0, GF_S},
    {HELD, BY_LOOP, "sleep 60 & :", 0, GF_S},
    {OVER, BY_LOOP, ":", 0, GF_S},
    {OVER, BY_LOOP, "sleep 60 & :", 0, 1},
    {OVER, BY_KILL, "exec sleep 60", 0, GF_S},
    {OVER, BY_FINISH_READING, "echo x; sleep 60 & :", 0, 30 * GF_S},
    {OVER, BY_END, "(trap 'exit 0' TERM; " LOOP_ ") & wait", 0, GF_S},
    {DRAINED, BY_LOOP, ":", 0, GF_S},
    {DRAINED, BY_LOOP, "echo x; (sleep 0.2; echo y) &", 0, 1},
    {DRAINED, BY_KILL, "exec sleep 60", 0, GF_S},
    {DRAINED, BY_FINISH_READING, "echo x; sleep 60 & :", 0, 30 * GF_S},
    {DRAINED, BY_CLOSE, "sleep 60 & :", 0, 1},
};

static bool there_is_something(const struct gf_task *t)
{
    return gf_read_ready(t->out[0].io.fd);
}

/* After gf_task_*, *t may be gone; `freed` says so. */
static void bring_about(struct gf_task *t, enum how how)
{
    static char data[300000];
    switch (how) {
    case BY_LOOP:
        break;
    case BY_END:
        gf_task_end(t);
        break;
    case BY_KILL:
        gf_task_kill(t);
        break;
    case BY_TASKS_END:
        gf_tasks_end(&all);
        break;
    case BY_FINISH_READING:
    case BY_READ:
        gf_task_pause(t, GF_TASK_OUT);
        gf_task_pause(t, GF_TASK_ERR);
        RUN_UNTIL(loop, there_is_something(t));
        if (which == OVER || which == DRAINED)
            RUN_UNTIL(loop, t->reaped);
        gf_task_resume(t);
        if (how == BY_READ)
            gf_task_read(t);
        else
            gf_task_finish_reading(t);
        break;
    case BY_CLOSE:
        RUN_UNTIL(loop, t->is_over);
        gf_task_close(t, GF_TASK_OUT);
        if (!freed)
            gf_task_close(t, GF_TASK_ERR);
        break;
    case BY_WRITE:
        gf_task_write(t, data, sizeof data);
        break;
    }
}

static void free_in_each(void)
{
    begin();
    for (size_t i = 0; i < sizeof frees / sizeof frees[0]; i++) {
        struct gf_child_limits limits = {
            .timeout = frees[i].timeout, .kill_after = 30 * GF_S, .linger = frees[i].linger};
        struct gf_task *t = calloc(1, sizeof *t);
        if (!t)
            abort();
        int before = gf_fd_count();
        which = frees[i].which;
        freed = 0;
        t->on = &freeing;
        REQUIRE(start_task(t, frees[i].script, NULL, IN | OUT | ERR, &limits) == 0);
        bring_about(t, frees[i].how);
        RUN_UNTIL(loop, freed);
        run_for(loop, 5 * GF_MS);
        kill(-freed_pid, SIGKILL);
        RUN_UNTIL(loop, kill(freed_pid, 0) == -1); /* reaped, although nobody is told */
        if (again) {
            RUN_UNTIL(loop, !t->all);
            free(t);
        }
        CHECK_ROW(freed == 1 && all.running == 0 && !all.first, "row %zu", i);
        CHECK_ROW(gf_fd_count() == before, "row %zu: %d descriptors, not %d", i, gf_fd_count(),
                  before);
    }
    finish();
}

TEST(run_task, freed_in_every_callback)
{
    free_in_each();
}

TEST(run_task, started_anew_in_every_callback)
{
    again = true;
    free_in_each();
}

/* From inside of one callback another one frees. */
static void end_in_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    (void)stream;
    (void)data;
    (void)len;
    gf_task_end(t);
}

static void finish_in_closed(struct gf_task *t, int stream)
{
    (void)stream;
    gf_task_finish_reading(t);
}

static void close_in_over(struct gf_task *t)
{
    gf_task_close(t, GF_TASK_OUT);
    if (!freed)
        gf_task_close(t, GF_TASK_ERR);
}

static void kill_in_timed_out(struct gf_task *t)
{
    gf_task_kill(t);
}

TEST(run_task, freed_in_a_callback_inside_of_another)
{
    static const struct {
        struct gf_task_events on;
        enum which which;
        const char *script;
        gf_ns timeout, linger;
    } rows[] = {
        {{.output = end_in_output, .signalled = free_signalled},
         SIGNALLED,
         "head -c 1000000 /dev/zero",
         0,
         GF_S},
        {{.closed = finish_in_closed, .drained = free_drained}, DRAINED, "exec >&-", 0, GF_S},
        {{.closed = finish_in_closed, .over = free_over}, OVER, ":", 0, GF_S},
        {{.closed = finish_in_closed, .drained = free_drained},
         DRAINED,
         "exec >&-; sleep 60 & :",
         0,
         1},
        {{.over = close_in_over, .closed = free_closed}, CLOSED, "sleep 60 & :", 0, 1},
        {{.over = close_in_over, .drained = free_drained}, DRAINED, "sleep 60 & :", 0, 1},
        {{.timed_out = kill_in_timed_out, .signalled = free_signalled},
         SIGNALLED,
         "exec sleep 60",
         20 * GF_MS,
         GF_S},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_child_limits limits = {
            .timeout = rows[i].timeout, .kill_after = 30 * GF_S, .linger = rows[i].linger};
        struct gf_task *t = calloc(1, sizeof *t);
        if (!t)
            abort();
        which = rows[i].which;
        freed = 0;
        t->on = &rows[i].on;
        REQUIRE(start_task(t, rows[i].script, NULL, OUT | ERR, &limits) == 0);
        RUN_UNTIL(loop, freed);
        run_for(loop, 5 * GF_MS);
        kill(-freed_pid, SIGKILL);
        RUN_UNTIL(loop, kill(freed_pid, 0) == -1);
        CHECK_ROW(freed == 1 && all.running == 0 && !all.first, "row %zu", i);
    }
    finish();
}

/* The owner gives up on the pipes when SIGKILL is about to be sent: it is sent all the same. */
static void close_in_signalled(struct gf_task *t, int sig)
{
    on_signalled(t, sig);
    if (sig != SIGKILL)
        return;
    gf_task_close(t, GF_TASK_OUT);
    gf_task_close(t, GF_TASK_ERR);
}

TEST(run_task, closed_in_signalled)
{
    static struct gf_task_events closing;
    begin();
    struct seen s = {.end_at_output = true};
    struct gf_child_limits limits = {.kill_after = 200 * GF_MS, .linger = 30 * GF_S};
    REQUIRE(start(&s, "(trap '' TERM; echo r; " LOOP_ ") & wait", NULL, OUT | ERR, &limits) == 0);
    closing = events;
    closing.signalled = close_in_signalled;
    s.t.on = &closing;
    pid_t group = s.t.child.pid;
    RUN_UNTIL(loop, s.draineds);
    RUN_UNTIL(loop, kill(-group, 0) == -1);
    CHECK_STR(s.log.data, "TERM KILL closed:out closed:err over drained");
    kill(-group, SIGKILL); /* of a test that failed nothing is left */
    release(&s);
    finish();
}

/* The set is closed while tasks run: all are dropped. */
TEST(run_task, the_set_is_closed_while_tasks_run)
{
    begin();
    int before = gf_fd_count();
    pid_t pids[MANY];
    start_many("exec sleep 60");
    for (int i = 0; i < MANY; i++)
        pids[i] = many[i].t.child.pid;
    gf_tasks_close(&all);
    for (int i = 0; i < MANY; i++) {
        CHECK(!many[i].t.all);
        CHECK_INT(many[i].log.len, 0);
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    CHECK(gf_fd_count() <= before);
    finish();
}

/* A callback that is NULL is not called. */
TEST(run_task, nobody_is_told)
{
    static const struct gf_task_events none = {0};
    begin();
    struct gf_task t = {.on = &none};
    struct gf_child_limits limits = patient;
    limits.timeout = 30 * GF_MS;
    REQUIRE(start_task(&t, "echo x; exec sleep 60", NULL, IN | OUT | ERR, &limits) == 0);
    RUN_UNTIL(loop, !t.all);
    struct gf_ending e = gf_task_ending(&t);
    CHECK_INT(gf_ending_status(&e), 124);
    finish();
}
