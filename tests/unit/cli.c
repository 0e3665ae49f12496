/* cli.c - base/cli: help, version, dump, values, subcommands. */
#include "base/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "capture.h"
#include "test.h"

static const struct gf_opt options[] = {
    {'j', 'j', "jobs", "N", "how many", NULL, 0},
    {'u', 'u', NULL, NULL, "at once", NULL, 0},
    {300, 0, "stats", "FORMAT", "numbers", "text json", GF_OPT_OPTIONAL},
    {301, 0, "a-rather-long-name-of-one", "ARGUMENT", "goes below", "@file", 0},
    {302, 0, "secret", NULL, "hidden", NULL, GF_OPT_HIDDEN},
    {0},
};
static const char *const usage[] = {"[-j N] FILE", "--other", NULL};
static const char *const notes[] = {"A note.", NULL};
static const char *const examples[] = {"gf-test -j 3", NULL};
static const int exits[] = {0, 2, -1};
static const struct gf_cli cli = {.name = "gf-test",
                                  .summary = "Test things.",
                                  .usage = usage,
                                  .opts = options,
                                  .notes = notes,
                                  .examples = examples,
                                  .exits = exits,
                                  .operands = "@file",
                                  .only_help = true};

/* Groups, main options, and the options that all tools share. */
static const struct gf_opt grouped_opts[] = {
    GF_OPT_GROUP("input"),
    {'a', 'a', "arg-file", "FILE", "records of FILE", "@file", GF_OPT_MAIN},
    {'0', '0', "null", NULL, "NUL records", NULL, 0},
    GF_OPT_GROUP("control"),
    {'v', 'v', "vary", NULL, "a letter of its own", NULL, GF_OPT_MAIN},
    {0},
};
static const struct gf_cli grouped = {.name = "gf-test",
                                      .summary = "Test things.",
                                      .usage = usage,
                                      .opts = grouped_opts,
                                      .examples = examples,
                                      .exits = exits};

extern const struct gf_cli tool;
static const struct gf_cli sub_run = {
    .name = "run", .summary = "Run it.", .usage = usage, .exits = exits, .parent = &tool};
static const struct gf_cli sub_next = {
    .name = "next", .summary = "What is next.", .usage = usage, .exits = exits, .parent = &tool};
static const struct gf_cli *const subs[] = {&sub_run, &sub_next, NULL};
const struct gf_cli tool = {.name = "gf-cron",
                            .summary = "Tool.",
                            .usage = usage,
                            .exits = exits,
                            .subs = subs,
                            .only_help = true};

/* The first option, or what became of it. */
static enum gf_opt_event only(const struct gf_cli *c, const char *a, const char *b,
                              struct gf_optparser *p)
{
    static char words[2][64];
    static char *argv[3];
    snprintf(words[0], sizeof words[0], "%s", a);
    snprintf(words[1], sizeof words[1], "%s", b ? b : "");
    argv[0] = words[0];
    argv[1] = b ? words[1] : NULL;
    argv[2] = NULL;
    *p = gf_optparser(c, b ? 2 : 1, argv);
    return gf_cli_next(p);
}

/* One word given: what is printed on `fd`; the status must be `status`. */
static void one(const struct gf_cli *c, const char *word, int fd, int status, const char *want)
{
    char copy[64];
    char *words[] = {copy, NULL};
    snprintf(copy, sizeof copy, "%s", word);
    gf_msg_init("gf-test");
    struct capture k = capture_begin(fd);
    struct gf_optparser p = gf_optparser(c, 1, words);
    enum gf_opt_event ev = gf_cli_next(&p);
    CHECK_STR(capture_end(&k), want);
    CHECK_INT(ev, GF_OPT_DONE);
    CHECK_INT(p.status, status);
}

TEST(cli, help)
{
    one(&cli, "--help", 1, 0,
        "usage: gf-test [-j N] FILE\n"
        "       gf-test --other\n"
        "Test things.\n"
        "\n"
        "options:\n"
        "  -j, --jobs N                how many\n"
        "  -u                          at once\n"
        "      --stats[=FORMAT]        numbers\n"
        "      --a-rather-long-name-of-one ARGUMENT\n"
        "                              goes below\n"
        "  -h, --help                  show this help and exit\n"
        "  -V, --version               show the version and exit\n"
        "\n"
        "A note.\n"
        "\n"
        "examples:\n"
        "  gf-test -j 3\n"
        "\n"
        "exit status:\n"
        "  0    all that was asked is done, and all output was accepted\n"
        "  2    bad usage; nothing was read, started or changed\n");
}

