/*
 * cli.c - help, version and the hidden dump are built in a buffer from the option table and written
 * at once. The options that all tools share (-q, -v, --color) are obeyed here and never reach the
 * tool.
 */
#include "base/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cannot_run.h"
#include "base/color.h"
#include "base/duration.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/sig.h"
#include "base/size.h"
#include "base/suggest.h"

void gf_tool_start(const char *name)
{
    gf_msg_init(name);
    gf_sig_start();
    if (gf_fd_reserve_std() != 0) {
        gf_error_errno("cannot open /dev/null for a closed standard descriptor");
        _exit(GF_EXIT_TOOL);
    }
    struct sigaction ign = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &ign, NULL);
}

int gf_tool_print(const char *text, size_t len)
{
    if (gf_write_all(STDOUT_FILENO, text, len) == 0)
        return 0;
    gf_error_errno("write error");
    return -1;
}

int gf_tool_finish(int status)
{
    if (gf_close(STDOUT_FILENO) == 0)
        return status;
    gf_error_errno("write error");
    return GF_EXIT_TOOL;
}

void gf_tool_waits(int fd, const char *what, const char *instead)
{
    if (!isatty(fd) || !isatty(STDERR_FILENO) || tcgetpgrp(fd) != getpgrp())
        return;
    gf_note("reading %s from the terminal; end with Ctrl-D%s%s", what, instead ? ", or " : "",
            instead ? instead : "");
}

int gf_tool_become(char *const *argv)
{
    gf_sig_restore_in_child();
    execvp(argv[0], argv);
    return gf_cannot_run(argv[0], errno, "sh -c");
}

/* ---- help ---------------------------------------------------------------------------------- */

static void add_name(struct gf_buf *b, const struct gf_cli *cli)
{
    if (cli->parent)
        gf_buf_printf(b, "%s ", cli->parent->name);
    gf_buf_puts(b, cli->name);
}

static void add_option_left(struct gf_buf *b, const struct gf_opt *o)
{
    if (o->letter && o->name)
        gf_buf_printf(b, "-%c, --%s", o->letter, o->name);
    else if (o->letter)
        gf_buf_printf(b, "-%c", o->letter);
    else
        gf_buf_printf(b, "    --%s", o->name);
    if (o->arg && (o->flags & GF_OPT_OPTIONAL))
        gf_buf_printf(b, "[=%s]", o->arg);
    else if (o->arg)
        gf_buf_printf(b, " %s", o->arg);
}

enum {
    LEFT = 28,
    WIDTH = 79
};

/* A common row as this command has it: without a letter that is an option of its own. */
static struct gf_opt common_row(const struct gf_cli *cli, const struct gf_opt *common)
{
    struct gf_opt row = *common;
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        if (o->letter == row.letter)
            row.letter = 0;
    return row;
}

/* Calls f for the common options of the command. */
static void each_common(const struct gf_cli *cli, struct gf_buf *b,
                        void (*f)(struct gf_buf *, const struct gf_cli *, const struct gf_opt *))
{
    const struct gf_opt *tables[] = {cli->only_help ? NULL : gf_opt_voice, gf_opt_common};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct gf_opt *o = tables[i]; o && o->id; o++) {
            struct gf_opt row = common_row(cli, o);
            f(b, cli, &row);
        }
}

static void add_option(struct gf_buf *b, const struct gf_cli *cli, const struct gf_opt *o)
{
    (void)cli;
    if (o->id == GF_OPT_ID_GROUP)
        gf_buf_printf(b, "\n%s:\n", o->help);
    if (o->flags & GF_OPT_HIDDEN)
        return;
    gf_buf_puts(b, "  ");
    size_t start = b->len;
    add_option_left(b, o);
    size_t width = b->len - start;
    if (width > LEFT - 2) {
        gf_buf_putc(b, '\n');
        gf_buf_puts(b, "  ");
        width = 0;
    }
    gf_buf_printf(b, "%*s%s\n", (int)(LEFT - width), "", o->help);
}

