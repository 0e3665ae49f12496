/* progress.c - base/progress: on a terminal of the test's own (a pty), and where there is none. */
#include "base/progress.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/color.h"
#include "base/msg.h"
#include "capture.h"
#include "test.h"

static int master;

/* Makes stderr a terminal of `columns`, with this process in its foreground. */
static bool terminal(unsigned short columns)
{
    int slave;
    struct winsize w = {.ws_row = 24, .ws_col = columns};
    if (openpty(&master, &slave, NULL, NULL, &w) != 0)
        return false;
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    setenv("TERM", "xterm", 1);
    gf_color_set(GF_COLOR_NEVER);
    return dup2(slave, STDERR_FILENO) != -1;
}

/* What has come by now; a terminal passes it on a moment later and in pieces. */
static const char *shown(void)
{
    static char text[4096];
    size_t len = 0;
    struct pollfd p = {.fd = master, .events = POLLIN};
    while (poll(&p, 1, 50) == 1 && len + 1 < sizeof text) {
        ssize_t n = read(master, text + len, sizeof text - 1 - len);
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    text[len] = '\0';
    return text;
}

TEST(progress, waits_a_second_then_ten_a_second)
{
    REQUIRE(terminal(80));
    gf_progress_init(GF_PROGRESS_AUTO, 0);
    CHECK(!gf_progress_due(GF_S - 1));
    CHECK_INT(gf_progress_next(), GF_S);
    CHECK(gf_progress_due(GF_S));
    gf_progress_show("half", GF_S);
    CHECK_STR(shown(), "\rhalf\033[K");
    CHECK(!gf_progress_due(GF_S + 99 * GF_MS));
    CHECK(gf_progress_due(GF_S + 100 * GF_MS));
    gf_progress_end();
    CHECK_STR(shown(), "\r\033[K");
    CHECK_INT(gf_progress_next(), GF_NEVER);
}

TEST(progress, always_begins_at_once)
{
    REQUIRE(terminal(80));
    gf_progress_init(GF_PROGRESS_ALWAYS, 5);
    CHECK(gf_progress_due(5));
}

TEST(progress, is_cut_to_the_width_and_escaped)
{
    REQUIRE(terminal(10));
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    gf_progress_show("\xc3\xa4\033bcdefghijkl", 0);
    CHECK_STR(shown(), "\r\xc3\xa4\\x1b ...\033[K");
}

TEST(progress, makes_room_for_messages)
{
    REQUIRE(terminal(80));
    gf_msg_init("gf-test");
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    gf_progress_show("half", 0);
    gf_note("look");
    CHECK_STR(shown(), "\rhalf\033[K\r\033[Kgf-test: look\r\n\rhalf\033[K");
    gf_progress_end();
    gf_note("gone");
    CHECK_STR(shown(), "\r\033[Kgf-test: gone\r\n");
}

TEST(progress, never_and_dumb_show_nothing)
{
    REQUIRE(terminal(80));
    gf_progress_init(GF_PROGRESS_NEVER, 0);
    gf_progress_show("x", 5 * GF_S);
    CHECK(!gf_progress_due(GF_NEVER));
    setenv("TERM", "dumb", 1);
    gf_progress_init(GF_PROGRESS_AUTO, 0);
    gf_progress_show("x", 5 * GF_S);
    unsetenv("TERM");
    gf_progress_init(GF_PROGRESS_AUTO, 0);
    gf_progress_show("x", 5 * GF_S);
    gf_progress_end();
    CHECK_STR(shown(), "");
}

TEST(progress, where_there_is_no_terminal)
{
    gf_msg_init("gf-test");
    struct capture c = capture_begin(2);
    gf_progress_init(GF_PROGRESS_AUTO, 0);
    gf_progress_show("x", 5 * GF_S);
    gf_progress_end();
    CHECK_STR(capture_end(&c), "");
    c = capture_begin(2);
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    CHECK(!gf_progress_due(GF_S - 1));
    gf_progress_show("half\n", GF_S);
    CHECK(!gf_progress_due(2 * GF_S - 1));
    gf_progress_end();
    CHECK_STR(capture_end(&c), "gf-test: half\\n\n");
}

TEST(progress, in_the_background_is_silent)
{
    REQUIRE(terminal(80));
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    setpgid(0, 0);
    pid_t other = fork();
    if (other == 0) {
        setpgid(0, 0);
        pause();
    }
    setpgid(other, other);
    tcsetpgrp(STDERR_FILENO, other); /* now another group is in front */
    gf_progress_show("x", 0);
    CHECK_STR(shown(), "");
    kill(other, 9);
}

TEST(progress, a_narrow_terminal_cuts_no_number)
{
    REQUIRE(terminal(12));
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    gf_progress_show("12/345 done, 6 failed", 0);
    CHECK_STR(shown(), "\r12/345 ...\033[K"); /* 'done' and a mark do not fit */
    gf_progress_show("12/345 ok, 678901 failed", GF_S);
    CHECK_STR(shown(), "\r12/345 ...\033[K"); /* and no comma is left at the end */
    gf_progress_show("123456789012345", 2 * GF_S);
    CHECK_STR(shown(), "\r1234567 ...\033[K");
    gf_progress_end();
}

TEST(progress, what_failed_is_coloured_whole_or_not_at_all)
{
    struct gf_progress_part failed = {14, 8};
    REQUIRE(terminal(80));
    gf_color_set(GF_COLOR_ALWAYS);
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    gf_progress_show_bad("12/345 \tdone, 6 failed, 3 run", failed, 0);
    CHECK_STR(shown(), "\r12/345 \\tdone, \033[31m6 failed\033[0m, 3 run\033[K");
    gf_progress_show_bad("12/345 \tdone, 6 failed", (struct gf_progress_part){0}, GF_S);
    CHECK_STR(shown(), "\r12/345 \\tdone, 6 failed\033[K");
    gf_color_set(GF_COLOR_NEVER);
    gf_progress_show_bad("12/345 \tdone, 6 failed", failed, 2 * GF_S);
    CHECK_STR(shown(), "\r12/345 \\tdone, 6 failed\033[K");
    gf_progress_end();
}

TEST(progress, a_part_that_is_cut_has_no_colour)
{
    REQUIRE(terminal(16));
    gf_color_set(GF_COLOR_ALWAYS);
    gf_progress_init(GF_PROGRESS_ALWAYS, 0);
    gf_progress_show_bad("12 done, 6 failed", (struct gf_progress_part){9, 8}, 0);
    CHECK_STR(shown(), "\r12 done, 6 ...\033[K");
    gf_progress_end();
}