TEST(cli, help_of_a_subcommand)
{
    one(&sub_run, "-h", 1, 0,
        "usage: gf-cron run [-j N] FILE\n"
        "       gf-cron run --other\n"
        "Run it.\n"
        "\n"
        "options:\n"
        "  -q, --quiet                 print errors only, no warnings, notes, summaries\n"
        "  -v, --verbose               say more on standard error\n"
        "      --color[=WHEN]          colour: auto (a terminal only), always or never\n"
        "  -h, --help                  show this help and exit\n"
        "  -V, --version               show the version and exit\n"
        "\n"
        "exit status:\n"
        "  0    all that was asked is done, and all output was accepted\n"
        "  2    bad usage; nothing was read, started or changed\n");
}

TEST(cli, version)
{
    one(&cli, "-V", 1, 0, "gf-test (gf) " GF_VERSION "\n");
    one(&sub_run, "-V", 1, 0, "gf-cron (gf) " GF_VERSION "\n");
}

TEST(cli, dump)
{
    one(&cli, "--gf-dump", 1, 0,
        "command\tgf-test\tTest things.\t@file\t-\n"
        "option\tgf-test\tj\tjobs\tN\t-\t-\thow many\n"
        "option\tgf-test\tu\t-\t-\t-\t-\tat once\n"
        "option\tgf-test\t-\tstats\tFORMAT\toptional\ttext json\tnumbers\n"
        "option\tgf-test\t-\ta-rather-long-name-of-one\tARGUMENT\t-\t@file\tgoes below\n"
        "option\tgf-test\th\thelp\t-\t-\t-\tshow this help and exit\n"
        "option\tgf-test\tV\tversion\t-\t-\t-\tshow the version and exit\n"
        "exit\tgf-test\t0\n"
        "exit\tgf-test\t2\n"
        "example\tgf-test\tgf-test -j 3\n");
}

TEST(cli, an_error_and_its_hint)
{
    one(&cli, "--jbos", 2, 2, "gf-test: unknown option '--jbos'\nhint: did you mean '--jobs'?\n");
    one(&cli, "-j", 2, 2, "gf-test: option '-j' needs an argument: N\n");
}

TEST(cli, help_to_a_full_disk)
{
    char word[] = "--help";
    char *words[] = {word, NULL};
    gf_msg_init("gf-test");
    REQUIRE(freopen("/dev/full", "w", stdout));
    struct capture k = capture_begin(2);
    struct gf_optparser p = gf_optparser(&cli, 1, words);
    gf_cli_next(&p);
    CHECK_STR(capture_end(&k), "gf-test: write error: No space left on device\n");
    CHECK_INT(p.status, GF_EXIT_TOOL);
    if (p.status != GF_EXIT_TOOL)
        abort(); /* nothing can be printed any more */
}

TEST(cli, usage_error)
{
    gf_msg_init("gf-cron");
    struct capture k = capture_begin(2);
    int status = gf_cli_usage_error(&sub_run, "no %s", "table");
    CHECK_STR(capture_end(&k),
              "gf-cron: no table\nhint: gf-cron run --help shows how to call it\n");
    CHECK_INT(status, GF_EXIT_USAGE);
}

static struct gf_optparser with_value(const char *value)
{
    return (struct gf_optparser){
        .cli = &cli, .opt = &options[0], .value = value, .by_letter = true};
}

TEST(cli, values)
{
    gf_msg_init("gf-test");
    struct gf_optparser p = with_value("12");
    uint64_t n = 0;
    gf_ns d = 0;
    struct gf_rate r;
    CHECK(gf_cli_count(&p, 1, 20, &n) == 0 && n == 12);
    CHECK(gf_cli_duration(&p, &d) == 0 && d == 12 * GF_S);
    CHECK(gf_cli_size(&p, &n) == 0 && n == 12);
    CHECK(gf_cli_rate(&p, &r) == 0 && r.count == 3 && r.period == GF_S / 4);
    p = with_value("x");
    struct capture k = capture_begin(2);
    int bad = gf_cli_count(&p, 1, 20, &n) + gf_cli_duration(&p, &d) + gf_cli_size(&p, &n) +
              gf_cli_rate(&p, &r);
    const char *said = capture_end(&k);
    CHECK_INT(bad, -4);
    CHECK(strncmp(said, "gf-test: bad value of -j 'x': not a whole number\n  x\n  ^\n", 53) == 0);
}