static void add_lines(struct gf_buf *b, const char *title, const char *const *lines)
{
    if (!lines || !lines[0])
        return;
    gf_buf_printf(b, "\n%s\n", title);
    for (; *lines; lines++)
        gf_buf_printf(b, "  %s\n", *lines);
}

static bool has_groups(const struct gf_cli *cli)
{
    return cli->opts && cli->opts[0].id == GF_OPT_ID_GROUP;
}

static void add_head(struct gf_buf *b, const struct gf_cli *cli)
{
    for (size_t i = 0; cli->usage[i]; i++) {
        gf_buf_puts(b, i ? "       " : "usage: ");
        add_name(b, cli);
        gf_buf_printf(b, " %s\n", cli->usage[i]);
    }
    gf_buf_printf(b, "%s\n", cli->summary);
}

static void add_subs(struct gf_buf *b, const struct gf_cli *cli)
{
    if (cli->subs && !cli->sub_groups)
        gf_buf_puts(b, "\ncommands:\n");
    for (size_t i = 0; cli->subs && cli->subs[i]; i++) {
        if (cli->sub_groups && cli->sub_groups[i])
            gf_buf_printf(b, "\n%s:\n", cli->sub_groups[i]);
        gf_buf_printf(b, "  %-*s%s\n", 12, cli->subs[i]->name, cli->subs[i]->summary);
    }
}

/* The names of the subcommands alone, a line or two for each heading. */
static void add_sub_names(struct gf_buf *b, const struct gf_cli *cli)
{
    size_t line = 0;
    for (size_t i = 0; cli->sub_groups && cli->subs[i]; i++) {
        const char *heading = cli->sub_groups[i] ? cli->sub_groups[i] : "";
        if (*heading || b->len - line + 1 + strlen(cli->subs[i]->name) > WIDTH) {
            line = b->len + 1;
            gf_buf_printf(b, "\n  %-*s", LEFT - 1, heading);
        }
        gf_buf_printf(b, " %s", cli->subs[i]->name);
    }
    if (cli->sub_groups)
        gf_buf_putc(b, '\n');
}

static void build_help(struct gf_buf *b, const struct gf_cli *cli)
{
    add_head(b, cli);
    add_subs(b, cli);
    if (!has_groups(cli))
        gf_buf_puts(b, "\noptions:\n");
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        add_option(b, cli, o);
    if (has_groups(cli))
        gf_buf_puts(b, "\ngeneral:\n");
    each_common(cli, b, add_option);
    if (cli->notes)
        gf_buf_putc(b, '\n');
    for (const char *const *n = cli->notes; n && *n; n++)
        gf_buf_printf(b, "%s\n", *n);
    add_lines(b, "examples:", cli->examples);
    gf_buf_puts(b, "\nexit status:\n");
    for (const int *x = cli->exits; *x != -1; x++)
        gf_buf_printf(b, "  %-5d%s\n", *x, gf_exit_meaning(*x));
}

/* What -h shows where the table marks main options: a screen, and where the rest is. */
static void build_short_help(struct gf_buf *b, const struct gf_cli *cli)
{
    size_t mains = 0;
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        mains += (o->flags & GF_OPT_MAIN) != 0;
    if (mains == 0) {
        build_help(b, cli);
        return;
    }
    add_head(b, cli);
    add_sub_names(b, cli);
    gf_buf_puts(b, "\nmain options:\n");
    for (const struct gf_opt *o = cli->opts; o->id; o++)
        if (o->flags & GF_OPT_MAIN)
            add_option(b, cli, o);
    add_lines(b, "examples:", cli->examples);
    gf_buf_putc(b, '\n');
    add_name(b, cli);
    gf_buf_printf(b, " --help lists all options; man %s explains them.\n",
                  cli->parent ? cli->parent->name : cli->name);
}

