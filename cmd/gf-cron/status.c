/*
 * status.c - gf-cron status: each job that a state file knows, and how its last run went.
 *
 * The state calls print for each job. The next due time is not in the state: it is computed from
 * the schedule, the zone and the rule for gaps that the scheduler left there. A job whose schedule
 * is not there, or has no zone on this machine, has - as its next due time. What a run waits for is
 * a column, or members, of its own: the state is one word, which programs compare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cron.h"

#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "cron/state.h"

static const char *const formats[] = {"tsv", "json", NULL};

const struct gf_cli cron_status_cli = {
    .name = "status",
    .summary = "print each job in a state file, its last and its next run",
    .usage = (const char *const[]){"-S FILE [options]", NULL},
    .opts =
        (const struct gf_opt[]){
            {'S', 'S', "state", "FILE|ADDRESS", "the state of gf-cron run", "@state.cron", 0},
            {OPT_FORMAT, 0, "format", "FORMAT", "tsv (default) or json", "tsv json", 0},
            {0},
        },
    .examples =
        (const char *const[]){
            "gf-cron run -S ./state -e @start -- true; gf-cron status -S ./state",
            "gf-cron run -S ./s -e @start -- true; gf-cron status --state ./s --format json",
            "gf-cron run -S ./t -e @start -- true; gf-cron status --state=./t | cut -f1", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &cron_cli,
};

struct printer {
    struct cron_context context;
    int format;
};

/* A job that is paused starts nothing, whatever waits. */
static const char *word_of(const struct gf_state_status_row *row)
{
    if (row->running)
        return "running";
    if (row->requested)
        return "requested";
    if (row->paused)
        return "paused";
    return row->waiting ? "waiting" : "idle";
}

/* The bounds that load.c wrote in front of a job's schedules. *text is what follows. */
static bool take_bounds(const char **text, int64_t *since, int64_t *upto)
{
    static const char from[] = "GF_FROM=", until[] = " GF_UNTIL=";
    char *end;
    if (!*text || strncmp(*text, from, strlen(from)) != 0)
        return false;
    *since = strtoll(*text + strlen(from), &end, 10);
    if (strncmp(end, until, strlen(until)) != 0)
        return false;
    *upto = strtoll(end + strlen(until), &end, 10);
    *text = end;
    return true;
}

/* When the job is due next, "-" where no scheduler that runs has it. 0, or the exit status after a
 * message. */
static int next_due(struct cron_context *p, const struct gf_state_status_row *row,
                    char out[GF_STAMP_SIZE])
{
    struct gf_cron_context ctx = {
        .id = row->job, .id_len = strlen(row->job), .now = p->now, .more = p->more};
    struct gf_cron c;
    struct gf_zone *z = NULL;
    int64_t t, since, upto;
    const char *text = row->when.text;
    snprintf(out, GF_STAMP_SIZE, "-");
    bool bounded = take_bounds(&text, &since, &upto);
    if (!text || gf_cron_parse(&c, text, strlen(text), &ctx, NULL) != 0)
        return GF_EXIT_OK;
    for (struct gf_cron *each = &c; bounded && each; each = each->also) {
        each->bounded = true;
        each->since = since;
        each->upto = upto;
    }
    struct gf_perr e = {0};
    if (gf_zones_get(&p->zones, row->when.zone, &z, &e) != 0 && errno != EINVAL)
        return cron_zone_unreadable(row->when.zone, &e);
    if (!z) /* a zone that this machine has not */
        return GF_EXIT_OK;
    if (gf_cron_next(&c, z, (enum gf_dst)row->when.dst, p->now, &t) == GF_CRON_FOUND)
        gf_stamp_format(t, 0, true, out);
    return GF_EXIT_OK;
}

/* The words for what a run waits for, in front of a time where there is one. */
static const char *const waits[][2] = {
    [GF_WAIT_JITTER] = {"jitter", "jitter until "},
    [GF_WAIT_RETRY] = {"retry", "retry at "},
    [GF_WAIT_QUEUE] = {"queue", "queued"},
    [GF_WAIT_LOCK] = {"lock", "lock "},
};