TEST(cli, choice)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    gf_msg_init("gf-test");
    int at = 7;
    struct gf_optparser p = with_value("never");
    CHECK(gf_cli_choice(&p, words, &at) == 0 && at == 2);
    p = with_value(NULL);
    CHECK(gf_cli_choice(&p, words, &at) == 0 && at == 0);
    p = with_value("Never");
    struct capture k = capture_begin(2);
    CHECK_INT(gf_cli_choice(&p, words, &at), -1);
    CHECK_STR(capture_end(&k), "gf-test: bad value of -j 'Never'\n"
                               "hint: -j is one of auto, always, never\n");
}

TEST(cli, subcommands)
{
    int status = 7;
    char texts[][5] = {"run", "rnu", "zzzz", "-V"};
    char *run[] = {texts[0], NULL}, *misspelt[] = {texts[1], NULL};
    char *strange[] = {texts[2], NULL}, *version[] = {texts[3], NULL};
    gf_msg_init("gf-cron");
    CHECK(gf_cli_sub(&tool, 1, run, &status) == &sub_run);
    struct capture k = capture_begin(2);
    CHECK(!gf_cli_sub(&tool, 1, misspelt, &status));
    CHECK_INT(status, GF_EXIT_USAGE);
    CHECK(!gf_cli_sub(&tool, 1, strange, &status));
    CHECK(!gf_cli_sub(&tool, 0, run, &status));
    CHECK_INT(status, GF_EXIT_USAGE);
    CHECK_STR(capture_end(&k), "gf-cron: unknown command 'rnu'\nhint: did you mean 'run'?\n"
                               "gf-cron: unknown command 'zzzz'\n"
                               "hint: gf-cron --help lists the commands\n"
                               "gf-cron: no command was given\n"
                               "hint: gf-cron --help shows how to call it\n");
    k = capture_begin(1);
    CHECK(!gf_cli_sub(&tool, 1, version, &status));
    CHECK_STR(capture_end(&k), "gf-cron (gf) " GF_VERSION "\n");
    CHECK_INT(status, 0);
}

/* However many words say help, no stack is used up. */
TEST(cli, help_of_help)
{
    enum {
        MANY = 1000000
    };
    char help[] = "help", run[] = "run", strange[] = "rnu";
    char **words = calloc(MANY + 2, sizeof *words);
    REQUIRE(words);
    for (size_t i = 0; i < MANY; i++)
        words[i] = help;
    for (int of_run = 0; of_run < 2; of_run++) {
        int status = 7;
        words[MANY] = of_run ? run : NULL;
        struct capture k = capture_begin(1);
        CHECK(!gf_cli_sub(&tool, MANY + of_run, words, &status));
        CHECK_INT(status, 0);
        char want[64];
        snprintf(want, sizeof want, "usage: gf-cron%s ", of_run ? " run" : "");
        const char *got = capture_end(&k);
        CHECK(strncmp(got, want, strlen(want)) == 0);
    }
    int status = 7;
    words[1] = strange;
    gf_msg_init("gf-cron");
    struct capture k = capture_begin(2);
    CHECK(!gf_cli_sub(&tool, 2, words, &status));
    CHECK_STR(capture_end(&k), "gf-cron: unknown command 'rnu'\nhint: did you mean 'run'?\n");
    CHECK_INT(status, GF_EXIT_USAGE);
    free(words);
}

/* What did not fit or found no memory is an error where it is printed, and is not printed. */
TEST(cli, a_buffer_that_failed_is_not_printed)
{
    static const struct {
        int failed;
        const char *message;
    } rows[] = {{ENOMEM, "gf-cron: out of memory\n"},
                {EOVERFLOW, "gf-cron: write error: Value too large for defined data type\n"}};
    gf_msg_init("gf-cron");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char part[] = "part";
        struct gf_buf b = {.data = part, .len = 4, .failed = rows[i].failed};
        struct capture out = capture_begin(1);
        struct capture k = capture_begin(2);
        int r = gf_tool_print(&b);
        const char *said = capture_end(&k), *printed = capture_end(&out);
        CHECK_INT(r, -1);
        CHECK_STR(said, rows[i].message);
        CHECK_STR(printed, "");
    }
}

TEST(cli, finish_passes_the_status_on)
{
    CHECK_INT(gf_tool_print(&(struct gf_buf){0}), 0);
    int status = gf_tool_finish(123);
    if (status != 123 || gf_tool_finish(0) != GF_EXIT_TOOL) /* closed by now */
        abort();
}