/* ---- the dump: what completions and tests are made from ---------------------------------------
 *
 * TAB-separated rows: `command NAME SUMMARY OPERANDS STOP`, then for each of its options
 * `option COMMAND LETTER NAME ARG OPTIONAL VALUES HELP`, with `group COMMAND TITLE` where a heading
 * stands, then `exit COMMAND CODE` and `example COMMAND LINE`; `-` is nothing.
 */

static const char *or_dash(const char *s)
{
    return s && *s ? s : "-";
}

static void dump_option(struct gf_buf *b, const struct gf_cli *cli, const struct gf_opt *o)
{
    if (o->id == GF_OPT_ID_GROUP) {
        gf_buf_puts(b, "group\t");
        add_name(b, cli);
        gf_buf_printf(b, "\t%s\n", o->help);
    }
    if (o->flags & GF_OPT_HIDDEN)
        return;
    char letter[2] = {o->letter, '\0'};
    gf_buf_puts(b, "option\t");
    add_name(b, cli);
    gf_buf_printf(b, "\t%s\t%s\t%s\t%s\t%s\t%s\n", or_dash(letter), or_dash(o->name),
                  or_dash(o->arg), o->flags & GF_OPT_OPTIONAL ? "optional" : "-",
                  or_dash(o->values), o->help);
}

static void build_dump(struct gf_buf *b, const struct gf_cli *cli)
{
    struct gf_buf name = {0};
    add_name(&name, cli);
    if (name.failed) {
        b->failed = true;
        gf_buf_release(&name);
        return;
    }
    gf_buf_printf(b, "command\t%s\t%s\t%s\t%s\n", name.data, cli->summary, or_dash(cli->operands),
                  cli->stop_at_operand ? "stop" : "-");
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        dump_option(b, cli, o);
    if (has_groups(cli))
        gf_buf_printf(b, "group\t%s\tgeneral\n", name.data);
    each_common(cli, b, dump_option);
    for (const int *x = cli->exits; *x != -1; x++)
        gf_buf_printf(b, "exit\t%s\t%d\n", name.data, *x);
    for (const char *const *e = cli->examples; e && *e; e++)
        gf_buf_printf(b, "example\t%s\t%s\n", name.data, *e);
    gf_buf_release(&name);
    for (size_t i = 0; cli->subs && cli->subs[i]; i++)
        build_dump(b, cli->subs[i]);
}

static enum gf_opt_event print_and_end(struct gf_optparser *p,
                                       void (*build)(struct gf_buf *, const struct gf_cli *))
{
    struct gf_buf b = {0};
    build(&b, p->cli);
    if (b.failed) {
        gf_error_nomem();
        p->status = GF_EXIT_TOOL;
    } else {
        p->status = gf_tool_print(b.data, b.len) == 0 ? gf_tool_finish(GF_EXIT_OK) : GF_EXIT_TOOL;
    }
    gf_buf_release(&b);
    return GF_OPT_DONE;
}

static void build_version(struct gf_buf *b, const struct gf_cli *cli)
{
    gf_buf_printf(b, "%s (gf) %s\n", cli->parent ? cli->parent->name : cli->name, GF_VERSION);
}

