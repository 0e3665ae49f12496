/* msg.c - base/msg: one line a message, escaped, with a caret under the place. */
#include "base/msg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/rate.h"
#include "capture.h"
#include "test.h"

TEST(msg, error_is_one_escaped_line)
{
    gf_msg_init("gf-test");
    struct capture c = capture_begin(2);
    gf_error("cannot open '%s'", "a\nb\033[31m");
    CHECK_STR(capture_end(&c), "gf-test: cannot open 'a\\nb\\x1b[31m'\n");
    CHECK_STR(gf_msg_tool(), "gf-test");
}

TEST(msg, errno_is_told_and_kept)
{
    gf_msg_init("gf-test");
    struct capture c = capture_begin(2);
    errno = ENOENT;
    gf_error_errno("cannot open '%s'", "x");
    int after = errno;
    CHECK_STR(capture_end(&c), "gf-test: cannot open 'x': No such file or directory\n");
    CHECK_INT(after, ENOENT);
}

TEST(msg, quiet_hides_notes_but_no_error)
{
    gf_msg_init("gf-test");
    gf_msg_quiet(true);
    struct capture c = capture_begin(2);
    gf_note("n");
    gf_error("e");
    gf_hint("h");
    CHECK_STR(capture_end(&c), "gf-test: e\nhint: h\n");
    gf_msg_quiet(false);
    c = capture_begin(2);
    gf_note("n");
    gf_error_nomem();
    CHECK_STR(capture_end(&c), "gf-test: n\ngf-test: out of memory\n");
}

TEST(msg, too_long_a_text_is_cut_and_not_lost)
{
    static char text[2 << 20];
    memset(text, 'x', sizeof text - 1);
    text[3] = '\n';
    gf_msg_init("gf-test");
    struct capture c = capture_begin(2);
    gf_error("bad word '%s'", text);
    const char *said = capture_end(&c);
    CHECK(strncmp(said, "gf-test: bad word 'xxx?xxx", 26) == 0);
    CHECK_INT(strcspn(said, "\n"), strlen(said) - 1);
}

static void parse_error(const char *text, const char *want)
{
    struct gf_rate r;
    struct gf_perr e = {0};
    CHECK_INT(gf_parse_rate(text, strlen(text), &r, &e), -1);
    struct capture c = capture_begin(2);
    gf_error_parse("rate", text, strlen(text), &e);
    CHECK_STR(capture_end(&c), want);
}

TEST(msg, caret)
{
    gf_msg_init("gf-test");
    parse_error("10/parsec", "gf-test: bad rate '10/parsec': unknown unit 'parsec'\n"
                             "  10/parsec\n"
                             "     ^~~~~~\n"
                             "hint: units are ms, s, m, h, d, w\n");
    parse_error("10/", "gf-test: bad rate '10/': a unit is missing after the slash\n"
                       "  10/\n"
                       "     ^\n"
                       "hint: units are ms, s, m, h, d, w\n");
    parse_error("", "gf-test: bad rate '': a number is missing\n"
                    "hint: rates are written 10/s, 600/m, 5/15s, 1MiB/s or unlimited\n");
    /* The escaped text is wider; a letter of two bytes is one column. */
    parse_error("10/\xc3\xa9\033",
                "gf-test: bad rate '10/\xc3\xa9\\x1b': unknown unit '\xc3\xa9\\x1b'\n"
                "  10/\xc3\xa9\\x1b\n"
                "     ^~~~~\n"
                "hint: units are ms, s, m, h, d, w\n");
}

TEST(msg, caret_in_a_long_text_shows_its_surroundings)
{
    char text[301];
    memset(text, 'a', 300);
    text[300] = '\0';
    struct gf_perr e = {.col = 250, .len = 2, .what = "no"};
    struct capture c = capture_begin(2);
    gf_msg_init("gf-test");
    gf_error_parse("word", text, 300, &e);
    char *said = strdup(capture_end(&c));
    REQUIRE(said);
    char *second = strchr(said, '\n');
    CHECK(second && strlen(second) < 200 && strstr(second, "^~\n"));
    CHECK_INT(strcspn(second + 1, "\n"), 62);
    CHECK(strstr(said, "aaa...': no\n"));
    free(said);
}

static int before, after;

static void count_before(void)
{
    before++;
}

static void count_after(void)
{
    after++;
}

TEST(msg, around)
{
    gf_msg_around(count_before, count_after);
    struct capture c = capture_begin(2);
    gf_error("x");
    gf_msg_around(NULL, NULL);
    gf_error("y");
    capture_end(&c);
    CHECK_INT(before, 1);
    CHECK_INT(after, 1);
}
