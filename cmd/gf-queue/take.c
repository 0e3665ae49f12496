/*
 * take.c - gf-queue take, for scripts that work by themselves: prints jobs with their tokens.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"

const struct gf_cli queue_take_cli = {
    .name = "take",
    .summary = "take jobs under a lease, and print TOKEN TAB RECORD for each",
    .usage = (const char *const[]){"[options] NAME", NULL},
    .opts =
        (const struct gf_opt[]){
            {'n', 'n', "count", "N", "take up to N jobs (1)", NULL, 0},
            QUEUE_OPT_LEASE,
            {'w', 'w', "wait", "DUR", "wait so long for a job (not at all)", NULL, 0},
            {'0', '0', "null", NULL, "end what is printed with NUL, not with a newline", NULL, 0},
            QUEUE_OPT_DELIVERIES,
            {0},
        },
    .notes = (const char *const[]){"exit status 1: there is no job", NULL},
    .examples =
        (const char *const[]){"seq 3 | gf-queue put ./w; gf-queue take ./w",
                              "seq 3 | gf-queue put ./q; gf-queue take -n 2 --lease 5m ./q", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

struct take {
    struct operands from;
    struct gf_queue_step step;
    char worker[GF_QUEUE_WORKER];
    gf_ns wait;
    bool waits; /* that was said */
    char end;
    struct gf_queue_tool tool;
    struct gf_queue_taken taken;
};

/* Prints them. A job that could not be printed goes back. */
static int print(struct take *t)
{
    struct gf_buf b = {0};
    for (size_t i = 0; i < t->taken.n; i++) {
        const struct gf_queue_job *j = &t->taken.jobs[i];
        gf_buf_printf(&b, "%s\t", j->token);
        gf_buf_add(&b, j->record.data, j->record.len);
        gf_buf_putc(&b, t->end);
    }
    int r = gf_tool_print(&b);
    gf_buf_release(&b);
    return r == 0 ? 0 : GF_EXIT_TOOL;
}

static void give_back(struct take *t)
{
    struct gf_queue_end *ends = calloc(t->taken.n, sizeof *ends);
    char(*tokens)[GF_QUEUE_TOKEN] = calloc(t->taken.n, sizeof *tokens);
    for (size_t i = 0; ends && tokens && i < t->taken.n; i++) {
        memcpy(tokens[i], t->taken.jobs[i].token, sizeof tokens[i]);
        ends[i] = (struct gf_queue_end){.token = tokens[i], .what = GF_QUEUE_BACK, .status = -1};
    }
    struct gf_queue_step step = t->step;
    gf_queue_tool_until(&t->tool, 0);
    step.want = 0;
    step.ends = ends;
    step.nends = ends && tokens ? t->taken.n : 0;
    (void)step_until_done(&t->tool, &step, &t->taken, "give jobs back to");
    free(tokens);
    free(ends);
}

/* Waits until there may be something, at most until the deadline. */
static void wait(struct take *t, gf_ns deadline_mono)
{
    gf_ns left = deadline_mono - gf_now_mono();
    gf_ns most = t->taken.next < 5 * GF_S ? t->taken.next + GF_MS : 5 * GF_S;
    struct pollfd p = {.fd = gf_queue_listen(t->tool.q), .events = POLLIN};
    most = p.fd == -1 && most > 200 * GF_MS ? 200 * GF_MS : most;
    most = left < most ? left : most;
    struct timespec ts = {.tv_sec = (time_t)(most / GF_S), .tv_nsec = (long)(most % GF_S)};
    if (most > 0 && ppoll(&p, 1, &ts, NULL) > 0)
        gf_queue_heard(t->tool.q);
}

static int take(struct take *t)
{
    gf_ns deadline = gf_sat_add_i64(gf_now_mono(), t->wait);
    for (;;) {
        if (t->waits)
            gf_queue_tool_until(&t->tool, deadline);
        int status = step_until_done(&t->tool, &t->step, &t->taken, "take from");
        if (status != 0)
            return status;
        if (t->taken.n > 0)
            break;
        if (gf_now_mono() >= deadline)
            return GF_EXIT_NO;
        wait(t, deadline);
    }
    int status = print(t);
    if (status != 0)
        give_back(t);
    return status;
}

static int take_option(struct take *t, const struct gf_optparser *o)
{
    uint64_t n = 0;
    int r = 0;
    switch (o->opt->id) {
    case 'n':
        r = gf_cli_count(o, 1, GF_QUEUE_BATCH, &n);
        t->step.want = (unsigned)n;
        break;
    case 'l':
        r = gf_queue_tool_lease(o, &t->step.lease);
        break;
    case 'w':
        r = gf_cli_duration(o, &t->wait);
        t->waits = true;
        break;
    case '0':
        t->end = '\0';
        break;
    default:
        r = gf_cli_count(o, 1, 1000000, &n);
        t->step.deliveries = (unsigned)n;
    }
    return r ? GF_EXIT_USAGE : 0;
}

int queue_take_main(int argc, char **argv)
{
    struct take t = {
        .end = '\n',
        .step = {.want = 1, .lease = LEASE_DEFAULT_S * GF_S, .deliveries = DELIVERIES_DEFAULT}};
    struct gf_optparser o = gf_optparser(&queue_take_cli, argc, argv);
    enum gf_opt_event ev;
    int status = 0;
    while (status == 0 && (ev = gf_cli_next(&o)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return o.status;
        status = ev == GF_OPT_OPERAND ? operand_take(&t.from, &queue_take_cli, o.value)
                                      : take_option(&t, &o);
    }
    if (status == 0)
        status = operand_check(&t.from, &queue_take_cli);
    if (status == 0 && t.from.n)
        status = gf_cli_usage_error(&queue_take_cli, "an operand too many: '%s'", t.from.rest[0]);
    if (status == 0)
        status = gf_queue_tool_open(&t.tool, t.from.name, GF_DB_WRITE, false, "gf-queue");
    if (status != 0)
        return status;
    gf_queue_tool_worker(t.worker);
    t.step.worker = t.worker;
    status = take(&t);
    gf_queue_taken_release(&t.taken);
    gf_queue_tool_close(&t.tool);
    return gf_tool_finish(status);
}
