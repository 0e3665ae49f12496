/*
 * cli_dump.c - the dump: what completions and tests are made from.
 *
 * TAB-separated rows: `command NAME SUMMARY OPERANDS STOP`, then for each of its options
 * `option COMMAND LETTER NAME ARG OPTIONAL VALUES HELP`, with `group COMMAND TITLE` where a heading
 * stands, then `rule COMMAND needs|without OPTION OTHERS WHY`, `elsewhere COMMAND WORD TOOL HERE`,
 * `exit COMMAND CODE` and `example COMMAND LINE`; `-` is nothing. The subcommands follow, each with
 * its own rows, by a call of the same function.
 */
#include "base/cli_text.h"

static const char *or_dash(const char *s)
{
    return s && *s ? s : "-";
}

static void dump_option(struct gf_buf *b, const struct gf_cli *cli, const struct gf_opt *o)
{
    if (o->id == GF_OPT_ID_GROUP) {
        gf_buf_puts(b, "group\t");
        gf_cli_add_name(b, cli);
        gf_buf_printf(b, "\t%s\n", o->help);
    }
    if (o->flags & GF_OPT_HIDDEN)
        return;
    char letter[2] = {o->letter, '\0'};
    gf_buf_puts(b, "option\t");
    gf_cli_add_name(b, cli);
    gf_buf_printf(b, "\t%s\t%s\t%s\t%s\t%s\t%s\n", or_dash(letter), or_dash(o->name),
                  or_dash(o->arg), o->flags & GF_OPT_OPTIONAL ? "optional" : "-",
                  or_dash(o->values), o->help);
}

void gf_cli_dump(struct gf_buf *b, const struct gf_cli *cli)
{
    struct gf_buf name = {0};
    gf_cli_add_name(&name, cli);
    if (name.failed) {
        gf_buf_inherit(b, &name);
        gf_buf_release(&name);
        return;
    }
    gf_buf_printf(b, "command\t%s\t%s\t%s\t%s\n", name.data, cli->summary, or_dash(cli->operands),
                  cli->stop_at_operand ? "stop" : "-");
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        dump_option(b, cli, o);
    if (gf_cli_has_groups(cli))
        gf_buf_printf(b, "group\t%s\tgeneral\n", name.data);
    gf_cli_each_common(cli, b, dump_option);
    for (const struct gf_opt_rule *r = cli->rules; r && r->relation; r++)
        gf_buf_printf(b, "rule\t%s\t%s\t%s\t%s\t%s\n", name.data,
                      r->relation == GF_OPT_NEEDS ? "needs" : "without", r->option, r->others,
                      r->why);
    for (const struct gf_opt_elsewhere *e = cli->elsewhere; e && e->word; e++)
        gf_buf_printf(b, "elsewhere\t%s\t%s\t%s\t%s\n", name.data, e->word, e->tool, e->here);
    for (const int *x = cli->exits; *x != -1; x++)
        gf_buf_printf(b, "exit\t%s\t%d\n", name.data, *x);
    for (const char *const *e = cli->examples; e && *e; e++)
        gf_buf_printf(b, "example\t%s\t%s\n", name.data, *e);
    gf_buf_release(&name);
    for (size_t i = 0; cli->subs && cli->subs[i]; i++)
        gf_cli_dump(b, cli->subs[i]);
}