static enum gf_opt_event usage_and_end(struct gf_optparser *p)
{
    p->status = GF_EXIT_USAGE;
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

enum gf_opt_event gf_cli_next(struct gf_optparser *p)
{
    enum gf_opt_event ev;
    while ((ev = gf_opt_next(p)) == GF_OPT_OPTION && is_voice(p->opt))
        if (obey(p) != 0)
            return usage_and_end(p);
    if (ev == GF_OPT_ERROR) {
        gf_error("%s", p->error);
        if (p->hint[0])
            gf_hint("%s", p->hint);
        return usage_and_end(p);
    }
    if (ev != GF_OPT_OPTION)
        return ev;
    if (p->opt == &gf_opt_common[0])
        return print_and_end(p, p->by_letter ? build_short_help : build_help);
    if (p->opt == &gf_opt_common[1])
        return print_and_end(p, build_version);
    if (p->opt == &gf_opt_common[2])
        return print_and_end(p, build_dump);
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
    add_name(&b, cli);
    gf_hint("%s --help shows how to call it", b.data ? b.data : cli->name);
    gf_buf_release(&b);
    return GF_EXIT_USAGE;
}

/* `TOOL help` and `TOOL help COMMAND` are --help; comes back with the exit status. */
static int help_by_word(const struct gf_cli *tool, int argc, char *const *argv)
{
    char help[] = "--help";
    char *const words[] = {help, NULL};
    int status = GF_EXIT_OK;
    const struct gf_cli *cli = tool;
    if (argc > 1) {
        cli = gf_cli_sub(tool, argc - 1, argv + 1, &status);
        if (!cli)
            return status;
    }
    struct gf_optparser p = gf_optparser(cli, 1, words);
    gf_cli_next(&p);
    return p.status;
}

const struct gf_cli *gf_cli_sub(const struct gf_cli *tool, int argc, char *const *argv, int *status)
{
    if (argc == 0 || argv[0][0] == '-') {
        struct gf_optparser p = gf_optparser(tool, argc, argv);
        enum gf_opt_event ev = gf_cli_next(&p);
        *status = ev == GF_OPT_DONE ? p.status : gf_cli_usage_error(tool, "no command was given");
        return NULL;
    }
    if (strcmp(argv[0], "help") == 0) {
        *status = help_by_word(tool, argc, argv);
        return NULL;
    }
    struct gf_suggest s;
    gf_suggest_init(&s, argv[0], strlen(argv[0]));
    for (size_t i = 0; tool->subs[i]; i++) {
        if (strcmp(tool->subs[i]->name, argv[0]) == 0)
            return tool->subs[i];
        gf_suggest_offer(&s, tool->subs[i]->name);
    }
    gf_error("unknown command '%s'", argv[0]);
    if (s.best)
        gf_hint("did you mean '%s'?", s.best);
    else
        gf_hint("%s --help lists the commands", tool->name);
    *status = GF_EXIT_USAGE;
    return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static int bad_value(const struct gf_optparser *p, const struct gf_perr *e)
{
    char spelt[64];
    gf_opt_spell(p, spelt);
    char kind[80];
    snprintf(kind, sizeof kind, "value of %s", spelt);
    gf_error_parse(kind, p->value, strlen(p->value), e);
    return -1;
}

int gf_cli_count(const struct gf_optparser *p, uint64_t lo, uint64_t hi, uint64_t *out)
{
    struct gf_perr e = {0};
    return gf_parse_count(p->value, strlen(p->value), lo, hi, out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_duration(const struct gf_optparser *p, gf_ns *out)
{
    struct gf_perr e = {0};
    return gf_parse_duration(p->value, strlen(p->value), out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_size(const struct gf_optparser *p, uint64_t *out)
{
    struct gf_perr e = {0};
    return gf_parse_size(p->value, strlen(p->value), out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_rate(const struct gf_optparser *p, struct gf_rate *out)
{
    struct gf_perr e = {0};
    return gf_parse_rate(p->value, strlen(p->value), out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_choice(const struct gf_optparser *p, const char *const *words, int *out)
{
    *out = 0;
    if (!p->value)
        return 0;
    struct gf_buf all = GF_BUF_INIT(1024);
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], p->value) == 0) {
            *out = i;
            gf_buf_release(&all);
            return 0;
        }
        gf_buf_printf(&all, "%s%s", i ? ", " : "", words[i]);
    }
    char spelt[64];
    gf_opt_spell(p, spelt);
    gf_error("bad value of %s '%s'", spelt, p->value);
    gf_hint("%s is one of %s", spelt, all.data ? all.data : "the documented words");
    gf_buf_release(&all);
    return -1;
}

void *gf_tool_memory(void *block, long size)
{
    if (size == 0) {
        free(block);
        return NULL;
    }
    void *got = realloc(block, (size_t)size);
    if (!got) {
        gf_error_nomem();
        _exit(GF_EXIT_TOOL);
    }
    return got;
}
