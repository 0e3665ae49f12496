/*
 * main.c - gf-queue, a durable queue of jobs: picks the subcommand.
 */
#include <stddef.h>

#include "command.h"

#include "base/exit.h"

static const struct command {
    const struct gf_cli *cli;
    int (*main)(int argc, char **argv);
} commands[] = {
    {&queue_put_cli, queue_put_main},     {&queue_take_cli, queue_take_main},
    {&queue_ack_cli, queue_ack_main},     {&queue_fail_cli, queue_fail_main},
    {&queue_renew_cli, queue_renew_main}, {&queue_status_cli, queue_status_main},
    {&queue_list_cli, queue_list_main},   {&queue_dead_cli, queue_dead_main},
    {&queue_retry_cli, queue_retry_main}, {&queue_drop_cli, queue_drop_main},
    {&queue_purge_cli, queue_purge_main},
};

static const struct gf_cli *const subs[] = {
    &queue_put_cli,   &queue_take_cli,   &queue_ack_cli,   &queue_fail_cli,
    &queue_renew_cli, &queue_status_cli, &queue_list_cli,  &queue_dead_cli,
    &queue_retry_cli, &queue_drop_cli,   &queue_purge_cli, NULL,
};

static const struct gf_opt_elsewhere elsewhere[] = {
    {"push", "other queues", "is put here"},
    {"enqueue", "other queues", "is put here"},
    {"reserve", "beanstalkd", "is take here"},
    {"bury", "beanstalkd", "is fail --dead here"},
    {"kick", "beanstalkd", "is retry here"},
    {"touch", "beanstalkd", "is renew here"},
    {"work", "rq", "is gf-pool --queue NAME COMMAND here"},
    {0},
};

const struct gf_cli queue_cli = {
    .name = "gf-queue",
    .summary = "a durable queue of jobs, on this machine or on a Redis server",
    .usage = (const char *const[]){"COMMAND NAME ...", NULL},
    .examples =
        (const char *const[]){"seq 3 | gf-queue put ./work",
                              "seq 3 | gf-queue put ./w; gf-pool --queue ./w --until-empty echo",
                              "seq 3 | gf-queue put ./q; gf-queue status ./q", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .elsewhere = elsewhere,
    .subs = subs,
    .only_help = true,
};

int main(int argc, char **argv)
{
    gf_tool_start("gf-queue");
    int status = GF_EXIT_USAGE;
    const struct gf_cli *sub = gf_cli_sub(&queue_cli, argc - 1, argv + 1, &status);
    for (size_t i = 0; sub && i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].cli == sub)
            return gf_tool_status(commands[i].main(argc - 2, argv + 2));
    return status;
}
