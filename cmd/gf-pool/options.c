/*
 * options.c - the option table of gf-pool, and where each option goes.
 *
 * The table is what help, completions and the parser read. An option is taken by one case of a
 * switch over its id; what its value means is in values.c, what goes together in check.c.
 */
#include "options_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"

enum {
    ID_LINE_BUFFER = 256,
    ID_KILL_AFTER,
    ID_RATE,
    ID_JOBLOG,
    ID_DRY_RUN,
    ID_MAX_RECORD,
    ID_HALT,
    ID_RESUME,
    ID_RETRIES,
    ID_RETRY_DELAY,
    ID_RETRY_ON,
    ID_RESUME_FAILED,
    ID_RETRY_FAILED,
    ID_DURABLE,
    ID_EVENTS,
    ID_DELIMITER,
    ID_HEADER,
    ID_WORKER,
    ID_MAX_ITEMS,
    ID_FAILED,
    ID_NICE,
    ID_CHDIR,
    ID_ENV,
    ID_CLEAN_ENV,
    ID_LIMIT_MEM,
    ID_LIMIT_CPU,
    ID_LIMIT_FILES,
    ID_TAG,
    ID_TAGSTRING,
    ID_RESULTS,
    ID_PIPE,
    ID_BLOCK,
    ID_LOAD,
    ID_MEMFREE,
    ID_CI,
    ID_REPORT,
};