TEST(cli, groups_are_headings)
{
    one(&grouped, "--help", 1, 0,
        "usage: gf-test [-j N] FILE\n"
        "       gf-test --other\n"
        "Test things.\n"
        "\n"
        "input:\n"
        "  -a, --arg-file FILE         records of FILE\n"
        "  -0, --null                  NUL records\n"
        "\n"
        "control:\n"
        "  -v, --vary                  a letter of its own\n"
        "\n"
        "general:\n"
        "  -q, --quiet                 print errors only, no warnings, notes, summaries\n"
        "      --verbose               say more on standard error\n"
        "      --color[=WHEN]          colour: auto (a terminal only), always or never\n"
        "  -h, --help                  show this help and exit\n"
        "  -V, --version               show the version and exit\n"
        "\n"
        "examples:\n"
        "  gf-test -j 3\n"
        "\n"
        "exit status:\n"
        "  0    all that was asked is done, and all output was accepted\n"
        "  2    bad usage; nothing was read, started or changed\n");
}

TEST(cli, the_letter_shows_a_screen)
{
    one(&grouped, "-h", 1, 0,
        "usage: gf-test [-j N] FILE\n"
        "       gf-test --other\n"
        "Test things.\n"
        "\n"
        "main options:\n"
        "  -a, --arg-file FILE         records of FILE\n"
        "  -v, --vary                  a letter of its own\n"
        "\n"
        "examples:\n"
        "  gf-test -j 3\n"
        "\n"
        "gf-test --help lists all options; man gf-test explains them.\n");
}

TEST(cli, groups_are_rows_of_the_dump)
{
    one(&grouped, "--gf-dump", 1, 0,
        "command\tgf-test\tTest things.\t-\t-\n"
        "group\tgf-test\tinput\n"
        "option\tgf-test\ta\targ-file\tFILE\t-\t@file\trecords of FILE\n"
        "option\tgf-test\t0\tnull\t-\t-\t-\tNUL records\n"
        "group\tgf-test\tcontrol\n"
        "option\tgf-test\tv\tvary\t-\t-\t-\ta letter of its own\n"
        "group\tgf-test\tgeneral\n"
        "option\tgf-test\tq\tquiet\t-\t-\t-\tprint errors only, no warnings, notes, "
        "summaries\n"
        "option\tgf-test\t-\tverbose\t-\t-\t-\tsay more on standard error\n"
        "option\tgf-test\t-\tcolor\tWHEN\toptional\tauto always never\tcolour: auto (a terminal "
        "only), always or never\n"
        "option\tgf-test\th\thelp\t-\t-\t-\tshow this help and exit\n"
        "option\tgf-test\tV\tversion\t-\t-\t-\tshow the version and exit\n"
        "exit\tgf-test\t0\n"
        "exit\tgf-test\t2\n"
        "example\tgf-test\tgf-test -j 3\n");
}

TEST(cli, quiet_verbose_and_color_are_obeyed)
{
    struct gf_optparser p;
    gf_msg_init("gf-test");
    CHECK_INT(only(&grouped, "--verbose", NULL, &p), GF_OPT_END);
    CHECK(gf_msg_is_verbose());
    CHECK_INT(only(&grouped, "-q", "-a", &p), GF_OPT_DONE); /* -a lacks its argument */
    struct capture k = capture_begin(2);
    gf_note("not said");
    gf_note_hint("not said");
    gf_detail("said");
    CHECK_STR(capture_end(&k), "gf-test: said\n");
    CHECK_INT(only(&grouped, "--color=always", "file", &p), GF_OPT_OPERAND);
    CHECK_STR(p.value, "file");
    k = capture_begin(2);
    gf_error("no");
    gf_hint("so");
    CHECK_STR(capture_end(&k), "\033[1;31mgf-test:\033[0m no\n\033[1;36mhint:\033[0m so\n");
    CHECK_INT(only(&grouped, "--color=never", NULL, &p), GF_OPT_END);
    k = capture_begin(2);
    CHECK_INT(only(&grouped, "--color=red", NULL, &p), GF_OPT_DONE);
    CHECK_INT(p.status, GF_EXIT_USAGE);
    CHECK_STR(capture_end(&k), "gf-test: bad value of --color 'red'\n"
                               "hint: --color is one of auto, always, never\n");
}

TEST(cli, a_letter_of_the_tool_beats_the_common_one)
{
    struct gf_optparser p;
    CHECK_INT(only(&grouped, "-v", NULL, &p), GF_OPT_OPTION);
    CHECK_INT(p.opt->id, 'v');
    CHECK(!gf_msg_is_verbose());
}

TEST(cli, a_command_with_help_only_knows_no_other_common_option)
{
    one(&cli, "--quiet", 2, 2,
        "gf-test: unknown option '--quiet'\nhint: --help lists the options\n");
}
