/*
 * history.c - gf-cron history: the runs in a state file, one line each.
 *
 * The state calls print for each row that the filter selects, and print writes the row at once: a
 * long history takes no more memory than a short one. A value that a row does not have (a run that
 * was missed never started) is - in TSV, and no member in JSON.
 */
#include <stdio.h>
#include <string.h>

#include "cron.h"

#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "cron/state.h"

enum {
    OPT_SINCE = 600,
    OPT_JOB,
    OPT_FAILED
};

static const char *const formats[] = {"tsv", "json", NULL};

const struct gf_cli cron_history_cli = {
    .name = "history",
    .summary = "print the runs in a state file",
    .usage = (const char *const[]){"-S FILE [options]", NULL},
    .opts =
        (const struct gf_opt[]){
            {'S', 'S', "state", "FILE|ADDRESS", "the state of gf-cron run", "@state.cron", 0},
            {OPT_SINCE, 0, "since", "TIME", "print runs that were due at TIME or later", NULL, 0},
            {OPT_JOB, 0, "job", "ID", "print runs of this job only", "@job", 0},
            {OPT_FAILED, 0, "failed", NULL, "print only failed, timeout and interrupted runs", NULL,
             0},
            {OPT_FORMAT, 0, "format", "FORMAT", "tsv (default) or json", "tsv json", 0},
            CRON_OPT_TZ,
            {0},
        },
    .examples =
        (const char *const[]){
            "gf-cron run -S ./state -e @start -- true; gf-cron history -S ./state",
            "gf-cron run -S ./s -e @start -- true; gf-cron history -S ./s --format json",
            "gf-cron run -S ./t -e @start -- true; gf-cron history -S ./t --failed", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &cron_cli,
};

struct printer {
    struct gf_buf b;
    int format;
};

static void add_tsv(struct gf_buf *b, const struct gf_run_row *row)
{
    char due[GF_STAMP_SIZE], started[GF_TIME_UTC_SIZE] = "-", seconds[GF_DOUBLE_SIZE] = "-";
    gf_stamp_format(row->due, 0, true, due);
    if (row->started)
        gf_time_utc(row->started, started);
    if (row->started && row->ended)
        gf_format_seconds(row->ended - row->started, seconds);
    gf_buf_printf(b, "%s\t%s\t%s\t%s\t%s\t", row->job, due, started, seconds, gf_run_word(row));
    if (row->status >= 0 && row->ended)
        gf_buf_printf(b, "%d\t", row->status);
    else
        gf_buf_puts(b, "-\t");
    gf_buf_printf(b, row->signal ? "%d\t" : "-\t", row->signal);
    gf_buf_printf(b, "%llu\n", (unsigned long long)row->times);
}

static void add_json(struct gf_buf *b, const struct gf_run_row *row)
{
    struct gf_json j;
    char text[GF_TIME_UTC_SIZE];
    gf_json_open(&j, b);
    gf_json_str(&j, "job", row->job, strlen(row->job));
    gf_time_utc(row->due * GF_S, text);
    gf_json_str(&j, "due", text, strlen(text));
    if (row->started) {
        gf_time_utc(row->started, text);
        gf_json_str(&j, "started", text, strlen(text));
    }
    if (row->started && row->ended)
        gf_json_seconds(&j, "seconds", row->ended - row->started);
    const char *outcome = gf_run_word(row);
    gf_json_str(&j, "outcome", outcome, strlen(outcome));
    if (row->status >= 0 && row->ended)
        gf_json_int(&j, "exit", row->status);
    if (row->signal)
        gf_json_int(&j, "signal", row->signal);
    gf_json_int(&j, "times", (int64_t)row->times);
    gf_json_close(&j);
}

static int print(void *arg, const struct gf_run_row *row)
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

static int history(const char *path, const struct gf_state_filter *f, int format)
{
    struct gf_state *state;
    struct printer p = {.format = format};
    int status = cron_state_open(path, GF_DB_READ, 0, &state);
    if (status != GF_EXIT_OK)
        return status;
    int got = gf_state_history(state, f, print, &p);
    if (got < 0)
        cron_state_failed(state, "read");
    gf_buf_release(&p.b);
    cron_state_close(state);
    return got ? GF_EXIT_TOOL : GF_EXIT_OK;
}

int cron_history_main(int argc, char **argv)
{
    struct cron_context context = {0};
    struct gf_state_filter f = {.since = INT64_MIN};
    struct gf_stamp since = {0};
    const char *path = NULL;
    bool has_since = false;
    int format = 0, bad = 0;
    struct gf_optparser p = gf_optparser(&cron_history_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPERAND)
            return gf_cli_usage_error(&cron_history_cli, "an operand too many: '%s'", p.value);
        if (p.opt->id == 'S')
            path = p.value;
        else if (p.opt->id == OPT_JOB)
            f.job = p.value;
        else if (p.opt->id == OPT_FAILED)
            f.failed = true;
        else if (p.opt->id == OPT_FORMAT)
            bad = gf_cli_choice(&p, formats, &format);
        else if (p.opt->id == OPT_SINCE)
            bad = cron_time_option(&context, &p, &since), has_since = true;
        else
            bad = cron_context_option(&context, &p);
        if (bad)
            return GF_EXIT_USAGE;
    }
    if (!path)
        return gf_cli_usage_error(&cron_history_cli, "no state file was given: -S FILE");
    int status = cron_context_open(&context);
    if (status == GF_EXIT_OK && has_since)
        f.since = gf_zone_instant(context.zone, &since);
    if (status == GF_EXIT_OK)
        status = history(path, &f, format);
    cron_context_release(&context);
    return gf_tool_finish(status);
}
