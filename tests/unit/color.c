/* color.c - base/color: the terminal, NO_COLOR and TERM decide; --color decides for all. */
#include "base/color.h"

#include <pty.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

/* stderr is a terminal; the environment is as given. */
static bool on_terminal(const char *term, const char *no_color)
{
    int master, slave;
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0 || dup2(slave, STDERR_FILENO) == -1)
        abort();
    if (term)
        setenv("TERM", term, 1);
    else
        unsetenv("TERM");
    if (no_color)
        setenv("NO_COLOR", no_color, 1);
    else
        unsetenv("NO_COLOR");
    gf_color_set(GF_COLOR_AUTO); /* forgets what it knew */
    return gf_color_on(STDERR_FILENO);
}

TEST(color, auto_asks_terminal_and_environment)
{
    CHECK(on_terminal("xterm", NULL));
    CHECK(on_terminal("xterm", ""));
    CHECK(!on_terminal("xterm", "1"));
    CHECK(!on_terminal("dumb", NULL));
    CHECK(!on_terminal("", NULL));
    CHECK(!on_terminal(NULL, NULL));
}

TEST(color, no_terminal_no_colour)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0 && dup2(ends[1], STDERR_FILENO) != -1);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    CHECK(!gf_color_on(STDERR_FILENO));
}

TEST(color, the_option_decides_for_all)
{
    setenv("NO_COLOR", "1", 1);
    gf_color_set(GF_COLOR_ALWAYS);
    CHECK(gf_color_on(STDOUT_FILENO));
    CHECK(gf_color_on(STDERR_FILENO));
    gf_color_set(GF_COLOR_NEVER);
    CHECK(!gf_color_on(STDOUT_FILENO));
}
