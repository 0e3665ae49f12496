/*
 * change.c - gf-queue retry, drop and purge: what people change by hand.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "command.h"

#include "base/exit.h"
#include "base/msg.h"

enum {
    OPT_ALL = 600,
    OPT_STATE = 700, /* and the state */
};

const struct gf_cli queue_retry_cli = {
    .name = "retry",
    .summary = "dead jobs wait again",
    .usage = (const char *const[]){"NAME ID ...", "--all NAME", NULL},
    .opts =
        (const struct gf_opt[]){
            {OPT_ALL, 0, "all", NULL, "all that are dead", NULL, 0},
            {0},
        },
    .notes = (const char *const[]){"exit status 1: there is no such dead job", NULL},
    .examples = (const char *const[]){"seq 3 | gf-queue put ./w; gf-queue retry --all ./w", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

const struct gf_cli queue_drop_cli = {
    .name = "drop",
    .summary = "forget jobs, in whatever state; who runs one loses its lease",
    .usage = (const char *const[]){"NAME ID ...", NULL},
    .opts = (const struct gf_opt[]){{0}},
    .notes = (const char *const[]){"exit status 1: there is no such job", NULL},
    .examples =
        (const char *const[]){
            "seq 3 | gf-queue put ./w; gf-queue drop ./w $(gf-queue list ./w | cut -f1)", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

const struct gf_cli queue_purge_cli = {
    .name = "purge",
    .summary = "forget all jobs in a state, but for those that run",
    .usage = (const char *const[]){"OPTION ... NAME", NULL},
    .opts =
        (const struct gf_opt[]){
            {OPT_STATE + GF_QUEUE_WAITING, 0, "waiting", NULL, "those that wait", NULL, 0},
            {OPT_STATE + GF_QUEUE_DELAYED, 0, "delayed", NULL, "those that are delayed", NULL, 0},
            {OPT_STATE + GF_QUEUE_DEAD, 0, "dead", NULL, "those that are dead", NULL, 0},
            {OPT_STATE + GF_QUEUE_DONE, 0, "done", NULL, "the results of those that are done", NULL,
             0},
            {OPT_ALL, 0, "all", NULL, "all of these", NULL, 0},
            {0},
        },
    .examples = (const char *const[]){"seq 3 | gf-queue put ./w; gf-queue purge --all ./w", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

struct change {
    const struct gf_cli *cli;
    struct operands of;
    bool all;
    unsigned states;
    struct gf_queue_tool tool;
    char rival[GF_QUEUE_TOKEN]; /* of the last retry */
};

/* One call of the queue, for a job (or NULL). */
static int call(struct change *c, const char *id, const struct gf_queue_now *now, uint64_t *n)
{
    if (c->cli == &queue_purge_cli)
        return gf_queue_purge(c->tool.q, c->states, now, n);
    if (c->cli == &queue_drop_cli)
        return gf_queue_drop(c->tool.q, id, now, n);
    return gf_queue_retry(c->tool.q, id, now, n, c->rival);
}

static int change(struct change *c, const char *id, uint64_t *n)
{
    struct gf_queue_now now = gf_queue_tool_now();
    while (call(c, id, &now, n) != 0) {
        if (!gf_queue_tool_may_pass(&c->tool, "write to"))
            return GF_EXIT_TOOL;
        now = gf_queue_tool_now();
    }
    gf_queue_tool_is_back(&c->tool);
    return 0;
}

static int change_all(struct change *c)
{
    uint64_t n = 0;
    int status = 0;
    if (c->of.n == 0) {
        status = change(c, NULL, &n);
        if (status == 0)
            gf_note(c->cli == &queue_retry_cli ? "%" PRIu64 " dead jobs wait again"
                                               : "%" PRIu64 " jobs were forgotten",
                    n);
        return status;
    }
    for (size_t i = 0; i < c->of.n && status != GF_EXIT_TOOL; i++) {
        int one = change(c, c->of.rest[i], &n);
        if (one == 0 && c->rival[0]) {
            gf_error("job '%s' stays dead: its key is in use by job '%s'", c->of.rest[i], c->rival);
            gf_hint("retry it when that one has ended, or drop one of them");
            one = GF_EXIT_NO;
        } else if (one == 0 && n == 0) {
            gf_error("there is no %sjob '%s'", c->cli == &queue_retry_cli ? "dead " : "",
                     c->of.rest[i]);
            one = GF_EXIT_NO;
        }
        status = one ? one : status;
    }
    return status;
}

static int check(const struct change *c)
{
    int status = operand_check(&c->of, c->cli);
    if (status != 0)
        return status;
    if (c->cli == &queue_purge_cli && !c->states)
        return gf_cli_usage_error(c->cli,
                                  "which jobs? --waiting, --delayed, --dead, --done, --all");
    if (c->cli == &queue_purge_cli && c->of.n)
        return gf_cli_usage_error(c->cli, "an operand too many: '%s'", c->of.rest[0]);
    if (c->cli != &queue_purge_cli && c->all && c->of.n)
        return gf_cli_usage_error(c->cli, "--all, or jobs by their ids");
    if (c->cli != &queue_purge_cli && !c->all && !c->of.n)
        return gf_cli_usage_error(c->cli, "which jobs? gf-queue list prints their ids");
    return 0;
}

static int run(const struct gf_cli *cli, int argc, char **argv)
{
    struct change c = {.cli = cli};
    struct gf_optparser o = gf_optparser(cli, argc, argv);
    enum gf_opt_event ev;
    int status = 0;
    while (status == 0 && (ev = gf_cli_next(&o)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return o.status;
        if (ev == GF_OPT_OPERAND)
            status = operand_take(&c.of, cli, o.value);
        else if (o.opt->id == OPT_ALL) {
            c.all = true;
            c.states = ~0u;
        } else
            c.states |= 1u << (o.opt->id - OPT_STATE);
    }
    if (status == 0)
        status = check(&c);
    if (status == 0)
        status = gf_queue_tool_open(&c.tool, c.of.name, GF_DB_WRITE, false, "gf-queue");
    if (status != 0)
        return status;
    status = change_all(&c);
    gf_queue_tool_close(&c.tool);
    return gf_tool_finish(status);
}

int queue_retry_main(int argc, char **argv)
{
    return run(&queue_retry_cli, argc, argv);
}

int queue_drop_main(int argc, char **argv)
{
    return run(&queue_drop_cli, argc, argv);
}

int queue_purge_main(int argc, char **argv)
{
    return run(&queue_purge_cli, argc, argv);
}
