/*
 * options.c - where each option of gf-pool goes.
 *
 * An option is taken by one case of a switch over its id (table.c); what its value means is in
 * values.c, what follows from several in check.c.
 */
#include "options_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/machine.h"
#include "base/msg.h"
#include "queue/tool.h"

/* An option without an argument; false when it is not one. */
static bool take_flag(struct options *o, int id)
{
    switch (id) {
    case 'k':
        o->keep_order = true;
        return true;
    case '0':
        o->separator = '\0';
        return true;
    case 'r':
        o->skip_empty = true;
        return true;
    case 'X':
        o->fill_command = true;
        return true;
    case ID_PARAGRAPH:
        o->framing.kind = GF_FRAME_PARAGRAPHS;
        return true;
    case ID_CSV:
        o->framing.kind = GF_FRAME_CSV;
        return true;
    case ID_HEADER:
        o->header = true;
        return true;
    case ID_PIPE:
        o->pipe = true;
        return true;
    case ID_WORKER:
        o->worker = true;
        return true;
    case ID_CLEAN_ENV:
        o->clean_env = true;
        return true;
    case ID_TAG:
        o->tag = true;
        return true;
    case ID_CI_COMMANDS:
        o->ci_commands = true;
        return true;
    case 'u':
        o->output = OUTPUT_RAW;
        return true;
    case ID_LINE_BUFFER:
        o->output = OUTPUT_LINES;
        return true;
    case ID_DRY_RUN:
        o->dry_run = true;
        return true;
    case ID_CONFIRM:
        o->confirm = true;
        return true;
    case ID_UNTIL_EMPTY:
        o->until_empty = true;
        return true;
    case ID_TTY:
        o->tty = true;
        return true;
    case ID_RESUME_FAILED:
        o->resume = RESUME_FAILED;
        return true;
    case ID_RETRY_FAILED:
        o->rerun = true;
        return true;
    case ID_DURABLE:
        o->durable = true;
        return true;
    default:
        return false;
    }
}

/* The argument as it is, for those that are names. */
static const char **text_of(struct options *o, int id)
{
    switch (id) {
    case 'I':
        return &o->placeholder;
    case 's':
        return &o->script;
    case ID_EVENTS:
        return &o->events;
    case ID_REPORT:
        return &o->report;
    case ID_QUEUE:
        return &o->queue;
    case ID_FAILED:
        return &o->failed;
    case ID_CHDIR:
        return &o->chdir;
    case ID_TAGSTRING:
        return &o->tagstring;
    case ID_RESULTS:
        return &o->results;
    case GF_OPT_ID_STATS_FILE:
        return &o->stats_file;
    case 'T':
        return &o->tmpdir;
    default:
        return NULL;
    }
}

static const char *const resume_words[] = {"words", "seq", NULL};

/* What is read, and how it is cut into records. */
static int take_input(struct options *o, const struct gf_optparser *p)
{
    switch (p->opt->id) {
    case 'a':
        return options_add_file(o, p->value);
    case 'd':
        return options_parse_columns(p, o);
    case 'n':
        return gf_cli_count(p, 1, MOST_BATCH, &o->batch);
    case ID_DELIMITER:
        return options_parse_delimiter(p, o);
    case ID_RECEND:
        return options_parse_mark(p, o, &o->framing.end);
    case ID_RECSTART:
        return options_parse_mark(p, o, &o->framing.start);
    case ID_BLOCK:
        return options_parse_block(p, o);
    case ID_MAX_RECORD:
        return gf_cli_size(p, &o->max_record);
    case ID_SHUF:
        o->shuffle = true;
        o->has_seed = p->value;
        return p->value ? gf_cli_count(p, 0, INT64_MAX, &o->seed) : 0;
    default:
        return 0;
    }
}

