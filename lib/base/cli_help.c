/*
 * cli_help.c - help, built from the table of options from top to bottom.
 *
 * The left column is measured by what was appended to the buffer; where it is too wide, the text
 * goes to a line of its own. The short help is the whole one where the table marks no main option.
 */
#include <stdio.h>
#include <string.h>

#include "base/cli_text.h"
#include "base/exit.h"
#include "base/wall.h"

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

static void add_head(struct gf_buf *b, const struct gf_cli *cli)
{
    for (size_t i = 0; cli->usage[i]; i++) {
        gf_buf_puts(b, i ? "       " : "usage: ");
        gf_cli_add_name(b, cli);
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

void gf_cli_help(struct gf_buf *b, const struct gf_cli *cli)
{
    add_head(b, cli);
    add_subs(b, cli);
    if (!gf_cli_has_groups(cli))
        gf_buf_puts(b, "\noptions:\n");
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        add_option(b, cli, o);
    if (gf_cli_has_groups(cli))
        gf_buf_puts(b, "\ngeneral:\n");
    gf_cli_each_common(cli, b, add_option);
    if (cli->notes)
        gf_buf_putc(b, '\n');
    for (const char *const *n = cli->notes; n && *n; n++)
        gf_buf_printf(b, "%s\n", *n);
    add_lines(b, "examples:", cli->examples);
    gf_buf_puts(b, "\nexit status:\n");
    for (const int *x = cli->exits; *x != -1; x++)
        gf_buf_printf(b, "  %-5d%s\n", *x, gf_exit_meaning(*x));
}

void gf_cli_short_help(struct gf_buf *b, const struct gf_cli *cli)
{
    size_t mains = 0;
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        mains += (o->flags & GF_OPT_MAIN) != 0;
    if (mains == 0) {
        gf_cli_help(b, cli);
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
    gf_cli_add_name(b, cli);
    gf_buf_printf(b, " --help lists all options; man %s explains them.\n",
                  cli->parent ? cli->parent->name : cli->name);
}

void gf_cli_version(struct gf_buf *b, const struct gf_cli *cli)
{
    gf_buf_printf(b, "%s (gf) %s\n", cli->parent ? cli->parent->name : cli->name, GF_VERSION);
}

void gf_cli_version_details(struct gf_buf *b, const struct gf_cli *cli)
{
    char text[GF_WALL_TEXT];
    bool walled = cli->walled || (cli->parent && cli->parent->walled);
    for (size_t i = 0; cli->subs && cli->subs[i]; i++)
        walled = walled || cli->subs[i]->walled;
    gf_cli_version(b, cli);
    gf_wall_describe(text);
    if (walled)
        gf_buf_printf(b, "sandbox: %s\n", text);
}
