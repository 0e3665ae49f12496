/*
 * cli.c - options that all tools share are met on the way and never reach the tool.
 *
 * gf_opt_next goes on while its options are those of the voice (-q, -v, --color), which are obeyed.
 * Help, version and the dump are built in a buffer and written at once. Both kinds are known by
 * their place in the common tables, not by their id.
 */
#include "base/cli.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli_text.h"
#include "base/color.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/suggest.h"
#include "base/wall.h"

static enum gf_opt_event print_and_end(struct gf_optparser *p,
                                       void (*build)(struct gf_buf *, const struct gf_cli *))
{
    struct gf_buf b = {0};
    build(&b, p->cli);
    p->status = gf_tool_print(&b) == 0 ? gf_tool_finish(GF_EXIT_OK) : GF_EXIT_TOOL;
    gf_buf_release(&b);
    return GF_OPT_DONE;
}

static enum gf_opt_event usage_and_end(struct gf_optparser *p)
{
    p->status = gf_tool_status(GF_EXIT_USAGE);
    return GF_OPT_DONE;
}

/* Obeys a row of gf_opt_voice; 0, or -1 after a message. */
static int obey(const struct gf_optparser *p)
{
    int when = 0;
    switch (p->opt->id) {
    case GF_OPT_ID_QUIET:
        gf_msg_quiet(true);
        return 0;
    case GF_OPT_ID_VERBOSE:
        gf_msg_verbose(true);
        return 0;
    case GF_OPT_ID_NO_SANDBOX:
        gf_wall_refuse();
        return 0;
    default:
        if (gf_cli_choice(p, gf_color_words, &when) != 0)
            return -1;
        gf_color_set((enum gf_color_when)when);
        return 0;
    }
}

/* By place, not by id: a tool may use the number of a letter for an option of its own. */
static bool is_voice(const struct gf_opt *o)
{
    for (const struct gf_opt *v = gf_opt_voice; v->id; v++)
        if (o == v)
            return true;
    return false;
}

/* Whether --verbose stands before --version or behind it. A word, since a tool with subcommands has
 * no such option itself. */
static bool wants_details(const struct gf_optparser *p)
{
    bool wants = gf_msg_is_verbose() || (p->by_letter && *p->cluster == 'v');
    for (int i = p->next; i < p->argc; i++)
        wants = wants || strcmp(p->argv[i], "-v") == 0 || strcmp(p->argv[i], "--verbose") == 0;
    return wants;
}

static void say_error(const struct gf_optparser *p)
{
    gf_error("%s", p->error);
    if (p->hint[0])
        gf_hint("%s", p->hint);
}

int gf_cli_check_rules(struct gf_optparser *p, bool facts)
{
    if (!gf_opt_breaks_rule(p, facts))
        return 0;
    say_error(p);
    return GF_EXIT_USAGE;
}

enum gf_opt_event gf_cli_next(struct gf_optparser *p)
{
    enum gf_opt_event ev;
    while ((ev = gf_opt_next(p)) == GF_OPT_OPTION && is_voice(p->opt))
        if (obey(p) != 0)
            return usage_and_end(p);
    if (ev == GF_OPT_ERROR) {
        say_error(p);
        return usage_and_end(p);
    }
    if (ev == GF_OPT_END && gf_cli_check_rules(p, false) != 0)
        return usage_and_end(p);
    if (ev != GF_OPT_OPTION)
        return ev;
    if (p->opt == &gf_opt_common[0])
        return print_and_end(p, p->by_letter ? gf_cli_short_help : gf_cli_help);
    if (p->opt == &gf_opt_common[1])
        return print_and_end(p, wants_details(p) ? gf_cli_version_details : gf_cli_version);
    if (p->opt == &gf_opt_common[2])
        return print_and_end(p, gf_cli_dump);
    return ev;
}

int gf_cli_usage_error(const struct gf_cli *cli, const char *fmt, ...)
{
    struct gf_buf b = GF_BUF_INIT(16 * 1024);
    va_list ap;
    va_start(ap, fmt);
    gf_buf_vprintf(&b, fmt, ap);
    va_end(ap);
    gf_error("%s", b.data ? b.data : "bad usage");
    gf_buf_clear(&b);
    gf_cli_add_name(&b, cli);
    gf_hint("%s --help shows how to call it", b.data ? b.data : cli->name);
    gf_buf_release(&b);
    return GF_EXIT_USAGE;
}

/* The help of it or of a subcommand; comes back with the exit status. */
static int print_help(const struct gf_cli *cli)
{
    char help[] = "--help";
    char *const words[] = {help, NULL};
    struct gf_optparser p = gf_optparser(cli, 1, words);
    gf_cli_next(&p);
    return p.status;
}

/* NULL after a message. */
static const struct gf_cli *find_sub(const struct gf_cli *tool, const char *name)
{
    struct gf_suggest s;
    gf_suggest_init(&s, name, strlen(name));
    for (size_t i = 0; tool->subs[i]; i++) {
        if (strcmp(tool->subs[i]->name, name) == 0)
            return tool->subs[i];
        gf_suggest_offer(&s, tool->subs[i]->name);
    }
    char here[160];
    gf_error("unknown command '%s'", name);
    if (gf_opt_from_elsewhere(tool, name, strlen(name), here, sizeof here))
        gf_hint("%s", here);
    else if (s.best)
        gf_hint("did you mean '%s'?", s.best);
    else
        gf_hint("%s --help lists the commands", tool->name);
    return NULL;
}

const struct gf_cli *gf_cli_sub(const struct gf_cli *tool, int argc, char *const *argv, int *status)
{
    /* `TOOL help` and `TOOL help COMMAND` are --help, and one `help` of several says as much. */
    const struct gf_cli *helped = NULL;
    for (; argc > 0 && strcmp(argv[0], "help") == 0; argc--, argv++)
        helped = tool;
    if (argc > 0 && argv[0][0] != '-') {
        const struct gf_cli *sub = find_sub(tool, argv[0]);
        if (!sub)
            *status = GF_EXIT_USAGE;
        if (!sub || !helped)
            return sub;
        helped = sub;
    } else if (argc > 0 || !helped) {
        struct gf_optparser p = gf_optparser(tool, argc, argv);
        enum gf_opt_event ev = gf_cli_next(&p);
        *status = ev == GF_OPT_DONE ? p.status : gf_cli_usage_error(tool, "no command was given");
        return NULL;
    }
    *status = print_help(helped);
    return NULL;
}
