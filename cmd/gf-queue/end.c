/*
 * end.c - gf-queue ack, fail and renew: what becomes of jobs that were taken, by their tokens.
 *
 * All tokens of a command line are one step. A token that is refused is said: its lease was over,
 * and somebody else has the job, or it is gone.
 */
#include <stdlib.h>

#include "command.h"

#include "base/exit.h"
#include "base/msg.h"

enum {
    OPT_STATUS = 600,
    OPT_DELAY,
    OPT_DEAD,
};

#define OPERANDS "NAME TOKEN ..."
#define EXITS                                                                                      \
    (const int[])                                                                                  \
    {                                                                                              \
        GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1                                    \
    }
#define NOTE                                                                                       \
    (const char *const[])                                                                          \
    {                                                                                              \
        "exit status 1: a token was refused", NULL                                                 \
    }
#define OPT_OF_STATUS                                                                              \
    {                                                                                              \
        OPT_STATUS, 0, "status", "N", "the exit status of the work, for the result", NULL, 0       \
    }

const struct gf_cli queue_ack_cli = {
    .name = "ack",
    .summary = "jobs are done",
    .usage = (const char *const[]){"[options] " OPERANDS, NULL},
    .opts = (const struct gf_opt[]){QUEUE_OPT_KEEP, OPT_OF_STATUS, {0}},
    .notes = NOTE,
    .examples =
        (const char *const[]){
            "seq 3 | gf-queue put ./w; gf-queue ack ./w $(gf-queue take ./w | cut -f1)", NULL},
    .exits = EXITS,
    .parent = &queue_cli,
    .operands = "@state.queue",
};

const struct gf_cli queue_fail_cli = {
    .name = "fail",
    .summary = "jobs have failed, and wait again, or are dead",
    .usage = (const char *const[]){"[options] " OPERANDS, NULL},
    .opts =
        (const struct gf_opt[]){
            {OPT_DELAY, 0, "delay", "DUR", "they wait from then on, not at once", NULL, 0},
            {OPT_DEAD, 0, "dead", NULL, "they are dead: nobody gets them again", NULL, 0},
            QUEUE_OPT_DELIVERIES,
            OPT_OF_STATUS,
            {0},
        },
    .rules =
        (const struct gf_opt_rule[]){
            {GF_OPT_NOT_WITH, "--dead", "--delay --max-deliveries", "they do not wait again"},
            {0},
        },
    .notes = NOTE,
    .examples =
        (const char *const[]){
            "seq 3 | gf-queue put ./w; gf-queue fail ./w $(gf-queue take ./w | cut -f1)", NULL},
    .exits = EXITS,
    .parent = &queue_cli,
    .operands = "@state.queue",
};

const struct gf_cli queue_renew_cli = {
    .name = "renew",
    .summary = "the leases of jobs begin anew",
    .usage = (const char *const[]){"[options] " OPERANDS, NULL},
    .opts = (const struct gf_opt[]){QUEUE_OPT_LEASE, {0}},
    .notes = NOTE,
    .examples =
        (const char *const[]){
            "seq 3 | gf-queue put ./w; gf-queue renew ./w $(gf-queue take ./w | cut -f1)", NULL},
    .exits = EXITS,
    .parent = &queue_cli,
    .operands = "@state.queue",
};

struct end {
    const struct gf_cli *cli;
    struct operands of;
    struct gf_queue_step step;
    struct gf_queue_end like; /* all of them */
    struct gf_queue_end ends[GF_QUEUE_BATCH];
    struct gf_queue_lease leases[GF_QUEUE_BATCH];
    struct gf_queue_tool tool;
};

static int take_option(struct end *e, const struct gf_optparser *o)
{
    uint64_t n = 0;
    int r = 0;
    switch (o->opt->id) {
    case OPT_STATUS:
        r = gf_cli_count(o, 0, 255, &n);
        e->like.status = (int)n;
        break;
    case OPT_DELAY:
        r = gf_cli_duration(o, &e->like.delay);
        break;
    case OPT_DEAD:
        e->like.what = GF_QUEUE_BURY;
        break;
    case 'k':
        r = gf_cli_duration(o, &e->step.keep);
        break;
    case 'l':
        r = gf_queue_tool_lease(o, &e->step.lease);
        break;
    default:
        r = gf_cli_count(o, 1, 1000000, &n);
        e->step.deliveries = (unsigned)n;
    }
    return r ? GF_EXIT_USAGE : 0;
}

static int read_words(struct end *e, int argc, char **argv)
{
    struct gf_optparser o = gf_optparser(e->cli, argc, argv);
    enum gf_opt_event ev;
    int status = 0;
    while (status == 0 && (ev = gf_cli_next(&o)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return o.status ? o.status : -1;
        status = ev == GF_OPT_OPERAND ? operand_take(&e->of, e->cli, o.value) : take_option(e, &o);
    }
    if (status == 0)
        status = operand_check(&e->of, e->cli);
    if (status == 0 && e->of.n == 0)
        status = gf_cli_usage_error(e->cli, "no token was given");
    return status;
}

static int refuse(const char *token)
{
    gf_error("token '%s': the lease is over, or there is no such job", token);
    return GF_EXIT_NO;
}

static int end_all(struct end *e)
{
    struct gf_queue_taken none = {0};
    bool renews = e->cli == &queue_renew_cli;
    for (size_t i = 0; i < e->of.n; i++) {
        e->ends[i] = e->like;
        e->ends[i].token = e->leases[i].token = e->of.rest[i];
    }
    e->step.ends = e->ends;
    e->step.leases = e->leases;
    e->step.nends = renews ? 0 : e->of.n;
    e->step.nleases = renews ? e->of.n : 0;
    int status = step_until_done(&e->tool, &e->step, &none, "write to");
    for (size_t i = 0; status != GF_EXIT_TOOL && i < e->of.n; i++)
        if (renews ? !e->leases[i].held : !e->ends[i].accepted)
            status = refuse(e->of.rest[i]);
    gf_queue_taken_release(&none);
    return status;
}

static int run(const struct gf_cli *cli, enum gf_queue_what what, int argc, char **argv)
{
    struct end *e = calloc(1, sizeof *e);
    if (!e) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    e->cli = cli;
    e->like =
        (struct gf_queue_end){.what = what, .took = -1, .status = what == GF_QUEUE_ACK ? 0 : -1};
    e->step = (struct gf_queue_step){.worker = "-",
                                     .lease = LEASE_DEFAULT_S * GF_S,
                                     .keep = KEEP_DEFAULT,
                                     .deliveries = DELIVERIES_DEFAULT};
    int status = read_words(e, argc, argv);
    if (status == 0)
        status = gf_queue_tool_open(&e->tool, e->of.name, GF_DB_WRITE, false, "gf-queue");
    if (status == 0) {
        status = end_all(e);
        gf_queue_tool_close(&e->tool);
    }
    free(e);
    return status == -1 ? 0 : gf_tool_finish(status);
}

int queue_ack_main(int argc, char **argv)
{
    return run(&queue_ack_cli, GF_QUEUE_ACK, argc, argv);
}

int queue_fail_main(int argc, char **argv)
{
    return run(&queue_fail_cli, GF_QUEUE_AGAIN, argc, argv);
}

int queue_renew_main(int argc, char **argv)
{
    return run(&queue_renew_cli, GF_QUEUE_ACK, argc, argv);
}
