/* The life of a child: every cell of the table, and the lives that people meet. */
#include "proc/child.h"

#include <signal.h>
#include <string.h>

#include "test.h"

static const struct gf_child_limits limits = {
    .timeout = 10 * GF_S, .kill_after = 5 * GF_S, .linger = GF_S};

enum {
    R = GF_CHILD_RUNNING,
    E = GF_CHILD_ENDING,
    K = GF_CHILD_KILLED,
    C = GF_CHILD_CLEARING,
    D = GF_CHILD_DRAINING,
    O = GF_CHILD_OVER
};
enum {
    TIME = GF_CHILD_TIME,
    END = GF_CHILD_END,
    KILL = GF_CHILD_KILL,
    EXIT = GF_CHILD_EXIT,
    HELD = GF_CHILD_EXIT_HELD,
    GROUP = GF_CHILD_EXIT_GROUP,
    EOF_ = GF_CHILD_EOF,
    EMPTY = GF_CHILD_EMPTY,
    EMPTYH = GF_CHILD_EMPTY_HELD
};

/* state, event -> state, signal, wake after (seconds; -1 none, -2 as before) */
static const struct {
    int from, event, to, signal, wake;
} cells[] = {
    {R, TIME, E, SIGTERM, 5},  {R, END, E, SIGTERM, 5},  {R, KILL, K, SIGKILL, -1},
    {R, EXIT, O, 0, -1},       {R, HELD, D, 0, 1},       {R, GROUP, O, 0, -1},
    {R, EOF_, R, 0, -2},       {R, EMPTY, R, 0, -2},     {R, EMPTYH, R, 0, -2},

    {E, TIME, K, SIGKILL, -1}, {E, END, E, 0, -2},       {E, KILL, K, SIGKILL, -1},
    {E, EXIT, O, 0, -1},       {E, HELD, D, 0, 1},       {E, GROUP, C, 0, -2},
    {E, EOF_, E, 0, -2},       {E, EMPTY, E, 0, -2},     {E, EMPTYH, E, 0, -2},

    {K, TIME, K, 0, -2},       {K, END, K, 0, -2},       {K, KILL, K, 0, -2},
    {K, EXIT, O, 0, -1},       {K, HELD, D, 0, 1},       {K, GROUP, O, 0, -1},
    {K, EOF_, K, 0, -2},       {K, EMPTY, K, 0, -2},     {K, EMPTYH, K, 0, -2},

    {C, TIME, D, SIGKILL, 1},  {C, END, C, 0, -2},       {C, KILL, D, SIGKILL, 1},
    {C, EXIT, C, 0, -2},       {C, HELD, C, 0, -2},      {C, GROUP, C, 0, -2},
    {C, EOF_, C, 0, -2},       {C, EMPTY, O, 0, -1},     {C, EMPTYH, D, 0, 1},

    {D, TIME, O, 0, -1},       {D, END, D, SIGTERM, -2}, {D, KILL, D, SIGKILL, -2},
    {D, EXIT, D, 0, -2},       {D, HELD, D, 0, -2},      {D, GROUP, D, 0, -2},
    {D, EOF_, O, 0, -1},       {D, EMPTY, O, 0, -1},     {D, EMPTYH, D, 0, -2},

    {O, TIME, O, 0, -2},       {O, END, O, 0, -2},       {O, KILL, O, 0, -2},
    {O, EXIT, O, 0, -2},       {O, HELD, O, 0, -2},      {O, GROUP, O, 0, -2},
    {O, EOF_, O, 0, -2},       {O, EMPTY, O, 0, -2},     {O, EMPTYH, O, 0, -2},
};