static bool is_waiting(const struct gf_state_status_row *row)
{
    return row->waiting && row->wait > GF_WAIT_NONE &&
           (size_t)row->wait < sizeof waits / sizeof waits[0] && waits[row->wait][0];
}

static void add_tsv(struct gf_buf *b, const struct gf_state_status_row *row, const char *next)
{
    char due[GF_STAMP_SIZE] = "-", until[GF_TIME_UTC_SIZE] = "";
    if (row->has_last)
        gf_stamp_format(row->last_due, 0, true, due);
    if (row->until)
        gf_time_utc(row->until, until);
    bool locked = row->wait == GF_WAIT_LOCK && row->lock;
    gf_buf_printf(b, "%s\t%s\t%s\t%s\t%s\t%s%s\n", row->job, word_of(row), due,
                  row->has_last ? gf_outcome_words[row->last_outcome] : "-", next,
                  is_waiting(row) ? waits[row->wait][1] : "-",
                  !is_waiting(row) ? ""
                  : locked         ? row->lock
                                   : until);
}

static void put_word(struct gf_json *j, const char *name, const char *word)
{
    gf_json_str(j, name, word, strlen(word));
}

static void add_json(struct gf_buf *b, const struct gf_state_status_row *row, const char *next)
{
    struct gf_json j;
    char text[GF_TIME_UTC_SIZE];
    gf_json_open(&j, b);
    put_word(&j, "job", row->job);
    put_word(&j, "state", word_of(row));
    if (row->has_last) {
        gf_time_utc(row->last_due * GF_S, text);
        put_word(&j, "due", text);
        put_word(&j, "outcome", gf_outcome_words[row->last_outcome]);
    }
    if (strcmp(next, "-") != 0)
        put_word(&j, "next", next);
    if (is_waiting(row))
        put_word(&j, "waits_for", waits[row->wait][0]);
    if (is_waiting(row) && row->wait == GF_WAIT_LOCK && row->lock)
        put_word(&j, "lock", row->lock);
    if (is_waiting(row) && row->until) {
        gf_time_utc(row->until, text);
        put_word(&j, "until", text);
    }
    gf_json_close(&j);
}

static int print(void *arg, const struct gf_state_status_row *row)
{
    struct printer *p = arg;
    struct gf_buf b = {0};
    char next[GF_STAMP_SIZE];
    if (next_due(&p->context, row, next) != GF_EXIT_OK)
        return 1;
    if (p->format)
        add_json(&b, row, next);
    else
        add_tsv(&b, row, next);
    int r = gf_tool_print(&b) != 0;
    gf_buf_release(&b);
    return r;
}

int cron_status_main(int argc, char **argv)
{
    const char *path = NULL;
    struct gf_state *state;
    struct printer printer = {.context = {.zones = {.dir = getenv("TZDIR")}}};
    struct gf_optparser p = gf_optparser(&cron_status_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPERAND)
            return gf_cli_usage_error(&cron_status_cli, "an operand too many: '%s'", p.value);
        if (p.opt->id == 'S')
            path = p.value;
        else if (gf_cli_choice(&p, formats, &printer.format) != 0)
            return GF_EXIT_USAGE;
    }
    if (!path)
        return gf_cli_usage_error(&cron_status_cli, "no state file was given: -S FILE");
    int status = cron_state_open(path, GF_DB_READ, 0, &state);
    if (status != GF_EXIT_OK)
        return status;
    cron_context_now(&printer.context);
    int got = gf_state_status(state, print, &printer);
    if (got < 0)
        cron_state_failed(state, "read");
    cron_state_close(state);
    cron_context_release(&printer.context);
    return gf_tool_finish(got ? GF_EXIT_TOOL : GF_EXIT_OK);
}
