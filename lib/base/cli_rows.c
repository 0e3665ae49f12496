/*
 * cli_rows.c - what help and dump have in common: the name, and the rows that every command has.
 *
 * A common row is copied, and its letter left out where the command has an option of its own with
 * that letter. Whether a table has headings is told by its first row.
 */
#include "base/cli_text.h"

void gf_cli_add_name(struct gf_buf *b, const struct gf_cli *cli)
{
    if (cli->parent)
        gf_buf_printf(b, "%s ", cli->parent->name);
    gf_buf_puts(b, cli->name);
}

bool gf_cli_has_groups(const struct gf_cli *cli)
{
    return cli->opts && cli->opts[0].id == GF_OPT_ID_GROUP;
}

/* A common row as this command has it: without a letter that is an option of its own. */
static struct gf_opt common_row(const struct gf_cli *cli, const struct gf_opt *common)
{
    struct gf_opt row = *common;
    for (const struct gf_opt *o = cli->opts; o && o->id; o++)
        if (o->letter == row.letter)
            row.letter = 0;
    return row;
}

void gf_cli_each_common(const struct gf_cli *cli, struct gf_buf *b, gf_cli_row *f)
{
    const struct gf_opt *tables[] = {cli->only_help ? NULL : gf_opt_voice, gf_opt_common};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct gf_opt *o = tables[i]; o && o->id; o++) {
            if (!gf_opt_is_common(cli, o))
                continue;
            struct gf_opt row = common_row(cli, o);
            f(b, cli, &row);
        }
}