static const struct gf_opt opts[] = {
    GF_OPT_GROUP("input"),
    {'a', 'a', "arg-file", "FILE", "read records from FILE; - is standard input", "@file", 0},
    {'0', '0', "null", NULL, "records end with a NUL byte, not a newline", NULL, GF_OPT_MAIN},
    {ID_DELIMITER, 0, "delimiter", "C", "records end with the byte C, not a newline", NULL, 0},
    {'d', 'd', "colsep", "SEP", "split records at SEP into columns {1} {2} {-1}", NULL,
     GF_OPT_MAIN},
    {ID_HEADER, 0, "header", NULL, "the first record names the columns: {name}", NULL, 0},
    {'r', 'r', "no-run-if-empty", NULL, "skip empty records", NULL, 0},
    {ID_MAX_RECORD, 0, "max-record", "SIZE", "longest record allowed (default 64M)", NULL, 0},
    GF_OPT_GROUP("commands"),
    {'s', 's', "script", "SCRIPT", "run sh -c SCRIPT with the record as $1", NULL, GF_OPT_MAIN},
    {'I', 'I', "replace", "STR", "STR stands for the record, instead of {}", NULL, 0},
    {'n', 'n', "max-args", "N", "give each command up to N records", NULL, GF_OPT_MAIN},
    {'X', 'X', NULL, NULL, "give each command as many records as fit", NULL, 0},
    {ID_PIPE, 0, "pipe", NULL, "write records to standard input, in blocks", NULL, 0},
    {ID_BLOCK, 0, "block", "SIZE", "with --pipe: bytes per job at most (default 1M)", NULL, 0},
    {ID_CHDIR, 0, "chdir", "DIR", "run jobs in the directory DIR", "@dir", 0},
    {ID_ENV, 0, "env", "K=V", "set a variable for jobs; K alone keeps its value", NULL, 0},
    {ID_CLEAN_ENV, 0, "clean-env", NULL, "jobs get only the variables of --env and GF_*", NULL, 0},
    {ID_NICE, 0, "nice", "N", "add N to the niceness of jobs", NULL, 0},
    {ID_LIMIT_MEM, 0, "limit-mem", "SIZE", "limit the address space of each process", NULL, 0},
    {ID_LIMIT_CPU, 0, "limit-cpu", "DUR", "limit the processor time of each process", NULL, 0},
    {ID_LIMIT_FILES, 0, "limit-files", "N", "limit the open files of each process", NULL, 0},
    {ID_DRY_RUN, 0, "dry-run", NULL, "print the commands, run nothing", NULL, GF_OPT_MAIN},
    GF_OPT_GROUP("control"),
    {'j', 'j', "jobs", "N", "jobs at once: 8, 200%, +2, @FILE (default: CPUs)", NULL, GF_OPT_MAIN},
    {'j', 'P', NULL, "N", "the same as -j, as in xargs", NULL, 0},
    {ID_LOAD, 0, "load", "N", "start no job while N tasks run, or N% of CPUs", NULL, 0},
    {ID_MEMFREE, 0, "memfree", "SIZE", "start no job while less memory is free", NULL, 0},
    {ID_RATE, 0, "rate", "RATE", "start at most RATE jobs, such as 10/s", NULL, GF_OPT_MAIN},
    {'t', 't', "timeout", "DUR", "end a job after DUR, or 300% of the median time", NULL,
     GF_OPT_MAIN},
    {ID_KILL_AFTER, 0, "kill-after", "DUR", "SIGKILL follows SIGTERM after DUR (default 5s)", NULL,
     0},
    {ID_RETRIES, 0, "retries", "N", "run a failed job again, up to N times", NULL, GF_OPT_MAIN},
    {ID_RETRY_DELAY, 0, "retry-delay", "DUR", "wait before a retry: 1s or 1s,x2,max 1m,jitter",
     NULL, 0},
    {ID_RETRY_ON, 0, "retry-on", "CODES", "retry only these exit statuses: 7,75,124", NULL, 0},
    {ID_HALT, 0, "halt", "WHEN", "stop early: soon,fail=1 now,success=1 soon,done=9", NULL, 0},
    GF_OPT_GROUP("output"),
    {'k', 'k', "keep-order", NULL, "print output in the order of the input", NULL, GF_OPT_MAIN},
    {'u', 'u', "ungroup", NULL, "jobs write directly; lines of jobs may mix", NULL, 0},
    {ID_LINE_BUFFER, 0, "line-buffer", NULL, "print whole lines as they come; jobs alternate", NULL,
     0},
    {ID_TAG, 0, "tag", NULL, "print the record and a TAB before each line", NULL, 0},
    {ID_TAGSTRING, 0, "tagstring", "STR", "print STR and a TAB before each line", NULL, 0},
    {ID_CI, 0, "ci", "SYSTEM", "fold output in logs of GitHub Actions or GitLab",
     "auto github gitlab", GF_OPT_OPTIONAL},
    {ID_RESULTS, 0, "results", "DIR", "keep output and status in files below DIR, too", "@dir", 0},
    {'T', 'T', "tmpdir", "DIR", "directory for large output ($TMPDIR, else /tmp)", "@dir", 0},
    GF_OPT_GROUP("record keeping"),
    {ID_JOBLOG, 0, "joblog", "FILE", "write a row for each job; +FILE appends", "@file",
     GF_OPT_MAIN},
    {ID_RESUME, 0, "resume", "WHAT", "skip jobs that have a row; =seq compares numbers",
     "words seq", GF_OPT_OPTIONAL},
    {ID_RESUME_FAILED, 0, "resume-failed", NULL, "skip jobs done in the log; run failed jobs again",
     NULL, GF_OPT_MAIN},
    {ID_RETRY_FAILED, 0, "retry-failed", NULL, "run the failed jobs of the log; no input is read",
     NULL, 0},
    {ID_DURABLE, 0, "durable", NULL, "bring rows to the disk before the next start", NULL, 0},
    {ID_EVENTS, 0, "events", "FILE", "append a JSON line for each event; fd:N works too", "@file",
     0},
    {ID_REPORT, 0, "report", "FILE", "write an HTML page about the run", "@file", 0},
    GF_OPT_GROUP("workers"),
    {ID_WORKER, 0, "worker", NULL, "keep -j commands running; each answers records", NULL, 0},
    {ID_MAX_ITEMS, 0, "max-items", "N", "replace a worker after N records", NULL, 0},
    {ID_FAILED, 0, "failed", "FILE", "write the records without an answer to FILE", "@file", 0},
    GF_OPT_GROUP("progress and statistics"),
    GF_PROGRESS_OPTION,
    GF_STATS_OPTIONS,
    {0},
};

