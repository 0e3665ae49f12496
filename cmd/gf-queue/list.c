/*
 * list.c - gf-queue list, and dead: the jobs of a queue, one line each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/escape.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"

enum {
    OPT_FORMAT = 600,
    OPT_STATE = 700, /* and the state */
};

static const char *const formats[] = {"tsv", "json", NULL};

#define OPT_OF_FORMAT                                                                              \
    {                                                                                              \
        OPT_FORMAT, 0, "format", "FORMAT", "tsv (default) or json", "tsv json", 0                  \
    }

const struct gf_cli queue_list_cli = {
    .name = "list",
    .summary = "print the jobs, one line each: all, but those that are done",
    .usage = (const char *const[]){"[options] NAME", NULL},
    .opts =
        (const struct gf_opt[]){
            {OPT_STATE + GF_QUEUE_WAITING, 0, "waiting", NULL, "those that wait", NULL, 0},
            {OPT_STATE + GF_QUEUE_DELAYED, 0, "delayed", NULL, "those that are delayed", NULL, 0},
            {OPT_STATE + GF_QUEUE_RUNNING, 0, "running", NULL, "those that run", NULL, 0},
            {OPT_STATE + GF_QUEUE_DEAD, 0, "dead", NULL, "those that are dead", NULL, 0},
            {OPT_STATE + GF_QUEUE_DONE, 0, "done", NULL, "those that are done", NULL, 0},
            OPT_OF_FORMAT,
            {0},
        },
    .examples = (const char *const[]){"seq 3 | gf-queue put ./w; gf-queue list ./w",
                                      "seq 3 | gf-queue put ./q; gf-queue list --waiting --format "
                                      "json ./q",
                                      NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

const struct gf_cli queue_dead_cli = {
    .name = "dead",
    .summary = "print the jobs that are dead: list --dead",
    .usage = (const char *const[]){"[options] NAME", NULL},
    .opts = (const struct gf_opt[]){OPT_OF_FORMAT, {0}},
    .examples = (const char *const[]){"seq 3 | gf-queue put ./w; gf-queue dead ./w", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

struct printer {
    struct gf_buf b;
    int format;
};

static void put_time(struct gf_buf *b, gf_ns wall)
{
    char text[GF_TIME_UTC_SIZE] = "-";
    if (wall)
        gf_time_utc(wall, text);
    gf_buf_printf(b, "%s\t", text);
}

static bool has_ended(const struct gf_queue_row *row)
{
    return row->state == GF_QUEUE_DEAD || row->state == GF_QUEUE_DONE;
}

static void add_tsv(struct gf_buf *b, const struct gf_queue_row *row)
{
    char seconds[GF_DOUBLE_SIZE] = "-";
    gf_buf_printf(b, "%s\t%s\t%s\t%u\t", row->id, gf_queue_state_words[row->state],
                  gf_queue_priority_words[row->priority], row->delivery);
    put_time(b, row->put_wall);
    put_time(b, row->state == GF_QUEUE_WAITING ? 0 : row->due_wall);
    if (row->status == -1)
        gf_buf_puts(b, "-\t");
    else
        gf_buf_printf(b, "%d\t", row->status);
    if (has_ended(row))
        gf_format_seconds(row->took, seconds);
    gf_buf_printf(b, "%s\t%s\t", seconds, row->worker[0] ? row->worker : "-");
    gf_escape_column(b, row->record.data, row->record.len);
    gf_buf_putc(b, '\n');
}

static void json_time(struct gf_json *j, const char *key, gf_ns wall)
{
    char text[GF_TIME_UTC_SIZE];
    gf_time_utc(wall, text);
    gf_json_str(j, key, text, strlen(text));
}

static void add_json(struct gf_buf *b, const struct gf_queue_row *row)
{
    static const char *const since[GF_QUEUE_STATES] = {NULL, "due", "since", "ended", "ended"};
    const char *state = gf_queue_state_words[row->state];
    const char *priority = gf_queue_priority_words[row->priority];
    struct gf_json j;
    gf_json_open(&j, b);
    gf_json_str(&j, "id", row->id, strlen(row->id));
    gf_json_str(&j, "state", state, strlen(state));
    gf_json_str(&j, "priority", priority, strlen(priority));
    gf_json_uint(&j, "deliveries", row->delivery);
    json_time(&j, "put", row->put_wall);
    if (since[row->state])
        json_time(&j, since[row->state], row->due_wall);
    if (row->worker[0])
        gf_json_str(&j, "worker", row->worker, strlen(row->worker));
    if (row->status != -1)
        gf_json_int(&j, "exit", row->status);
    if (has_ended(row)) {
        gf_json_seconds(&j, "seconds", row->took);
        gf_json_str(&j, "stderr", row->tail.data, row->tail.len);
    }
    gf_json_str(&j, "record", row->record.data, row->record.len);
    gf_json_close(&j);
}

static int print(void *arg, const struct gf_queue_row *row)
{
    struct printer *p = arg;
    if (p->format)
        add_json(&p->b, row);
    else
        add_tsv(&p->b, row);
    int r = gf_tool_print(&p->b) == 0 ? 0 : 1;
    gf_buf_clear(&p->b);
    return r;
}

/* A list that is broken off begins with a line that was printed: it is not tried again. */
static int list(struct gf_queue_tool *t, unsigned states, int format)
{
    struct printer p = {.format = format};
    struct gf_queue_now now = gf_queue_tool_now();
    int got = 0;
    for (int state = 0; state < GF_QUEUE_STATES && got == 0; state++)
        if (states & 1u << state)
            got = gf_queue_list(t->q, (enum gf_queue_state)state, &now, print, &p);
    if (got == -1)
        gf_error("cannot read the queue '%s': %s", t->name, gf_queue_trouble(t->q)->why);
    else
        gf_queue_tool_is_back(t);
    gf_buf_release(&p.b);
    return got == 0 ? 0 : GF_EXIT_TOOL;
}

static int run(const struct gf_cli *cli, unsigned states, unsigned unless_told, int argc,
               char **argv)
{
    struct gf_optparser o = gf_optparser(cli, argc, argv);
    struct operands of = {0};
    struct gf_queue_tool t;
    enum gf_opt_event ev;
    int status = 0, format = 0;
    while (status == 0 && (ev = gf_cli_next(&o)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return o.status;
        if (ev == GF_OPT_OPERAND)
            status = operand_take(&of, cli, o.value);
        else if (o.opt->id != OPT_FORMAT)
            states |= 1u << (o.opt->id - OPT_STATE);
        else if (gf_cli_choice(&o, formats, &format) != 0)
            status = GF_EXIT_USAGE;
    }
    if (status == 0)
        status = operand_check(&of, cli);
    if (status == 0 && of.n)
        status = gf_cli_usage_error(cli, "an operand too many: '%s'", of.rest[0]);
    if (status == 0)
        status = gf_queue_tool_open(&t, of.name, GF_DB_READ, false, "gf-queue");
    if (status != 0)
        return status;
    status = list(&t, states ? states : unless_told, format);
    gf_queue_tool_close(&t);
    return gf_tool_finish(status);
}

int queue_list_main(int argc, char **argv)
{
    return run(&queue_list_cli, 0, (1u << GF_QUEUE_DONE) - 1, argc, argv);
}

int queue_dead_main(int argc, char **argv)
{
    return run(&queue_dead_cli, 1u << GF_QUEUE_DEAD, 0, argc, argv);
}
