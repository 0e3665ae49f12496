/* opt.c - base/opt: a command line read by its table. */
#include "base/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "test.h"

static const struct gf_opt table[] = {
    {'j', 'j', "jobs", "N", "how many", NULL, 0},
    {'k', 'k', "keep-order", NULL, "in order", NULL, 0},
    {'u', 'u', NULL, NULL, "at once", NULL, 0},
    {300, 0, "stats", "FORMAT", "numbers", "text json", GF_OPT_OPTIONAL},
    {301, 0, "secret", NULL, "hidden", NULL, GF_OPT_HIDDEN},
    {0},
};
static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--keep-order", "-j", "one job is in order"},
    {GF_OPT_NEEDS, "--stats", "-u --jobs FACT", "there is nothing to count"},
    {GF_OPT_NOT_WITH, "-u", "-k --secret", "both say when"},
    {GF_OPT_NOT_WITH, "FACT", "-j :::", "there is one"},
    {0},
};
static const struct gf_opt_elsewhere elsewhere[] = {
    {"--delay", "GNU parallel", "is --rate here"},
    {"-N", "GNU parallel", "is -n here"},
    {"-debug", "cron", "is -v here"},
    {"-juice", "cron", "is bread here"},
    {0},
};
static const struct gf_cli ruled = {
    .name = "gf-test", .opts = table, .rules = rules, .elsewhere = elsewhere};
static const struct gf_cli filter = {.name = "gf-test", .opts = table};
static const struct gf_cli runner = {.name = "gf-test", .opts = table, .stop_at_operand = true};

/* The events as text: j=8 k <operand> !error (hint) | rest. */
static void trace(const struct gf_cli *cli, const char *line, struct gf_buf *out)
{
    static char copy[400];
    char *words[20];
    int n = 0;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *at = copy, *w; (w = strsep(&at, " ")) && n < 19;)
        if (*w)
            words[n++] = strcmp(w, "EMPTY") == 0 ? w + 5 : w;
    words[n] = NULL;
    struct gf_optparser p = gf_optparser(cli, n, words);
    for (;;) {
        char spelt[64];
        switch (gf_opt_next(&p)) {
        case GF_OPT_OPTION:
            gf_opt_spell(&p, spelt);
            gf_buf_printf(out, "%s%s%s ", spelt, p.value ? "=" : "", p.value ? p.value : "");
            break;
        case GF_OPT_OPERAND:
            gf_buf_printf(out, "<%s> ", p.value);
            break;
        case GF_OPT_ERROR:
            gf_buf_printf(out, "!%s (%s)", p.error, p.hint);
            return;
        case GF_OPT_END:
        case GF_OPT_DONE:
            gf_buf_puts(out, "|");
            for (int i = p.next; i < p.argc; i++)
                gf_buf_printf(out, " %s", p.argv[i]);
            return;
        }
    }
}

static void check(const struct gf_cli *cli, const char *line, const char *want)
{
    struct gf_buf out = {0};
    trace(cli, line, &out);
    CHECK_ROW(out.data && strcmp(out.data, want) == 0, "'%s' is \"%s\", not \"%s\"", line, out.data,
              want);
    gf_buf_release(&out);
}

TEST(opt, forms)
{
    check(&filter, "", "|");
    check(&filter, "-j8", "-j=8 |");
    check(&filter, "-j 8", "-j=8 |");
    check(&filter, "--jobs=8", "--jobs=8 |");
    check(&filter, "--jobs 8", "--jobs=8 |");
    check(&filter, "--jobs=", "--jobs= |");
    check(&filter, "--jobs=a=b", "--jobs=a=b |");
    check(&filter, "--jobs EMPTY", "--jobs= |");
    check(&filter, "-ku", "-k -u |");
    check(&filter, "-kj8", "-k -j=8 |");
    check(&filter, "-kj -8", "-k -j=-8 |");
    check(&filter, "-j--", "-j=-- |");
    check(&filter, "--stats", "--stats |");
    check(&filter, "--stats json", "--stats <json> |");
    check(&filter, "--stats=json", "--stats=json |");
    check(&filter, "--secret", "--secret |");
}

TEST(opt, operands)
{
    check(&filter, "a -k b", "<a> -k <b> |");
    check(&filter, "-", "<-> |");
    check(&filter, "EMPTY", "<> |");
    check(&filter, "-k -- -j --x", "-k <-j> <--x> |");
    check(&filter, "-- --", "<--> |");
    check(&filter, "--", "|");
    check(&runner, "-k cmd -j9", "-k | cmd -j9");
    check(&runner, "-k -- -cmd -j9", "-k | -cmd -j9");
    check(&runner, "- -j9", "| - -j9");
    check(&runner, "--", "|");
}

