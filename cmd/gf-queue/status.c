/*
 * status.c - gf-queue status: how many jobs are in which state.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/duration.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"

enum {
    OPT_FORMAT = 600,
};

static const char *const formats[] = {"text", "json", "prom", NULL};

const struct gf_cli queue_status_cli = {
    .name = "status",
    .summary = "print how many jobs wait, run, are dead and done",
    .usage = (const char *const[]){"[options] NAME", NULL},
    .opts =
        (const struct gf_opt[]){
            {OPT_FORMAT, 0, "format", "FORMAT", "text (default), json or prom", "text json prom",
             0},
            {0},
        },
    .examples =
        (const char *const[]){"seq 3 | gf-queue put ./w; gf-queue status ./w",
                              "seq 3 | gf-queue put ./q; gf-queue status ./q --format json", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

/* ---- who runs what --------------------------------------------------------------------------- */

struct worker {
    char name[GF_QUEUE_WORKER];
    uint64_t n;
    gf_ns since_wall; /* of the job that it has had for longest */
};

struct workers {
    struct worker *all;
    size_t n, cap;
};

static int add_worker(void *arg, const struct gf_queue_row *row)
{
    struct workers *w = arg;
    size_t i = 0;
    while (i < w->n && strcmp(w->all[i].name, row->worker) != 0)
        i++;
    if (i == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 16;
        struct worker *all = realloc(w->all, cap * sizeof *all);
        if (!all) {
            gf_error_nomem();
            return 1;
        }
        w->all = all;
        w->cap = cap;
    }
    if (i == w->n) {
        w->all[i] = (struct worker){.since_wall = row->due_wall};
        snprintf(w->all[i].name, sizeof w->all[i].name, "%s", row->worker);
        w->n++;
    }
    w->all[i].n++;
    if (row->due_wall < w->all[i].since_wall)
        w->all[i].since_wall = row->due_wall;
    return 0;
}

/* ---- formats --------------------------------------------------------------------------------- */

static uint64_t all_waiting(const struct gf_queue_status *s)
{
    uint64_t n = 0;
    for (int p = 0; p < GF_QUEUE_PRIORITIES; p++)
        n += s->waiting[p];
    return n;
}

static gf_ns age(gf_ns since_wall, const struct gf_queue_now *now)
{
    return since_wall && now->wall > since_wall ? now->wall - since_wall : 0;
}

/* Whole seconds, but for what is shorter. */
static const char *span(gf_ns t, char text[GF_DURATION_SIZE])
{
    gf_format_duration(t >= GF_S ? t / GF_S * GF_S : t / GF_MS * GF_MS, text);
    return text;
}

static void put_text(struct gf_buf *b, const struct gf_queue_status *s, const struct workers *w,
                     const struct gf_queue_now *now)
{
    char text[GF_DURATION_SIZE];
    gf_buf_printf(b, "waiting  %" PRIu64, all_waiting(s));
    if (s->waiting[GF_QUEUE_HIGH] || s->waiting[GF_QUEUE_LOW])
        gf_buf_printf(b, " (high %" PRIu64 ", normal %" PRIu64 ", low %" PRIu64 ")", s->waiting[0],
                      s->waiting[1], s->waiting[2]);
    if (s->oldest_wall)
        gf_buf_printf(b, ", the oldest for %s", span(age(s->oldest_wall, now), text));
    gf_buf_printf(b, "\ndelayed  %" PRIu64 "\nrunning  %" PRIu64 "\n", s->delayed, s->running);
    for (size_t i = 0; i < w->n; i++)
        gf_buf_printf(b, "  %s  %" PRIu64 ", the oldest for %s\n", w->all[i].name, w->all[i].n,
                      span(age(w->all[i].since_wall, now), text));
    gf_buf_printf(b, "dead     %" PRIu64 "\ndone     %" PRIu64 "\n", s->dead, s->done);
    gf_buf_printf(b, "last minute: %" PRIu64 " put, %" PRIu64 " done\n", s->put_minute,
                  s->finished_minute);
    gf_buf_printf(
        b, "ever: %" PRIu64 " put, %" PRIu64 " done, %" PRIu64 " dead, %" PRIu64 " forgotten\n",
        s->put, s->finished, s->failed, s->expired);
}

static void put_json(struct gf_buf *b, const struct gf_queue_status *s, const struct workers *w,
                     const struct gf_queue_now *now)
{
    struct gf_json j;
    gf_json_open(&j, b);
    gf_json_begin_object(&j, "waiting");
    for (int p = 0; p < GF_QUEUE_PRIORITIES; p++)
        gf_json_uint(&j, gf_queue_priority_words[p], s->waiting[p]);
    gf_json_end_object(&j);
    gf_json_uint(&j, "delayed", s->delayed);
    gf_json_uint(&j, "running", s->running);
    gf_json_uint(&j, "dead", s->dead);
    gf_json_uint(&j, "done", s->done);
    gf_json_seconds(&j, "oldest_seconds", age(s->oldest_wall, now));
    gf_json_uint(&j, "put_last_minute", s->put_minute);
    gf_json_uint(&j, "done_last_minute", s->finished_minute);
    gf_json_uint(&j, "put_total", s->put);
    gf_json_uint(&j, "done_total", s->finished);
    gf_json_uint(&j, "dead_total", s->failed);
    gf_json_uint(&j, "forgotten_total", s->expired);
    gf_json_begin_object(&j, "workers");
    for (size_t i = 0; i < w->n; i++) {
        gf_json_begin_object(&j, w->all[i].name);
        gf_json_uint(&j, "running", w->all[i].n);
        gf_json_seconds(&j, "oldest_seconds", age(w->all[i].since_wall, now));
        gf_json_end_object(&j);
    }
    gf_json_end_object(&j);
    gf_json_close(&j);
}