TEST(proc_child, every_cell)
{
    bool seen[GF_CHILD_STATES][GF_CHILD_EVENTS];
    memset(seen, 0, sizeof seen);
    const gf_ns now = 100 * GF_S, before = 777 * GF_S;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        struct gf_child c = {
            .limits = &limits, .state = (enum gf_child_state)cells[i].from, .wake_mono = before};
        struct gf_child_step s = gf_child_event(&c, (enum gf_child_event)cells[i].event, now);
        gf_ns wake = cells[i].wake == -2   ? before
                     : cells[i].wake == -1 ? GF_NEVER
                                           : now + cells[i].wake * GF_S;
        CHECK_ROW((int)c.state == cells[i].to, "cell %d,%d: state %d", cells[i].from,
                  cells[i].event, (int)c.state);
        CHECK_ROW(s.signal == cells[i].signal, "cell %d,%d: signal %d", cells[i].from,
                  cells[i].event, s.signal);
        CHECK_ROW(c.wake_mono == wake, "cell %d,%d: wake", cells[i].from, cells[i].event);
        CHECK_ROW(s.over == (cells[i].to == O && cells[i].from != O), "cell %d,%d: over",
                  cells[i].from, cells[i].event);
        seen[cells[i].from][cells[i].event] = true;
    }
    for (int s = 0; s < GF_CHILD_STATES; s++)
        for (int e = 0; e < GF_CHILD_EVENTS; e++)
            CHECK_ROW(seen[s][e], "cell %d,%d is not in this test", s, e);
}

TEST(proc_child, a_quiet_life)
{
    struct gf_child c;
    gf_child_init(&c, &limits, GF_S);
    CHECK_INT(c.wake_mono, 11 * GF_S);
    CHECK(gf_child_event(&c, GF_CHILD_EXIT, 2 * GF_S).over);
    CHECK(!c.timed_out && !c.detached);
}

TEST(proc_child, no_time_limit)
{
    const struct gf_child_limits none = {.kill_after = GF_S, .linger = GF_S};
    struct gf_child c;
    gf_child_init(&c, &none, GF_S);
    CHECK_INT(c.wake_mono, GF_NEVER);
}

TEST(proc_child, ignores_term)
{
    struct gf_child c;
    gf_child_init(&c, &limits, 0);
    CHECK_INT(gf_child_event(&c, GF_CHILD_TIME, 10 * GF_S).signal, SIGTERM);
    CHECK(c.timed_out);
    CHECK_INT(c.wake_mono, 15 * GF_S);
    CHECK_INT(gf_child_event(&c, GF_CHILD_TIME, 15 * GF_S).signal, SIGKILL);
    CHECK_INT(c.last_signal, SIGKILL);
    CHECK(gf_child_event(&c, GF_CHILD_EXIT, 15 * GF_S).over);
}

TEST(proc_child, leader_ends_its_group_does_not)
{
    struct gf_child c;
    gf_child_init(&c, &limits, 0);
    gf_child_event(&c, GF_CHILD_TIME, 10 * GF_S);
    CHECK(!gf_child_event(&c, GF_CHILD_EXIT_GROUP, 11 * GF_S).over);
    CHECK_INT(c.wake_mono, 15 * GF_S); /* SIGKILL comes when it would have come */
    CHECK_INT(gf_child_event(&c, GF_CHILD_TIME, 15 * GF_S).signal, SIGKILL);
    CHECK(gf_child_event(&c, GF_CHILD_EOF, 15 * GF_S).over);
}

TEST(proc_child, a_daemon_keeps_the_pipe)
{
    struct gf_child c;
    gf_child_init(&c, &limits, 0);
    CHECK(!gf_child_event(&c, GF_CHILD_EXIT_HELD, 2 * GF_S).over);
    CHECK_INT(c.wake_mono, 3 * GF_S);
    CHECK(gf_child_event(&c, GF_CHILD_TIME, 3 * GF_S).over);
    CHECK(c.detached && !c.timed_out);
}

TEST(proc_child, shift)
{
    struct gf_child c;
    gf_child_init(&c, &limits, 0);
    gf_child_shift(&c, 3 * GF_S);
    CHECK_INT(c.wake_mono, 13 * GF_S);
    c.wake_mono = GF_NEVER;
    gf_child_shift(&c, 3 * GF_S);
    CHECK_INT(c.wake_mono, GF_NEVER);
}
