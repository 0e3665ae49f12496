/*
 * command.h - the subcommands of gf-queue, and what they share.
 */
#ifndef GF_QUEUE_COMMAND_H
#define GF_QUEUE_COMMAND_H

#include "base/cli.h"
#include "queue/tool.h"

extern const struct gf_cli queue_cli, queue_put_cli, queue_take_cli, queue_renew_cli, queue_ack_cli,
    queue_fail_cli, queue_status_cli, queue_list_cli, queue_dead_cli, queue_retry_cli,
    queue_drop_cli, queue_purge_cli;

int queue_put_main(int argc, char **argv);
int queue_take_main(int argc, char **argv);
int queue_renew_main(int argc, char **argv);
int queue_ack_main(int argc, char **argv);
int queue_fail_main(int argc, char **argv);
int queue_status_main(int argc, char **argv);
int queue_list_main(int argc, char **argv);
int queue_dead_main(int argc, char **argv);
int queue_retry_main(int argc, char **argv);
int queue_drop_main(int argc, char **argv);
int queue_purge_main(int argc, char **argv);

/* The operands of a command: the name of the queue, and those behind it. */
struct operands {
    const char *name;
    const char *rest[GF_QUEUE_BATCH];
    size_t n;
};

/* Takes an operand of the command. 0, or GF_EXIT_USAGE after a message: there are too many. */
int operand_take(struct operands *o, const struct gf_cli *cli, const char *value);

/* 0, or GF_EXIT_USAGE after a message: there is no name. */
int operand_check(const struct operands *o, const struct gf_cli *cli);

/* Repeats a step until it is done. 0, or GF_EXIT_TOOL after a message. */
int step_until_done(struct gf_queue_tool *t, struct gf_queue_step *step, struct gf_queue_taken *out,
                    const char *verb);

enum {
    LEASE_DEFAULT_S = 30,
    DELIVERIES_DEFAULT = 5,
};

#define KEEP_DEFAULT (3600 * GF_S)

/* Options that several commands have. */
#define QUEUE_OPT_LEASE                                                                            \
    {                                                                                              \
        'l', 'l', "lease", "DUR", "the job is ours for so long, unless renewed (30s)", NULL, 0     \
    }
#define QUEUE_OPT_KEEP                                                                             \
    {                                                                                              \
        'k', 0, "keep", "DUR", "keep the result for so long (1h); 0: not at all", NULL, 0          \
    }
#define QUEUE_OPT_DELIVERIES                                                                       \
    {                                                                                              \
        'm', 0, "max-deliveries", "N", "a job that was delivered so often is dead (5)", NULL, 0    \
    }

#endif