static const char *const usage[] = {"[OPTION]... COMMAND [ARG]... [::: ITEM...]",
                                    "[OPTION]... -s SCRIPT [::: ITEM...]", NULL};

static const char *const notes[] = {
    "{} in COMMAND is the record. {.} {/} {//} {/.} are parts of the record, {#} is",
    "the number of the job, {%} its slot. A command without these gets the record",
    "as its last word. Only -s runs a shell. Records also come from lists: ::: A B,",
    "or :::: FILE. Several lists give every combination; :::+ links two lists.",
    NULL,
};

static const char *const examples[] = {
    "printf '%s\\n' a b c | gf-pool echo",
    "seq 8 | gf-pool -j4 -k -t 10s --joblog run.tsv -s 'sleep 0.1; echo \"$1\"'",
    "find . -name '*.gz' -print0 | gf-pool -0 gzip -t || echo some are damaged",
    NULL,
};

static const int exits[] = {GF_EXIT_OK,     GF_EXIT_USAGE,    GF_EXIT_REFUSED,
                            GF_EXIT_SOME,   GF_EXIT_TIMEOUT,  GF_EXIT_TOOL,
                            GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1};

const struct gf_cli gf_pool_cli = {
    .name = "gf-pool",
    .summary = "Run COMMAND once for each record of standard input, several at once.",
    .usage = usage,
    .opts = opts,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .operands = "@command",
    .stop_at_operand = true,
};

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
    case 'u':
        o->output = OUTPUT_RAW;
        return true;
    case ID_LINE_BUFFER:
        o->output = OUTPUT_LINES;
        return true;
    case ID_DRY_RUN:
        o->dry_run = true;
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
    case ID_JOBLOG:
        return &o->joblog;
    case ID_EVENTS:
        return &o->events;
    case ID_REPORT:
        return &o->report;
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

static int take_value(struct options *o, const struct gf_optparser *p)
{
    int choice = 0;
    int bad = 0;
    uint64_t n = 0;
    switch (p->opt->id) {
    case 'j':
        return options_parse_slots(p, o);
    case ID_LOAD:
        return options_parse_load(p, o);
    case ID_MEMFREE:
        return gf_cli_size(p, &o->memfree);
    case ID_CI:
        return options_parse_ci(p, o);
    case 'a':
        return options_add_file(o, p->value);
    case 'd':
        return options_parse_columns(p, o);
    case 'n':
        return gf_cli_count(p, 1, MOST_BATCH, &o->batch);
    case ID_DELIMITER:
        return options_parse_delimiter(p, o);
    case ID_BLOCK:
        return options_parse_block(p, o);
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
    case 't':
        return options_parse_timeout(p, o);
    case ID_KILL_AFTER:
        return gf_cli_duration(p, &o->kill_after);
    case ID_RETRIES:
        bad = gf_cli_count(p, 0, MOST_RETRIES, &n);
        o->retries = (unsigned)n;
        return bad;
    case ID_RETRY_DELAY:
        o->backoff_given = true;
        return options_parse_backoff(p, &o->backoff);
    case ID_RETRY_ON:
        return options_parse_retry_on(p, o);
    case ID_HALT:
        return options_parse_halt(p, &o->halt);
    case ID_RATE:
        o->has_rate = true;
        return gf_cli_rate(p, &o->rate);
    case ID_MAX_RECORD:
        return gf_cli_size(p, &o->max_record);
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
        return 0;
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
        .slots = options_processors(),
        .kill_after = 5 * GF_S,
        .separator = '\n',
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
    gf_buf_release(&o->asked);
}