static void put_metric(struct gf_buf *b, const char *name, const char *type, const char *help)
{
    gf_buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_total(struct gf_buf *b, const char *name, const char *help, uint64_t n)
{
    put_metric(b, name, "counter", help);
    gf_buf_printf(b, "%s %" PRIu64 "\n", name, n);
}

static void put_prom(struct gf_buf *b, const struct gf_queue_status *s,
                     const struct gf_queue_now *now)
{
    static const char jobs[] = "gf_queue_jobs", oldest[] = "gf_queue_oldest_waiting_seconds";
    char seconds[GF_DOUBLE_SIZE];
    put_metric(b, jobs, "gauge", "Jobs in the queue, by state and priority.");
    for (int p = 0; p < GF_QUEUE_PRIORITIES; p++)
        gf_buf_printf(b, "%s{state=\"waiting\",priority=\"%s\"} %" PRIu64 "\n", jobs,
                      gf_queue_priority_words[p], s->waiting[p]);
    gf_buf_printf(b, "%s{state=\"delayed\"} %" PRIu64 "\n", jobs, s->delayed);
    gf_buf_printf(b, "%s{state=\"running\"} %" PRIu64 "\n", jobs, s->running);
    gf_buf_printf(b, "%s{state=\"dead\"} %" PRIu64 "\n", jobs, s->dead);
    gf_buf_printf(b, "%s{state=\"done\"} %" PRIu64 "\n", jobs, s->done);
    put_metric(b, oldest, "gauge", "How long ago the oldest job that waits was put.");
    gf_format_seconds(age(s->oldest_wall, now), seconds);
    gf_buf_printf(b, "%s %s\n", oldest, seconds);
    put_total(b, "gf_queue_put_total", "Jobs that were put.", s->put);
    put_total(b, "gf_queue_done_total", "Jobs that were done.", s->finished);
    put_total(b, "gf_queue_dead_total", "Jobs that have failed for good.", s->failed);
    put_total(b, "gf_queue_forgotten_total", "Jobs whose time was over.", s->expired);
}

/* ---------------------------------------------------------------------------------------------- */

static int print(const struct gf_queue_status *s, const struct workers *w,
                 const struct gf_queue_now *now, int format)
{
    struct gf_buf b = {0};
    if (format == 0)
        put_text(&b, s, w, now);
    else if (format == 1)
        put_json(&b, s, w, now);
    else
        put_prom(&b, s, now);
    int r = gf_tool_print(&b);
    gf_buf_release(&b);
    return r == 0 ? 0 : GF_EXIT_TOOL;
}

static int look(struct gf_queue_tool *t, int format)
{
    struct gf_queue_status s;
    struct workers w = {0};
    struct gf_queue_now now = gf_queue_tool_now();
    int got;
    while (
        (got = gf_queue_status(t->q, &now, &s)) != 0 ||
        (s.running && (got = gf_queue_list(t->q, GF_QUEUE_RUNNING, &now, add_worker, &w)) != 0)) {
        w.n = 0;
        if (got == 1 || !gf_queue_tool_may_pass(t, "read"))
            break;
        now = gf_queue_tool_now();
    }
    int status = GF_EXIT_TOOL;
    if (got == 0) {
        gf_queue_tool_is_back(t);
        status = print(&s, &w, &now, format);
    }
    free(w.all);
    return status;
}

int queue_status_main(int argc, char **argv)
{
    struct gf_optparser o = gf_optparser(&queue_status_cli, argc, argv);
    struct operands of = {0};
    struct gf_queue_tool t;
    enum gf_opt_event ev;
    int status = 0, format = 0;
    while (status == 0 && (ev = gf_cli_next(&o)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return o.status;
        if (ev == GF_OPT_OPERAND)
            status = operand_take(&of, &queue_status_cli, o.value);
        else if (gf_cli_choice(&o, formats, &format) != 0)
            status = GF_EXIT_USAGE;
    }
    if (status == 0)
        status = operand_check(&of, &queue_status_cli);
    if (status == 0 && of.n)
        status = gf_cli_usage_error(&queue_status_cli, "an operand too many: '%s'", of.rest[0]);
    if (status == 0)
        status = gf_queue_tool_open(&t, of.name, GF_DB_READ, false, "gf-queue");
    if (status != 0)
        return status;
    status = look(&t, format);
    gf_queue_tool_close(&t);
    return gf_tool_finish(status);
}