/* What a job is, may use, and how it is tried again. */
static int take_job(struct options *o, const struct gf_optparser *p)
{
    int bad;
    uint64_t n = 0;
    switch (p->opt->id) {
    case ID_ENV:
        return options_add_env(o, p->value);
    case ID_NICE:
        return options_parse_nice(p, o);
    case ID_LIMIT_MEM:
        return gf_cli_size(p, &n) == 0 ? options_add_limit(o, RLIMIT_AS, n) : -1;
    case ID_LIMIT_CPU:
        return options_parse_limit_cpu(p, o);
    case ID_LIMIT_FILES:
        return gf_cli_count(p, 1, INT32_MAX, &n) == 0 ? options_add_limit(o, RLIMIT_NOFILE, n) : -1;
    case ID_MAX_ITEMS:
        return gf_cli_count(p, 1, INT64_MAX, &o->max_items);
    case ID_MAX_OUTPUT:
        o->has_max_output = true;
        return gf_cli_size(p, &o->max_output);
    case 't':
        return options_parse_timeout(p, o);
    case ID_KILL_AFTER:
        return gf_cli_duration(p, &o->kill_after);
    case ID_STOP_AFTER:
        return gf_cli_count(p, 1, INT64_MAX, &o->stop_after);
    case ID_LEASE:
        return gf_queue_tool_lease(p, &o->lease);
    case ID_KEEP:
        return gf_cli_duration(p, &o->keep);
    case ID_MAX_DELIVERIES:
        bad = gf_cli_count(p, 1, MOST_RETRIES, &n);
        o->deliveries = (unsigned)n;
        return bad;
    case ID_RETRIES:
        o->retries_given = true;
        bad = gf_cli_count(p, 0, MOST_RETRIES, &n);
        o->retries = (unsigned)n;
        return bad;
    case ID_RETRY_DELAY:
        o->backoff_given = true;
        return gf_cli_backoff(p, &o->backoff);
    case ID_RETRY_ON:
        o->retry_some = true;
        return gf_cli_statuses(p, o->retry_on);
    default:
        return take_input(o, p);
    }
}

/* When jobs start, when the run ends, and what it tells. */
static int take_value(struct options *o, const struct gf_optparser *p)
{
    int choice = 0;
    int bad;
    switch (p->opt->id) {
    case 'j':
        return options_parse_slots(p, o);
    case ID_LOAD:
        return gf_cli_load(p, &o->load);
    case ID_MEMFREE:
        return gf_cli_size(p, &o->memfree);
    case ID_CI:
        return options_parse_ci(p, o);
    case ID_HALT:
        return options_parse_halt(p, &o->halt);
    case ID_RATE:
        o->has_rate = true;
        return gf_cli_rate(p, &o->rate);
    case ID_SPILL_MAX:
        return options_parse_spill_max(p, o);
    case ID_JOBLOG:
        return options_add_joblog(o, p->value);
    case ID_RESUME:
        bad = gf_cli_choice(p, resume_words, &choice);
        o->resume = o->resume == RESUME_FAILED ? RESUME_FAILED : RESUME_ALL;
        o->resume_by = (enum resume_by)choice;
        return bad;
    case GF_OPT_ID_PROGRESS:
        bad = gf_cli_choice(p, gf_progress_modes, &choice);
        o->progress = (enum gf_progress_mode)choice;
        o->progress_given = true;
        return bad;
    case GF_OPT_ID_STATS:
        bad = gf_cli_choice(p, gf_stats_formats, &choice);
        o->stats = true;
        o->stats_format = (enum gf_stats_format)choice;
        return bad;
    default:
        return take_job(o, p);
    }
}

/* One option; -1 after a message. */
static int take(struct options *o, const struct gf_optparser *p)
{
    if (take_flag(o, p->opt->id))
        return 0;
    const char **text = text_of(o, p->opt->id);
    if (!text)
        return take_value(o, p);
    *text = p->value;
    return 0;
}

/* The command line as a shell would take it. */
static int quote_line(struct gf_buf *out, int argc, char **argv)
{
    gf_buf_puts(out, gf_pool_cli.name);
    for (int i = 0; i < argc; i++) {
        gf_buf_putc(out, ' ');
        gf_quote_sh(out, argv[i], strlen(argv[i]));
    }
    if (!out->failed)
        return 0;
    gf_error_nomem();
    return -1;
}

int options_parse(struct options *o, int argc, char **argv)
{
    const char *tmpdir = getenv("TMPDIR");
    *o = (struct options){
        .slots = gf_machine_processors(),
        .kill_after = 5 * GF_S,
        .separator = '\n',
        .lease = 30 * GF_S,
        .keep = 3600 * GF_S,
        .deliveries = 5,
        .placeholder = "{}",
        .tmpdir = tmpdir && *tmpdir ? tmpdir : "/tmp",
        .max_record = (uint64_t)64 << 20,
        .progress = GF_PROGRESS_AUTO,
    };
    struct gf_optparser p = gf_optparser(&gf_pool_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (take(o, &p) != 0)
            return GF_EXIT_USAGE;
    }
    options_settle(o);
    if (o->report && quote_line(&o->asked, argc, argv) != 0)
        return GF_EXIT_TOOL;
    int status = options_check(o);
    return status != -1 ? status : options_check_command(o, &p, argv);
}

void options_release(struct options *o)
{
    free(o->env);
    o->env = NULL;
    free(o->files);
    o->files = NULL;
    free(o->earlier);
    o->earlier = NULL;
    gf_buf_release(&o->asked);
}
