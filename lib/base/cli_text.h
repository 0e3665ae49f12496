/*
 * cli_text.h - the texts that a command line has to offer, built in a buffer. Internal to base/cli.
 *
 *     struct gf_buf b = {0};
 *     gf_cli_help(&b, cli);
 *     if (b.failed) ... ENOMEM ...
 *
 * Nothing is printed here. Pure, but for the buffer.
 */
#ifndef GF_BASE_CLI_TEXT_H
#define GF_BASE_CLI_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/opt.h"

/* All of it: --help. */
void gf_cli_help(struct gf_buf *b, const struct gf_cli *cli);

/* -h: where the table marks main options, a screen of those and where the rest is. */
void gf_cli_short_help(struct gf_buf *b, const struct gf_cli *cli);

void gf_cli_version(struct gf_buf *b, const struct gf_cli *cli);

/* The same, and what the machine has of a sandbox where the tool has one. */
void gf_cli_version_details(struct gf_buf *b, const struct gf_cli *cli);

/* The rows that completions and tests are made from (cli_dump.c), with those of subcommands. */
void gf_cli_dump(struct gf_buf *b, const struct gf_cli *cli);

/* The name, behind that of the tool for a subcommand: `gf-cron next`. */
void gf_cli_add_name(struct gf_buf *b, const struct gf_cli *cli);

/* Whether the table has headings. */
bool gf_cli_has_groups(const struct gf_cli *cli);

/* Calls f for each option that the command has in common with all others. */
typedef void gf_cli_row(struct gf_buf *b, const struct gf_cli *cli, const struct gf_opt *o);
void gf_cli_each_common(const struct gf_cli *cli, struct gf_buf *b, gf_cli_row *f);

#endif
