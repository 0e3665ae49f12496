/*
 * check.c - gf-cron check: what is wrong with a crontab, with line, column and caret.
 *
 * The table is parsed as gf-cron run parses a table, and nothing is run. The parser goes on after
 * an error, so that one call reports more than the first. Only the weight differs: check prints
 * advice too, run prints errors and warnings.
 */
#include "cron.h"

#include "base/exit.h"
#include "base/msg.h"

static const struct gf_opt_elsewhere elsewhere[] = {
    {"-test", "supercronic", "is what happens here: check runs nothing"},
    {"-T", "crontab", "is what happens here: check runs nothing"},
    {"-n", "crontab", "is what happens here: check runs nothing"},
    {0},
};

const struct gf_cli cron_check_cli = {
    .name = "check",
    .summary = "print every error in a crontab",
    .usage = (const char *const[]){"[options] CRONTAB", NULL},
    .opts =
        (const struct gf_opt[]){
            CRON_OPT_TZ,
            CRON_OPT_PERCENT,
            {0},
        },
    .examples =
        (const char *const[]){"echo '0 3 * * * nightly-backup --all' | gf-cron check -",
                              "printf '0 0 13 * 5 GF_ID=luck date\\n' | gf-cron check -q -",
                              "echo '@hourly date' | gf-cron check --tz Asia/Tokyo -", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .elsewhere = elsewhere,
    .parent = &cron_cli,
    .walled = true,
    .operands = "@file",
};

int cron_check_main(int argc, char **argv)
{
    struct cron_context context = {0};
    const char *path = NULL;
    struct gf_optparser p = gf_optparser(&cron_check_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPERAND) {
            if (path)
                return gf_cli_usage_error(&cron_check_cli, "more than one crontab: '%s'", p.value);
            path = p.value;
        } else if (cron_context_option(&context, &p) != 0) {
            return GF_EXIT_USAGE;
        }
    }
    if (!path)
        return gf_cli_usage_error(&cron_check_cli, "no crontab was given");
    struct gf_table table = {0};
    int status = cron_context_open(&context);
    if (status == GF_EXIT_OK)
        cron_wall_raise(&context, path, NULL);
    if (status == GF_EXIT_OK)
        status = cron_table_read(&context, path, GF_TABLE_ADVICE, &table);
    gf_table_release(&table);
    cron_context_release(&context);
    return status;
}
