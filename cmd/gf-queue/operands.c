/*
 * operands.c - what the subcommands share: their operands, and a step that is repeated while the
 * queue is away.
 */
#include "command.h"

#include "base/exit.h"

int operand_take(struct operands *o, const struct gf_cli *cli, const char *value)
{
    if (!o->name) {
        o->name = value;
        return 0;
    }
    if (o->n == GF_QUEUE_BATCH)
        return gf_cli_usage_error(cli, "more than %d operands", GF_QUEUE_BATCH);
    o->rest[o->n++] = value;
    return 0;
}

int operand_check(const struct operands *o, const struct gf_cli *cli)
{
    return o->name ? 0 : gf_cli_usage_error(cli, "no queue was named");
}

int step_until_done(struct gf_queue_tool *t, struct gf_queue_step *step, struct gf_queue_taken *out,
                    const char *verb)
{
    struct gf_queue_now now = gf_queue_tool_now();
    while (gf_queue_step(t->q, step, &now, out) != 0) {
        if (!gf_queue_tool_may_pass(t, verb))
            return GF_EXIT_TOOL;
        now = gf_queue_tool_now();
    }
    gf_queue_tool_is_back(t);
    return 0;
}