TEST(opt, errors)
{
    check(&filter, "-j", "!option '-j' needs an argument: N ()");
    check(&filter, "-kj", "-k !option '-j' needs an argument: N ()");
    check(&filter, "--jobs", "!option '--jobs' needs an argument: N ()");
    check(&filter, "--keep-order=x", "!option '--keep-order' takes no argument ()");
    check(&filter, "-kx", "-k !unknown option '-x' (--help lists the options)");
    check(&filter, "-\033", "!unknown option '-\\x1b' (--help lists the options)");
    check(&filter, "--zzz", "!unknown option '--zzz' (--help lists the options)");
    check(&filter, "--jbos=3", "!unknown option '--jbos' (did you mean '--jobs'?)");
    check(&filter, "--keep", "!unknown option '--keep' (did you mean '--keep-order'?)");
    check(&filter, "--secre", "!unknown option '--secre' (--help lists the options)");
    check(&filter, "--=x", "!unknown option '--' (--help lists the options)");
    check(&filter, "--hlep", "!unknown option '--hlep' (did you mean '--help'?)");
}

TEST(opt, long_garbage_fits)
{
    char word[3000] = "--";
    memset(word + 2, '\033', sizeof word - 3);
    char *words[] = {word, NULL};
    struct gf_optparser p = gf_optparser(&filter, 1, words);
    CHECK_INT(gf_opt_next(&p), GF_OPT_ERROR);
    CHECK(memchr(p.error, '\0', sizeof p.error) && !strchr(p.error, '\033'));
}

TEST(opt, given_twice)
{
    static const struct gf_opt many[] = {
        {'e', 'e', "expr", "E", "adds", NULL, GF_OPT_AGAIN},
        {'j', 'j', "jobs", "N", "one", NULL, 0},
        {'j', 'P', NULL, "N", "the same", NULL, 0},
        {'k', 'k', NULL, NULL, "flag", NULL, 0},
        {0},
    };
    const struct gf_cli cli = {.name = "gf-test", .opts = many};
    check(&cli, "-e 1 -e 2 --expr=3", "-e=1 -e=2 --expr=3 |");
    check(&cli, "-k -kk", "-k -k -k |");
    check(&cli, "-j1 -j1", "-j=1 !option '-j' is given twice (leave one of them out)");
    check(&cli, "-j1 -P1", "-j=1 !option '-P' is given twice (leave one of them out)");
    check(&cli, "-j1 --jobs=2", "-j=1 !option '--jobs' is given twice (leave one of them out)");
}

TEST(opt, words_of_other_tools)
{
    check(&ruled, "--delay 3",
          "!unknown option '--delay' (--delay of GNU parallel is --rate here)");
    check(&ruled, "--delay=3",
          "!unknown option '--delay' (--delay of GNU parallel is --rate here)");
    check(&ruled, "-N3", "!unknown option '-N' (-N of GNU parallel is -n here)");
    check(&ruled, "-debug", "!unknown option '-debug' (-debug of cron is -v here)");
    check(&ruled, "--debug", "!unknown option '--debug' (-debug of cron is -v here)");
    check(&ruled, "-debug=1", "!unknown option '-debug=1' (-debug of cron is -v here)");
    check(&ruled, "-juice", "!unknown option '-juice' (-juice of cron is bread here)"); /* not -j */
    check(&ruled, "-debu", "!unknown option '-d' (--help lists the options)");
    check(&ruled, "--delays", "!unknown option '--delays' (--help lists the options)");
}

/* The first rule that a command line breaks, with these facts. */
static void breaks(const char *line, const char *fact, const char *word, const char *want)
{
    static char copy[400];
    char *words[20];
    int n = 0;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *at = copy, *w; (w = strsep(&at, " ")) && n < 19;)
        words[n++] = w;
    struct gf_optparser p = gf_optparser(&ruled, n, words);
    while (gf_opt_next(&p) == GF_OPT_OPTION)
        continue;
    if (fact)
        gf_opt_fact(&p, fact, word);
    bool broken = gf_opt_breaks_rule(&p, fact != NULL);
    CHECK_ROW(broken == (*want != '\0'), "'%s': broken is %d", line, broken);
    if (broken)
        CHECK_ROW(strcmp(p.error, want) == 0, "'%s' says \"%s\", not \"%s\"", line, p.error, want);
    CHECK_ROW(!broken || *p.hint, "'%s' has no hint", line);
}

TEST(opt, rules)
{
    breaks("-j2 -k", NULL, NULL, "");
    breaks("--jobs=2 -k", NULL, NULL, "");
    breaks("-k", NULL, NULL, "--keep-order needs -j: one job is in order");
    breaks("--keep-order", NULL, NULL, "--keep-order needs -j: one job is in order");
    breaks("-u", NULL, NULL, "");
    breaks("-j2 -u -k", NULL, NULL, "-u does not go with -k: both say when");
    breaks("-u --secret", NULL, NULL, "-u does not go with --secret: both say when");
    /* rules that name a fact wait until the tool has told what it knows */
    breaks("--stats", NULL, NULL, "");
    breaks("--stats", ":::", NULL, "--stats needs -u, --jobs or 'FACT': there is nothing to count");
    breaks("--stats -u", ":::", NULL, "");
    breaks("--stats", "FACT", "echo", "");
    breaks("-j2", "FACT", "echo", "FACT 'echo' does not go with -j: there is one");
    breaks("-j2", "FACT", NULL, "'FACT' does not go with -j: there is one");
    breaks("-j2", "other", NULL, "");
}
