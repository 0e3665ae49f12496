/*
 * main.c - gf-cron, a scheduler for scripts and containers: picks the subcommand.
 *
 * A subcommand is a table of options and a main (cron.h). gf_cli_sub finds the table that the first
 * word names, and answers help and unknown words; `commands` leads from the table to its main.
 */
#include <stddef.h>

#include "cron.h"

#include "base/exit.h"

static const struct command {
    const struct gf_cli *cli;
    int (*main)(int argc, char **argv);
} commands[] = {
    {&cron_next_cli, cron_next_main},       {&cron_explain_cli, cron_explain_main},
    {&cron_check_cli, cron_check_main},     {&cron_run_cli, cron_run_main},
    {&cron_once_cli, cron_once_main},       {&cron_emit_cli, cron_emit_main},
    {&cron_history_cli, cron_history_main}, {&cron_pause_cli, cron_pause_main},
    {&cron_resume_cli, cron_resume_main},   {&cron_trigger_cli, cron_trigger_main},
    {&cron_status_cli, cron_status_main},   {&cron_show_cli, cron_show_main},
};

static const struct gf_cli *const subs[] = {
    &cron_next_cli,
    &cron_explain_cli,
    &cron_check_cli,
    &cron_run_cli,
    &cron_once_cli,
    &cron_emit_cli,
    &cron_history_cli,
    &cron_pause_cli,
    &cron_resume_cli,
    &cron_trigger_cli,
    &cron_status_cli,
    &cron_show_cli,
    NULL,
};

/* Of crontab and crond, which have no subcommands. */
static const struct gf_opt_elsewhere elsewhere[] = {
    {"tab", "cron", "is a file here: gf-cron check FILE checks it, gf-cron run FILE runs it"},
    {"-l", "crontab", "is cat FILE here: a crontab is a file, which gf-cron run FILE runs"},
    {"-e", "crontab", "is an editor and gf-cron check FILE here; gf-cron run -e takes a schedule"},
    {"-r", "crontab", "is rm FILE here: a crontab is a file"},
    {"-u", "crontab", "is not here: jobs run as the user who runs gf-cron run FILE"},
    {"-T", "crontab", "is the command gf-cron check FILE"},
    {"-f", "crond", "is gf-cron run FILE here, which stays in the foreground"},
    {"--foreground", "crond", "is gf-cron run FILE here, which stays in the foreground"},
    {"-n", "crond", "is gf-cron run FILE here, which stays in the foreground"},
    {"-c", "crond", "is the operand of gf-cron run FILE here"},
    {"-test", "supercronic", "is the command gf-cron check FILE"},
    {0},
};

const struct gf_cli cron_cli = {
    .name = "gf-cron",
    .summary = "run commands on a schedule, in the foreground",
    .usage = (const char *const[]){"COMMAND ...", NULL},
    .examples =
        (const char *const[]){"gf-cron next -n 3 '30 2 * * *'",
                              "gf-cron explain --tz Europe/Berlin '30 2 * * MON-FRI'",
                              "echo '0 3 * * * nightly-backup --all' | gf-cron check -", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .elsewhere = elsewhere,
    .subs = subs,
    .only_help = true,
};

int main(int argc, char **argv)
{
    gf_tool_start("gf-cron");
    int status = GF_EXIT_USAGE;
    const struct gf_cli *sub = gf_cli_sub(&cron_cli, argc - 1, argv + 1, &status);
    for (size_t i = 0; sub && i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].cli == sub)
            return gf_tool_status(commands[i].main(argc - 2, argv + 2));
    return status;
}
